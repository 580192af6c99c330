//! What sellers and buyers are told of money that was taken: refunds, sales, balances.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    id::{OrderId, PaymentId, RefundId, TicketId},
    money::Major,
};

/// Where a refund stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum RefundStatus {
    /// The gateway has been or is about to be asked.
    Pending,
    /// The money is on its way to the buyer. Final.
    Done,
    /// The gateway refused for good. Final.
    Failed,
}

/// What a refund gives back of one line of the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RefundedLineView {
    /// The listing.
    pub ticket_id: TicketId,
    /// How much, in major units.
    pub amount: Major,
    /// Units that go back on sale.
    pub units: u32,
}

/// Captured money that goes back to its buyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RefundView {
    /// The refund's id.
    pub id: RefundId,
    /// The payment it is of.
    pub payment_id: PaymentId,
    /// Where it stands.
    pub status: RefundStatus,
    /// How much, in major units.
    pub amount: Major,
    /// The payment's currency.
    pub currency: String,
    /// The same by line.
    pub lines: Vec<RefundedLineView>,
    /// Why, in words for the buyer.
    pub reason: String,
    /// When the money was sent back or that failed; while it is pending, when it was asked for.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
    /// Why the gateway refused; only with `failed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// A line of a complete order, as its seller sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SaleView {
    /// The payment that took the money: what a refund is asked of.
    pub payment_id: PaymentId,
    /// The order.
    pub order_id: OrderId,
    /// The listing.
    pub ticket_id: TicketId,
    /// Units sold.
    pub quantity: u32,
    /// Units of them that are on sale again.
    pub returned: u32,
    /// What the buyer paid for them, in major units.
    pub amount: Major,
    /// The market's fee on what was kept, in major units.
    pub fee: Major,
    /// What was given back, in major units; refunds under way included.
    pub refunded: Major,
    /// The payment's currency.
    pub currency: String,
    /// When the money was taken.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
    /// From when on it is paid out.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub due_at: Timestamp,
}

/// What a seller has earned and not been paid yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BalanceView {
    /// Of what currency these are. A seller who has sold in several has one balance each.
    pub currency: String,
    /// Held until some time after the events, in major units.
    pub pending: Major,
    /// Paid out next, in major units.
    pub available: Major,
    /// What the seller owes, having been paid out what was refunded later, in major units. With it nothing is available.
    pub owed: Major,
    /// Paid out so far, in major units; payouts under way included.
    pub paid_out: Major,
}

/// Why a seller's balance changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum MovementKind {
    /// An order with units of the seller's was paid.
    Sale,
    /// Money was given back to a buyer.
    Refund,
    /// A buyer's bank took money back.
    Dispute,
    /// A buyer's bank returned what it had taken back.
    DisputeReversed,
    /// Money was sent to the seller.
    Payout,
    /// A payout did not arrive.
    PayoutFailed,
}

/// A change of a seller's balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MovementView {
    /// The ledger entry's name.
    pub id: String,
    /// Why.
    pub kind: MovementKind,
    /// When.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
    /// The order it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    /// What was added to the balance, in major units.
    pub credit: Major,
    /// What was taken from it, in major units.
    pub debit: Major,
    /// The currency of both.
    pub currency: String,
}
