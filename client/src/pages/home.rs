//! The start page: what can be bought now.

use common::api::TicketView;
use leptos::prelude::*;

use super::{
    alert::Alert,
    categories::{self, Categories},
    field::Input,
    layout::Layout,
    more::More,
    ticket_card::TicketCard,
};
use crate::{
    caller::Visit,
    forms::{FilterForm, SORTS},
    view::{paging::Paged, refusal::Refusal},
};

/// The listings, or why there are none to show.
pub(crate) type Found = Result<Paged<TicketView>, Refusal>;

#[component]
pub(crate) fn Home(visit: Visit, form: FilterForm, found: Found) -> impl IntoView {
    let refusal = found.as_ref().err().cloned();
    view! {
        <Layout title="Browse tickets" visit>
            <h1>"Tickets on sale"</h1>
            <Alert refusal=refusal.clone()/>
            <div class="browse">
                <FilterPanel form=form.clone() refusal/>
                <section aria-label="Listings">
                    {found.ok().map(|found| view! { <Listings form found/> })}
                </section>
            </div>
        </Layout>
    }
}

#[component]
fn FilterPanel(form: FilterForm, refusal: Option<Refusal>) -> impl IntoView {
    let error = |name: &str| refusal.as_ref().and_then(|refusal| refusal.field(name)).map(str::to_owned);
    let clear = form.narrows().then(|| view! { <a href="/">"Clear filters"</a> });
    let sorts = SORTS.map(|(value, label)| {
        view! { <option value=value selected=form.sort == value>{label}</option> }
    });
    // Closed unless something in it counts, so that on a telephone the listings are in sight.
    let open = form.narrows_by_more_than_words() || refusal.is_some();
    view! {
        <form class="filters" method="get" action="/" role="search">
            <Input name="q" label="Search" kind="search" value=form.q.clone() error=error("q")/>
            <details open=open>
                <summary>"More filters"</summary>
                <Input name="category" label="Category" list=categories::LIST value=form.category.clone()
                    error=error("category")/>
                <Categories/>
                <Input name="city" label="City" value=form.city.clone() error=error("city")/>
                <Input name="from" label="From (UTC)" kind="date" value=form.from.clone() error=error("from")/>
                <Input name="to" label="Until (UTC)" kind="date" value=form.to.clone() error=error("to")/>
                <Input name="minPrice" label="Lowest price" inputmode="decimal" value=form.min_price.clone()
                    error=error("minPrice")/>
                <Input name="maxPrice" label="Highest price" inputmode="decimal" value=form.max_price.clone()
                    error=error("maxPrice")/>
            </details>
            <div class="field">
                <label for="field-sort">"Order"</label>
                <select id="field-sort" name="sort">{sorts.collect_view()}</select>
            </div>
            <div class="actions">
                <button>"Show tickets"</button>
                {clear}
            </div>
        </form>
    }
}

#[component]
fn Listings(form: FilterForm, found: Paged<TicketView>) -> impl IntoView {
    let Paged { items, next } = found;
    let first = (!form.cursor.is_empty()).then(|| form.page(""));
    let next = next.map(|cursor| form.page(&cursor));
    if items.is_empty() {
        let what = if form.narrows() {
            "Nothing on sale matches these filters."
        } else {
            "Nothing is on sale right now."
        };
        return view! {
            <p class="empty">{what}</p>
            <More next first/>
        }
        .into_any();
    }
    view! {
        <ul class="cards">
            {items.into_iter().map(|ticket| view! { <TicketCard ticket/> }).collect_view()}
        </ul>
        <More next first/>
    }
    .into_any()
}
