//! Putting a listing up.

use islands::{Checked, t};
use leptos::prelude::*;

use super::{
    alert::{Alert, titled},
    layout::Layout,
    listing_fields::ListingFields,
};
use crate::{caller::Visit, forms::ListingForm, view::refusal::Refusal};

#[component]
pub(crate) fn Sell(visit: Visit, form: ListingForm, refusal: Option<Refusal>) -> impl IntoView {
    view! {
        <Layout title=titled(t!("sell-title"), refusal.as_ref()) visit>
            <div class="medium stack">
                <h1>{t!("sell-title")}</h1>
                <p class="lead">{t!("sell-lead")}</p>
                <Alert refusal=refusal.clone()/>
                <form method="post" action="/sell" data-form="listing">
                    <input type="hidden" name="key" value=form.key()/>
                    <ListingFields form refusal/>
                    <p class="actions">
                        <button class="big">{t!("sell-button")}</button>
                        <span class="hint">{t!("sell-next")}</span>
                    </p>
                    <Checked/>
                </form>
            </div>
        </Layout>
    }
}
