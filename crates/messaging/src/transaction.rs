//! Short MongoDB transactions whose announcements wait for the commit.

use std::time::{Duration, Instant};

use mongodb::{
    ClientSession,
    error::UNKNOWN_TRANSACTION_COMMIT_RESULT,
    options::{Acknowledgment, WriteConcern},
};
use runtime::entropy;

use crate::{
    MaybeTransient, StoreError,
    outbox::{Outbox, Pending},
};

/// How often a commit of unknown result is asked for again before giving up.
const COMMIT_ATTEMPTS: u32 = 3;
const COMMIT_PAUSE: Duration = Duration::from_millis(100);

/// A transaction under way. Ends with [`Transaction::commit`] or [`Transaction::abort`].
#[derive(Debug)]
pub struct Transaction {
    session: ClientSession,
    outbox: Outbox,
    announcements: Vec<Pending>,
}

/// What every write that matters is acknowledged by: a majority, with their journals.
pub(crate) fn durable() -> WriteConcern {
    WriteConcern::builder().w(Acknowledgment::Majority).journal(true).build()
}

impl Transaction {
    pub(crate) async fn begin(client: &mongodb::Client, outbox: Outbox) -> Result<Self, StoreError> {
        let during = StoreError::during("starting a transaction");
        let mut session = client.start_session().await.map_err(&during)?;
        session.start_transaction().write_concern(durable()).await.map_err(during)?;
        Ok(Self { session, outbox, announcements: Vec::new() })
    }

    /// The session to give to every operation that belongs to the transaction.
    pub fn session(&mut self) -> &mut ClientSession {
        &mut self.session
    }

    pub(crate) fn announce(&mut self, pending: Pending) {
        self.announcements.push(pending);
    }

    /// Makes it all happen, and wakes the relay.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        let mut attempt = 1;
        while let Err(error) = self.session.commit_transaction().await {
            let unknown = error.contains_label(UNKNOWN_TRANSACTION_COMMIT_RESULT);
            if !unknown || attempt == COMMIT_ATTEMPTS {
                return Err(StoreError::during("committing a transaction")(error));
            }
            attempt += 1;
            tokio::time::sleep(COMMIT_PAUSE).await;
        }
        for pending in self.announcements {
            self.outbox.committed(pending);
        }
        Ok(())
    }

    /// Makes none of it happen. A failure to say so is only logged: the server gives up abandoned transactions.
    pub async fn abort(mut self) {
        if let Err(error) = self.session.abort_transaction().await {
            tracing::debug!(%error, "aborting a transaction failed");
        }
    }
}

/// A bounded number of tries with jittered, growing pauses, for work that lost a race.
#[derive(Debug)]
pub struct Attempts {
    left: u32,
    pause: Duration,
    until: Option<Instant>,
}

impl Attempts {
    /// At most `count` tries in all.
    pub fn of(count: u32) -> Self {
        Self { left: count.saturating_sub(1), pause: Duration::from_millis(4), until: None }
    }

    /// And none that begins later than this from now.
    #[must_use]
    pub fn within(self, span: Duration) -> Self {
        Self { until: Some(Instant::now() + span), ..self }
    }

    /// Whether to try again after `error`; if so, returns once the pause is over.
    pub async fn again(&mut self, error: &impl MaybeTransient) -> bool {
        let late = self.until.is_some_and(|until| Instant::now() >= until);
        if self.left == 0 || late || !error.is_transient() {
            return false;
        }
        self.left -= 1;
        let share = f64::from(u16::from_be_bytes(entropy())) / f64::from(u16::MAX);
        tokio::time::sleep(self.pause.mul_f64(0.5 + share)).await;
        self.pause = (self.pause * 2).min(Duration::from_millis(100));
        true
    }
}
