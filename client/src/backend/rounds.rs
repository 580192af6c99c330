//! [`Rounds`]: many who ask the same at once ask together.

use std::{collections::HashMap, future::Future, hash::Hash, sync::Arc, time::Duration};

use futures::{
    FutureExt as _,
    future::{BoxFuture, Shared},
};
use parking_lot::Mutex;
use runtime::TraceParent;
use tokio::time::timeout;
use tracing::Instrument as _;

/// Who comes while a question is under way asks in the next round, which begins when the answer is there, or after this
/// time at the latest.
const LONGEST_WAIT: Duration = Duration::from_millis(50);

type Round<V> = Shared<BoxFuture<'static, Option<V>>>;

/// Questions that are asked once for all who came before the asking began. Nobody gets an answer to a question asked
/// before he came, so an answer is never older than one's own would be. Cheap to clone.
pub(super) struct Rounds<K, V>(Arc<Mutex<Book<K, V>>>);

struct Book<K, V> {
    lines: HashMap<K, Line<V>>,
    /// Rounds begun so far.
    begun: u64,
}

/// The rounds of one question.
struct Line<V> {
    /// Has begun, as the round of this number: nobody can join any more.
    running: Option<(u64, Round<V>)>,
    /// Has not.
    waiting: Option<Round<V>>,
}

impl<K: Eq + Hash + Clone + Send + 'static, V: Clone + Send + Sync + 'static> Rounds<K, V> {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Book { lines: HashMap::new(), begun: 0 })))
    }

    /// The answer to the question `key`, which `ask` asks if this is the first who wants it in the next round. `None` if
    /// the asking came to no end.
    pub(super) async fn ask<F>(&self, key: K, ask: impl FnOnce() -> F + Send + 'static) -> Option<V>
    where
        F: Future<Output = V> + Send + 'static,
    {
        let round = {
            let mut book = self.0.lock();
            let line = book.lines.entry(key.clone()).or_insert(Line { running: None, waiting: None });
            if let Some(waiting) = &line.waiting {
                waiting.clone()
            } else {
                let running = line.running.clone().map(|(_, round)| round);
                line.waiting.insert(self.clone().prepare(key, running, ask)).clone()
            }
        };
        round.await
    }

    /// A round in a task of its own: who asked first may hang up, and the others still want the answer.
    fn prepare<F>(
        self,
        key: K,
        running: Option<Round<V>>,
        ask: impl FnOnce() -> F + Send + 'static,
    ) -> Round<V>
    where
        F: Future<Output = V> + Send + 'static,
    {
        let work = async move {
            if let Some(running) = running {
                // Whether it has come or not: the next may begin.
                let _ = timeout(LONGEST_WAIT, running).await;
            }
            let number = self.begin(&key);
            let answer = ask().await;
            self.end(&key, number);
            answer
        };
        let task = tokio::spawn(TraceParent::current().scope(work).in_current_span());
        async move { task.await.ok() }.boxed().shared()
    }

    fn begin(&self, key: &K) -> u64 {
        let mut book = self.0.lock();
        book.begun += 1;
        let number = book.begun;
        if let Some(line) = book.lines.get_mut(key) {
            line.running = line.waiting.take().map(|round| (number, round));
        }
        number
    }

    fn end(&self, key: &K, number: u64) {
        let mut book = self.0.lock();
        let Some(line) = book.lines.get_mut(key) else { return };
        // One that took long may have been overtaken.
        line.running.take_if(|(running, _)| *running == number);
        if line.running.is_none() && line.waiting.is_none() {
            book.lines.remove(key);
        }
    }
}

impl<K, V> std::fmt::Debug for Rounds<K, V> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Rounds({})", self.0.lock().lines.len())
    }
}

impl<K, V> Clone for Rounds<K, V> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use futures::future::join_all;
    use tokio::sync::{mpsc, oneshot};

    use super::*;

    /// A service that answers each question when it is told what to say.
    struct Service {
        rounds: Rounds<&'static str, &'static str>,
        ask: mpsc::UnboundedSender<oneshot::Sender<&'static str>>,
        asked: mpsc::UnboundedReceiver<oneshot::Sender<&'static str>>,
    }

    impl Service {
        fn new() -> Self {
            let (ask, asked) = mpsc::unbounded_channel();
            Self { rounds: Rounds::new(), ask, asked }
        }

        /// Somebody who wants to know.
        fn visitor(&self, key: &'static str) -> tokio::task::JoinHandle<Option<&'static str>> {
            let (rounds, ask) = (self.rounds.clone(), self.ask.clone());
            let round = async move {
                let question = async move || {
                    let (say, said) = oneshot::channel();
                    ask.send(say).unwrap();
                    said.await.unwrap()
                };
                rounds.ask(key, question).await
            };
            tokio::spawn(round)
        }

        /// The next question that is asked.
        async fn question(&mut self) -> oneshot::Sender<&'static str> {
            self.asked.recv().await.unwrap()
        }

        fn is_asked(&mut self) -> bool {
            self.asked.try_recv().is_ok()
        }
    }

    /// Everybody who can go on has.
    async fn settled() {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn nobody_gets_an_answer_to_a_question_asked_before_he_came() {
        let mut service = Service::new();
        let first = service.visitor("q");
        let question = service.question().await;
        // All these come while it is under way, and ask once more, together.
        let late: Vec<_> = (0..10).map(|_| service.visitor("q")).collect();
        settled().await;
        assert!(!service.is_asked());
        question.send("old").unwrap();
        assert_eq!(first.await.unwrap(), Some("old"));
        service.question().await.send("new").unwrap();
        for answer in join_all(late).await {
            assert_eq!(answer.unwrap(), Some("new"));
        }
        settled().await;
        assert!(!service.is_asked());
        assert!(service.rounds.0.lock().lines.is_empty());
    }

    #[tokio::test]
    async fn other_questions_do_not_wait() {
        let mut service = Service::new();
        let (one, other) = (service.visitor("one"), service.visitor("other"));
        let questions = [service.question().await, service.question().await];
        for question in questions {
            question.send("x").unwrap();
        }
        assert_eq!((one.await.unwrap(), other.await.unwrap()), (Some("x"), Some("x")));
    }

    #[tokio::test]
    async fn a_question_that_hangs_holds_nobody_up_for_long() {
        let mut service = Service::new();
        let first = service.visitor("q");
        let hanging = service.question().await;
        let second = service.visitor("q");
        service.question().await.send("new").unwrap();
        assert_eq!(second.await.unwrap(), Some("new"));
        // It comes to its own end, also if others are under way meanwhile.
        let third = service.visitor("q");
        let question = service.question().await;
        hanging.send("old").unwrap();
        assert_eq!(first.await.unwrap(), Some("old"));
        assert_eq!(service.rounds.0.lock().lines.len(), 1);
        question.send("newer").unwrap();
        assert_eq!(third.await.unwrap(), Some("newer"));
    }

    #[tokio::test]
    async fn who_hangs_up_takes_the_answer_from_nobody() {
        let mut service = Service::new();
        let first = service.visitor("q");
        let second = service.visitor("q");
        let question = service.question().await;
        first.abort();
        question.send("x").unwrap();
        assert_eq!(second.await.unwrap(), Some("x"));
    }

    #[tokio::test]
    async fn asking_that_breaks_down_is_told_and_does_not_last() {
        let rounds = Rounds::<&str, &str>::new();
        assert_eq!(rounds.ask("q", async || panic!("boom")).await, None);
        assert_eq!(rounds.ask("q", async || "x").await, Some("x"));
        assert!(rounds.0.lock().lines.is_empty());
    }
}
