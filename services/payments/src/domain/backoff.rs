//! How long to leave alone what was refused.

use std::time::Duration;

const FIRST: Duration = Duration::from_hours(1);
const LONGEST: Duration = Duration::from_hours(24);

/// How long to wait after so many refusals in a row: not at all before the first, then an hour, twice as long each
/// time, and a day at most.
pub(crate) fn pause_after(refusals: u32) -> Duration {
    let Some(doublings) = refusals.checked_sub(1) else { return Duration::ZERO };
    FIRST.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_doubles_the_pause_up_to_a_day() {
        let hours = [0, 1, 2, 5, 6, u32::MAX].map(|refusals| pause_after(refusals).as_secs() / 3600);
        assert_eq!(hours, [0, 1, 2, 16, 24, 24]);
    }
}
