//! Money: integer minor units inside, an exact decimal number of major units on the outside.
//!
//! The API writes `price` as a JSON number such as `49.5`. It is read from the digits of the number's text and
//! written as digits, so no floating-point value ever stands between a seller and a buyer.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::Error as _};
use serde_json::value::RawValue;

use crate::field::FromJson;

/// Minor units in one major unit. Every currency offered has two decimals.
const MINOR_PER_MAJOR: i64 = 100;

/// An amount in minor units (cents), never negative.
///
/// In documents and events it is that integer. In the HTTP API it is written through [`Major`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(transparent)]
pub struct Minor(i64);

impl Minor {
    /// An amount of `cents` minor units; `None` if negative.
    pub const fn new(cents: i64) -> Option<Self> {
        if cents < 0 { None } else { Some(Self(cents)) }
    }

    /// The number of minor units.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The sum; `None` on overflow.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// What is left; `None` if `other` is more.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).and_then(Self::new)
    }

    /// `count` times the amount; `None` on overflow.
    pub fn times(self, count: u32) -> Option<Self> {
        self.0.checked_mul(i64::from(count)).map(Self)
    }

    /// Reads a decimal number of major units with at most two decimals, such as `49`, `49.5` or `49.50`.
    pub fn from_major(text: &str) -> Result<Self, String> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) || text.ends_with('.') {
            return Err("must be a plain decimal number".to_owned());
        }
        if fraction.trim_end_matches('0').len() > 2 {
            return Err("must have at most two decimals".to_owned());
        }
        let cents: i64 =
            fraction.bytes().chain(*b"00").take(2).fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
        let whole = whole.trim_start_matches('0');
        let whole: i64 =
            if whole.is_empty() { 0 } else { whole.parse().map_err(|_| "is too large".to_owned())? };
        whole
            .checked_mul(MINOR_PER_MAJOR)
            .and_then(|minor| minor.checked_add(cents))
            .map(Self)
            .ok_or_else(|| "is too large".to_owned())
    }
}

impl<'de> Deserialize<'de> for Minor {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let cents = i64::deserialize(input)?;
        Self::new(cents).ok_or_else(|| D::Error::custom("an amount must not be negative"))
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Minor {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, Type};
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(0))
            .description(Some("Minor units, such as cents"))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Minor {}

/// Writes major units: `49`, `49.5`, `49.05`.
impl fmt::Display for Minor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, cents) = (self.0 / MINOR_PER_MAJOR, self.0 % MINOR_PER_MAJOR);
        match cents {
            0 => write!(out, "{whole}"),
            cents if cents % 10 == 0 => write!(out, "{whole}.{}", cents / 10),
            cents => write!(out, "{whole}.{cents:02}"),
        }
    }
}

/// What a seller asks for one unit: 0.01 to 1,000,000 major units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Price(Minor);

impl Price {
    /// The highest price, in minor units.
    pub const MAX: Minor = Minor(1_000_000 * MINOR_PER_MAJOR);

    /// The price as an amount.
    pub const fn minor(self) -> Minor {
        self.0
    }

    /// What so many units cost. Never overflows: the most units at [`Price::MAX`] are far from the largest amount.
    #[must_use]
    pub fn times(self, count: u32) -> Minor {
        Minor(self.0.0 * i64::from(count))
    }

    /// Reads what a person typed: a decimal number of major units.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.starts_with('-') {
            return Err("Price must be greater than 0".to_owned());
        }
        let minor = Minor::from_major(text).map_err(|rule| format!("Price {rule}"))?;
        Self::try_from(minor).map_err(str::to_owned)
    }
}

impl TryFrom<Minor> for Price {
    type Error = &'static str;

    fn try_from(minor: Minor) -> Result<Self, Self::Error> {
        match minor {
            Minor(0) => Err("Price must be greater than 0"),
            minor if minor > Self::MAX => Err("Price must be at most 1000000"),
            minor => Ok(Self(minor)),
        }
    }
}

impl<'de> Deserialize<'de> for Price {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        Self::try_from(Minor::deserialize(input)?).map_err(D::Error::custom)
    }
}

/// Splits `digits e exponent`; JSON allows `1e2`, which is an exact decimal number too.
fn plain_decimal(raw: &str) -> Option<String> {
    let Some((mantissa, exponent)) = raw.split_once(['e', 'E']) else { return Some(raw.to_owned()) };
    let exponent: i32 = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let point = i32::try_from(whole.len()).ok()?.checked_add(exponent)?;
    // Far outside any price: refuse before writing out a long row of zeros.
    if !(-20..=20).contains(&point) {
        return None;
    }
    let mut digits = format!("{whole}{fraction}");
    if point <= 0 {
        let zeros = "0".repeat(usize::try_from(1 - point).ok()?);
        digits = format!("{zeros}{digits}");
    }
    let point = usize::try_from(point.max(1)).ok()?;
    while digits.len() < point {
        digits.push('0');
    }
    let (whole, fraction) = digits.split_at(point);
    Some(if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") })
}

impl FromJson for Price {
    const MISSING: &'static str = "Price must be greater than 0";

    fn from_json(raw: &str) -> Result<Self, String> {
        if !raw.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
            return Err("Price must be a number".to_owned());
        }
        if raw.starts_with('-') {
            return Err("Price must be greater than 0".to_owned());
        }
        let Some(plain) = plain_decimal(raw) else {
            return Err("Price must be from 0.01 to 1000000".to_owned());
        };
        Self::parse(&plain)
    }
}

#[cfg(feature = "openapi")]
fn major_schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
    use utoipa::openapi::schema::{ObjectBuilder, Type};
    ObjectBuilder::new()
        .schema_type(Type::Number)
        .description(Some("Major units, at most two decimals, exact"))
        .into()
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Price {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        major_schema()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Price {}

/// An amount as the HTTP API shows it: a JSON number of major units, written and read digit by digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Major(pub Minor);

impl Serialize for Major {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        if self.0.get() % MINOR_PER_MAJOR == 0 {
            return out.serialize_i64(self.0.get() / MINOR_PER_MAJOR);
        }
        RawValue::from_string(self.0.to_string()).map_err(S::Error::custom)?.serialize(out)
    }
}

impl<'de> Deserialize<'de> for Major {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(input)?.get();
        Minor::from_major(raw).map(Self).map_err(D::Error::custom)
    }
}

impl FromJson for Major {
    const MISSING: &'static str = "An amount is required";

    fn from_json(raw: &str) -> Result<Self, String> {
        plain_decimal(raw)
            .ok_or_else(|| "must be a decimal number".to_owned())
            .and_then(|plain| Minor::from_major(&plain))
            .map(Self)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Major {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        major_schema()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Major {}

/// The deployment's currency: an ISO 4217 code in lower case, such as `usd`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Currency(String);

impl Currency {
    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Currency {
    fn default() -> Self {
        Self("usd".to_owned())
    }
}

impl std::str::FromStr for Currency {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Currencies without two decimals (yen, dinar) would need another `MINOR_PER_MAJOR`.
        const TWO_DECIMALS: [&str; 12] =
            ["usd", "eur", "gbp", "chf", "cad", "aud", "nzd", "sek", "nok", "dkk", "pln", "czk"];
        match text.to_ascii_lowercase() {
            code if TWO_DECIMALS.contains(&code.as_str()) => Ok(Self(code)),
            _ => Err("must be one of usd, eur, gbp, chf, cad, aud, nzd, sek, nok, dkk, pln, czk"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn prices_are_read_exactly_from_their_digits() {
        for (raw, cents) in [
            ("20", 2000),
            ("0.01", 1),
            ("19.99", 1999),
            ("1e2", 10_000),
            ("1.5e1", 1500),
            ("12.50", 1250),
            ("1000000", 100_000_000),
            ("1999e-2", 1999),
            ("10.000", 1000),
        ] {
            assert_eq!(Price::from_json(raw).map(|price| price.minor().get()), Ok(cents), "{raw}");
        }
    }

    #[test]
    fn no_number_of_units_costs_too_much_to_count() {
        let dearest = Price::try_from(Price::MAX).unwrap();
        assert_eq!(dearest.times(u32::MAX).get(), 429_496_729_500_000_000);
        assert_eq!(dearest.times(0), Minor::default());
    }

    #[test]
    fn bad_prices_name_their_rule() {
        for (raw, rule) in [
            ("10.999", "Price must have at most two decimals"),
            ("-1", "Price must be greater than 0"),
            ("0", "Price must be greater than 0"),
            ("0.00", "Price must be greater than 0"),
            ("1e300", "Price must be from 0.01 to 1000000"),
            ("1e2147483647", "Price must be from 0.01 to 1000000"),
            ("1000000.01", "Price must be at most 1000000"),
            ("99999999999999999999", "Price is too large"),
            ("\"12\"", "Price must be a number"),
            ("true", "Price must be a number"),
            ("[1]", "Price must be a number"),
        ] {
            assert_eq!(Price::from_json(raw), Err(rule.to_owned()), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn every_amount_survives_json(cents in 0_i64..1_000_000_000_000) {
            let amount = Major(Minor(cents));
            let json = serde_json::to_string(&amount).unwrap();
            prop_assert_eq!(serde_json::from_str::<Major>(&json).unwrap(), amount);
        }

        #[test]
        fn no_text_makes_the_parser_panic(raw in "\\PC{0,40}") {
            let _ = Price::from_json(&raw);
            let _ = Major::from_json(&raw);
        }
    }
}
