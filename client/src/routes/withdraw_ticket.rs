//! `POST /tickets/{id}/withdraw`

use axum::{extract::State, response::Response};
use common::id::TicketId;
use leptos::prelude::*;

use super::{page_id::PageId, ticket_page};
use crate::{
    backend::tickets,
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
    let refusal = Refusal::on_form(error).map_err(|trouble| trouble.back_to(page.clone()))?;
    let (visit, ticket) = tokio::join!(caller.visit_of(page), tickets::show(&caller, id));
    let ticket = ticket.map_err(|error| Refusal::or_else(Some(&refusal), error))?;
    let outcome = refusal.outcome();
    Ok(render::page(outcome, visit, |visit| view! { <Withdraw visit ticket refusal=Some(refusal)/> }))
}
