//! Where programmers find each service's description.

use islands::t;
use leptos::prelude::*;

use super::layout::Layout;
use crate::caller::Visit;

#[component]
pub(crate) fn ApiDocs(visit: Visit) -> impl IntoView {
    let services = [
        ("auth", t!("docs-accounts")),
        ("tickets", t!("docs-listings")),
        ("orders", t!("docs-orders")),
        ("payments", t!("docs-payments")),
    ];
    let rows = services.map(|(name, what)| {
        let path = format!("/api/{name}/openapi.json");
        view! { <dt>{what}</dt><dd><a href=path.clone()>{path.clone()}</a></dd> }
    });
    view! {
        <Layout title=t!("docs-title") visit>
            <div class="medium stack">
                <h1>{t!("docs-title")}</h1>
                <p class="lead">{t!("docs-lead")}</p>
                <dl class="facts panel">{rows.collect_view()}</dl>
            </div>
        </Layout>
    }
}
