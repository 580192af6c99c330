//! Hashing passwords, which is slow on purpose, apart from everything that should be quick.

mod pool;
mod scheme;

use std::{
    io,
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use common::text::{NewPassword, Password};
use runtime::entropy;

use self::{
    pool::{Memory, Pool},
    scheme::SchemeError,
};
use crate::domain::PasswordHash;

/// A password could not be hashed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HashError {
    /// Too many wait already.
    #[error("too many passwords wait to be hashed")]
    Busy,
    /// The hash function or the thread that ran it failed.
    #[error("hashing a password failed")]
    Failed(#[source] Option<SchemeError>),
}

/// Hashes and verifies passwords, a bounded number at a time. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Passwords {
    pool: Pool,
    computed: Arc<AtomicU64>,
}

impl Passwords {
    /// Starts `concurrency` threads; `queue` more passwords may wait for them.
    pub(crate) fn start(concurrency: NonZeroUsize, queue: usize) -> io::Result<Self> {
        Ok(Self { pool: Pool::start(concurrency, queue)?, computed: Arc::default() })
    }

    /// How many hashes were computed so far: the cost of requests, told without a clock.
    pub fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    /// Hashes a password with a new salt.
    pub(crate) async fn hash(&self, password: NewPassword) -> Result<PasswordHash, HashError> {
        let salt = entropy();
        self.compute(move |memory| scheme::hash(password.expose(), salt, memory)).await
    }

    /// Whether `password` is the one that was hashed. Without a hash to compare with the answer is no, after the
    /// same work: how long an answer takes does not tell whether an account exists.
    pub(crate) async fn verify(
        &self,
        password: Password,
        hash: Option<PasswordHash>,
    ) -> Result<bool, HashError> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(scheme::nobodys_hash);
        let matches = self.compute(move |memory| scheme::matches(password.expose(), &hash, memory)).await?;
        Ok(known && matches)
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> Result<T, SchemeError> + Send + 'static,
    ) -> Result<T, HashError> {
        let computed = self.computed.clone();
        let answer = self.pool.run(move |memory| {
            computed.fetch_add(1, Ordering::Relaxed);
            work(memory)
        });
        match answer {
            None => {
                metrics::counter!("password_hashes_shed_total").increment(1);
                Err(HashError::Busy)
            }
            Some(answer) => match answer.await {
                Ok(outcome) => outcome.map_err(|error| HashError::Failed(Some(error))),
                Err(_) => Err(HashError::Failed(None)),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passwords() -> Passwords {
        Passwords::start(NonZeroUsize::MIN, 1).unwrap()
    }

    #[tokio::test]
    async fn a_password_matches_its_own_hash_only() {
        let passwords = passwords();
        let hash = passwords.hash(" Pass word ".parse().unwrap()).await.unwrap();
        assert!(passwords.verify(" Pass word ".parse().unwrap(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("Pass word".parse().unwrap(), Some(hash.clone())).await.unwrap());
        let again = passwords.hash(" Pass word ".parse().unwrap()).await.unwrap();
        assert_ne!(hash, again);
    }

    #[tokio::test]
    async fn nobody_costs_as_much_as_somebody() {
        let passwords = passwords();
        assert!(!passwords.verify("anything".parse().unwrap(), None).await.unwrap());
        assert_eq!(passwords.computed(), 1);
    }

    #[tokio::test]
    async fn what_exceeds_the_queue_is_refused_at_once() {
        let passwords = passwords();
        let (release, gate) = std::sync::mpsc::channel::<()>();
        let blocked = passwords.pool.run(move |_| gate.recv()).unwrap();
        let waiting = passwords.pool.run(|_| ()).unwrap();
        let refused = passwords.hash("password".parse().unwrap()).await;
        assert!(matches!(refused, Err(HashError::Busy)));
        release.send(()).unwrap();
        blocked.await.unwrap().unwrap();
        waiting.await.unwrap();
        passwords.hash("password".parse().unwrap()).await.unwrap();
    }

    #[tokio::test]
    async fn a_panic_costs_one_answer_and_no_thread() {
        let passwords = passwords();
        let answer = passwords.pool.run(|_| panic!("boom")).unwrap();
        assert!(answer.await.is_err());
        passwords.hash("password".parse().unwrap()).await.unwrap();
    }
}
