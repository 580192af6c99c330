//! The bodies of the HTTP API that both a service and the client handle.

pub mod live;
pub mod money;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::value::RawValue;

pub use self::money::{
    BalanceView, MovementKind, MovementView, RefundStatus, RefundView, RefundedLineView, SaleView,
};
use crate::{
    id::{OrderId, PaymentId, TicketId, UserId},
    money::Major,
    text::{Category, City, Description, Email, TimeZone, Title, Venue},
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
    /// The venue's time zone, in which the beginning is to be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<TimeZone>,
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

/// What became of a listing's units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sales {
    /// Units reserved and not paid.
    pub held: u32,
    /// Units sold.
    pub sold: u32,
    /// What the sold units brought in, each at the price it was reserved at, in major units.
    pub takings: Major,
}

/// A listing, as its seller sees it: one object with the fields of both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnTicketView {
    /// The listing, as anyone sees it.
    #[serde(flatten)]
    pub ticket: TicketView,
    /// What became of its units.
    #[serde(flatten)]
    pub sales: Sales,
}

impl<'de> Deserialize<'de> for OwnTicketView {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        // The derived reader of flattened fields goes through a buffer, in which an amount has lost its digits.
        let raw = <&RawValue>::deserialize(input)?.get();
        let ticket = serde_json::from_str(raw).map_err(D::Error::custom)?;
        let sales = serde_json::from_str(raw).map_err(D::Error::custom)?;
        Ok(Self { ticket, sales })
    }
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
    /// Units of them that were refunded and are on sale again.
    #[serde(default)]
    pub returned: u32,
    /// What was given back of what they cost, in major units.
    #[serde(default)]
    pub refunded: Major,
}

/// A state an order came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderStep {
    /// The state.
    pub status: OrderStatus,
    /// Since when.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
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
    /// The states it has been in, oldest first. Of an order from before they were noted only the first may be known.
    #[serde(default)]
    pub history: Vec<OrderStep>,
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

/// A state a payment came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PaymentStep {
    /// The state.
    pub status: PaymentStatus,
    /// Since when.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
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
    /// What has been given back of the captured amount, in major units.
    #[serde(default)]
    pub refunded: Major,
    /// The refunds, oldest first.
    #[serde(default)]
    pub refunds: Vec<RefundView>,
    /// The states it has been in, oldest first. Of a payment from before they were noted the later ones are known.
    #[serde(default)]
    pub history: Vec<PaymentStep>,
    /// Rises by one with every change of the payment.
    pub version: u64,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_sellers_listing_is_one_object_and_its_amounts_stay_exact() {
        let json = json!({
            "id": "6b49d2000102030405060708", "title": "Hamlet", "price": 19.99, "currency": "usd",
            "timeZone": "Europe/Berlin", "quantity": 5, "available": 2, "status": "available",
            "userId": "6b49d1ff1112131415161718", "version": 3, "held": 1, "sold": 2, "takings": 39.98,
        });
        let text = json.to_string();
        let view: OwnTicketView = serde_json::from_str(&text).unwrap();
        assert_eq!((view.sales.takings.0.get(), view.ticket.price.0.get()), (3998, 1999));
        assert_eq!(serde_json::to_value(&view).unwrap(), json);
        let list: Vec<OwnTicketView> = serde_json::from_str(&format!("[{text},{text}]")).unwrap();
        assert_eq!(list, [view.clone(), view]);
    }
}
