//! Changing a listing.

use common::id::TicketId;
use islands::{Checked, t};
use leptos::prelude::*;

use super::{
    alert::{Alert, titled},
    layout::Layout,
    listing_fields::ListingFields,
};
use crate::{caller::Visit, forms::ListingForm, view::refusal::Refusal};

#[component]
pub(crate) fn Edit(visit: Visit, id: TicketId, form: ListingForm, refusal: Option<Refusal>) -> impl IntoView {
    view! {
        <Layout title=titled(t!("edit-title"), refusal.as_ref()) visit>
            <div class="medium stack">
                <h1>{t!("edit-title")}</h1>
                <Alert refusal=refusal.clone()/>
                <form method="post" action=format!("/tickets/{id}/edit") data-form="listing">
                    <ListingFields form refusal/>
                    <p class="actions">
                        <button class="big">{t!("edit-save")}</button>
                        <a href=format!("/tickets/{id}")>{t!("edit-back")}</a>
                        <a class="far" href=format!("/tickets/{id}/withdraw")>{t!("edit-withdraw")}</a>
                    </p>
                    <Checked/>
                </form>
            </div>
        </Layout>
    }
}
