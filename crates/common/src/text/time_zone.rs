//! The names of time zones.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use crate::field::{FromJson, string};

/// The name of a time zone as the IANA database writes them: `Europe/Berlin`, `UTC`, `Etc/GMT+5`.
///
/// Only its form is checked here: the database is too large for a browser to carry. Whether there is such a zone is for
/// the service that keeps the name to say, in the same words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct TimeZone(String);

impl TimeZone {
    /// The longest name, in characters; the longest there is has 32.
    pub const MAX_CHARS: usize = 64;
    /// What a name that is none is told.
    pub const RULE: &'static str = "TimeZone must be the name of a time zone such as Europe/Berlin";

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TimeZone {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let part_ok = |part: &str| {
            part.starts_with(|first: char| first.is_ascii_alphabetic())
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'-'))
        };
        let good = text.len() <= Self::MAX_CHARS && text.split('/').all(part_ok);
        if good { Ok(Self(text.to_owned())) } else { Err(Self::RULE) }
    }
}

impl fmt::Display for TimeZone {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for TimeZone {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input)?.parse().map_err(D::Error::custom)
    }
}

impl FromJson for TimeZone {
    const MISSING: &'static str = Self::RULE;

    fn from_json(raw: &str) -> Result<Self, String> {
        string(raw).map_err(|_| Self::RULE)?.parse().map_err(str::to_owned)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for TimeZone {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        crate::field::text_schema(None, Some(Self::MAX_CHARS))
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for TimeZone {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_zones_have_the_form_of_their_names() {
        for name in
            ["Europe/Berlin", "UTC", "America/Argentina/ComodRivadavia", "Etc/GMT+5", "EST5EDT", "GB-Eire"]
        {
            assert_eq!(name.parse::<TimeZone>().as_ref().map(TimeZone::as_str), Ok(name));
        }
        assert_eq!(" Asia/Ho_Chi_Minh ".parse::<TimeZone>().unwrap().as_str(), "Asia/Ho_Chi_Minh");
        let long = "x".repeat(65);
        for text in [
            "",
            "/",
            "Europe/",
            "/Berlin",
            "Europe//Berlin",
            "+02:00",
            "../zone",
            "Europe/München",
            "a b",
            "<x>",
            &long,
        ] {
            assert_eq!(text.parse::<TimeZone>(), Err(TimeZone::RULE), "{text}");
        }
        assert_eq!(TimeZone::from_json("5"), Err(TimeZone::RULE.to_owned()));
    }
}
