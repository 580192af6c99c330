//! One listing, with the form that reserves it.

use common::api::TicketView;
use leptos::prelude::*;

use super::{alert::Alert, field::Input, layout::Layout, ticket_card::place};
use crate::{
    caller::Visit,
    forms::ReserveForm,
    local_path::LocalPath,
    view::{money, refusal::Refusal, standing, time},
};

#[component]
pub(crate) fn Ticket(
    visit: Visit,
    ticket: TicketView,
    form: ReserveForm,
    refusal: Option<Refusal>,
) -> impl IntoView {
    let reserve = reserve(&visit, &ticket, &form, refusal.as_ref());
    view! {
        <Layout title=ticket.title.to_string() visit>
            <Alert refusal/>
            <article class="split">
                <div>
                    {ticket.category.as_ref().map(|kind| view! { <p class="kind">{kind.to_string()}</p> })}
                    <h1>{ticket.title.to_string()}</h1>
                    <Facts ticket=ticket.clone()/>
                    {ticket.description.as_ref().map(|text| view! { <p class="prose">{text.to_string()}</p> })}
                </div>
                <aside class="panel">
                    <p class="price">{money::amount(ticket.price, &ticket.currency)}</p>
                    <p>{standing::availability(&ticket)}</p>
                    {reserve}
                </aside>
            </article>
        </Layout>
    }
}

#[component]
fn Facts(ticket: TicketView) -> impl IntoView {
    view! {
        <dl class="facts">
            {ticket.starts_at.map(|at| view! {
                <dt>"When"</dt>
                <dd><time datetime=at.to_string()>{time::moment(&at.to_zoned(jiff::tz::TimeZone::UTC))}</time></dd>
            })}
            {place(&ticket).map(|place| view! { <dt>"Where"</dt><dd>{place}</dd> })}
        </dl>
    }
}

/// What this visitor can do with this listing.
fn reserve(visit: &Visit, ticket: &TicketView, form: &ReserveForm, refusal: Option<&Refusal>) -> AnyView {
    let here = format!("/tickets/{}", ticket.id);
    if visit.viewer.is(ticket.user_id) {
        let withdrawn = ticket.status == common::api::TicketStatus::Withdrawn;
        return view! {
            <p>"This is your listing."</p>
            {(!withdrawn).then(|| view! {
                <p class="actions">
                    <a class="button" href=format!("{here}/edit")>"Edit"</a>
                    <a href=format!("{here}/withdraw")>"Withdraw"</a>
                </p>
            })}
        }
        .into_any();
    }
    if let Some(why) = standing::unavailable(ticket.status) {
        return view! { <p>{why}</p> }.into_any();
    }
    if visit.viewer.is_guest() {
        let here = LocalPath::own(here);
        return view! {
            <p class="actions"><a class="button" href=here.sign_in().to_string()>"Sign in to reserve"</a></p>
            <p>"New here? "<a href=here.sign_up().to_string()>"Sign up"</a>"."</p>
        }
        .into_any();
    }
    let error = refusal.and_then(|refusal| refusal.field("quantity")).map(str::to_owned);
    view! {
        <form method="post" action=format!("{here}/reserve")>
            <input type="hidden" name="key" value=form.key()/>
            <input type="hidden" name="price" value=ticket.price.0.to_string()/>
            <Input name="quantity" label="How many" kind="number" value=form.quantity.clone() error
                min="1" max=standing::most(ticket).to_string() inputmode="numeric" required=true/>
            <button>"Reserve"</button>
            <p class="hint">"Nothing is charged yet. You get a few minutes to pay."</p>
        </form>
    }
    .into_any()
}
