//! Where programmers find each service's description.

use leptos::prelude::*;

use super::layout::Layout;
use crate::caller::Visit;

const SERVICES: [(&str, &str); 4] = [
    ("auth", "Accounts and sessions"),
    ("tickets", "Listings"),
    ("orders", "Reservations"),
    ("payments", "Payments"),
];

#[component]
pub(crate) fn ApiDocs(visit: Visit) -> impl IntoView {
    let rows = SERVICES.map(|(name, what)| {
        let path = format!("/api/{name}/openapi.json");
        view! { <li><span class="name">{what}</span><a href=path.clone()>{path.clone()}</a></li> }
    });
    view! {
        <Layout title="API" visit>
            <div class="medium">
                <h1>"API"</h1>
                <p>"Everything these pages do can be done by programs. Each service describes itself in OpenAPI 3.1:"</p>
                <ul class="rows">{rows.collect_view()}</ul>
            </div>
        </Layout>
    }
}
