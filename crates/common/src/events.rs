//! The events the services exchange: their names, streams and data.
//!
//! An event carries its aggregate's whole public state after the change, and the version that state has. Types
//! and fields are only ever added: an event published long ago stays decodable (see `tests/golden`).

#[cfg(feature = "openapi")]
mod asyncapi;

use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    api::{CancelReason, OrderStatus, PaymentStatus},
    id::{OrderId, PaymentId, SessionId, TicketId, UserId},
    money::{Currency, Minor, Price},
    text::{TimeZone, Title},
};

#[cfg(feature = "openapi")]
pub use self::asyncapi::asyncapi;

/// A JetStream stream: one for each publisher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stream {
    /// `ticket.>`, published by tickets.
    Tickets,
    /// `order.>`, published by orders.
    Orders,
    /// `expiration.>`, published by expiration.
    Expirations,
    /// `payment.>`, published by payments.
    Payments,
    /// `session.>`, published by auth.
    Sessions,
}

impl Stream {
    /// The stream's name, before any prefix.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tickets => "TICKETS",
            Self::Orders => "ORDERS",
            Self::Expirations => "EXPIRATIONS",
            Self::Payments => "PAYMENTS",
            Self::Sessions => "SESSIONS",
        }
    }

    /// The service that publishes to it, as `ce-source` names it after a slash.
    pub const fn publisher(self) -> &'static str {
        match self {
            Self::Tickets => "tickets",
            Self::Orders => "orders",
            Self::Expirations => "expiration",
            Self::Payments => "payments",
            Self::Sessions => "auth",
        }
    }

    /// The subjects it takes, before any prefix.
    pub const fn subjects(self) -> &'static str {
        match self {
            Self::Tickets => "ticket.>",
            Self::Orders => "order.>",
            Self::Expirations => "expiration.>",
            Self::Payments => "payment.>",
            Self::Sessions => "session.>",
        }
    }
}

/// A listing's public state, without its availability: that is the orders service's to decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketState {
    /// The listing.
    pub id: TicketId,
    /// Its version after the change.
    pub version: u64,
    /// Who sells it.
    pub seller_id: UserId,
    /// What is for sale.
    pub title: Title,
    /// Price of one unit.
    #[cfg_attr(feature = "openapi", schema(value_type = Minor))]
    pub price_minor: Price,
    /// The deployment's currency.
    pub currency: Currency,
    /// Units listed.
    pub quantity: u32,
    /// Whether it is on the market.
    pub status: ListingStatus,
    /// When the event begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub starts_at: Option<Timestamp>,
    /// The venue's time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<TimeZone>,
}

/// Whether a listing is on the market.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ListingStatus {
    /// Offered.
    Listed,
    /// Taken off by its seller. Final.
    Withdrawn,
}

/// An order's public state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderState {
    /// The order.
    pub id: OrderId,
    /// Its version after the change.
    pub version: u64,
    /// Who reserved.
    pub buyer_id: UserId,
    /// Where it stands.
    pub status: OrderStatus,
    /// When an unpaid reservation lapses.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Timestamp,
    /// What is to be paid.
    pub total_minor: Minor,
    /// The deployment's currency.
    pub currency: Currency,
    /// Why it was cancelled, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_reason: Option<CancelReason>,
    /// The payment that was accepted for it: no other may be captured. None before, and in events from before it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_id: Option<PaymentId>,
    /// The lines, with the inventory as this change left it.
    pub items: Vec<OrderItemState>,
}

/// One line of an order, and its listing's inventory as committed with the change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderItemState {
    /// The listing.
    pub ticket_id: TicketId,
    /// Who sells it. Orders from before this was noted have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seller_id: Option<UserId>,
    /// When the event began or begins, as known when reserved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub starts_at: Option<Timestamp>,
    /// Units in this order.
    pub quantity: u32,
    /// Units of them that were refunded and are on sale again.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub returned: u32,
    /// Price of one unit when reserved.
    #[cfg_attr(feature = "openapi", schema(value_type = Minor))]
    pub price_minor: Price,
    /// What was given back to the buyer of what this line cost.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub refunded_minor: Minor,
    /// The inventory's sequence number; a projection applies only newer ones.
    pub seq: u64,
    /// Units held by all orders.
    pub held: u32,
    /// Units sold by all orders.
    pub sold: u32,
    /// What all complete orders paid for the sold units. Events from before it was counted have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub takings_minor: Option<Minor>,
    /// Units the inventory counts with.
    pub quantity_listed: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_zero(units: &u32) -> bool {
    *units == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_nothing(amount: &Minor) -> bool {
    amount.get() == 0
}

/// A reservation's time is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExpirationCompleted {
    /// The order.
    pub order_id: OrderId,
    /// The deadline that passed.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Timestamp,
}

/// A payment's public state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PaymentState {
    /// The payment.
    pub id: PaymentId,
    /// Its version after the change.
    pub version: u64,
    /// The order it pays for.
    pub order_id: OrderId,
    /// Where it stands.
    pub status: PaymentStatus,
    /// The amount.
    pub amount_minor: Minor,
    /// The deployment's currency.
    pub currency: Currency,
    /// Which gateway has it: `sandbox`, `stripe`.
    pub gateway: String,
    /// The gateway's own name for it, once known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway_ref: Option<String>,
    /// Why it failed or was given back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What has been given back of the captured amount.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub refunded_minor: Minor,
    /// The same by listing, each once. Without an entry where the whole payment was given back with its order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunded_lines: Vec<RefundedLine>,
}

/// What was given back of one line of a complete order, over all refunds so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RefundedLine {
    /// The listing.
    pub ticket_id: TicketId,
    /// How much.
    pub amount_minor: Minor,
    /// Units that go back on sale.
    pub units: u32,
}

/// Sessions that must stop working.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionRevoked {
    /// Which sessions.
    #[serde(flatten)]
    pub scope: RevokedSessions,
    /// When the last token concerned runs out by itself, and the revocation may be forgotten.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Timestamp,
}

/// Which sessions a revocation ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum RevokedSessions {
    /// One sign-in.
    #[serde(rename_all = "camelCase")]
    One {
        /// The session.
        session_id: SessionId,
    },
    /// All of a user's sign-ins from before a moment.
    #[serde(rename_all = "camelCase")]
    AllOf {
        /// The user.
        user_id: UserId,
        /// Sessions begun up to the second of this moment are void, however often their tokens were renewed.
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
        issued_before: Timestamp,
        /// The one session that goes on, if any: the one that asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        except: Option<SessionId>,
    },
}

macro_rules! events {
    ($(#[doc = $doc:literal] $name:ident($data:ty) = $kind:literal in $stream:ident, about $subject:expr;)+) => {
        /// Everything that is announced.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Event { $(#[doc = $doc] $name($data)),+ }

        /// Every type, with what is told of it to those who write a consumer.
        #[cfg(feature = "openapi")]
        fn catalogue() -> Vec<asyncapi::Described> {
            vec![$(asyncapi::Described::new::<$data>($kind, $doc, Stream::$stream)),+]
        }

        impl Event {
            /// The type of every event, as `ce-type` and subject.
            pub const TYPES: &[&str] = &[$($kind),+];

            /// The type: also the subject it is published on, before any prefix.
            pub const fn kind(&self) -> &'static str {
                match self { $(Self::$name(_) => $kind),+ }
            }

            /// The stream that holds it.
            pub const fn stream(&self) -> Stream {
                match self { $(Self::$name(_) => Stream::$stream),+ }
            }

            /// The id of the aggregate it is about, as `ce-subject`.
            pub fn subject(&self) -> String {
                match self { $(Self::$name(data) => { let about: fn(&$data) -> String = $subject; about(data) }),+ }
            }

            /// The data as JSON.
            pub fn to_json(&self) -> Result<String, serde_json::Error> {
                match self { $(Self::$name(data) => serde_json::to_string(data)),+ }
            }

            /// Reads an event of type `kind` from its JSON data.
            pub fn decode(kind: &str, data: &[u8]) -> Result<Self, DecodeError> {
                match kind {
                    $($kind => read::<$data>(kind, data).map(Self::$name),)+
                    other => Err(DecodeError::UnknownType(other.to_owned())),
                }
            }
        }
    };
}

events! {
    /// A listing was put on the market.
    TicketCreated(TicketState) = "ticket.created" in Tickets, about |data| data.id.to_string();
    /// A listing was edited.
    TicketUpdated(TicketState) = "ticket.updated" in Tickets, about |data| data.id.to_string();
    /// A listing was taken off the market.
    TicketWithdrawn(TicketState) = "ticket.withdrawn" in Tickets, about |data| data.id.to_string();
    /// Units were reserved.
    OrderCreated(OrderState) = "order.created" in Orders, about |data| data.id.to_string();
    /// An authorised payment was accepted for the order: capture may begin.
    OrderConfirmed(OrderState) = "order.confirmed" in Orders, about |data| data.id.to_string();
    /// The order is paid. Told again, with a newer version, whenever something was given back of it.
    OrderCompleted(OrderState) = "order.completed" in Orders, about |data| data.id.to_string();
    /// The order was given up and its units are free again.
    OrderCancelled(OrderState) = "order.cancelled" in Orders, about |data| data.id.to_string();
    /// A reservation's time is over.
    ExpirationCompleted(ExpirationCompleted) = "expiration.completed" in Expirations, about |data| data.order_id.to_string();
    /// Money was set aside.
    PaymentAuthorized(PaymentState) = "payment.authorized" in Payments, about |data| data.id.to_string();
    /// Money was taken.
    PaymentCaptured(PaymentState) = "payment.captured" in Payments, about |data| data.id.to_string();
    /// No money was or will be taken.
    PaymentFailed(PaymentState) = "payment.failed" in Payments, about |data| data.id.to_string();
    /// An authorisation was given back.
    PaymentVoided(PaymentState) = "payment.voided" in Payments, about |data| data.id.to_string();
    /// Captured money was given back, in part or as a whole: the status tells.
    PaymentRefunded(PaymentState) = "payment.refunded" in Payments, about |data| data.id.to_string();
    /// Sessions must stop working.
    SessionRevoked(SessionRevoked) = "session.revoked" in Sessions, about |data| match &data.scope {
        RevokedSessions::One { session_id } => session_id.to_string(),
        RevokedSessions::AllOf { user_id, .. } => user_id.to_string(),
    };
}

/// An event could not be read.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// Its type is not one of [`Event::TYPES`].
    #[error("unknown event type `{0}`")]
    UnknownType(String),
    /// Its data does not have the type's shape.
    #[error("the data of `{kind}` is not readable")]
    Data {
        /// The event's type.
        kind: String,
        /// What the parser found.
        source: serde_json::Error,
    },
}

fn read<T: DeserializeOwned>(kind: &str, data: &[u8]) -> Result<T, DecodeError> {
    serde_json::from_slice(data).map_err(|source| DecodeError::Data { kind: kind.to_owned(), source })
}
