//! The fields of a listing, for selling and for editing.

use common::text::{Category, City, Description, Title, Venue};
use leptos::prelude::*;

use super::{
    categories::{self, Categories},
    field::{Input, TextArea},
};
use crate::{forms::ListingForm, view::refusal::Refusal};

#[component]
pub(super) fn ListingFields(form: ListingForm, refusal: Option<Refusal>) -> impl IntoView {
    let error = |name: &str| refusal.as_ref().and_then(|refusal| refusal.field(name)).map(str::to_owned);
    view! {
        <Input name="title" label="Title" value=form.title error=error("title") required=true
            maxlength=Title::MAX_CHARS.to_string()/>
        <div class="pair">
            <Input name="price" label="Price of one ticket" value=form.price error=error("price") required=true
                inputmode="decimal" hint="0.01 to 1000000, at most two decimals"/>
            <Input name="quantity" label="How many" kind="number" value=form.quantity error=error("quantity")
                min="1" max="100" inputmode="numeric"/>
        </div>
        <TextArea name="description" label="Description" value=form.description error=error("description")
            maxlength=Description::MAX_CHARS.to_string() hint="Seats, entrance, what a buyer should know"/>
        <div class="pair">
            <Input name="category" label="Category" value=form.category error=error("category")
                list=categories::LIST maxlength=Category::MAX_CHARS.to_string()/>
            <Input name="startsAt" label="Starts at (UTC)" kind="datetime-local" value=form.starts_at
                error=error("startsAt") hint="In UTC, not local time"/>
        </div>
        <Categories/>
        <div class="pair">
            <Input name="venue" label="Venue" value=form.venue error=error("venue")
                maxlength=Venue::MAX_CHARS.to_string()/>
            <Input name="city" label="City" value=form.city error=error("city")
                maxlength=City::MAX_CHARS.to_string()/>
        </div>
    }
}
