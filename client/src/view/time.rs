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

/// A day as a ticket shows it: `Wed`, `30`, `Jun 2027`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Day {
    pub(crate) weekday: String,
    pub(crate) number: i8,
    pub(crate) month: String,
}

/// The day of a moment, in its own zone.
pub(crate) fn day(time: &Zoned) -> Day {
    let month = words().text(SHORT_MONTHS[usize::from((time.month() - 1).unsigned_abs())], &[]);
    let weekday =
        words().text(WEEKDAYS[usize::from(time.weekday().to_monday_zero_offset().unsigned_abs())], &[]);
    Day { weekday, number: time.day(), month: format!("{month} {}", time.year()) }
}

/// `20:05:09 UTC`, for a moment within the hour.
pub(crate) fn clock(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).strftime("%H:%M:%S UTC").to_string()
}

/// `20:05 CEST`
pub(crate) fn minutes(time: &Zoned) -> String {
    time.strftime("%H:%M %Z").to_string()
}

const WEEKDAYS: [&str; 7] =
    ["weekday-1", "weekday-2", "weekday-3", "weekday-4", "weekday-5", "weekday-6", "weekday-7"];
const MONTHS: [&str; 12] = [
    "month-1", "month-2", "month-3", "month-4", "month-5", "month-6", "month-7", "month-8", "month-9",
    "month-10", "month-11", "month-12",
];

const SHORT_MONTHS: [&str; 12] = [
    "month-short-1",
    "month-short-2",
    "month-short-3",
    "month-short-4",
    "month-short-5",
    "month-short-6",
    "month-short-7",
    "month-short-8",
    "month-short-9",
    "month-short-10",
    "month-short-11",
    "month-short-12",
];

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
        assert_eq!(minutes(&berlin), "20:05 CEST");
    }

    #[test]
    fn a_tickets_day_is_the_venues() {
        let time: Timestamp = "2027-02-28T23:30:00Z".parse().unwrap();
        let told = |language, zone: &str| {
            let time = time.to_zoned(TimeZone::get(zone).unwrap());
            said_in(language, || {
                let Day { weekday, number, month } = day(&time);
                format!("{weekday} {number} {month}")
            })
        };
        assert_eq!(told(Language::English, "America/New_York"), "Sun 28 Feb 2027");
        assert_eq!(told(Language::English, "Europe/Berlin"), "Mon 1 Mar 2027");
        assert_eq!(told(Language::German, "Europe/Berlin"), "Mo. 1 März 2027");
    }
}
