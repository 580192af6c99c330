//! A listing that only its seller may change.

use common::{api::TicketView, id::TicketId};

use crate::{
    backend::tickets,
    caller::{Caller, Viewer},
    trouble::Trouble,
};

/// The listing, if its seller is asking.
pub(super) async fn find(caller: &Caller, id: TicketId) -> Result<TicketView, Trouble> {
    let (viewer, ticket) = tokio::join!(caller.viewer(), tickets::show(caller, id));
    if viewer.is_guest() {
        return Err(Trouble::SignInFirst(None));
    }
    let ticket = ticket?;
    match viewer {
        Viewer::User(user) if user.id != ticket.user_id => Err(Trouble::NotYours),
        // Where it cannot be found out who is asking, the service decides when the form is sent.
        _ => Ok(ticket),
    }
}
