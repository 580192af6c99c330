//! One charge in the sandbox's ledger: what a bank would know of it. Pure.

use common::{
    id::{PaymentId, RefundId},
    money::{Currency, Minor},
};
use serde::{Deserialize, Serialize};

use super::token::Verdict;
use crate::{
    domain::{Authorisation, SeenRefund, Standing},
    gateway::{Charge, GatewayError, MoneyBack},
};

/// A charge as the sandbox remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    #[serde(rename = "_id")]
    id: PaymentId,
    amount_minor: Minor,
    currency: Currency,
    /// What was given back of a captured charge.
    #[serde(default)]
    refunds: Vec<Back>,
    #[serde(flatten)]
    status: Status,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Back {
    id: RefundId,
    amount_minor: Minor,
    /// Whether the buyer's bank did not take it. Nothing the sandbox does by itself: it is for tests to say.
    #[serde(default)]
    returned: bool,
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
        Self {
            id: charge.id,
            amount_minor: charge.amount,
            currency: charge.currency.clone(),
            refunds: Vec::new(),
            status,
        }
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
            Status::Voided => Err(refused("The payment was given back.")),
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
            Status::Captured => {
                let (returned, made): (Vec<_>, Vec<_>) = self.refunds.iter().partition(|back| back.returned);
                let seen = |backs: Vec<&Back>| backs.into_iter().map(Back::seen).collect();
                Standing::Captured { gateway_ref, refunds: seen(made), returned: seen(returned) }
            }
            Status::Declined { reason } => Standing::Declined { reason: reason.clone() },
            Status::Voided => Standing::Voided,
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
            Status::Voided => return Err(refused("The payment was given back.")),
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
            Status::Captured => Err(refused("The payment is captured.")),
        }
    }

    /// Gives back what was taken, or a part of it.
    pub(crate) fn refund(self, back: MoneyBack) -> Result<Self, GatewayError> {
        if self.status != Status::Captured {
            return Err(refused("There is nothing to refund."));
        }
        match self.refunds.iter().find(|made| made.id == back.id) {
            Some(made) if made.returned => return Err(refused("The buyer's bank did not take the money.")),
            Some(_) => return Ok(self),
            None => {}
        }
        let mut made = self.refunds.iter().filter(|made| !made.returned).map(|made| made.amount_minor);
        let left = made.try_fold(self.amount_minor, Minor::checked_sub);
        if left.is_none_or(|left| left < back.amount) {
            return Err(refused("Less than that is left to refund."));
        }
        let made = Back { id: back.id, amount_minor: back.amount, returned: false };
        Ok(Self { refunds: [self.refunds, vec![made]].concat(), ..self })
    }

    /// The buyer's bank does not take the last refund.
    #[cfg(test)]
    pub(crate) fn return_refund(mut self) -> Result<Self, GatewayError> {
        match self.refunds.last_mut() {
            Some(last) => last.returned = true,
            None => return Err(refused("There is no refund.")),
        }
        Ok(self)
    }
}

impl Back {
    fn seen(&self) -> SeenRefund {
        SeenRefund { id: Some(self.id), gateway_ref: refund_reference(self.id), amount: self.amount_minor }
    }
}

pub(super) fn refund_reference(id: RefundId) -> String {
    format!("sandbox_refund_{id}")
}

pub(super) fn reference(id: PaymentId) -> String {
    format!("sandbox_{id}")
}

fn refused(reason: &str) -> GatewayError {
    GatewayError::Final { reason: reason.to_owned() }
}
