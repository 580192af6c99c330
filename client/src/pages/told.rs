//! A confirmation at a page's top.

use leptos::prelude::*;

use crate::notice::Notice;

/// What was just done. It takes the focus, as a refusal would, so that it is heard.
#[component]
pub(super) fn Told(notice: Option<Notice>) -> impl IntoView {
    notice.map(|notice| {
        view! { <p class=notice.class() role="status" tabindex="-1" autofocus=true>{notice.text()}</p> }
            .into_any()
    })
}
