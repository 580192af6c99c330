//! The fields of a listing, for selling and for editing.

use common::text::{Category, City, Description, Title, Venue};
use islands::t;
use leptos::prelude::*;

use super::{
    categories::{self, Categories},
    field::{Input, Select, TextArea},
};
use crate::{
    forms::ListingForm,
    view::{categories::named, refusal::Refusal, zones},
};

#[component]
pub(super) fn ListingFields(form: ListingForm, refusal: Option<Refusal>) -> impl IntoView {
    let error = |name: &str| refusal.as_ref().and_then(|refusal| refusal.field(name)).map(str::to_owned);
    // Seconds are typed by nobody, but a program may have given some, and they are to be kept.
    let step = (form.starts_at.len() > "2027-06-30T20:00".len()).then_some("any");
    view! {
        <section class="panel part" aria-labelledby="what">
            <h2 id="what">{t!("listing-what")}</h2>
            <Input name="title" label=t!("listing-title") value=form.title error=error("title") required=true
                maxlength=Title::MAX_CHARS.to_string() hint=t!("listing-title-hint")/>
            <Input name="category" label=t!("listing-category") value=named(&form.category) error=error("category")
                list=categories::LIST maxlength=Category::MAX_CHARS.to_string()
                hint=t!("listing-category-hint")/>
            <Categories/>
            <TextArea name="description" label=t!("listing-description") value=form.description
                error=error("description") maxlength=Description::MAX_CHARS.to_string()
                hint=t!("listing-description-hint")/>
        </section>
        <section class="panel part" aria-labelledby="where">
            <h2 id="where">{t!("listing-where-when")}</h2>
            <div class="pair">
                <Input name="venue" label=t!("listing-venue") value=form.venue error=error("venue")
                    maxlength=Venue::MAX_CHARS.to_string()/>
                <Input name="city" label=t!("listing-city") value=form.city error=error("city")
                    maxlength=City::MAX_CHARS.to_string()/>
            </div>
            <div class="pair">
                <Input name="startsAt" label=t!("listing-starts-at") kind="datetime-local" value=form.starts_at
                    error=error("startsAt") hint=t!("listing-starts-at-hint") step/>
                <Select name="timeZone" label=t!("listing-time-zone") error=error("timeZone")
                    hint=t!("listing-time-zone-hint")>
                    <Zones chosen=form.time_zone/>
                </Select>
            </div>
            <input type="hidden" name="startsAtWas" value=form.starts_at_was/>
        </section>
        <section class="panel part" aria-labelledby="price">
            <h2 id="price">{t!("listing-price-number")}</h2>
            <div class="pair">
                <Input name="price" label=t!("listing-price") value=form.price error=error("price") required=true
                    inputmode="decimal" hint=t!("listing-price-hint")/>
                <Input name="quantity" label=t!("listing-quantity") kind="number" value=form.quantity
                    error=error("quantity") min="1" max="100" inputmode="numeric"
                    hint=t!("listing-quantity-hint")/>
            </div>
        </section>
    }
    .into_any()
}

/// The zones to choose from, by region. One that is not offered stays what it is.
#[component]
fn Zones(chosen: String) -> impl IntoView {
    let option = |name: &'static str, label: &'static str| {
        view! { <option value=name selected=name == chosen>{label}</option> }
    };
    let other = (!chosen.is_empty() && !zones::is_offered(&chosen)).then(|| {
        view! { <option value=chosen.clone() selected=true>{chosen.clone()}</option> }
    });
    let regions = zones::regions().iter().map(|region| {
        let options = region.zones.iter().map(|zone| option(&zone.name, &zone.place));
        view! { <optgroup label=region.label()>{options.collect_view()}</optgroup> }
    });
    view! {
        {other}
        {option(zones::UTC, zones::UTC)}
        {regions.collect_view()}
    }
    .into_any()
}
