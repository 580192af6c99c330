//! `order.*`: the inventory of the order's listings changed; show it.
//!
//! Counts arrive in any order, and only the newest is shown. If it takes more than is listed, the quantity is raised; a
//! shortage that was over before it was heard of raises nothing, here or at the orders service.

use common::{events::OrderState, id::TicketId};
use messaging::{Outcome, StoreError};
use runtime::Failure;

use crate::{
    domain::{Ticket, UnitCount},
    state::AppState,
    store::{ChangeError, Projected, Settled},
};

/// Applies every line's count. Each step is done or already done on its own, so a crash between two of them is
/// finished by the next delivery.
pub(super) async fn handle(state: &AppState, order: &OrderState) -> Outcome {
    let mut changed = false;
    let mut impossible = None;
    for item in &order.items {
        let count =
            UnitCount { seq: item.seq, held: item.held, sold: item.sold, takings: item.takings_minor };
        match line(state, item.ticket_id, count).await {
            Ok(news) => changed |= news,
            Err(LineError::Impossible(reason)) => impossible = Some(reason),
            Err(LineError::Failed(failure)) => return Outcome::Retry(failure.to_string()),
        }
    }
    match impossible {
        Some(reason) => Outcome::Reject(reason),
        None if changed => Outcome::Done,
        None => Outcome::AlreadyDone,
    }
}

/// A line's count was not applied.
enum LineError {
    /// It never will be; the order's other lines are not affected.
    Impossible(String),
    /// It may be later.
    Failed(Failure),
}

impl From<StoreError> for LineError {
    fn from(error: StoreError) -> Self {
        Self::Failed(Failure::from_error(error))
    }
}

/// Applies one count and says whether anything changed.
async fn line(state: &AppState, id: TicketId, count: UnitCount) -> Result<bool, LineError> {
    let unknown = || LineError::Impossible(format!("ticket {id} was never listed here"));
    let (ticket, news) = match state.listings.project(id, count).await? {
        Projected::Applied(ticket) => (ticket, true),
        // Known already, yet looked at: a crash may have come before the room was made.
        Projected::Known(ticket) => (ticket, false),
        Projected::Unknown => return Err(unknown()),
    };
    if !ticket.is_short() {
        return Ok(news);
    }
    match state.listings.change(id, Ticket::make_room, Ticket::latest_event).await {
        Ok(Settled::Changed(ticket)) => {
            tracing::info!(%id, version = ticket.public().version, "a reservation was faster than a cut of the quantity");
            Ok(true)
        }
        Ok(Settled::Unchanged(_)) => Ok(news),
        Err(ChangeError::Unknown) => Err(unknown()),
        Err(ChangeError::Refused(impossible)) => {
            Err(LineError::Impossible(format!("ticket {id}: {impossible}")))
        }
        Err(ChangeError::Write(error)) => Err(LineError::Failed(Failure::from_error(error))),
    }
}
