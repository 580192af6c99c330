//! The ledger: double-entry records of every movement of money.
//!
//! An entry is made of transfers, each of which debits one account and credits another with the same amount, so that
//! there is no entry that does not balance. A positive balance is a debit: what the gateway holds for the market. What
//! the market owes is a credit: to sellers, and to itself as fees. A buyer's account ends every entry at zero.
//!
//! ```text
//! capture    gateway ← buyer (all), buyer ← sellers (each line less its fee), buyer ← fees
//! refund     sellers ← buyer and fees ← buyer (what each gave up), buyer ← gateway; returned, the other way round
//! dispute    sellers ← buyer, buyer ← gateway: the seller bears it; reversed, the other way round
//! payout     seller ← payouts when it is begun; payouts ← gateway once sent, or payouts ← seller if it failed
//! ```

use std::{fmt, str::FromStr};

use common::{
    api::{MovementKind, RefundStatus},
    id::{InvalidId, OrderId, PaymentId, UserId},
    money::{Currency, Minor},
};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::{Line, Movement, Payment, Refund};

/// Whose money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Account {
    /// What the gateway holds for the market.
    Gateway,
    /// What passes through a buyer's hands.
    Buyer(UserId),
    /// What a seller has earned and was not paid.
    Seller(UserId),
    /// The same, of sellers who are not known: of orders from before sellers were announced.
    UnknownSeller,
    /// What the market has earned.
    Fees,
    /// Payouts that are under way.
    Payouts,
}

impl fmt::Display for Account {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gateway => out.write_str("gateway"),
            Self::Buyer(id) => write!(out, "buyer:{id}"),
            Self::Seller(id) => write!(out, "seller:{id}"),
            Self::UnknownSeller => out.write_str("unknown_seller"),
            Self::Fees => out.write_str("fees"),
            Self::Payouts => out.write_str("payouts"),
        }
    }
}

/// The text names no account.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no account")]
pub(crate) struct UnknownAccount(String);

impl FromStr for Account {
    type Err = UnknownAccount;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = |_: InvalidId| UnknownAccount(text.to_owned());
        match text.split_once(':') {
            Some(("buyer", id)) => id.parse().map(Self::Buyer).map_err(unknown),
            Some(("seller", id)) => id.parse().map(Self::Seller).map_err(unknown),
            Some(_) => Err(UnknownAccount(text.to_owned())),
            None => [Self::Gateway, Self::UnknownSeller, Self::Fees, Self::Payouts]
                .into_iter()
                .find(|account| account.to_string() == text)
                .ok_or_else(|| UnknownAccount(text.to_owned())),
        }
    }
}

impl Serialize for Account {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Account {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input)?.parse().map_err(D::Error::custom)
    }
}

/// An amount that goes from the credited to the debited account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Transfer {
    pub(crate) debit: Account,
    pub(crate) credit: Account,
    #[serde(rename = "amountMinor")]
    pub(crate) amount: Minor,
    /// Of a seller's money: when it is certain, which is once it was taken and the event has begun. None if it always was.
    #[serde(default, with = "messaging::optional_timestamp")]
    pub(crate) matures: Option<Timestamp>,
}

/// One movement of money. Never changed once it is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    #[serde(rename = "_id")]
    id: String,
    kind: MovementKind,
    #[serde(with = "messaging::timestamp")]
    at: Timestamp,
    currency: Currency,
    payment_id: Option<PaymentId>,
    order_id: Option<OrderId>,
    transfers: Vec<Transfer>,
}

impl Entry {
    /// An entry; transfers of nothing are left out.
    pub(super) fn new(
        id: String,
        kind: MovementKind,
        at: Timestamp,
        currency: Currency,
        transfers: impl IntoIterator<Item = Transfer>,
    ) -> Self {
        let transfers = transfers.into_iter().filter(|transfer| transfer.amount > Minor::default()).collect();
        Self { id, kind, at, currency, payment_id: None, order_id: None, transfers }
    }

    /// What the last change of this payment moved, if it moved money.
    pub(crate) fn of(payment: &Payment) -> Option<Self> {
        let (id, kind, transfers) = match payment.movement()? {
            Movement::Capture => (format!("{}-capture", payment.id()), MovementKind::Sale, capture(payment)),
            Movement::Refund { id } => {
                let refund = payment.refund(*id)?;
                (format!("{}-refund-{id}", payment.id()), MovementKind::Refund, refunded(payment, refund))
            }
            Movement::RefundReturned { id } => {
                let transfers = reversed(refunded(payment, payment.refund(*id)?));
                (format!("{}-refund-{id}-returned", payment.id()), MovementKind::Refund, transfers)
            }
            Movement::Dispute { id } => {
                let transfers = disputed(payment, id);
                (format!("{}-dispute-{id}", payment.id()), MovementKind::Dispute, transfers)
            }
            Movement::DisputeReversed { id } => {
                let transfers = reversed(disputed(payment, id));
                (format!("{}-dispute-{id}-reversed", payment.id()), MovementKind::DisputeReversed, transfers)
            }
        };
        let entry = Self::new(id, kind, payment.updated_at(), payment.currency().clone(), transfers);
        Some(Self { payment_id: Some(payment.id()), order_id: Some(payment.order()), ..entry })
    }

    /// Its name.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Why money moved.
    pub(crate) fn kind(&self) -> MovementKind {
        self.kind
    }

    /// When.
    pub(crate) fn at(&self) -> Timestamp {
        self.at
    }

    /// In which currency.
    pub(crate) fn currency(&self) -> &Currency {
        &self.currency
    }

    /// The payment it is about, if it is about one.
    pub(crate) fn payment(&self) -> Option<PaymentId> {
        self.payment_id
    }

    /// The order it is about, if it is about one.
    pub(crate) fn order(&self) -> Option<OrderId> {
        self.order_id
    }

    /// What moved.
    pub(crate) fn transfers(&self) -> &[Transfer] {
        &self.transfers
    }

    /// What it adds to an account and what it takes, as credit and debit.
    pub(crate) fn on(&self, account: Account) -> (Minor, Minor) {
        let sum = |side: fn(&Transfer) -> Account| {
            let amounts = self.transfers.iter().filter(|transfer| side(transfer) == account);
            // Cannot overflow: an entry moves each amount a few times at most.
            amounts.fold(Minor::default(), |sum, transfer| sum.checked_add(transfer.amount).unwrap_or(sum))
        };
        (sum(|transfer| transfer.credit), sum(|transfer| transfer.debit))
    }
}

/// When what a line brought in is certain.
fn maturity(payment: &Payment, line: &Line) -> Option<Timestamp> {
    payment.captured_at().map(|captured_at| line.matures(captured_at))
}

fn account_of(line: &Line) -> Account {
    line.seller_id.map_or(Account::UnknownSeller, Account::Seller)
}

fn plain(debit: Account, credit: Account, amount: Minor) -> Transfer {
    Transfer { debit, credit, amount, matures: None }
}

fn capture(payment: &Payment) -> Vec<Transfer> {
    let buyer = Account::Buyer(payment.payer());
    let mut transfers = vec![plain(Account::Gateway, buyer, payment.amount())];
    if payment.lines().is_empty() {
        transfers.push(plain(buyer, Account::UnknownSeller, payment.amount()));
    }
    for line in payment.lines() {
        let fee = payment.fee_rate().of(line.total);
        let earned = line.total.checked_sub(fee).unwrap_or_default();
        let matures = maturity(payment, line);
        transfers.push(Transfer { debit: buyer, credit: account_of(line), amount: earned, matures });
        transfers.push(plain(buyer, Account::Fees, fee));
    }
    transfers
}

fn reversed(transfers: Vec<Transfer>) -> Vec<Transfer> {
    let back = |transfer: Transfer| Transfer { debit: transfer.credit, credit: transfer.debit, ..transfer };
    transfers.into_iter().map(back).collect()
}

/// The fee on what is given back is given back too: kept is the fee on what is kept.
fn refunded(payment: &Payment, refund: &Refund) -> Vec<Transfer> {
    let buyer = Account::Buyer(payment.payer());
    let mut transfers = vec![plain(buyer, Account::Gateway, refund.amount())];
    if payment.lines().is_empty() {
        transfers.push(plain(Account::UnknownSeller, buyer, refund.amount()));
    }
    for share in refund.shares() {
        let Some(line) = payment.lines().iter().find(|line| line.ticket_id == share.ticket_id) else {
            continue;
        };
        let others = |other: &Refund| other.status() == RefundStatus::Done && other.id() != refund.id();
        let (before, _) = payment.given_back(share.ticket_id, others);
        let kept = line.total.checked_sub(before).unwrap_or_default();
        let rate = payment.fee_rate();
        let fee = rate.of(kept).checked_sub(rate.of(kept.checked_sub(share.amount).unwrap_or_default()));
        let fee = fee.unwrap_or_default().min(share.amount);
        let given_up = share.amount.checked_sub(fee).unwrap_or_default();
        let matures = maturity(payment, line);
        transfers.push(Transfer { debit: account_of(line), credit: buyer, amount: given_up, matures });
        transfers.push(plain(Account::Fees, buyer, fee));
    }
    transfers
}

/// Spread over the lines by what they cost, in their order: the bank does not say which of them it is about.
fn disputed(payment: &Payment, id: &str) -> Vec<Transfer> {
    let buyer = Account::Buyer(payment.payer());
    let Some(dispute) = payment.disputes().iter().find(|dispute| dispute.id == id) else { return Vec::new() };
    let mut transfers = vec![plain(buyer, Account::Gateway, dispute.amount)];
    let mut rest = dispute.amount;
    for line in payment.lines() {
        let amount = line.total.min(rest);
        rest = rest.checked_sub(amount).unwrap_or_default();
        let matures = maturity(payment, line);
        transfers.push(Transfer { debit: account_of(line), credit: buyer, amount, matures });
    }
    transfers.push(plain(Account::UnknownSeller, buyer, rest));
    transfers
}
