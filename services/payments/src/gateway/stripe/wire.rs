//! What Stripe answers, as far as it is read. <https://docs.stripe.com/api>

use common::{id::RefundId, money::Minor};
use serde::Deserialize;

use crate::domain::SeenRefund;

/// A `PaymentIntent`.
#[derive(Debug, Deserialize)]
pub(super) struct Intent {
    pub(super) id: String,
    pub(super) status: IntentStatus,
    #[serde(default)]
    pub(super) client_secret: Option<String>,
    #[serde(default)]
    pub(super) last_payment_error: Option<Fault>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum IntentStatus {
    RequiresPaymentMethod,
    RequiresConfirmation,
    RequiresAction,
    Processing,
    RequiresCapture,
    Canceled,
    Succeeded,
    /// One that was not there when this was written.
    #[serde(other)]
    Unknown,
}

/// A refund.
#[derive(Debug, Deserialize)]
pub(super) struct Refund {
    pub(super) id: String,
    pub(super) amount: Minor,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    metadata: Metadata,
}

impl Refund {
    /// Whether the money went, or is going, back. It may fail days after it was made.
    pub(super) fn stands(&self) -> bool {
        !matches!(self.status.as_deref(), Some("failed" | "canceled"))
    }

    /// The id it was made under, if this service made it.
    pub(super) fn made_as(&self) -> Option<RefundId> {
        self.metadata.refund.as_deref().and_then(|id| id.parse().ok())
    }

    pub(super) fn seen(&self) -> SeenRefund {
        SeenRefund { id: self.made_as(), gateway_ref: self.id.clone(), amount: self.amount }
    }
}

/// Something with nothing but its name of interest.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    pub(super) id: String,
}

/// A page of a list.
#[derive(Debug, Deserialize)]
pub(super) struct List<T> {
    pub(super) data: Vec<T>,
}

/// What we gave the object when we made it.
#[derive(Debug, Default, Deserialize)]
struct Metadata {
    #[serde(default)]
    refund: Option<String>,
}

/// The body of an error.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Failure {
    #[serde(default)]
    pub(super) error: Fault,
}

/// What went wrong.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Fault {
    #[serde(default)]
    pub(super) code: Option<String>,
    #[serde(default)]
    pub(super) message: Option<String>,
    #[serde(default)]
    pub(super) param: Option<String>,
}

impl Fault {
    /// What went wrong, in words for the buyer.
    pub(super) fn words(self) -> String {
        self.message.unwrap_or_else(|| "Your card was declined.".to_owned())
    }
}
