//! Slowing down who guesses passwords.
//!
//! Counted in this process's memory, by email, whether or not the account exists: so what it answers tells nothing.
//! With several replicas an attacker has that many times the attempts, which changes no order of magnitude.
//!
//! Whoever knows an email can use up a limit. So the limit that is easily reached is for an email and the address the
//! guesses come from, and nobody elsewhere notices; the one for the email alone, against guessing from many addresses
//! at once, is clearly higher. Password changes, for which one must be signed in, are counted by user, apart from both.

use std::{collections::HashMap, num::NonZeroU32, sync::Arc};

use common::{id::UserId, text::Email};
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;

use crate::client_address::ClientAddress;

const WINDOW: SignedDuration = SignedDuration::from_mins(1);
/// How many times the limit an email may fail from all addresses together.
const FROM_EVERYWHERE: u32 = 10;
/// Counts remembered at once. Every failure costs a hash, so no attacker pushes out an entry within its minute.
const MAX_COUNTS: usize = 32_768;

/// Too many failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many failed attempts; the next may be in {retry_after_seconds} s")]
pub(crate) struct TooManyFailures {
    pub(crate) retry_after_seconds: u32,
}

/// Under what a guess is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Guess {
    /// Has the limit; a success forgives its failures.
    narrow: Key,
    /// Has [`FROM_EVERYWHERE`] times the limit. A success forgives nothing: the failures may be somebody else's.
    wide: Option<Key>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    EmailFrom(String, ClientAddress),
    Email(String),
    User(UserId),
}

impl Guess {
    /// Of the password of the account with this email, which need not exist.
    pub(crate) fn of_email(email: &Email, from: &ClientAddress) -> Self {
        let key = email.key();
        Self { narrow: Key::EmailFrom(key.clone(), from.clone()), wide: Some(Key::Email(key)) }
    }

    /// Of the password of a user, within a session of theirs.
    pub(crate) fn of_user(user: UserId) -> Self {
        Self { narrow: Key::User(user), wide: None }
    }
}

/// Counts failures. Cheap to clone; all clones are one.
#[derive(Debug, Clone)]
pub(crate) struct Throttle {
    limit: NonZeroU32,
    counts: Arc<Mutex<HashMap<Key, Count>>>,
}

/// The failures of a minute that began with one.
#[derive(Debug)]
struct Count {
    failures: u32,
    ends: Timestamp,
}

impl Throttle {
    /// At most `limit` failures a minute.
    pub(crate) fn new(limit: NonZeroU32) -> Self {
        Self { limit, counts: Arc::default() }
    }

    /// Whether an attempt may be made at all.
    pub(crate) fn check(&self, guess: &Guess, now: Timestamp) -> Result<(), TooManyFailures> {
        self.judge(&self.counts.lock(), guess, now)
    }

    /// Takes note of an attempt's outcome. A success is forgiven the caller's failures before it.
    ///
    /// Fails if a limit was reached while the password was being hashed: of guesses sent all at once, those
    /// beyond the limit get no answer, not even the right one.
    pub(crate) fn record(&self, guess: &Guess, good: bool, now: Timestamp) -> Result<(), TooManyFailures> {
        let mut counts = self.counts.lock();
        self.judge(&counts, guess, now)?;
        if good {
            counts.remove(&guess.narrow);
            return Ok(());
        }
        for key in [Some(&guess.narrow), guess.wide.as_ref()].into_iter().flatten() {
            match counts.get_mut(key) {
                Some(count) if count.ends > now => count.failures = count.failures.saturating_add(1),
                Some(count) => *count = Count::starting(now),
                None => {
                    make_room(&mut counts, now);
                    counts.insert(key.clone(), Count::starting(now));
                }
            }
        }
        Ok(())
    }

    fn judge(
        &self,
        counts: &HashMap<Key, Count>,
        guess: &Guess,
        now: Timestamp,
    ) -> Result<(), TooManyFailures> {
        let limit = self.limit.get();
        let narrow = (counts.get(&guess.narrow), limit);
        let wide =
            (guess.wide.as_ref().and_then(|key| counts.get(key)), limit.saturating_mul(FROM_EVERYWHERE));
        let reached = |(count, limit): (Option<&Count>, u32)| {
            count.filter(|count| count.failures >= limit && count.ends > now).map(|count| count.ends)
        };
        // Whichever is over last.
        let Some(ends) = reached(narrow).max(reached(wide)) else { return Ok(()) };
        let seconds = u32::try_from(ends.duration_since(now).as_secs()).unwrap_or_default();
        Err(TooManyFailures { retry_after_seconds: seconds.saturating_add(1) })
    }
}

impl Count {
    fn starting(now: Timestamp) -> Self {
        Self { failures: 1, ends: now.saturating_add(WINDOW).unwrap_or(Timestamp::MAX) }
    }
}

fn make_room(counts: &mut HashMap<Key, Count>, now: Timestamp) {
    if counts.len() < MAX_COUNTS {
        return;
    }
    counts.retain(|_, count| count.ends > now);
    if counts.len() >= MAX_COUNTS {
        let oldest = counts.iter().min_by_key(|(_, count)| count.ends).map(|(key, _)| key.clone());
        oldest.and_then(|key| counts.remove(&key));
    }
}

#[cfg(test)]
mod tests {
    use common::id::Id;

    use super::*;

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn throttle() -> Throttle {
        Throttle::new(NonZeroU32::new(2).unwrap())
    }

    fn user(number: u64) -> Guess {
        Guess::of_user(UserId::generate(second(0), number.to_be_bytes()))
    }

    fn ada(from: &str) -> Guess {
        Guess::of_email(&"Ada@example.org".parse().unwrap(), &ClientAddress::from(from))
    }

    #[test]
    fn the_limit_holds_for_a_minute_from_the_first_failure() {
        let throttle = throttle();
        throttle.record(&user(1), false, second(0)).unwrap();
        throttle.check(&user(1), second(10)).unwrap();
        throttle.record(&user(1), false, second(10)).unwrap();
        let refusal = throttle.check(&user(1), second(10)).unwrap_err();
        assert_eq!(refusal.retry_after_seconds, 51);
        throttle.check(&user(2), second(10)).unwrap();
        throttle.check(&user(1), second(60)).unwrap();
        throttle.record(&user(1), false, second(60)).unwrap();
        throttle.check(&user(1), second(60)).unwrap();
    }

    #[test]
    fn a_success_resets_the_count() {
        let throttle = throttle();
        for _ in 0..3 {
            throttle.record(&ada("a"), false, second(0)).unwrap();
            throttle.record(&ada("a"), true, second(1)).unwrap();
        }
        throttle.record(&ada("a"), false, second(2)).unwrap();
        throttle.check(&ada("a"), second(3)).unwrap();
    }

    #[test]
    fn a_right_guess_beyond_the_limit_is_not_told() {
        let throttle = throttle();
        for _ in 0..2 {
            throttle.record(&ada("a"), false, second(0)).unwrap();
        }
        assert!(throttle.record(&ada("a"), true, second(0)).is_err());
    }

    #[test]
    fn who_guesses_elsewhere_locks_nobody_out_until_it_is_very_many() {
        let throttle = throttle();
        for address in 0..10 {
            throttle.check(&ada("home"), second(0)).unwrap();
            for _ in 0..2 {
                throttle.record(&ada(&address.to_string()), false, second(0)).unwrap();
            }
            assert!(throttle.check(&ada(&address.to_string()), second(0)).is_err());
        }
        assert!(throttle.check(&ada("home"), second(0)).is_err());
        throttle.check(&user(1), second(0)).unwrap();
        throttle.check(&ada("home"), second(60)).unwrap();
    }

    #[test]
    fn memory_is_bounded() {
        let throttle = throttle();
        for number in 0..=MAX_COUNTS {
            throttle.record(&user(number.try_into().unwrap()), false, second(0)).unwrap();
        }
        assert_eq!(throttle.counts.lock().len(), MAX_COUNTS);
        throttle.record(&user(u64::MAX), false, second(61)).unwrap();
        assert_eq!(throttle.counts.lock().len(), 1);
    }
}
