//! Kinds of events that forms suggest; any other may be typed.

use leptos::prelude::*;

use crate::view::categories::{named, suggested};

/// The id that an input's `list` names.
pub(super) const LIST: &str = "categories";

/// In the reader's language, in which they are typed too.
#[component]
pub(super) fn Categories() -> impl IntoView {
    let options = suggested().map(|name| view! { <option value=named(name)></option> });
    view! { <datalist id=LIST>{options.collect_view()}</datalist> }
}
