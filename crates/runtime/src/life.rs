//! Readiness and shutdown as values with a contract.
//!
//! - A process is ready once it is [`Life::ready`] and no [`Part`] it waits for is missing.
//! - On SIGTERM or SIGINT it is unready at once, and goes on serving for `DRAIN_DELAY_SECONDS` while the news
//!   travels; each answer asks for the next request on another connection. Then [`Life::stopping`] resolves, and
//!   everything spawned has three quarters of `SHUTDOWN_SECONDS` to end. Then [`Life::finishing`] resolves for what had
//!   to outlive it, which has the rest.
//! - A critical task that ends before that, in whatever way, ends the process with an error.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{sync::mpsc, task::JoinHandle, time::Instant};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::Failure;

/// The life of this process. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Life {
    stopping: CancellationToken,
    finishing: CancellationToken,
    tasks: TaskTracker,
    background: TaskTracker,
    state: Arc<State>,
    died: mpsc::Sender<Failure>,
}

#[derive(Debug, Default)]
struct State {
    serving: AtomicBool,
    leaving: AtomicBool,
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
}

impl Life {
    /// A life, and where the death of a critical task is told.
    pub(crate) fn new() -> (Self, mpsc::Receiver<Failure>) {
        let (died, deaths) = mpsc::channel(1);
        let life = Self {
            stopping: CancellationToken::new(),
            finishing: CancellationToken::new(),
            tasks: TaskTracker::new(),
            background: TaskTracker::new(),
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
            && !self.is_leaving()
            && !self.stopping.is_cancelled()
    }

    /// Whether requests should be sent elsewhere from now on.
    pub fn is_leaving(&self) -> bool {
        self.state.leaving.load(Ordering::SeqCst)
    }

    /// Whether the process is to end.
    pub fn is_stopping(&self) -> bool {
        self.stopping.is_cancelled()
    }

    /// Resolves when the process is to end.
    pub async fn stopping(&self) {
        self.stopping.cancelled().await;
    }

    /// Resolves when everything spawned has ended, or had its time to: what it left can now be finished.
    pub async fn finishing(&self) {
        self.finishing.cancelled().await;
    }

    /// Asks for no more requests; those that come are still served.
    pub fn leave(&self) {
        self.state.leaving.store(true, Ordering::SeqCst);
    }

    /// Begins the end.
    pub fn stop(&self) {
        self.stopping.cancel();
    }

    /// Runs a task the process waits for at its end, but can do without.
    pub fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        self.tasks.spawn(task)
    }

    /// Runs a task the process cannot do without: if it ends before [`Life::stopping`], the process ends too.
    pub fn spawn_critical<F>(&self, name: &'static str, task: F)
    where
        F: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        self.watch(&self.tasks, name, task);
    }

    /// Like [`Life::spawn_critical`], for a task that serves the others and ends after them, at
    /// [`Life::finishing`].
    pub fn spawn_background<F>(&self, name: &'static str, task: F)
    where
        F: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        self.watch(&self.background, name, task);
    }

    fn watch<F>(&self, tracker: &TaskTracker, name: &'static str, task: F)
    where
        F: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        let life = self.clone();
        tracker.spawn(async move {
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

    /// Waits for all tasks, for three quarters of `deadline` at most, and then for those in the background. Says whether
    /// all ended.
    pub async fn drained(&self, deadline: Duration) -> bool {
        let end = Instant::now() + deadline;
        self.tasks.close();
        let tasks_ended = tokio::time::timeout(deadline * 3 / 4, self.tasks.wait()).await.is_ok();
        self.finishing.cancel();
        self.background.close();
        let background_ended = tokio::time::timeout_at(end, self.background.wait()).await.is_ok();
        tasks_ended && background_ended
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
        life.leave();
        assert!(!life.is_ready());
        assert!(life.is_leaving() && !life.is_stopping());
    }

    #[tokio::test]
    async fn whatever_does_not_end_the_deadline_holds() {
        let life = Life::detached();
        life.spawn(std::future::pending::<()>());
        life.spawn_background("relay", std::future::pending());
        life.stop();
        let (began, deadline) = (Instant::now(), Duration::from_secs(1));
        assert!(!life.drained(deadline).await);
        assert!(began.elapsed() < deadline * 3 / 2);
    }

    #[tokio::test]
    async fn the_background_ends_after_what_it_serves() {
        let life = Life::detached();
        let (work, mut queue) = mpsc::channel(1);
        let (told, mut heard) = mpsc::channel(1);
        let foreground = life.clone();
        life.spawn(async move {
            foreground.stopping().await;
            work.send("left").await.unwrap();
        });
        let background = life.clone();
        life.spawn_background("relay", async move {
            background.finishing().await;
            told.send(queue.recv().await).await.unwrap();
            Ok(())
        });
        life.stop();
        assert!(life.drained(Duration::from_secs(5)).await);
        assert_eq!(heard.recv().await, Some(Some("left")));
    }

    #[tokio::test]
    async fn a_critical_task_that_panics_is_reported() {
        let (life, mut deaths) = Life::new();
        life.spawn_critical("relay", async { panic!("boom") });
        let failure = deaths.recv().await.unwrap();
        assert!(failure.to_string().starts_with("relay failed"), "{failure}");
    }
}
