//! Telling what is wrong with a form before it is sent.

use leptos::prelude::*;

/// Within a form that has `data-form`: checks its fields as they are left and all of them when it is sent, by the
/// very [`rules`](crate::rules) of the server, and keeps it from being sent twice.
#[island]
pub fn Checked() -> impl IntoView {
    let place = NodeRef::<leptos::html::Span>::new();
    #[cfg(feature = "hydrate")]
    crate::browser::form::check(place);
    view! { <span hidden node_ref=place></span> }
}
