//! The way to the next page of a list.

use leptos::prelude::*;

#[component]
pub(super) fn More(
    /// The next page's address, if there is one.
    next: Option<String>,
    /// The first page's address, when this is not it.
    first: Option<String>,
) -> impl IntoView {
    (next.is_some() || first.is_some()).then(|| {
        view! {
            <nav class="more" aria-label="Pages">
                {first.map(|path| view! { <a href=path>"Back to the first page"</a> })}
                {next.map(|path| view! { <a class="button" rel="next" href=path>"Next page"</a> })}
            </nav>
        }
    })
}
