//! Putting a listing up.

use leptos::prelude::*;

use super::{alert::Alert, layout::Layout, listing_fields::ListingFields};
use crate::{caller::Visit, forms::ListingForm, view::refusal::Refusal};

#[component]
pub(crate) fn Sell(visit: Visit, form: ListingForm, refusal: Option<Refusal>) -> impl IntoView {
    view! {
        <Layout title="Sell tickets" visit>
            <div class="medium">
                <h1>"Sell tickets"</h1>
                <Alert refusal=refusal.clone()/>
                <form method="post" action="/sell">
                    <ListingFields form refusal/>
                    <button>"Put on sale"</button>
                </form>
            </div>
        </Layout>
    }
}
