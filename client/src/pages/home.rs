//! The start page: what can be bought now.

use std::sync::Arc;

use common::api::TicketView;
use futures::future::BoxFuture;
use islands::{Live, t};
use jiff::Timestamp;
use leptos::prelude::*;

use super::{
    alert::Alert,
    categories::{self, Categories},
    field::{Input, Select},
    layout::Layout,
    more::More,
    ticket_card::TicketCard,
};
use crate::{
    caller::Visit,
    forms::{FilterForm, SORTS},
    view::{
        categories::{kept, named, suggested},
        paging::Paged,
        refusal::Refusal,
    },
};

/// The listings as [`List`] writes them, or why there are none to show.
pub(crate) type Found = Result<Arc<str>, Refusal>;

/// The listings, when the page is begun.
pub(crate) enum Listed {
    Now(Found),
    /// They are not there yet, and the page is sent as far as it goes without them.
    Later(BoxFuture<'static, Found>),
}

#[component]
pub(crate) fn Home(
    visit: Visit,
    form: FilterForm,
    /// [`AsOf`], or what will be replaced by it.
    as_of: AnyView,
    listed: Listed,
) -> impl IntoView {
    let refusal = match &listed {
        Listed::Now(found) => found.as_ref().err().cloned(),
        Listed::Later(_) => None,
    };
    let heading = if form.narrows() { t!("browse-found") } else { t!("browse-on-sale") };
    let listings = match listed {
        Listed::Now(found) => view! { <Listings form=form.clone() found/> }.into_any(),
        Listed::Later(found) => {
            let form = form.clone();
            view! {
                <Skeleton/>
                {Suspend::new(async move {
                    let found = found.await;
                    view! { <Listings form found/> }
                })}
            }
            .into_any()
        }
    };
    view! {
        <Layout title=t!("browse-title") visit>
            <div class="hero">
                <h1>{t!("browse-hero")}</h1>
                <p class="lead">{t!("browse-lead")}</p>
                <Finder form=form.clone() refusal/>
                <Kinds chosen=form.category.clone()/>
            </div>
            <section aria-labelledby="listings">
                <div class="bar">
                    <h2 id="listings">{heading}</h2>
                    {as_of}
                </div>
                <Chips form/>
                {listings}
            </section>
        </Layout>
    }
}

/// The line that says when the listings were true, and keeps them true.
#[component]
pub(crate) fn AsOf<'a>(form: &'a FilterForm, at: Timestamp) -> impl IntoView + use<> {
    // New listings are told of where they would be shown.
    let news = (form.is_first() && !form.narrows()).then(|| form.first_page());
    view! { <Live at refresh=form.this_page() news/> }
}

/// Search, and behind a fold all that narrows it.
#[component]
fn Finder(form: FilterForm, refusal: Option<Refusal>) -> impl IntoView {
    let error = |name: &str| refusal.as_ref().and_then(|refusal| refusal.field(name)).map(str::to_owned);
    let sorts = SORTS.map(|sort| {
        let label = match sort {
            "newest" => t!("sort-newest"),
            "cheapest" => t!("sort-cheapest"),
            _ => t!("sort-soonest"),
        };
        view! { <option value=sort selected=form.sort.trim() == sort>{label}</option> }
    });
    // Closed unless something in it counts, so that on a telephone the listings are in sight.
    let open = form.narrows_by_more_than_words()
        || refusal.as_ref().is_some_and(|refusal| !refusal.fields.is_empty());
    view! {
        <form class="finder panel" action="/" role="search" aria-label=t!("browse-search")>
            <div class="ask">
                <Input name="q" label=t!("filter-q") kind="search" value=form.q error=error("q")/>
                <Select name="sort" label=t!("filter-sort") error=error("sort")>{sorts.collect_view()}</Select>
                <button>{t!("browse-show")}</button>
            </div>
            <details open=open>
                <summary>{t!("browse-filters")}</summary>
                <div class="fields">
                    <Input name="category" label=t!("filter-category") list=categories::LIST
                        value=named(kept(&form.category)) error=error("category")/>
                    <Input name="city" label=t!("filter-city") value=form.city error=error("city")/>
                    <Input name="from" label=t!("filter-from") kind="date" value=form.from error=error("from")/>
                    <Input name="to" label=t!("filter-to") kind="date" value=form.to error=error("to")/>
                    <Input name="minPrice" label=t!("filter-min-price") inputmode="decimal" value=form.min_price
                        error=error("minPrice")/>
                    <Input name="maxPrice" label=t!("filter-max-price") inputmode="decimal" value=form.max_price
                        error=error("maxPrice")/>
                </div>
                <Categories/>
                <p class="actions">
                    <button>{t!("browse-apply")}</button>
                    <span class="hint">{t!("filter-days")}</span>
                </p>
            </details>
        </form>
    }
    .into_any()
}

/// Kinds of events that many look for.
#[component]
fn Kinds(chosen: String) -> impl IntoView {
    let kinds = suggested().map(|name| {
        let current = (kept(&chosen) == name).then_some("true");
        // The names are our own and need no escaping.
        view! { <li><a href=format!("/?category={name}") aria-current=current>{named(name)}</a></li> }
    });
    view! { <nav aria-label=t!("browse-kinds")><ul class="chips">{kinds.collect_view()}</ul></nav> }
}

/// What narrows the list, each with a way to do without it.
#[component]
fn Chips(form: FilterForm) -> impl IntoView {
    let active = form.active();
    (!active.is_empty()).then(|| {
        let chips = active.into_iter().map(|(name, value, without)| {
            let text = chip(name, value);
            view! {
                <li>
                    <a href=without>
                        {text}<span aria-hidden="true">" ×"</span>
                        <span class="visually-hidden">{t!("chip-remove")}</span>
                    </a>
                </li>
            }
        });
        view! {
            <ul class="chips active" aria-label=t!("browse-active")>
                {chips.collect_view()}
                <li><a class="clear" href="/">{t!("browse-clear")}</a></li>
            </ul>
        }
    })
}

fn chip(name: &str, value: &str) -> String {
    let label = match name {
        "category" => return named(value),
        "city" => t!("filter-city"),
        "from" => t!("filter-from"),
        "to" => t!("filter-to"),
        "minPrice" => t!("filter-min-price"),
        "maxPrice" => t!("filter-max-price"),
        _ => return format!("“{value}”"),
    };
    format!("{label}: {value}")
}

#[component]
fn Listings(form: FilterForm, found: Found) -> impl IntoView {
    match found {
        // Our own markup, in which every text is escaped already.
        Ok(list) => view! { <div inner_html=list.to_string()></div> }.into_any(),
        Err(refusal) => view! { <Nowhere form refusal/> }.into_any(),
    }
}

/// A page of the list, and the way on. The same for everybody who reads the language.
#[component]
pub(crate) fn List<'a>(form: &'a FilterForm, page: &'a Paged<TicketView>) -> impl IntoView + use<> {
    let first = (!form.is_first()).then(|| form.first_page());
    let previous = form.previous_page();
    let next = page.next.as_ref().map(|cursor| form.next_page(cursor));
    let list = if page.items.is_empty() {
        view! { <Nothing narrowed=form.narrows()/> }.into_any()
    } else {
        let cards = page.items.iter().map(|ticket| view! { <TicketCard ticket/> });
        view! { <ul class="cards">{cards.collect_view()}</ul> }.into_any()
    };
    view! {
        {list}
        <More next previous first/>
    }
}

/// The part of the page that is missing, and the way to ask for it again.
#[component]
fn Nowhere(form: FilterForm, refusal: Refusal) -> impl IntoView {
    let (path, label) = if refusal.fields.is_empty() {
        (form.this_page(), t!("browse-again"))
    } else {
        ("/".to_owned(), t!("browse-clear"))
    };
    view! {
        <div>
            <Alert refusal=Some(refusal)/>
            <p class="actions"><a class="button quiet" href=path>{label}</a></p>
        </div>
    }
}

#[component]
fn Nothing(narrowed: bool) -> impl IntoView {
    let (what, advice, path, label) = if narrowed {
        (t!("browse-nothing-found"), t!("browse-nothing-found-advice"), "/", t!("browse-clear"))
    } else {
        (t!("browse-nothing"), t!("browse-nothing-advice"), "/sell", t!("browse-sell"))
    };
    view! {
        <div class="empty">
            <h3>{what}</h3>
            <p>{advice}</p>
            <a class="button" href=path>{label}</a>
        </div>
    }
}

/// Where the listings will stand, while they are on their way. The stylesheet hides it once they follow.
#[component]
fn Skeleton() -> impl IntoView {
    let ghosts = [(); 6].map(|()| view! { <li class="card"><span></span><i></i></li> });
    view! {
        <div class="skeleton">
            <p class="visually-hidden">{t!("browse-loading")}</p>
            <ul class="cards" aria-hidden="true">{ghosts.collect_view()}</ul>
        </div>
    }
}
