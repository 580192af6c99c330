//! What this service listens to, and the handler of each.

mod expiration_completed;
mod payment;
mod ticket;

use common::events::{Event, Stream};
use messaging::{Delivery, Outcome, Subscription};

use crate::{
    domain::{IllegalTransition, Transition},
    state::AppState,
    store::ChangeError,
};

/// The events this service hears.
pub(crate) const SUBSCRIPTIONS: &[Subscription] = &[
    Subscription {
        stream: Stream::Tickets,
        types: &["ticket.created", "ticket.updated", "ticket.withdrawn"],
    },
    Subscription { stream: Stream::Expirations, types: &["expiration.completed"] },
    Subscription {
        stream: Stream::Payments,
        types: &[
            "payment.authorized",
            "payment.captured",
            "payment.failed",
            "payment.voided",
            "payment.refunded",
        ],
    },
];

/// Handles one event.
pub(crate) async fn handle(state: AppState, delivery: Delivery) -> Outcome {
    match delivery.event {
        Event::TicketCreated(ticket) | Event::TicketUpdated(ticket) => {
            ticket::replicate(&state, &ticket).await.into()
        }
        Event::TicketWithdrawn(ticket) => ticket::withdraw(&state, &ticket).await.into(),
        Event::ExpirationCompleted(expired) => expiration_completed::handle(&state, &expired).await,
        Event::PaymentAuthorized(payment) => payment::authorized(&state, &payment).await,
        Event::PaymentCaptured(payment) => payment::captured(&state, &payment).await,
        Event::PaymentFailed(payment) => payment::failed(&state, &payment).await,
        Event::PaymentVoided(payment) => payment::voided(&state, &payment).await,
        Event::PaymentRefunded(payment) => payment::refunded(&state, &payment).await,
        other => Outcome::Reject(format!("{} is not subscribed to", other.kind())),
    }
}

/// What a change of an order means for the event that asked for it.
fn outcome(changed: Result<Transition, ChangeError>) -> Outcome {
    match changed {
        Ok(Transition::Changed(_)) => Outcome::Done,
        Ok(Transition::AlreadyThere(_)) => Outcome::AlreadyDone,
        // Too late: the order has moved on, and its own announcement tells the sender what to do about it.
        Err(ChangeError::Illegal(illegal)) => {
            count(&illegal);
            Outcome::AlreadyDone
        }
        // Every order begins here, so one that is not here never was.
        Err(error @ ChangeError::Unknown(_)) => Outcome::Reject(error.to_string()),
        Err(error) => Err(error).into(),
    }
}

/// A change that the state machine does not have was asked for.
fn count(illegal: &IllegalTransition) {
    metrics::counter!("illegal_transitions_total", "attempted" => illegal.attempted).increment(1);
    tracing::info!(refused = %illegal, "illegal transition");
}
