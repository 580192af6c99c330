//! How long to wait before trying again.

use std::time::Duration;

/// The first wait, at most.
const FIRST: Duration = Duration::from_secs(1);
/// No wait is longer.
const LONGEST: Duration = Duration::from_mins(1);

/// Waits that grow with every failure in a row and differ between browsers, so that a server that comes back is not met
/// by all of them at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// After another failure; `random` is from 0 to 1. Between half of the step and all of it.
    pub fn next(&mut self, random: f64) -> Duration {
        let step = FIRST.saturating_mul(1 << self.failures.min(10)).min(LONGEST);
        self.failures += 1;
        step.mul_f64(0.5 + random.clamp(0.0, 1.0) / 2.0)
    }

    /// It worked.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_to_a_bound_and_begin_anew_after_a_success() {
        let mut backoff = Backoff::default();
        let waits: Vec<_> = (0..8).map(|_| backoff.next(1.0).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
        for _ in 0..100 {
            assert_eq!(backoff.next(1.0), LONGEST);
        }
        backoff.reset();
        assert_eq!(backoff.next(0.0), FIRST / 2);
    }

    #[test]
    fn waits_are_spread_over_half_of_their_step() {
        for (random, millis) in [(0.0, 500), (0.5, 750), (1.0, 1000), (-3.0, 500), (9.0, 1000)] {
            assert_eq!(Backoff::default().next(random), Duration::from_millis(millis));
        }
    }
}
