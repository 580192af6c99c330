//! Kinds of events that forms suggest; any other may be typed.

use leptos::prelude::*;

/// The id that an input's `list` names.
pub(super) const LIST: &str = "categories";

const SUGGESTED: [&str; 7] = ["Comedy", "Concert", "Dance", "Family", "Festival", "Sport", "Theatre"];

#[component]
pub(super) fn Categories() -> impl IntoView {
    view! {
        <datalist id=LIST>
            {SUGGESTED.map(|name| view! { <option value=name></option> }).collect_view()}
        </datalist>
    }
}
