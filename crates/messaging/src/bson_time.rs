//! Timestamps in documents as BSON dates, so that MongoDB can sort, compare and expire them.

use bson::DateTime;
use jiff::Timestamp;

/// The BSON date of a moment, to the millisecond.
pub fn datetime(moment: Timestamp) -> DateTime {
    DateTime::from_millis(moment.as_millisecond())
}

/// For `#[serde(with = "messaging::timestamp")]`.
pub mod timestamp {
    use bson::DateTime;
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

    /// Writes a BSON date.
    pub fn serialize<S: Serializer>(moment: &Timestamp, out: S) -> Result<S::Ok, S::Error> {
        super::datetime(*moment).serialize(out)
    }

    /// Reads a BSON date.
    pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Timestamp, D::Error> {
        let date = DateTime::deserialize(input)?;
        Timestamp::from_millisecond(date.timestamp_millis()).map_err(D::Error::custom)
    }
}

/// For `#[serde(with = "messaging::optional_timestamp")]`.
pub mod optional_timestamp {
    use bson::DateTime;
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

    /// Writes a BSON date or null.
    pub fn serialize<S: Serializer>(moment: &Option<Timestamp>, out: S) -> Result<S::Ok, S::Error> {
        moment.map(super::datetime).serialize(out)
    }

    /// Reads a BSON date or null.
    pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Timestamp>, D::Error> {
        Option::<DateTime>::deserialize(input)?
            .map(|date| Timestamp::from_millisecond(date.timestamp_millis()).map_err(D::Error::custom))
            .transpose()
    }
}
