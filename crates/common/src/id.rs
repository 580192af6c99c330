//! Identifiers: MongoDB-style object ids, typed by what they name.
//!
//! An id is twelve bytes, written as 24 hexadecimal digits: four bytes of creation time in seconds and
//! eight random ones. Time and randomness are arguments, so a decision function can be tested with known ids.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The text was not 24 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an id of 24 hexadecimal digits")]
pub struct InvalidId;

/// Behaviour common to all id types.
pub trait Id: Copy + Eq + fmt::Display + FromStr<Err = InvalidId> {
    /// Makes an id that carries `now` (seconds) and eight bytes of entropy.
    fn generate(now: Timestamp, entropy: [u8; 8]) -> Self;

    /// The moment the id was made, to the second, as embedded in it. An id from outside may claim any time.
    fn created_at(&self) -> Timestamp;
}

fn parse_hex(text: &str) -> Result<[u8; 12], InvalidId> {
    let digits = text.as_bytes();
    if digits.len() != 24 {
        return Err(InvalidId);
    }
    let mut bytes = [0; 12];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let high = char::from(pair[0]).to_digit(16).ok_or(InvalidId)?;
        let low = char::from(pair[1]).to_digit(16).ok_or(InvalidId)?;
        *byte = u8::try_from(high << 4 | low).map_err(|_| InvalidId)?;
    }
    Ok(bytes)
}

fn assemble(now: Timestamp, entropy: [u8; 8]) -> [u8; 12] {
    // Seconds of the object id format: unsigned 32 bits, good until 2106.
    let seconds = u32::try_from(now.as_second()).unwrap_or_default();
    let mut bytes = [0; 12];
    bytes[..4].copy_from_slice(&seconds.to_be_bytes());
    bytes[4..].copy_from_slice(&entropy);
    bytes
}

fn embedded_time(bytes: [u8; 12]) -> Timestamp {
    let seconds = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    Timestamp::from_second(i64::from(seconds)).unwrap_or(Timestamp::UNIX_EPOCH)
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 12]);

        impl Id for $name {
            fn generate(now: Timestamp, entropy: [u8; 8]) -> Self {
                Self(assemble(now, entropy))
            }

            fn created_at(&self) -> Timestamp {
                embedded_time(self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                parse_hex(text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(input)?;
                text.parse().map_err(D::Error::custom)
            }
        }

        impl crate::field::FromJson for $name {
            const MISSING: &'static str = concat!(stringify!($name), " must be provided");

            fn from_json(raw: &str) -> Result<Self, String> {
                crate::field::string(raw)?.parse().map_err(|error: InvalidId| error.to_string())
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                crate::field::text_schema(Some("^[0-9a-f]{24}$"), None)
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    )+};
}

ids! {
    /// A person with an account.
    UserId,
    /// One sign-in of a user; what a sign-out revokes.
    SessionId,
    /// A listing: one or more units of the same ticket.
    TicketId,
    /// A reservation that becomes a purchase.
    OrderId,
    /// One attempt to pay for an order.
    PaymentId,
    /// Captured money on its way back to a buyer.
    RefundId,
    /// Money on its way to a seller.
    PayoutId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_as_written_and_carries_its_time() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let id = TicketId::generate(now, [1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(id.to_string(), "6b49d2000102030405060708");
        assert_eq!(id.to_string().parse::<TicketId>().unwrap(), id);
        assert_eq!(id.created_at(), now);
    }

    #[test]
    fn anything_but_24_hex_digits_is_refused() {
        for text in [
            "",
            "6b49d2000102030405060708ff",
            "6b49d20001020304050607",
            "zb49d2000102030405060708",
            "é".repeat(12).as_str(),
        ] {
            assert_eq!(text.parse::<OrderId>(), Err(InvalidId), "{text}");
        }
    }
}
