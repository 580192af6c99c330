//! One listing, with the form that reserves it.

use common::{
    api::{TicketStatus, TicketView},
    money::Major,
    text::Quantity,
};
use islands::{Checked, Cost, Live, Price, Seats, Units, t};
use jiff::Timestamp;
use leptos::prelude::*;

use super::{
    alert::{Alert, titled},
    field::Select,
    layout::Layout,
    ticket_card::place,
};
use crate::{
    caller::{Viewer, Visit},
    forms::ReserveForm,
    local_path::{LocalPath, with_query},
    view::{categories, money, refusal::Refusal, standing, time, zones},
};

/// A listing as the page shows it.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) ticket: TicketView,
    /// How many of it are in the visitor's basket.
    pub(crate) in_basket: Option<Quantity>,
    /// When this was true.
    pub(crate) now: Timestamp,
}

#[component]
pub(crate) fn Ticket(
    visit: Visit,
    shown: Shown,
    form: ReserveForm,
    refusal: Option<Refusal>,
) -> impl IntoView {
    let Shown { ticket, in_basket, now } = shown;
    let id = ticket.id.to_string();
    let here = LocalPath::own(format!("/tickets/{id}"));
    let offer = offer(&visit.viewer, &here, &ticket, &form, refusal.as_ref(), now);
    let in_basket = in_basket.map(|units| {
        view! {
            <p class="in-basket">
                {t!("ticket-in-basket", count = units.get())}" "<a href="/basket">{t!("ticket-see-basket")}</a>
            </p>
        }
    });
    let description = ticket.description.as_ref().map(|text| {
        view! {
            <section class="about" aria-labelledby="about">
                <h2 id="about">{t!("ticket-about")}</h2>
                <p class="prose">{text.to_string()}</p>
            </section>
        }
    });
    view! {
        <Layout title=titled(ticket.title.to_string(), refusal.as_ref()) visit>
            <Alert refusal/>
            <p class="back"><a href="/">{t!("ticket-all")}</a></p>
            <article class="split ticket" data-listing=id>
                <div class="stack">
                    {ticket.category.as_ref().map(|kind| {
                        view! { <p class="kind">{categories::named(kind.as_str())}</p> }
                    })}
                    <h1 data-title="">{ticket.title.to_string()}</h1>
                    <Facts ticket=ticket.clone()/>
                </div>
                <aside class="panel buy" aria-label=t!("ticket-buy")>
                    <p class="price">
                        <Price cost=Cost::of_one(&ticket)/>
                        " "<span>{t!("ticket-each")}</span>
                    </p>
                    <p class="left"><Seats units=Units::of(&ticket)/></p>
                    {offer}
                    {in_basket}
                    <Live at=now refresh=here.to_string()/>
                </aside>
                {description}
            </article>
        </Layout>
    }
}

#[component]
fn Facts(ticket: TicketView) -> impl IntoView {
    view! {
        <dl class="facts">
            {zones::start(&ticket).map(|start| view! {
                <dt>{t!("ticket-when")}</dt>
                <dd><time datetime=start.timestamp().to_string()>{time::moment(&start)}</time></dd>
            })}
            {place(&ticket).map(|place| view! { <dt>{t!("ticket-where")}</dt><dd>{place}</dd> })}
        </dl>
    }
}

/// What this visitor can do with this listing.
fn offer(
    viewer: &Viewer,
    here: &LocalPath,
    ticket: &TicketView,
    form: &ReserveForm,
    refusal: Option<&Refusal>,
    now: Timestamp,
) -> AnyView {
    if viewer.is(ticket.user_id) {
        return own(here, ticket.status);
    }
    if standing::has_begun(ticket, now) {
        return view! { <div class="standing"><p>{t!("ticket-begun")}</p><Others ticket=ticket.clone()/></div> }
            .into_any();
    }
    // All are there, and the true one is shown: the page may learn that another has become true.
    let hidden = |status| ticket.status != status;
    let error = refusal.and_then(|refusal| refusal.field("quantity")).map(str::to_owned);
    view! {
        <div data-when="available" hidden=hidden(TicketStatus::Available)>
            <Reserve viewer=viewer.clone() here=here.clone() ticket=ticket.clone() form=form.clone() error/>
        </div>
        <div class="standing" data-when="reserved" hidden=hidden(TicketStatus::Reserved)>
            <p>{t!("ticket-reserved")}</p>
            <Others ticket=ticket.clone()/>
        </div>
        <div class="standing" data-when="sold" hidden=hidden(TicketStatus::Sold)>
            <p>{t!("ticket-sold")}</p>
            <Others ticket=ticket.clone()/>
        </div>
        <div class="standing" data-when="withdrawn" hidden=hidden(TicketStatus::Withdrawn)>
            <p>{t!("ticket-withdrawn")}</p>
            <Others ticket=ticket.clone()/>
        </div>
    }
    .into_any()
}

fn own(here: &LocalPath, status: TicketStatus) -> AnyView {
    let manage = (status != TicketStatus::Withdrawn).then(|| {
        view! {
            <p class="actions">
                <a class="button" href=format!("{here}/edit")>{t!("ticket-edit")}</a>
                <a href=format!("{here}/withdraw")>{t!("ticket-withdraw")}</a>
            </p>
        }
    });
    view! {
        <p>{t!("ticket-own")}</p>
        {manage}
        <p><a href="/me/tickets">{t!("ticket-mine")}</a></p>
    }
    .into_any()
}

/// The way to listings like one that cannot be had.
#[component]
fn Others(ticket: TicketView) -> impl IntoView {
    let path = match &ticket.category {
        Some(category) => with_query("/", &[("category", category.as_str())]),
        None => "/".to_owned(),
    };
    view! { <p><a class="button quiet full" href=path>{t!("ticket-others")}</a></p> }
}

/// The form: reserve now, or put it into the basket first. A guest signs in before reserving; the basket is open to all.
#[component]
fn Reserve(
    viewer: Viewer,
    here: LocalPath,
    ticket: TicketView,
    form: ReserveForm,
    error: Option<String>,
) -> impl IntoView {
    let wanted = form.quantity.trim().parse().unwrap_or(1).min(standing::most(&ticket));
    let options = (1..=standing::most(&ticket)).map(|count| {
        let total = ticket.price.0.times(count).map(|minor| money::amount(Major(minor), &ticket.currency));
        let text = t!("ticket-so-many", count = count, total = total.unwrap_or_default());
        let selected = count == wanted;
        view! { <option value=count.to_string() selected=selected>{text}</option> }
    });
    let options = options.collect_view();
    let (reserve, basket) = (format!("{here}/reserve"), format!("{here}/basket"));
    let is_guest = viewer.is_guest();
    let buttons = if is_guest {
        view! {
            <a class="button big full" href=here.sign_in().to_string()>{t!("ticket-sign-in")}</a>
            <button class="quiet full">{t!("ticket-add")}</button>
            <p class="hint">{t!("ticket-new-here")}" "<a href=here.sign_up().to_string()>{t!("sign-up")}</a></p>
        }
        .into_any()
    } else {
        view! {
            <button class="big full">{t!("ticket-reserve")}</button>
            <button class="quiet full" formaction=basket.clone()>{t!("ticket-add")}</button>
        }
        .into_any()
    };
    view! {
        <form method="post" action=if is_guest { basket } else { reserve } data-form="reservation">
            <input type="hidden" name="key" value=form.key()/>
            <input type="hidden" name="price" value=ticket.price.0.to_string()/>
            <Select name="quantity" label=t!("ticket-quantity") error>{options}</Select>
            {buttons}
            <Checked/>
        </form>
        <ol class="promise">
            <li>{t!("ticket-step-reserve")}</li>
            <li>{t!("ticket-step-pay")}</li>
            <li>{t!("ticket-step-lapse")}</li>
        </ol>
    }
}
