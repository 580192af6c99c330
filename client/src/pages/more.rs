//! The way through the pages of a list.

use islands::t;
use leptos::prelude::*;

#[component]
pub(super) fn More(
    /// The next page's address, if there is one.
    next: Option<String>,
    /// The address of the page before, if it is known.
    #[prop(optional_no_strip)]
    previous: Option<String>,
    /// The first page's address, when this is not it.
    first: Option<String>,
) -> impl IntoView {
    (next.is_some() || first.is_some()).then(|| {
        // Not twice the same.
        let first = first.filter(|first| previous.as_ref() != Some(first));
        view! {
            <nav class="more" aria-label=t!("pages")>
                {first.map(|path| view! { <a href=path>{t!("pages-first")}</a> })}
                {previous.map(|path| view! { <a class="button quiet" rel="prev" href=path>{t!("pages-previous")}</a> })}
                {next.map(|path| view! { <a class="button next" rel="next" href=path>{t!("pages-next")}</a> })}
            </nav>
        }
    })
}
