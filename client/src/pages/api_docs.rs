//! Where programmers find each service's description.

use islands::t;
use leptos::prelude::*;

use super::layout::Layout;
use crate::caller::Visit;

#[component]
pub(crate) fn ApiDocs(visit: Visit) -> impl IntoView {
    let descriptions = [
        ("/api/auth/openapi.json", t!("docs-accounts")),
        ("/api/tickets/openapi.json", t!("docs-listings")),
        ("/api/orders/openapi.json", t!("docs-orders")),
        ("/api/payments/openapi.json", t!("docs-payments")),
        ("/api/docs/events.json", t!("docs-events")),
    ];
    let rows = descriptions.map(|(path, what)| {
        view! { <dt>{what}</dt><dd><a href=path>{path}</a></dd> }
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
