//! argon2id and nothing else.

use std::{
    thread::available_parallelism,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Error, Result};
use argon2::{Algorithm, Argon2, Block, Params, Version};

use crate::generator::Outcome;

/// Hashes with auth's parameters on as many threads as auth does.
pub(crate) async fn hash(time: Duration) -> Result<(usize, Outcome)> {
    let threads = available_parallelism().map_or(1, usize::from);
    let began = Instant::now();
    let loops = (0..threads).map(|_| tokio::task::spawn_blocking(move || hash_until(began, time)));
    let mut all = Outcome::default();
    for outcome in futures::future::join_all(loops).await {
        all.beside(outcome.context("a hashing thread panicked")??);
    }
    Ok((threads, all))
}

fn hash_until(began: Instant, time: Duration) -> Result<Outcome> {
    let params = Params::new(19 * 1024, 2, 1, Some(32)).map_err(Error::msg)?;
    let mut blocks = vec![Block::new(); params.block_count()];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let (mut outcome, mut hash) = (Outcome::default(), [0; 32]);
    while began.elapsed() < time {
        let start = Instant::now();
        let done = argon2.hash_password_into_with_memory(
            b"correct horse",
            b"battery staple!!",
            &mut hash,
            &mut blocks,
        );
        done.map_err(Error::msg)?;
        std::hint::black_box(&hash);
        outcome.latency.record(start.elapsed());
    }
    outcome.statuses.insert(200, outcome.count());
    outcome.elapsed = began.elapsed();
    Ok(outcome)
}
