//! The server's time, whatever the reader's clock says, and how it is told.

use jiff::Timestamp;

use crate::t;

/// A sample this much earlier than what was believed means that the reader's clock was set, not that it came late.
const SET_MILLIS: i64 = 5_000;

/// How far the reader's clock is from the server's.
///
/// A sample is the server's time in something that has just arrived. It is as old as the way took, so every sample
/// makes the server seem a little behind; the one that seems least behind is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ServerClock {
    /// Milliseconds to be added to the reader's clock.
    offset: Option<i64>,
}

impl ServerClock {
    /// Nothing heard of the server yet.
    pub const UNKNOWN: Self = Self { offset: None };

    /// Takes a sample: the server's time and the reader's, in milliseconds since 1970.
    pub fn heard(&mut self, server: i64, here: i64) {
        let offset = server.saturating_sub(here);
        self.offset = Some(match self.offset {
            Some(known) if offset < known && known.saturating_sub(offset) < SET_MILLIS => known,
            _ => offset,
        });
    }

    /// Whether anything was heard.
    pub fn is_known(self) -> bool {
        self.offset.is_some()
    }

    /// The server's time when the reader's clock shows `here`.
    pub fn at(self, here: i64) -> i64 {
        here.saturating_add(self.offset.unwrap_or_default())
    }
}

/// A page looks at the time much more often than this. So late a look means that the machine slept.
const SLEPT_MILLIS: i64 = 20_000;

/// Whether the machine slept between two looks at the reader's clock.
pub fn slept(looked: i64, now: i64) -> bool {
    now.saturating_sub(looked) > SLEPT_MILLIS
}

/// Until when changes have arrived that are found now not to arrive any more: until the last look before a sleep, else
/// until now. By the reader's clock.
pub fn arrived_until(looked: i64, now: i64) -> i64 {
    if slept(looked, now) { looked } else { now }
}

/// What to say aloud of a reservation that runs out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warning {
    /// So many minutes are left, begun ones counted.
    Minutes(i64),
    /// None is.
    Lapsed,
}

/// What to say when this many milliseconds are left that were `before`: at five minutes, at one, and at the end. After
/// a sleep that skipped a mark, what is left now.
pub fn warning(before: i64, left: i64) -> Option<Warning> {
    const MARKS: [i64; 2] = [60_000, 300_000];
    if left <= 0 {
        return (before > 0).then_some(Warning::Lapsed);
    }
    let crossed = MARKS.into_iter().any(|mark| left <= mark && mark < before);
    crossed.then(|| Warning::Minutes(begun(left, 60_000)))
}

/// `12:34`, or `1:02:34` from an hour on. A begun second counts, so that nothing is left exactly at `0:00`.
pub fn running(left: i64) -> String {
    let seconds = begun(left.max(0), 1000);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// What is shown of a reservation as long as nothing counts it down: whole minutes, rounded down, so that it never
/// promises too much; `time-up` once it is over.
pub fn left(now: Timestamp, until: Timestamp) -> String {
    // Of the exact difference: two times rounded down apart could differ by a second more.
    let seconds = (until.as_millisecond() - now.as_millisecond()).div_euclid(1000);
    match (seconds, seconds / 60) {
        (..=0, _) => t!("time-up"),
        (_, 0) => t!("time-left-seconds"),
        (_, minutes @ ..120) => t!("time-left-minutes", minutes = minutes),
        (_, minutes) => t!("time-left-hours", hours = minutes / 60),
    }
}

/// `As of 20:14:05 UTC`.
pub fn as_of(at: Timestamp) -> String {
    // By arithmetic: a formatter of dates would be a good part of the browser's program.
    let second = at.as_second().rem_euclid(86_400);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    t!("as-of", time = format!("{hour:02}:{minute:02}:{second:02} UTC"))
}

/// How many units have begun in what is not negative.
fn begun(millis: i64, unit: i64) -> i64 {
    millis / unit + i64::from(millis % unit > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_is_as_far_off_as_the_quickest_sample_says() {
        let mut clock = ServerClock::default();
        assert_eq!(clock.at(1_000), 1_000);
        assert!(!clock.is_known());
        // The reader's clock is an hour slow; the page took 400 ms.
        clock.heard(3_600_000 - 400, 0);
        assert_eq!(clock.at(10), 3_599_610);
        clock.heard(3_601_000 - 50, 1_000);
        assert_eq!(clock.at(1_000), 3_600_950);
        // A slow one says nothing new.
        clock.heard(3_602_000 - 3_000, 2_000);
        assert_eq!(clock.at(2_000), 3_601_950);
        // The reader's clock was put right.
        clock.heard(3_603_000, 3_603_000);
        assert_eq!(clock.at(3_604_000), 3_604_000);
    }

    #[test]
    fn extreme_times_do_not_overflow() {
        let mut clock = ServerClock::default();
        clock.heard(i64::MAX, i64::MIN);
        assert_eq!(clock.at(i64::MAX), i64::MAX);
        clock.heard(i64::MIN, i64::MAX);
        assert_eq!(clock.at(i64::MIN), i64::MIN);
    }

    #[test]
    fn nothing_arrives_while_the_machine_sleeps() {
        for (looked, now, until) in [
            (0, 5_000, 5_000),
            (0, 20_000, 20_000),
            (0, 20_001, 0),
            (1_000, 3_600_000, 1_000),
            // The reader's clock was set back.
            (3_600_000, 0, 0),
        ] {
            assert_eq!(arrived_until(looked, now), until, "{looked} to {now}");
        }
    }

    #[test]
    fn a_countdown_ends_at_zero_and_not_before() {
        for (left, text) in [
            (-5, "0:00"),
            (0, "0:00"),
            (1, "0:01"),
            (1_000, "0:01"),
            (1_001, "0:02"),
            (59_001, "1:00"),
            (899_999, "15:00"),
            (3_600_000, "1:00:00"),
            (3_754_000, "1:02:34"),
        ] {
            assert_eq!(running(left), text, "{left}");
        }
    }

    #[test]
    fn marks_are_told_once_and_after_a_sleep_what_is_true() {
        for (before, left, said) in [
            (301_000, 300_000, Some(Warning::Minutes(5))),
            (300_000, 299_000, None),
            (600_000, 120_001, Some(Warning::Minutes(3))),
            (60_001, 60_000, Some(Warning::Minutes(1))),
            (600_000, 59_000, Some(Warning::Minutes(1))),
            (59_000, 58_000, None),
            (1, 0, Some(Warning::Lapsed)),
            (600_000, -1, Some(Warning::Lapsed)),
            (0, -1_000, None),
            (290_000, 310_000, None),
        ] {
            assert_eq!(warning(before, left), said, "{before} to {left}");
        }
    }

    #[cfg(feature = "ssr")]
    #[test]
    fn times_are_told_by_the_day() {
        let at: Timestamp = "2027-06-30T20:14:05.9Z".parse().unwrap();
        assert_eq!(as_of(at), "As of 20:14:05 UTC");
        assert_eq!(as_of("1969-12-31T23:59:59Z".parse().unwrap()), "As of 23:59:59 UTC");
        assert_eq!(left(at, "2027-06-30T20:16:05.8Z".parse().unwrap()), "1 minute left");
        assert_eq!(left(at, at), "The time is up");
    }
}
