//! The ticket's page, which three routes answer with.

use axum::response::Response;
use common::{api::TicketView, id::TicketId};
use leptos::prelude::*;

use crate::{
    backend::tickets,
    caller::Caller,
    forms::ReserveForm,
    local_path::LocalPath,
    pages::ticket::{Shown, Ticket},
    render,
    state::AppState,
    trouble::Trouble,
    view::refusal::{Refusal, outcome},
};

/// The page's path.
pub(super) fn path(id: TicketId) -> LocalPath {
    LocalPath::own(format!("/tickets/{id}"))
}

/// The page as things stand now, with why a form on it was refused, if one was.
pub(super) async fn answer(
    caller: &Caller,
    state: &AppState,
    id: TicketId,
    form: ReserveForm,
    refusal: Option<Refusal>,
) -> Result<Response, Trouble> {
    // Before anybody is asked, so that nothing shown is older.
    let now = state.clock.now();
    let (visit, ticket) = tokio::join!(caller.visit_of(path(id)), tickets::show(caller, id));
    let ticket: TicketView = ticket.map_err(|error| Refusal::or_else(refusal.as_ref(), error))?;
    let shown = Shown { in_basket: caller.basket().units_of(id), ticket, now };
    Ok(render::page(outcome(refusal.as_ref()), visit, |visit| view! { <Ticket visit shown form refusal/> }))
}
