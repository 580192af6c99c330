//! Changing a listing.

use common::id::TicketId;
use leptos::prelude::*;

use super::{alert::Alert, layout::Layout, listing_fields::ListingFields};
use crate::{caller::Visit, forms::ListingForm, view::refusal::Refusal};

#[component]
pub(crate) fn Edit(visit: Visit, id: TicketId, form: ListingForm, refusal: Option<Refusal>) -> impl IntoView {
    view! {
        <Layout title="Edit a listing" visit>
            <div class="medium">
                <h1>"Edit a listing"</h1>
                <Alert refusal=refusal.clone()/>
                <form method="post" action=format!("/tickets/{id}/edit")>
                    <ListingFields form refusal/>
                    <div class="actions">
                        <button>"Save"</button>
                        <a href=format!("/tickets/{id}")>"Back to the listing"</a>
                        <a href=format!("/tickets/{id}/withdraw")>"Withdraw it"</a>
                    </div>
                </form>
            </div>
        </Layout>
    }
}
