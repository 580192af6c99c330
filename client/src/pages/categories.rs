//! Kinds of events that forms suggest; any other may be typed.

use islands::t;
use leptos::prelude::*;

/// The id that an input's `list` names.
pub(super) const LIST: &str = "categories";

/// As listings have them, whatever the reader's language.
pub(super) const SUGGESTED: [&str; 7] =
    ["Concert", "Theatre", "Sport", "Festival", "Comedy", "Dance", "Family"];

#[component]
pub(super) fn Categories() -> impl IntoView {
    view! {
        <datalist id=LIST>
            {SUGGESTED.map(|name| view! { <option value=name>{named(name)}</option> }).collect_view()}
        </datalist>
    }
}

/// A kind of event in the reader's language, if it is one of ours; else as its seller calls it.
pub(super) fn named(category: &str) -> String {
    match category {
        "Concert" => t!("category-concert"),
        "Theatre" => t!("category-theatre"),
        "Sport" => t!("category-sport"),
        "Festival" => t!("category-festival"),
        "Comedy" => t!("category-comedy"),
        "Dance" => t!("category-dance"),
        "Family" => t!("category-family"),
        other => other.to_owned(),
    }
}
