//! Waiting a little for what was made elsewhere a moment ago and may not have been heard of here yet.

use std::{future::Future, time::Duration};

use common::id::Id;
use jiff::Timestamp;
use tokio::time::{Instant, sleep};

/// Word of what is older than this has arrived, or never will.
const YOUNG: Duration = Duration::from_secs(10);
/// How long something is waited for, and how often it is looked for.
const PATIENCE: Duration = Duration::from_secs(2);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Whether word of what this id names may still be on its way. An id from outside may claim any time, also one to come.
pub fn may_be_on_its_way(id: &impl Id, now: Timestamp) -> bool {
    now.duration_since(id.created_at()).unsigned_abs() < YOUNG
}

/// What `look` finds: at once, or as soon as it is worth waiting for no longer, after two seconds at the latest.
pub async fn look_patiently<T, E, F: Future<Output = Result<T, E>>>(
    look: impl Fn() -> F,
    is_worth_waiting: impl Fn(&T) -> bool,
) -> Result<T, E> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let found = look().await?;
        if !is_worth_waiting(&found) || Instant::now() >= deadline {
            return Ok(found);
        }
        sleep(LOOK_EVERY).await;
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use common::id::OrderId;

    use super::*;

    #[test]
    fn only_what_was_made_a_moment_ago_may_be_on_its_way() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        for (age, expected) in [(0, true), (9, true), (10, false), (-9, true), (-10, false)] {
            let made = Timestamp::from_second(now.as_second() - age).unwrap();
            assert_eq!(may_be_on_its_way(&OrderId::generate(made, [1; 8]), now), expected, "{age}");
        }
    }

    #[tokio::test]
    async fn it_is_looked_for_until_it_is_there_and_not_at_all_where_that_is_no_use() {
        let looks = Cell::new(0);
        let look = || async {
            looks.set(looks.get() + 1);
            Ok::<_, ()>(looks.get())
        };
        assert_eq!(look_patiently(look, |found| *found < 3).await, Ok(3));
        assert_eq!(look_patiently(look, |_| false).await, Ok(4));
        let failing = || async { Err::<u32, _>("down") };
        assert_eq!(look_patiently(failing, |_| true).await, Err("down"));
    }
}
