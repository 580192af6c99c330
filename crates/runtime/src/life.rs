//! Readiness and shutdown as values with a contract.
//!
//! - A process is ready once it is [`Life::ready`] and no [`Part`] it waits for is missing.
//! - On SIGTERM or SIGINT it is unready first, then [`Life::stopping`] resolves, then everything spawned has
//!   `SHUTDOWN_SECONDS` to end.
//! - A critical task that ends before that, in whatever way, ends the process with an error.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::Failure;

/// The life of this process. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Life {
    stopping: CancellationToken,
    tasks: TaskTracker,
    state: Arc<State>,
    died: mpsc::Sender<Failure>,
}

#[derive(Debug, Default)]
struct State {
    serving: AtomicBool,
    missing_parts: AtomicUsize,
}

/// Something the process is not ready without, such as a subscription. Counts as missing until [`Part::ready`].
#[derive(Debug)]
pub struct Part {
    state: Arc<State>,
    present: bool,
}

impl Part {
    /// Says that the part is there.
    pub fn ready(&mut self) {
        if !std::mem::replace(&mut self.present, true) {
            self.state.missing_parts.fetch_sub(1, Ordering::SeqCst);
        }
    }

    /// Says that the part is missing again.
    pub fn missing(&mut self) {
        if std::mem::replace(&mut self.present, false) {
            self.state.missing_parts.fetch_add(1, Ordering::SeqCst);
        }
    }
}

impl Life {
    /// A life, and where the death of a critical task is told.
    pub(crate) fn new() -> (Self, mpsc::Receiver<Failure>) {
        let (died, deaths) = mpsc::channel(1);
        let life = Self {
            stopping: CancellationToken::new(),
            tasks: TaskTracker::new(),
            state: Arc::default(),
            died,
        };
        (life, deaths)
    }

    /// A life for tests: nobody listens for signals, [`Life::stop`] ends it.
    pub fn detached() -> Self {
        Self::new().0
    }

    /// Declares something the process is not ready without.
    pub fn part(&self) -> Part {
        self.state.missing_parts.fetch_add(1, Ordering::SeqCst);
        Part { state: self.state.clone(), present: false }
    }

    /// Says that the process is set up and serving.
    pub fn ready(&self) {
        self.state.serving.store(true, Ordering::SeqCst);
    }

    /// Whether requests should be sent here.
    pub fn is_ready(&self) -> bool {
        self.state.serving.load(Ordering::SeqCst)
            && self.state.missing_parts.load(Ordering::SeqCst) == 0
            && !self.stopping.is_cancelled()
    }

    /// Whether the process is to end.
    pub fn is_stopping(&self) -> bool {
        self.stopping.is_cancelled()
    }

    /// Resolves when the process is to end.
    pub async fn stopping(&self) {
        self.stopping.cancelled().await;
    }

    /// Begins the end.
    pub fn stop(&self) {
        self.stopping.cancel();
    }

    /// Runs a task the process waits for at its end, but can do without.
    pub fn spawn<F>(&self, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.tasks.spawn(task);
    }

    /// Runs a task the process cannot do without: if it ends before [`Life::stopping`], the process ends too.
    pub fn spawn_critical<F>(&self, name: &'static str, task: F)
    where
        F: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        let life = self.clone();
        self.tasks.spawn(async move {
            // A nested task, so that a panic is seen here instead of vanishing.
            let outcome = tokio::spawn(task).await;
            if life.is_stopping() {
                return;
            }
            let failure = match outcome {
                Ok(Ok(())) => Failure::new(format!("{name} ended by itself")),
                Ok(Err(failure)) => Failure::new(format!("{name} failed: {failure}")),
                Err(panic) => Failure::new(format!("{name} failed: {panic}")),
            };
            let _ = life.died.try_send(failure);
        });
    }

    /// Waits for all tasks, at most `deadline`. Says whether all ended.
    pub async fn drained(&self, deadline: Duration) -> bool {
        self.tasks.close();
        tokio::time::timeout(deadline, self.tasks.wait()).await.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ready_means_serving_with_all_parts_and_not_stopping() {
        let life = Life::detached();
        let mut part = life.part();
        life.ready();
        assert!(!life.is_ready());
        part.ready();
        part.ready();
        assert!(life.is_ready());
        part.missing();
        assert!(!life.is_ready());
        part.ready();
        life.stop();
        assert!(!life.is_ready());
    }

    #[tokio::test]
    async fn a_critical_task_that_panics_is_reported() {
        let (life, mut deaths) = Life::new();
        life.spawn_critical("relay", async { panic!("boom") });
        let failure = deaths.recv().await.unwrap();
        assert!(failure.to_string().starts_with("relay failed"), "{failure}");
    }
}
