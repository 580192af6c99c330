//! Short-lived answers to lists.
//!
//! Everybody looks at the same few lists, so a list is made at most twice a second and shared, and while it is made
//! everybody else waits for it instead of making it too. Who has just written something is told by a cookie, which
//! works whichever pod answers next, and is never given a shared answer.

use std::{collections::HashMap, future::Future, sync::Arc, time::Duration};

use common::{clock::Clock, session::CookiePolicy};
use futures::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use http::{HeaderMap, HeaderValue, header};
use jiff::Timestamp;
use messaging::StoreError;
use parking_lot::Mutex;

use crate::answer::{Answer, Unsendable};

/// How old a shared answer may be, counted from when its making began.
const LIFETIME: Duration = Duration::from_millis(500);
/// Answers kept at once, at most.
const MOST_LISTS: usize = 256;
/// What all answers kept may take together. A page of 200 long descriptions takes a few megabytes.
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// The cookie of somebody who has just written.
const WROTE: &str = "wrote=1";

/// A list could not be made. Everybody who waited for it is told the same.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum ListError {
    #[error("reading a list failed")]
    Store(#[source] Arc<StoreError>),
    #[error("making a list failed: {0}")]
    Failed(String),
}

impl From<StoreError> for ListError {
    fn from(error: StoreError) -> Self {
        Self::Store(Arc::new(error))
    }
}

impl From<Unsendable> for ListError {
    fn from(error: Unsendable) -> Self {
        Self::Failed(error.to_string())
    }
}

type Making = Shared<BoxFuture<'static, Result<Answer, ListError>>>;

struct Slot {
    since: Timestamp,
    page: Making,
    /// The size of the answer; zero while it is being made.
    bytes: usize,
}

/// The answers by canonical query. Cheap to clone.
#[derive(Clone)]
pub(crate) struct ListCache {
    clock: Clock,
    slots: Arc<Mutex<HashMap<String, Slot>>>,
}

impl std::fmt::Debug for ListCache {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "ListCache({})", self.slots.lock().len())
    }
}

impl ListCache {
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock, slots: Arc::default() }
    }

    /// The shared answer to `query`; if there is none that is young enough, `make` makes it.
    pub(crate) async fn get<F>(&self, query: &str, make: impl FnOnce() -> F) -> Result<Answer, ListError>
    where
        F: Future<Output = Result<Answer, ListError>> + Send + 'static,
    {
        let (page, outcome) = if let Some(page) = self.young(query) {
            (page, "hit")
        } else {
            (self.begin(query, make), "miss")
        };
        metrics::counter!("ticket_lists_total", "cache" => outcome).increment(1);
        let answer = page.clone().await;
        self.settle(query, &page, answer.as_ref().ok());
        answer
    }

    /// Forgets everything: a listing changed.
    pub(crate) fn clear(&self) {
        self.slots.lock().clear();
    }

    fn young(&self, query: &str) -> Option<Making> {
        let now = self.clock.now();
        self.slots.lock().get(query).filter(|slot| slot.is_young(now)).map(|slot| slot.page.clone())
    }

    fn begin<F>(&self, query: &str, make: impl FnOnce() -> F) -> Making
    where
        F: Future<Output = Result<Answer, ListError>> + Send + 'static,
    {
        let now = self.clock.now();
        let mut slots = self.slots.lock();
        // Somebody else may have begun since `young` looked.
        if let Some(slot) = slots.get(query).filter(|slot| slot.is_young(now)) {
            return slot.page.clone();
        }
        // All of them, or the memory of a rush would be kept until the next one.
        slots.retain(|_, slot| slot.is_young(now));
        // A task of its own: the one who asked first may hang up, and the others still want the answer.
        let task = tokio::spawn(make());
        let page =
            async move { task.await.unwrap_or_else(|panic| Err(ListError::Failed(panic.to_string()))) };
        let page = page.boxed().shared();
        if slots.len() < MOST_LISTS {
            slots.insert(query.to_owned(), Slot { since: now, page: page.clone(), bytes: 0 });
        }
        page
    }

    /// Keeps what was made if it was made and there is room for it. Everybody who waited comes by.
    fn settle(&self, query: &str, page: &Making, made: Option<&Answer>) {
        let mut slots = self.slots.lock();
        let all: usize = slots.values().map(|slot| slot.bytes).sum();
        let Some(slot) = slots.get_mut(query).filter(|slot| slot.page.ptr_eq(page)) else { return };
        match made {
            Some(made) if all - slot.bytes + made.body.len() <= MOST_BYTES => slot.bytes = made.body.len(),
            _ => {
                slots.remove(query);
            }
        }
    }
}

impl Slot {
    /// Old too if the machine's clock was set back: then nobody knows how old.
    fn is_young(&self, now: Timestamp) -> bool {
        Duration::try_from(now.duration_since(self.since)).is_ok_and(|age| age < LIFETIME)
    }
}

/// The `Set-Cookie` value for somebody who has just written. It outlives every shared answer made before.
pub(crate) fn wrote(policy: CookiePolicy) -> HeaderValue {
    match policy {
        CookiePolicy::Secure => {
            HeaderValue::from_static("wrote=1; Max-Age=2; Path=/; HttpOnly; SameSite=Lax; Secure")
        }
        CookiePolicy::Plain => HeaderValue::from_static("wrote=1; Max-Age=2; Path=/; HttpOnly; SameSite=Lax"),
    }
}

/// Whether the caller has just written.
pub(crate) fn has_written(headers: &HeaderMap) -> bool {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies.flat_map(|value| value.split(';')).any(|pair| pair.trim() == WROTE)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use bytes::Bytes;

    use super::*;

    fn page(text: impl Into<Bytes>) -> Answer {
        let mut answer = Answer::of(&(), None).unwrap();
        answer.body = text.into();
        answer
    }

    fn cache() -> (ListCache, Clock) {
        let clock = Clock::manual("2027-01-01T00:00:00Z".parse().unwrap());
        (ListCache::new(clock.clone()), clock)
    }

    async fn ask(cache: &ListCache, query: &str, text: &'static str) -> Bytes {
        cache.get(query, || async move { Ok(page(text)) }).await.unwrap().body
    }

    #[tokio::test]
    async fn an_answer_is_shared_for_half_a_second() {
        let (cache, clock) = cache();
        assert_eq!(ask(&cache, "q", "1").await, "1");
        clock.advance(Duration::from_millis(499));
        assert_eq!(ask(&cache, "q", "2").await, "1");
        assert_eq!(ask(&cache, "other", "3").await, "3");
        clock.advance(Duration::from_millis(1));
        assert_eq!(ask(&cache, "q", "4").await, "4");
        cache.clear();
        assert_eq!(ask(&cache, "q", "5").await, "5");
    }

    #[tokio::test]
    async fn many_who_ask_at_once_make_it_once() {
        let (cache, _clock) = cache();
        let made = Arc::new(AtomicUsize::new(0));
        let asks = (0..50).map(|_| {
            let made = made.clone();
            cache.get("q", move || async move {
                made.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                Ok(page("x"))
            })
        });
        let answers = futures::future::join_all(asks).await;
        assert!(answers.into_iter().all(|answer| answer.unwrap().body == "x"));
        assert_eq!(made.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn failures_are_not_kept() {
        let (cache, _clock) = cache();
        let failed = cache.get("q", || async { Err(ListError::Failed("no".to_owned())) }).await;
        assert!(failed.is_err());
        assert_eq!(ask(&cache, "q", "1").await, "1");
        let panicked = cache.get("panic", || async { panic!("boom") }).await;
        assert!(panicked.is_err());
    }

    #[tokio::test]
    async fn long_answers_are_kept_as_long_as_all_of_them_fit() {
        let (cache, clock) = cache();
        let third = Bytes::from(vec![b' '; MOST_BYTES / 3]);
        for query in ["a", "b", "c", "d"] {
            for _ in 0..2 {
                let third = third.clone();
                cache.get(query, || async { Ok(page(third)) }).await.unwrap();
            }
        }
        assert_eq!(ask(&cache, "c", "made again").await, third);
        assert_eq!(ask(&cache, "d", "made again").await, "made again");
        let held = |cache: &ListCache| cache.slots.lock().values().map(|slot| slot.bytes).sum::<usize>();
        assert_eq!(held(&cache), 3 * third.len());
        // What is too old to be given to anybody is let go as soon as anything is made.
        clock.advance(LIFETIME);
        ask(&cache, "e", "x").await;
        assert_eq!(held(&cache), 1);
    }

    #[tokio::test]
    async fn the_number_of_answers_is_bounded() {
        let (cache, clock) = cache();
        for number in 0..MOST_LISTS + 10 {
            ask(&cache, &number.to_string(), "x").await;
        }
        assert_eq!(cache.slots.lock().len(), MOST_LISTS);
        clock.advance(LIFETIME);
        assert_eq!(ask(&cache, "new", "1").await, "1");
        assert_eq!(cache.slots.lock().len(), 1);
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let headers = |text| [(header::COOKIE, HeaderValue::from_static(text))].into_iter().collect();
        assert!(has_written(&headers("session=x; wrote=1")));
        assert!(!has_written(&headers("session=wrote=1")));
        assert!(!has_written(&HeaderMap::new()));
        let cookie = wrote(CookiePolicy::Secure);
        assert!(cookie.to_str().unwrap().ends_with("; Secure"));
    }
}
