//! Slowing down who guesses passwords.
//!
//! Counted in this process's memory, by email, whether or not the account exists: so what it answers tells nothing.
//! With several replicas an attacker has that many times the attempts, which changes no order of magnitude.

use std::{collections::HashMap, num::NonZeroU32, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;

const WINDOW: SignedDuration = SignedDuration::from_mins(1);
/// Emails remembered at once. Every failure costs a hash, so no attacker pushes out an entry within its minute.
const MAX_EMAILS: usize = 16_384;

/// Too many failures for one email.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many failed attempts; the next may be in {retry_after_seconds} s")]
pub(crate) struct TooManyFailures {
    pub(crate) retry_after_seconds: u32,
}

/// Counts failures. Cheap to clone; all clones are one.
#[derive(Debug, Clone)]
pub(crate) struct Throttle {
    limit: NonZeroU32,
    windows: Arc<Mutex<HashMap<String, Window>>>,
}

/// A minute that began with a failure.
#[derive(Debug)]
struct Window {
    failures: u32,
    ends: Timestamp,
}

impl Throttle {
    /// At most `limit` failures a minute for each email.
    pub(crate) fn new(limit: NonZeroU32) -> Self {
        Self { limit, windows: Arc::default() }
    }

    /// Whether an attempt may be made at all.
    pub(crate) fn check(&self, email_key: &str, now: Timestamp) -> Result<(), TooManyFailures> {
        self.windows.lock().get(email_key).map_or(Ok(()), |window| self.judge(window, now))
    }

    /// Takes note of an attempt's outcome. A success is forgiven everything before it.
    ///
    /// Fails if the limit was reached while the password was being hashed: of guesses sent all at once, those
    /// beyond the limit get no answer, not even the right one.
    pub(crate) fn record(&self, email_key: &str, good: bool, now: Timestamp) -> Result<(), TooManyFailures> {
        let mut windows = self.windows.lock();
        if let Some(window) = windows.get_mut(email_key) {
            self.judge(window, now)?;
            if good {
                windows.remove(email_key);
            } else if window.ends > now {
                window.failures += 1;
            } else {
                *window = Window::starting(now);
            }
        } else if !good {
            make_room(&mut windows, now);
            windows.insert(email_key.to_owned(), Window::starting(now));
        }
        Ok(())
    }

    fn judge(&self, window: &Window, now: Timestamp) -> Result<(), TooManyFailures> {
        if window.failures < self.limit.get() || window.ends <= now {
            return Ok(());
        }
        let left = window.ends.duration_since(now);
        let seconds = u32::try_from(left.as_secs()).unwrap_or_default().saturating_add(1);
        Err(TooManyFailures { retry_after_seconds: seconds })
    }
}

impl Window {
    fn starting(now: Timestamp) -> Self {
        Self { failures: 1, ends: now.saturating_add(WINDOW).unwrap_or(Timestamp::MAX) }
    }
}

fn make_room(windows: &mut HashMap<String, Window>, now: Timestamp) {
    if windows.len() < MAX_EMAILS {
        return;
    }
    windows.retain(|_, window| window.ends > now);
    if windows.len() >= MAX_EMAILS {
        let oldest = windows.iter().min_by_key(|(_, window)| window.ends).map(|(email, _)| email.clone());
        oldest.and_then(|email| windows.remove(&email));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn throttle() -> Throttle {
        Throttle::new(NonZeroU32::new(2).unwrap())
    }

    #[test]
    fn the_limit_holds_for_a_minute_from_the_first_failure() {
        let throttle = throttle();
        throttle.record("a", false, second(0)).unwrap();
        throttle.check("a", second(10)).unwrap();
        throttle.record("a", false, second(10)).unwrap();
        let refusal = throttle.check("a", second(10)).unwrap_err();
        assert_eq!(refusal.retry_after_seconds, 51);
        throttle.check("b", second(10)).unwrap();
        throttle.check("a", second(60)).unwrap();
        throttle.record("a", false, second(60)).unwrap();
        throttle.check("a", second(60)).unwrap();
    }

    #[test]
    fn a_success_resets_the_count() {
        let throttle = throttle();
        throttle.record("a", false, second(0)).unwrap();
        throttle.record("a", true, second(1)).unwrap();
        throttle.record("a", false, second(2)).unwrap();
        throttle.check("a", second(3)).unwrap();
    }

    #[test]
    fn a_right_guess_beyond_the_limit_is_not_told() {
        let throttle = throttle();
        for _ in 0..2 {
            throttle.record("a", false, second(0)).unwrap();
        }
        assert!(throttle.record("a", true, second(0)).is_err());
    }

    #[test]
    fn memory_is_bounded() {
        let throttle = throttle();
        for n in 0..=MAX_EMAILS {
            throttle.record(&n.to_string(), false, second(0)).unwrap();
        }
        assert_eq!(throttle.windows.lock().len(), MAX_EMAILS);
        throttle.record("late", false, second(61)).unwrap();
        assert_eq!(throttle.windows.lock().len(), 1);
    }
}
