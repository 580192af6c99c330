//! Moments for people to read, always with their zone.

use jiff::{Timestamp, tz::TimeZone};

/// `Wed 30 Jun 2027, 20:00 UTC`.
pub(crate) fn moment(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).strftime("%a %-d %b %Y, %H:%M UTC").to_string()
}

/// `20:00 UTC`, for a moment within the hour.
pub(crate) fn clock(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).strftime("%H:%M:%S UTC").to_string()
}

/// What is left until a deadline; `None` once it has passed. Rounded down, so that it never promises too much.
pub(crate) fn left(now: Timestamp, until: Timestamp) -> Option<String> {
    // Of the exact difference: two times rounded down apart could differ by a second more.
    let seconds = (until.as_millisecond() - now.as_millisecond()).div_euclid(1000);
    match (seconds, seconds / 60) {
        (..=0, _) => None,
        (_, 0) => Some("less than a minute left".to_owned()),
        (_, 1) => Some("1 minute left".to_owned()),
        (_, minutes @ ..120) => Some(format!("{minutes} minutes left")),
        (_, minutes) => Some(format!("{} hours left", minutes / 60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_name_their_zone() {
        let time: Timestamp = "2027-06-30T20:05:09Z".parse().unwrap();
        assert_eq!(moment(time), "Wed 30 Jun 2027, 20:05 UTC");
        assert_eq!(clock(time), "20:05:09 UTC");
    }

    #[test]
    fn time_left_is_rounded_down() {
        let now = Timestamp::from_second(1_000_000).unwrap();
        let until = |seconds: i64| left(now, Timestamp::from_second(1_000_000 + seconds).unwrap());
        assert_eq!(until(-1), None);
        assert_eq!(until(0), None);
        assert_eq!(until(59).as_deref(), Some("less than a minute left"));
        assert_eq!(until(119).as_deref(), Some("1 minute left"));
        assert_eq!(until(899).as_deref(), Some("14 minutes left"));
        assert_eq!(until(7200).as_deref(), Some("2 hours left"));
    }
}
