//! The one list of error codes, and the body every failed request gets.

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = ($code:literal, $status:literal)),+ $(,)?) => {
        /// A stable name for what went wrong. Clients may match on [`ErrorCode::as_str`]; codes are only added.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ErrorCode { $($(#[$doc])* $name),+ }

        impl ErrorCode {
            /// Every code there is.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The code on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }

            /// The HTTP status it is sent with.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status),+ }
            }
        }
    };
}

codes! {
    /// One or more fields break a rule.
    InvalidInput = ("invalid_input", 400),
    /// The body is not JSON.
    MalformedBody = ("malformed_body", 400),
    /// An account with this email exists.
    EmailInUse = ("email_in_use", 400),
    /// Unknown email or wrong password; which one is not said.
    InvalidCredentials = ("invalid_credentials", 400),
    /// A seller cannot reserve an own listing.
    OwnTicket = ("own_ticket", 400),
    /// The payment method is not known to the gateway.
    UnknownPaymentMethod = ("unknown_payment_method", 400),
    /// No valid session.
    NotSignedIn = ("not_signed_in", 401),
    /// The gateway declined the charge.
    CardDeclined = ("card_declined", 402),
    /// Signed in, and not the owner.
    NotAllowed = ("not_allowed", 403),
    /// A browser sent this from another site.
    CrossSite = ("cross_site", 403),
    /// No such thing, or not visible to the caller.
    NotFound = ("not_found", 404),
    /// The path exists, the method does not.
    MethodNotAllowed = ("method_not_allowed", 405),
    /// Not enough units available.
    TicketUnavailable = ("ticket_unavailable", 409),
    /// The listing is withdrawn or its event has begun.
    TicketNotOnSale = ("ticket_not_on_sale", 409),
    /// The listing cannot change while units of it are reserved.
    TicketReserved = ("ticket_reserved", 409),
    /// The total is no longer what the buyer saw.
    PriceChanged = ("price_changed", 409),
    /// The buyer holds too many unpaid units.
    HoldLimit = ("hold_limit", 409),
    /// The order can no longer be cancelled or paid.
    OrderNotOpen = ("order_not_open", 409),
    /// The reservation has lapsed.
    OrderExpired = ("order_expired", 409),
    /// The order is paid, or a payment for it is under way.
    AlreadyPaid = ("already_paid", 409),
    /// More is to be refunded than is left of what was paid.
    RefundTooLarge = ("refund_too_large", 409),
    /// There is no captured money to refund.
    NotRefundable = ("not_refundable", 409),
    /// The idempotency key was used with another request.
    IdempotencyKeyReused = ("idempotency_key_reused", 409),
    /// Someone else changed it at the same time; try again.
    Conflict = ("conflict", 409),
    /// The body is too large.
    BodyTooLarge = ("body_too_large", 413),
    /// The body's content type is not JSON.
    UnsupportedMediaType = ("unsupported_media_type", 415),
    /// Too many attempts; see Retry-After.
    TooManyRequests = ("too_many_requests", 429),
    /// A fault on our side.
    Internal = ("internal", 500),
    /// Overloaded, or a dependency is down; see Retry-After.
    Unavailable = ("unavailable", 503),
    /// No answer within the deadline; see Retry-After.
    Timeout = ("timeout", 503),
}

/// One message of a [`Problem`]; `field` names the request's field it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProblemMessage {
    /// What is wrong, for people.
    pub message: String,
    /// The field it is about, on invalid input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// The body of every non-2xx response: RFC 9457 problem details, with the older `errors` list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// Always `about:blank`: `code` tells more than a link would.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// One of [`ErrorCode`], as text so that an older client can read a newer code.
    pub code: String,
    /// What happened, for people.
    pub detail: String,
    /// The same in the older form; on invalid input one entry a field.
    pub errors: Vec<ProblemMessage>,
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn codes_are_distinct_and_are_errors() {
        let texts: HashSet<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(texts.len(), ErrorCode::ALL.len());
        assert!(ErrorCode::ALL.iter().all(|code| (400..600).contains(&code.status())));
    }
}
