//! The request that made a listing, recognised when it is repeated.

use common::{events::ListingStatus, id::UserId, text::Quantity};
use serde::{Deserialize, Serialize};

use super::{Details, Refusal, Ticket};
use crate::domain::{Availability, Draft};

/// What a request to list says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Said {
    pub(crate) details: Details,
    pub(crate) quantity: Quantity,
}

/// The request that made a listing, if it had an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Origin {
    pub(super) key: String,
    /// What it said; nothing as long as the listing has not changed and says it itself.
    said: Option<Box<Said>>,
}

impl Origin {
    /// Keeps what `ticket` says, which is about to change.
    pub(super) fn outlive(self, ticket: &Ticket) -> Self {
        Self { said: self.said.or_else(|| Some(Box::new(ticket.said()))), ..self }
    }
}

impl Ticket {
    /// The listing, made by a request with this idempotency key.
    pub(crate) fn made_under(self, key: Option<String>) -> Self {
        Self { origin: key.map(|key| Origin { key, said: None }), ..self }
    }

    /// The listing as it was when its request was answered first, if the repeated request asks for the same.
    pub(crate) fn first_answer(&self, asked: &Draft) -> Result<Self, Refusal> {
        let first = self.origin.as_ref().and_then(|origin| origin.said.as_deref().cloned());
        let first = first.unwrap_or_else(|| self.said());
        if asked.said().as_ref() != Some(&first) {
            return Err(Refusal::KeyReused);
        }
        let Said { details, quantity } = first;
        let availability = Availability::untouched(quantity);
        Ok(Self {
            version: 1,
            status: ListingStatus::Listed,
            details,
            quantity,
            availability,
            ..self.clone()
        })
    }

    fn said(&self) -> Said {
        Said { details: self.details.clone(), quantity: self.quantity }
    }
}

/// A seller's idempotency key, told apart from other sellers'.
pub(crate) fn request_name(seller: UserId, key: &str) -> String {
    format!("{seller}:{key}")
}
