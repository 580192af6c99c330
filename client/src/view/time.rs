//! Moments in the reader's language, always with their zone.

use islands::{t, words::words};
use jiff::{Timestamp, Zoned, tz::TimeZone};

/// `Wed, 30 Jun 2027, 20:00 CEST`.
pub(crate) fn moment(time: &Zoned) -> String {
    let weekday =
        words().text(WEEKDAYS[usize::from(time.weekday().to_monday_zero_offset().unsigned_abs())], &[]);
    let month = words().text(MONTHS[usize::from((time.month() - 1).unsigned_abs())], &[]);
    let (day, year) = (i64::from(time.day()), i64::from(time.year()).to_string());
    t!("time-moment", weekday = weekday, day = day, month = month, year = year, clock = minutes(time))
}

/// `20:05:09 UTC`, for a moment within the hour.
pub(crate) fn clock(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).strftime("%H:%M:%S UTC").to_string()
}

fn minutes(time: &Zoned) -> String {
    time.strftime("%H:%M %Z").to_string()
}

const WEEKDAYS: [&str; 7] =
    ["weekday-1", "weekday-2", "weekday-3", "weekday-4", "weekday-5", "weekday-6", "weekday-7"];
const MONTHS: [&str; 12] = [
    "month-1", "month-2", "month-3", "month-4", "month-5", "month-6", "month-7", "month-8", "month-9",
    "month-10", "month-11", "month-12",
];

/// What is left until a deadline; `None` once it has passed. Rounded down, so that it never promises too much.
pub(crate) fn left(now: Timestamp, until: Timestamp) -> Option<String> {
    // Of the exact difference: two times rounded down apart could differ by a second more.
    let seconds = (until.as_millisecond() - now.as_millisecond()).div_euclid(1000);
    match (seconds, seconds / 60) {
        (..=0, _) => None,
        (_, 0) => Some(t!("time-left-seconds")),
        (_, minutes @ ..120) => Some(t!("time-left-minutes", minutes = minutes)),
        (_, minutes) => Some(t!("time-left-hours", hours = minutes / 60)),
    }
}

#[cfg(test)]
mod tests {
    use islands::words::Language;

    use super::*;
    use crate::render::said_in;

    #[test]
    fn moments_are_told_in_their_own_zone_and_name_it() {
        let time: Timestamp = "2027-06-30T18:05:09Z".parse().unwrap();
        let berlin = time.to_zoned(TimeZone::get("Europe/Berlin").unwrap());
        assert_eq!(said_in(Language::English, || moment(&berlin)), "Wed, 30 Jun 2027, 20:05 CEST");
        assert_eq!(said_in(Language::German, || moment(&berlin)), "Mi., 30. Juni 2027, 20:05 CEST");
        assert_eq!(clock(time), "18:05:09 UTC");
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
