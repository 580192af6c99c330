//! `POST /tickets/{id}/withdraw`

use axum::{extract::State, response::Response};
use common::id::TicketId;
use leptos::prelude::*;

use super::{page_id::PageId, ticket_page};
use crate::{
    backend::{CallError, tickets},
    caller::Caller,
    notice::Notice,
    pages::{my_tickets, withdraw::Withdraw},
    render,
    state::AppState,
    trouble::Trouble,
    view::refusal::Refusal,
};

pub(super) async fn handle(
    caller: Caller,
    State(state): State<AppState>,
    PageId(id): PageId<TicketId>,
) -> Result<Response, Trouble> {
    let page = ticket_page::path(id);
    let Err(error) = tickets::withdraw(&caller, id).await else {
        return Ok(Notice::ListingWithdrawn.at(my_tickets::PATH, state.cookie));
    };
    let lost = if let CallError::Missing(outage) = error { Some(outage) } else { None };
    let refusal = Refusal::on_form(error).map_err(|trouble| trouble.back_to(page.clone()))?;
    let (visit, ticket) = tokio::join!(caller.visit_of(page), tickets::show(&caller, id));
    // What was asked for first is the news: it may have been done.
    let ticket = ticket.map_err(|error| lost.map_or_else(|| error.into(), Trouble::Missing))?;
    let outcome = refusal.outcome();
    Ok(render::page(outcome, visit, |visit| view! { <Withdraw visit ticket refusal=Some(refusal)/> }))
}
