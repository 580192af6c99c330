//! Money on its way to a seller.

use common::{
    api::MovementKind,
    id::{PayoutId, UserId},
    money::{Currency, Minor},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Entry,
    ledger::{Account, Transfer},
};

/// A payout: begun in the ledger before the gateway is asked, and its id is the idempotency key there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Payout {
    #[serde(rename = "_id")]
    id: PayoutId,
    seller_id: UserId,
    /// Which payout to this seller in this currency it is, counted from 1. One is begun only once the one before it has ended.
    number: u32,
    #[serde(rename = "amountMinor")]
    amount: Minor,
    currency: Currency,
    #[serde(with = "messaging::timestamp")]
    begun_at: Timestamp,
    #[serde(flatten)]
    state: State,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case", rename_all_fields = "camelCase")]
enum State {
    Requested,
    Paid { gateway_ref: String },
    Failed { reason: String },
}

impl Payout {
    /// A payout of all that is due, before the gateway is asked.
    pub(crate) fn begin(
        id: PayoutId,
        seller_id: UserId,
        number: u32,
        amount: Minor,
        currency: Currency,
        now: Timestamp,
    ) -> Self {
        Self { id, seller_id, number, amount, currency, begun_at: now, state: State::Requested }
    }

    /// Its id.
    pub(crate) fn id(&self) -> PayoutId {
        self.id
    }

    /// Who is paid.
    pub(crate) fn seller(&self) -> UserId {
        self.seller_id
    }

    /// How much.
    pub(crate) fn amount(&self) -> Minor {
        self.amount
    }

    /// In which currency.
    pub(crate) fn currency(&self) -> &Currency {
        &self.currency
    }

    /// Which payout to this seller it is.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// Whether the gateway still has to be asked.
    pub(crate) fn is_open(&self) -> bool {
        self.state == State::Requested
    }

    /// The gateway has sent it.
    #[must_use]
    pub(crate) fn paid(self, gateway_ref: String) -> Self {
        Self { state: State::Paid { gateway_ref }, ..self }
    }

    /// The gateway refuses for good to send it.
    #[must_use]
    pub(crate) fn failed(self, reason: String) -> Self {
        Self { state: State::Failed { reason }, ..self }
    }

    /// What its last change moved.
    pub(crate) fn entry(&self, now: Timestamp) -> Entry {
        let seller = Account::Seller(self.seller_id);
        let (name, kind, debit, credit) = match self.state {
            State::Requested => ("begun", MovementKind::Payout, seller, Account::Payouts),
            State::Paid { .. } => ("sent", MovementKind::Payout, Account::Payouts, Account::Gateway),
            State::Failed { .. } => ("failed", MovementKind::PayoutFailed, Account::Payouts, seller),
        };
        let transfer = Transfer { debit, credit, amount: self.amount, matures: None };
        Entry::new(format!("{}-{name}", self.id), kind, now, self.currency.clone(), [transfer])
    }
}
