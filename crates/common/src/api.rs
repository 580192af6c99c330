//! The bodies of the HTTP API that both a service and the client handle.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    id::{OrderId, PaymentId, TicketId, UserId},
    money::Major,
    text::{Category, City, Description, Email, Title, Venue},
};

/// A user, as the user sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserView {
    /// The user's id.
    pub id: UserId,
    /// The email as typed at sign-up.
    pub email: Email,
}

/// Who a session belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CurrentUserView {
    /// The user's id.
    pub id: UserId,
    /// The email as typed at sign-up.
    pub email: Email,
    /// When the session's token was issued, in seconds since 1970.
    pub iat: i64,
}

/// The answer of `GET /api/users/currentuser`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CurrentUserBody {
    /// The user, or null when nobody is signed in.
    pub current_user: Option<CurrentUserView>,
}

/// Where a listing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TicketStatus {
    /// At least one unit can be reserved.
    Available,
    /// Nothing left, and some units are only reserved.
    Reserved,
    /// All units are sold.
    Sold,
    /// Taken off the market by its seller.
    Withdrawn,
}

/// A listing, as anyone sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketView {
    /// The listing's id.
    pub id: TicketId,
    /// What is for sale.
    pub title: Title,
    /// Price of one unit, in major units.
    pub price: Major,
    /// The deployment's currency.
    pub currency: String,
    /// What else a buyer should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Description>,
    /// The kind of event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// Where it takes place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<Venue>,
    /// The city it takes place in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<City>,
    /// When the event begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub starts_at: Option<Timestamp>,
    /// Units listed.
    pub quantity: u32,
    /// Units that can be reserved now.
    pub available: u32,
    /// Where the listing stands.
    pub status: TicketStatus,
    /// The seller.
    pub user_id: UserId,
    /// Rises by one with every change of the listing.
    pub version: u64,
}

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum OrderStatus {
    /// Reserved, not paid.
    #[serde(rename = "created")]
    Created,
    /// A payment is authorised; the money is being captured.
    #[serde(rename = "awaiting:payment")]
    AwaitingPayment,
    /// Paid. Final.
    #[serde(rename = "complete")]
    Complete,
    /// Given up. Final.
    #[serde(rename = "cancelled")]
    Cancelled,
}

/// Why an order was cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum CancelReason {
    /// The buyer cancelled.
    Buyer,
    /// The reservation lapsed.
    Expired,
    /// The seller withdrew the listing.
    TicketWithdrawn,
    /// The authorised payment could not be captured.
    PaymentFailed,
}

/// The listing of an order's line, as it was when reserved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderedTicket {
    /// The listing.
    pub id: TicketId,
    /// Its title when reserved.
    pub title: Title,
    /// Its price when reserved, in major units.
    pub price: Major,
    /// Its version when reserved.
    pub version: u64,
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderItemView {
    /// The listing as reserved.
    pub ticket: OrderedTicket,
    /// Units reserved.
    pub quantity: u32,
    /// Price of one unit, in major units.
    pub price: Major,
}

/// An order, as its buyer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderView {
    /// The order's id.
    pub id: OrderId,
    /// The buyer.
    pub user_id: UserId,
    /// Where the order stands.
    pub status: OrderStatus,
    /// When an unpaid reservation lapses.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Timestamp,
    /// What is to be paid, in major units.
    pub total: Major,
    /// The deployment's currency.
    pub currency: String,
    /// The first line's listing, for older clients.
    pub ticket: OrderedTicket,
    /// The lines.
    pub items: Vec<OrderItemView>,
    /// Why it was cancelled, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_reason: Option<CancelReason>,
    /// Rises by one with every change of the order.
    pub version: u64,
}

/// Where a payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum PaymentStatus {
    /// The gateway has been asked and has not answered.
    Processing,
    /// The bank wants the buyer to confirm.
    RequiresAction,
    /// The money is set aside, not taken.
    Authorized,
    /// The money is taken. Final unless refunded.
    Captured,
    /// The gateway declined. Final.
    Failed,
    /// The authorisation was given back. Final.
    Voided,
    /// The captured money was given back. Final.
    Refunded,
}

/// A payment, as its payer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PaymentView {
    /// The payment's id.
    pub id: PaymentId,
    /// The order it pays for.
    pub order_id: OrderId,
    /// Where it stands.
    pub status: PaymentStatus,
    /// The amount, in major units.
    pub amount: Major,
    /// The deployment's currency.
    pub currency: String,
    /// Why the gateway declined, or why the money was given back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What the browser needs to let the buyer confirm; only with `requires_action`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// Rises by one with every change of the payment.
    pub version: u64,
}
