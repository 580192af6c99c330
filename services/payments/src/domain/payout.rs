//! Money on its way to a seller.

use std::time::Duration;

use common::{
    api::MovementKind,
    id::{PayoutId, UserId},
    money::{Currency, Minor},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Entry,
    backoff::pause_after,
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
    /// Which gateway is asked. Not known of a payout from before this was noted.
    #[serde(default)]
    gateway: Option<String>,
    /// How many payouts before it were refused, one after the other.
    #[serde(default)]
    refused_before: u32,
    #[serde(with = "messaging::timestamp")]
    begun_at: Timestamp,
    /// When it was refused.
    #[serde(default, with = "messaging::optional_timestamp")]
    failed_at: Option<Timestamp>,
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

/// Whose payout it is, of what, and through which gateway.
#[derive(Debug, Clone)]
pub(crate) struct Due {
    pub(crate) seller: UserId,
    pub(crate) amount: Minor,
    pub(crate) currency: Currency,
    pub(crate) gateway: &'static str,
}

impl Payout {
    /// A payout of all that is due, before the gateway is asked. `latest` is the last one to the seller in this currency.
    pub(crate) fn begin(id: PayoutId, due: Due, latest: Option<&Self>, now: Timestamp) -> Self {
        Self {
            id,
            seller_id: due.seller,
            number: latest.map_or(1, |latest| latest.number + 1),
            amount: due.amount,
            currency: due.currency,
            gateway: Some(due.gateway.to_owned()),
            refused_before: latest.map_or(0, Self::refused_in_a_row),
            begun_at: now,
            failed_at: None,
            state: State::Requested,
        }
    }

    /// Whether the next one may be begun: not while this one is under way, and later and later while the gateway refuses
    /// one after the other.
    pub(crate) fn may_be_followed(&self, now: Timestamp) -> bool {
        let ended = self.failed_at.unwrap_or(self.begun_at);
        let rested = Duration::try_from(now.duration_since(ended)).unwrap_or_default();
        !self.is_open() && rested >= pause_after(self.refused_in_a_row())
    }

    fn refused_in_a_row(&self) -> u32 {
        match self.state {
            State::Failed { .. } => self.refused_before.saturating_add(1),
            State::Requested | State::Paid { .. } => 0,
        }
    }

    /// Whether this gateway is to send it. Of one whose gateway is not known it is taken to be the same.
    pub(crate) fn is_through(&self, gateway: &str) -> bool {
        self.gateway.as_deref().is_none_or(|own| own == gateway)
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

    /// Whether the money is with the seller.
    pub(crate) fn is_paid(&self) -> bool {
        matches!(self.state, State::Paid { .. })
    }

    fn is_open(&self) -> bool {
        self.state == State::Requested
    }

    /// The gateway has sent it.
    #[must_use]
    pub(crate) fn paid(self, gateway_ref: String) -> Self {
        Self { state: State::Paid { gateway_ref }, ..self }
    }

    /// The gateway refuses for good to send it.
    #[must_use]
    pub(crate) fn failed(self, reason: String, now: Timestamp) -> Self {
        Self { state: State::Failed { reason }, failed_at: Some(now), ..self }
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

#[cfg(test)]
mod tests {
    use common::id::Id;

    use super::*;

    fn hour(hour: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + hour * 3600).unwrap()
    }

    fn begun(latest: Option<&Payout>) -> Payout {
        let due = Due {
            seller: UserId::generate(hour(0), [1; 8]),
            amount: Minor::new(100).unwrap(),
            currency: "usd".parse().unwrap(),
            gateway: "stripe",
        };
        Payout::begin(PayoutId::generate(hour(0), [2; 8]), due, latest, hour(0))
    }

    #[test]
    fn a_payout_is_followed_at_once_if_it_was_sent_and_later_and_later_if_it_was_refused() {
        let first = begun(None);
        assert!(!first.may_be_followed(hour(99)), "under way");
        assert!(first.clone().paid("tr".to_owned()).may_be_followed(hour(0)));
        let mut refused = first.failed("no".to_owned(), hour(0));
        for (number, hours) in [(2, 1), (3, 2), (4, 4), (5, 8), (6, 16), (7, 24), (8, 24)] {
            assert!(!refused.may_be_followed(hour(hours - 1)), "{number}");
            assert!(refused.may_be_followed(hour(hours)), "{number}");
            refused = begun(Some(&refused)).failed("no".to_owned(), hour(0));
            assert_eq!(refused.number, number);
        }
        let sent = begun(Some(&refused)).paid("tr".to_owned());
        assert!(begun(Some(&sent)).failed("no".to_owned(), hour(0)).may_be_followed(hour(1)));
    }

    #[test]
    fn a_payout_from_before_its_gateway_was_noted_reads_back() {
        let payout = begun(None).failed("no".to_owned(), hour(1));
        let mut document = bson::serialize_to_document(&payout).unwrap();
        assert_eq!(bson::deserialize_from_document::<Payout>(document.clone()).unwrap(), payout);
        for name in ["gateway", "refusedBefore", "failedAt"] {
            document.remove(name).unwrap();
        }
        let old: Payout = bson::deserialize_from_document(document).unwrap();
        assert!(old.is_through("stripe") && old.is_through("sandbox"));
        assert!(!payout.is_through("sandbox"));
        assert!(!old.may_be_followed(hour(0)) && old.may_be_followed(hour(1)));
    }
}
