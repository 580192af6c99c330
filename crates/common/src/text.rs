//! The validated fields a person fills in, other than money and ids.

mod time_zone;

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

pub use self::time_zone::TimeZone;
use crate::field::{FromJson, string};

/// A line or paragraph: trimmed, no control characters (line breaks only where `multiline`), 1 to `longest`
/// characters.
fn clean(name: &str, text: &str, longest: usize, multiline: bool) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(format!("{name} is required"));
    }
    if text.chars().any(|c| c.is_control() && !(multiline && matches!(c, '\n' | '\r' | '\t'))) {
        return Err(format!("{name} must not contain control characters"));
    }
    if text.chars().count() > longest {
        return Err(format!("{name} must be at most {longest} characters"));
    }
    Ok(text.to_owned())
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident($label:literal, $longest:literal, multiline: $multiline:literal)),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The longest allowed text, in characters.
            pub const MAX_CHARS: usize = $longest;

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                clean($label, text, $longest, $multiline).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                String::deserialize(input)?.parse().map_err(D::Error::custom)
            }
        }

        impl FromJson for $name {
            const MISSING: &'static str = concat!($label, " is required");

            fn from_json(raw: &str) -> Result<Self, String> {
                string(raw).map_err(|rule| format!("{} {rule}", $label))?.parse()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                crate::field::text_schema(None, Some($longest))
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    )+};
}

texts! {
    /// What is for sale, in one line.
    Title("Title", 140, multiline: false),
    /// What else a buyer should know.
    Description("Description", 4000, multiline: true),
    /// The kind of event: concert, theatre, football.
    Category("Category", 60, multiline: false),
    /// Where it takes place.
    Venue("Venue", 120, multiline: false),
    /// The city it takes place in.
    City("City", 80, multiline: false),
    /// Why money is given back, in words for the buyer.
    RefundReason("Reason", 500, multiline: true),
}

/// An email address as typed. Two addresses are the same if their [`Email::key`]s are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// The address as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which addresses are compared.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

impl FromStr for Email {
    type Err = &'static str;

    /// Accepts what can plausibly receive mail; only sending one proves more.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const RULE: &str = "Email must be valid";
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(RULE)?;
        let bad = |c: char| {
            c.is_whitespace()
                || c.is_control()
                || matches!(c, '@' | '<' | '>' | '(' | ')' | ',' | ';' | '"' | '\\')
        };
        let label_ok = |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
        let good = text.len() <= 254
            && !local.is_empty()
            && local.len() <= 64
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && !text.replacen('@', "", 1).contains(bad)
            && domain.contains('.')
            && domain.split('.').all(label_ok);
        if good { Ok(Self(text.to_owned())) } else { Err(RULE) }
    }
}

impl fmt::Display for Email {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Email {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input)?.parse().map_err(D::Error::custom)
    }
}

impl FromJson for Email {
    const MISSING: &'static str = "Email must be valid";

    fn from_json(raw: &str) -> Result<Self, String> {
        string(raw).map_err(|_| Self::MISSING)?.parse().map_err(str::to_owned)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Email {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        crate::field::text_schema(None, Some(254))
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Email {}

/// A password somebody chooses: 8 to 128 characters, exactly as typed. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPassword(String);

impl NewPassword {
    /// The secret itself, for hashing only.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for NewPassword {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.chars().count() {
            8..=128 => Ok(Self(text.to_owned())),
            _ => Err("Password must be between 8 and 128 characters"),
        }
    }
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("NewPassword(***)")
    }
}

impl FromJson for NewPassword {
    const MISSING: &'static str = "Password must be between 8 and 128 characters";

    fn from_json(raw: &str) -> Result<Self, String> {
        string(raw).map_err(|rule| format!("Password {rule}"))?.parse().map_err(str::to_owned)
    }
}

/// A password somebody claims to know; at most 128 characters, otherwise unchecked. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// The secret itself, for verifying only.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for Password {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.chars().count() {
            0 => Err(Self::MISSING),
            1..=128 => Ok(Self(text.to_owned())),
            _ => Err("Password must be at most 128 characters"),
        }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Password(***)")
    }
}

impl FromJson for Password {
    const MISSING: &'static str = "You must supply a password";

    fn from_json(raw: &str) -> Result<Self, String> {
        string(raw).map_err(|rule| format!("Password {rule}"))?.parse().map_err(str::to_owned)
    }
}

#[cfg(feature = "openapi")]
mod password_schema {
    use utoipa::openapi::{RefOr, schema::Schema};

    impl utoipa::PartialSchema for super::NewPassword {
        fn schema() -> RefOr<Schema> {
            crate::field::text_schema(None, Some(128))
        }
    }

    impl utoipa::ToSchema for super::NewPassword {}

    impl utoipa::PartialSchema for super::Password {
        fn schema() -> RefOr<Schema> {
            crate::field::text_schema(None, Some(128))
        }
    }

    impl utoipa::ToSchema for super::Password {}
}

/// A number of units: 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Quantity(u32);

impl Quantity {
    /// One unit.
    pub const ONE: Self = Self(1);

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for Quantity {
    type Error = &'static str;

    fn try_from(count: u32) -> Result<Self, Self::Error> {
        if (1..=100).contains(&count) {
            Ok(Self(count))
        } else {
            Err("Quantity must be a whole number from 1 to 100")
        }
    }
}

impl FromStr for Quantity {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::try_from(text.trim().parse::<u32>().unwrap_or_default())
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        Self::try_from(u32::deserialize(input)?).map_err(D::Error::custom)
    }
}

impl FromJson for Quantity {
    const MISSING: &'static str = "Quantity must be a whole number from 1 to 100";

    fn from_json(raw: &str) -> Result<Self, String> {
        Self::try_from(serde_json::from_str::<u32>(raw).unwrap_or_default()).map_err(str::to_owned)
    }
}

/// A moment as the API writes it, RFC 3339, kept to the millisecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub Timestamp);

impl FromStr for Moment {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const RULE: &str = "must be a time such as 2027-06-30T20:00:00Z";
        let time: Timestamp = text.parse().map_err(|_| RULE)?;
        Timestamp::from_millisecond(time.as_millisecond()).map(Self).map_err(|_| RULE)
    }
}

impl FromJson for Moment {
    const MISSING: &'static str = "A time is required";

    fn from_json(raw: &str) -> Result<Self, String> {
        string(raw)?.parse().map_err(str::to_owned)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Moment {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        crate::field::text_schema(None, None)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Moment {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails_are_kept_as_typed_and_compared_without_case() {
        let email: Email = " Ada@Example.org ".parse().unwrap();
        assert_eq!(email.as_str(), "Ada@Example.org");
        assert_eq!(email.key(), "ada@example.org");
    }

    #[test]
    fn what_cannot_receive_mail_is_no_email() {
        for text in [
            "",
            "ada",
            "ada@",
            "@example.org",
            "ada@example",
            "a b@example.org",
            "ada@ex@ample.org",
            "ada@-example.org",
            "ada@example..org",
            ".ada@example.org",
            "ada@example.org\n<x>",
        ] {
            assert!(text.parse::<Email>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn titles_are_trimmed_and_bounded() {
        assert_eq!("  Hamlet ".parse::<Title>().unwrap().as_str(), "Hamlet");
        assert_eq!("é".repeat(140).parse::<Title>().unwrap().as_str().chars().count(), 140);
        assert_eq!("x".repeat(141).parse::<Title>(), Err("Title must be at most 140 characters".to_owned()));
        assert_eq!(" ".parse::<Title>(), Err("Title is required".to_owned()));
        assert_eq!("a\u{0}b".parse::<Title>(), Err("Title must not contain control characters".to_owned()));
        assert_eq!(Title::from_json("5"), Err("Title must be a text".to_owned()));
    }

    #[test]
    fn passwords_are_never_trimmed_nor_printed() {
        let password: NewPassword = "  spaces  ".parse().unwrap();
        assert_eq!(password.expose(), "  spaces  ");
        assert_eq!(format!("{password:?}"), "NewPassword(***)");
    }
}
