//! One charge in the sandbox's ledger: what a bank would know of it. Pure.

use common::{
    id::PaymentId,
    money::{Currency, Minor},
};
use serde::{Deserialize, Serialize};

use super::token::Verdict;
use crate::{
    domain::{Authorisation, Standing},
    gateway::{Charge, GatewayError},
};

/// A charge as the sandbox remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    #[serde(rename = "_id")]
    id: PaymentId,
    amount_minor: Minor,
    currency: Currency,
    #[serde(flatten)]
    status: Status,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case", rename_all_fields = "camelCase")]
enum Status {
    RequiresAction {
        client_secret: String,
        then_decline: Option<String>,
    },
    Authorised {
        capture_fails: bool,
    },
    Captured,
    Declined {
        reason: String,
    },
    /// Also what bars a charge that was never made.
    Voided,
    Refunded,
}

impl Entry {
    /// A charge the sandbox has just decided about. `secret` makes the client secret hard to guess.
    pub(crate) fn decide(charge: &Charge, verdict: Verdict, secret: [u8; 16]) -> Self {
        let status = match verdict {
            Verdict::Authorise => Status::Authorised { capture_fails: false },
            Verdict::AuthoriseOnly => Status::Authorised { capture_fails: true },
            Verdict::Decline(reason) => Status::Declined { reason: reason.to_owned() },
            Verdict::Confirm { then_decline } => Status::RequiresAction {
                client_secret: format!(
                    "{}_secret_{:032x}",
                    reference(charge.id),
                    u128::from_be_bytes(secret)
                ),
                then_decline: then_decline.map(str::to_owned),
            },
        };
        Self::of(charge, status)
    }

    /// A charge nobody had made and now nobody can.
    pub(crate) fn barred(charge: &Charge) -> Self {
        Self::of(charge, Status::Voided)
    }

    fn of(charge: &Charge, status: Status) -> Self {
        Self { id: charge.id, amount_minor: charge.amount, currency: charge.currency.clone(), status }
    }

    /// The answer to an authorisation.
    pub(crate) fn answer(&self) -> Result<Authorisation, GatewayError> {
        match &self.status {
            Status::Declined { reason } => Err(GatewayError::Declined { reason: reason.clone() }),
            Status::RequiresAction { .. } | Status::Authorised { .. } | Status::Captured => {
                match self.standing() {
                    Standing::Agreed(authorisation) => Ok(authorisation),
                    _ => Ok(Authorisation::Authorised { gateway_ref: reference(self.id) }),
                }
            }
            Status::Voided | Status::Refunded => Err(refused("The payment was given back.")),
        }
    }

    /// Where it stands.
    pub(crate) fn standing(&self) -> Standing {
        let gateway_ref = reference(self.id);
        match &self.status {
            Status::RequiresAction { client_secret, .. } => {
                let client_secret = client_secret.clone();
                Standing::Agreed(Authorisation::RequiresAction { gateway_ref, client_secret })
            }
            Status::Authorised { .. } => Standing::Agreed(Authorisation::Authorised { gateway_ref }),
            Status::Captured => Standing::Captured { gateway_ref },
            Status::Declined { reason } => Standing::Declined { reason: reason.clone() },
            Status::Voided => Standing::Voided,
            Status::Refunded => Standing::Refunded,
        }
    }

    /// The buyer confirms.
    pub(crate) fn confirm(self) -> Result<Self, GatewayError> {
        let status = match &self.status {
            Status::RequiresAction { then_decline: Some(reason), .. } => {
                Status::Declined { reason: reason.clone() }
            }
            Status::RequiresAction { then_decline: None, .. } => Status::Authorised { capture_fails: false },
            Status::Authorised { .. } | Status::Captured | Status::Declined { .. } => return Ok(self),
            Status::Voided | Status::Refunded => return Err(refused("The payment was given back.")),
        };
        Ok(Self { status, ..self })
    }

    /// Takes the money.
    pub(crate) fn capture(self) -> Result<Self, GatewayError> {
        match self.status {
            Status::Authorised { capture_fails: false } => Ok(Self { status: Status::Captured, ..self }),
            Status::Captured => Ok(self),
            Status::Authorised { capture_fails: true } => {
                Err(refused("Your bank withdrew its agreement to the payment."))
            }
            _ => Err(refused("There is nothing to capture.")),
        }
    }

    /// Gives back what was set aside.
    pub(crate) fn void(self) -> Result<Self, GatewayError> {
        match self.status {
            Status::RequiresAction { .. } | Status::Authorised { .. } => {
                Ok(Self { status: Status::Voided, ..self })
            }
            Status::Declined { .. } | Status::Voided => Ok(self),
            Status::Captured | Status::Refunded => Err(refused("The payment is captured.")),
        }
    }

    /// Gives back what was taken.
    pub(crate) fn refund(self) -> Result<Self, GatewayError> {
        match self.status {
            Status::Captured => Ok(Self { status: Status::Refunded, ..self }),
            Status::Refunded => Ok(self),
            _ => Err(refused("There is nothing to refund.")),
        }
    }
}

fn reference(id: PaymentId) -> String {
    format!("sandbox_{id}")
}

fn refused(reason: &str) -> GatewayError {
    GatewayError::Final { reason: reason.to_owned() }
}
