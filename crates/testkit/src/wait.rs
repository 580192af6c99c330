//! Waiting for conditions.

use std::{
    fmt::Display,
    time::{Duration, Instant},
};

/// The longest any condition is waited for.
const PATIENCE: Duration = Duration::from_secs(15);
const STEP: Duration = Duration::from_millis(20);

/// Asks `probe` until it gives a value; panics after 15 seconds with what was waited for.
pub async fn eventually<T, F>(what: impl Display, mut probe: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let began = Instant::now();
    loop {
        if let Some(value) = probe().await {
            return value;
        }
        assert!(began.elapsed() < PATIENCE, "waited in vain for {what}");
        tokio::time::sleep(STEP).await;
    }
}

/// Requires `probe` to stay true for `span`: for things that must not happen.
pub async fn holds<F>(what: impl Display, span: Duration, mut probe: impl FnMut() -> F)
where
    F: Future<Output = bool>,
{
    let began = Instant::now();
    while began.elapsed() < span {
        assert!(probe().await, "no longer true: {what}");
        tokio::time::sleep(STEP).await;
    }
}
