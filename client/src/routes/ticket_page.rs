//! The ticket's page, which two routes answer with.

use axum::response::Response;
use common::{api::TicketView, id::TicketId};
use leptos::prelude::*;

use crate::{
    backend::tickets,
    caller::Caller,
    forms::ReserveForm,
    local_path::LocalPath,
    pages::ticket::Ticket,
    render,
    trouble::Trouble,
    view::refusal::{Refusal, outcome},
};

/// The page's path.
pub(super) fn path(id: TicketId) -> LocalPath {
    LocalPath::own(format!("/tickets/{id}"))
}

/// The page as things stand now, with why a reservation was refused, if it was.
pub(super) async fn answer(
    caller: &Caller,
    id: TicketId,
    form: ReserveForm,
    refusal: Option<Refusal>,
) -> Result<Response, Trouble> {
    let (visit, ticket) = tokio::join!(caller.visit_of(path(id)), tickets::show(caller, id));
    let ticket: TicketView = ticket?;
    Ok(render::page(outcome(refusal.as_ref()), visit, |visit| view! { <Ticket visit ticket form refusal/> }))
}

/// A listing that only its seller may change.
pub(super) async fn own(caller: &Caller, id: TicketId) -> Result<TicketView, Trouble> {
    let (viewer, ticket) = tokio::join!(caller.viewer(), tickets::show(caller, id));
    if viewer.is_guest() {
        return Err(Trouble::SignInFirst(None));
    }
    let ticket = ticket?;
    match viewer {
        crate::caller::Viewer::User(user) if user.id != ticket.user_id => {
            Err(Trouble::NotYours("Only its seller can change this listing."))
        }
        // Where it cannot be found out who is asking, the service decides when the form is sent.
        _ => Ok(ticket),
    }
}
