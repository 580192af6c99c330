//! When to stop asking somebody who does not answer.

use std::time::{Duration, Instant};

/// Failures in a row after which nothing is asked any more.
const FAILURES: u32 = 5;
/// How long nothing is asked; then one request finds out.
const PAUSE: Duration = Duration::from_secs(5);

/// A circuit breaker: closed while answers come, open for a while after several in a row that did not.
#[derive(Debug, Default)]
pub(super) struct Circuit {
    failures: u32,
    open_until: Option<Instant>,
}

impl Circuit {
    /// Whether to ask now; if not, how long until then. Once the pause is over one caller is admitted, and the others
    /// wait another pause or until that one has been answered.
    pub(super) fn admit(&mut self, now: Instant) -> Result<(), Duration> {
        self.check(now)?;
        if self.open_until.is_some() {
            self.open_until = Some(now + PAUSE);
        }
        Ok(())
    }

    /// The same, without taking the one admission after a pause.
    pub(super) fn check(&self, now: Instant) -> Result<(), Duration> {
        match self.open_until.and_then(|until| until.checked_duration_since(now)) {
            Some(left) if !left.is_zero() => Err(left),
            _ => Ok(()),
        }
    }

    /// Somebody was answered.
    pub(super) fn answered(&mut self) {
        *self = Self::default();
    }

    /// Somebody was not.
    pub(super) fn failed(&mut self, now: Instant) {
        self.failures = self.failures.saturating_add(1);
        if self.failures >= FAILURES {
            self.open_until = Some(now + PAUSE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_after_failures_in_a_row_and_closes_with_the_first_answer() {
        let now = Instant::now();
        let mut circuit = Circuit::default();
        for _ in 1..FAILURES {
            circuit.failed(now);
        }
        circuit.answered();
        for _ in 1..FAILURES {
            circuit.failed(now);
            assert_eq!(circuit.admit(now), Ok(()));
        }
        circuit.failed(now);
        assert_eq!(circuit.admit(now), Err(PAUSE));
        assert_eq!(circuit.check(now + PAUSE / 2), Err(PAUSE / 2));
        circuit.answered();
        assert_eq!(circuit.check(now), Ok(()));
    }

    #[test]
    fn after_the_pause_one_finds_out_for_all() {
        let now = Instant::now();
        let mut circuit = Circuit { failures: FAILURES, open_until: Some(now + PAUSE) };
        let later = now + PAUSE;
        assert_eq!(circuit.check(later), Ok(()));
        assert_eq!(circuit.admit(later), Ok(()));
        assert_eq!(circuit.admit(later), Err(PAUSE), "the first one has not been answered yet");
        circuit.failed(later);
        assert!(circuit.admit(later + PAUSE / 2).is_err());
        assert_eq!(circuit.admit(later + PAUSE), Ok(()));
    }
}
