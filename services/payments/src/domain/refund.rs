//! Captured money that goes back to its buyer.

use std::time::Duration;

use common::{
    api::{RefundStatus, RefundView, RefundedLineView},
    id::{PaymentId, RefundId, TicketId, UserId},
    money::{Currency, Major, Minor},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How long a refund is asked for under one key: a failure may be saved under it.
const HOUR: Duration = Duration::from_hours(1);
/// After this long no request is on its way any more, and whether the refund was made is certain to be told.
const ON_ITS_WAY: Duration = Duration::from_mins(2);

/// A refund of a part or all of a captured payment. It is recorded before the gateway is asked, and its id is the
/// idempotency key there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Refund {
    id: RefundId,
    #[serde(rename = "amountMinor")]
    amount: Minor,
    /// Together the amount. None where the lines of the payment are not known.
    shares: Vec<Share>,
    reason: String,
    asked_by: AskedBy,
    /// What a repeated request is recognised by.
    key: Option<String>,
    #[serde(with = "messaging::timestamp")]
    asked_at: Timestamp,
    #[serde(with = "messaging::optional_timestamp")]
    settled_at: Option<Timestamp>,
    #[serde(flatten)]
    state: State,
}

/// What a refund gives back of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Share {
    /// The line's listing.
    pub(crate) ticket_id: TicketId,
    /// How much of what the line cost.
    #[serde(rename = "amountMinor")]
    pub(crate) amount: Minor,
    /// Units that go back on sale.
    pub(crate) units: u32,
}

/// Who wants the money to go back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "who", content = "id", rename_all = "snake_case")]
pub(crate) enum AskedBy {
    /// The seller of the line.
    Seller(UserId),
    /// Whoever runs the market.
    Operator,
    /// The order has ended: nothing of its money may be kept.
    Order,
    /// It was made at the gateway, past this service.
    Gateway,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case", rename_all_fields = "camelCase")]
enum State {
    Requested,
    Done {
        gateway_ref: String,
    },
    /// Nothing was given back.
    Failed {
        failure: String,
    },
    /// It was given back, and has come back.
    Returned {
        gateway_ref: String,
        failure: String,
    },
}

/// A refund as it is asked for.
#[derive(Debug, Clone)]
pub(crate) struct RefundRequest {
    /// The refund's id.
    pub(crate) id: RefundId,
    /// By line; each listing at most once.
    pub(crate) shares: Vec<Share>,
    /// Why, in words for the buyer.
    pub(crate) reason: String,
    /// Who asks.
    pub(crate) asked_by: AskedBy,
    /// What a repetition of the request is recognised by.
    pub(crate) key: Option<String>,
}

impl Refund {
    pub(super) fn new(request: RefundRequest, amount: Minor, now: Timestamp) -> Self {
        let RefundRequest { id, shares, reason, asked_by, key } = request;
        Self {
            id,
            amount,
            shares,
            reason,
            asked_by,
            key,
            asked_at: now,
            settled_at: None,
            state: State::Requested,
        }
    }

    /// Its id.
    pub(crate) fn id(&self) -> RefundId {
        self.id
    }

    /// How much.
    pub(crate) fn amount(&self) -> Minor {
        self.amount
    }

    /// The same by line.
    pub(crate) fn shares(&self) -> &[Share] {
        &self.shares
    }

    /// How many hours ago it was asked for: with each the gateway is asked under another key.
    pub(crate) fn hours(&self, now: Timestamp) -> u64 {
        self.age(now).as_secs() / HOUR.as_secs()
    }

    /// Whether what was asked under the last hour's key may still be on its way, so that it could be made twice.
    pub(crate) fn is_between_keys(&self, now: Timestamp) -> bool {
        let age = self.age(now);
        age >= HOUR && age.as_secs() % HOUR.as_secs() < ON_ITS_WAY.as_secs()
    }

    fn age(&self, now: Timestamp) -> Duration {
        Duration::try_from(now.duration_since(self.asked_at)).unwrap_or_default()
    }

    /// Why.
    pub(crate) fn reason(&self) -> &str {
        &self.reason
    }

    /// Who asked for it.
    pub(crate) fn asked_by(&self) -> &AskedBy {
        &self.asked_by
    }

    /// When it came to its end.
    pub(crate) fn settled_at(&self) -> Option<Timestamp> {
        self.settled_at
    }

    /// Whether the money went back, and the buyer's bank has returned it.
    pub(crate) fn was_returned(&self) -> bool {
        matches!(self.state, State::Returned { .. })
    }

    /// Why it failed.
    pub(crate) fn failure(&self) -> Option<&str> {
        match &self.state {
            State::Failed { failure } | State::Returned { failure, .. } => Some(failure),
            State::Requested | State::Done { .. } => None,
        }
    }

    /// Whether it is what this request asked for.
    pub(crate) fn is_for(&self, asked_by: &AskedBy, key: &str) -> bool {
        self.asked_by == *asked_by && self.key.as_deref() == Some(key)
    }

    /// Where it stands.
    pub(crate) fn status(&self) -> RefundStatus {
        match self.state {
            State::Requested => RefundStatus::Pending,
            State::Done { .. } => RefundStatus::Done,
            State::Failed { .. } | State::Returned { .. } => RefundStatus::Failed,
        }
    }

    /// The gateway's name for it, once the money is on its way.
    pub(crate) fn gateway_ref(&self) -> Option<&str> {
        match &self.state {
            State::Done { gateway_ref } | State::Returned { gateway_ref, .. } => Some(gateway_ref),
            State::Requested | State::Failed { .. } => None,
        }
    }

    pub(super) fn done(self, gateway_ref: String, shares: Vec<Share>, now: Timestamp) -> Self {
        Self { state: State::Done { gateway_ref }, shares, settled_at: Some(now), ..self }
    }

    pub(super) fn returned(self, gateway_ref: String, failure: String, now: Timestamp) -> Self {
        Self { state: State::Returned { gateway_ref, failure }, settled_at: Some(now), ..self }
    }

    pub(super) fn failed(self, failure: String, now: Timestamp) -> Self {
        Self { state: State::Failed { failure }, settled_at: Some(now), ..self }
    }

    /// The refund as its buyer and seller see it.
    pub(crate) fn view(&self, payment: PaymentId, currency: &Currency) -> RefundView {
        let line = |share: &Share| RefundedLineView {
            ticket_id: share.ticket_id,
            amount: Major(share.amount),
            units: share.units,
        };
        RefundView {
            id: self.id,
            payment_id: payment,
            status: self.status(),
            amount: Major(self.amount),
            currency: currency.as_str().to_owned(),
            lines: self.shares.iter().map(line).collect(),
            reason: self.reason.clone(),
            at: self.settled_at.unwrap_or(self.asked_at),
            failure: self.failure().map(str::to_owned),
        }
    }
}
