//! Looking at a page, and waiting for what it is to show.
//!
//! By scripts of the tests' own: the driver's commands for a text or for whether something can be seen cost a hundred
//! times as much.

use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use serde_json::Value;

use super::Visitor;

/// The longest anything is waited for.
const PATIENCE: Duration = Duration::from_secs(15);
const STEP: Duration = Duration::from_millis(30);
/// Somebody who opens a page again and again rests this long in between.
const REST: Duration = Duration::from_millis(200);
/// How much of a page a failure tells.
const TOLD_CHARS: usize = 1_500;

/// The first element at an `XPath` that can be seen.
const VISIBLE: &str =
    "const found = document.evaluate(arguments[0], document, null, XPathResult.ORDERED_NODE_ITERATOR_TYPE);
    for (let element; (element = found.iterateNext());) if (element.checkVisibility()) return element;
    return null";

impl Visitor {
    /// Asks until there is an answer.
    pub(crate) async fn waits_for<T>(&self, what: &str, probe: impl AsyncFn() -> Option<T>) -> T {
        self.waits(what, STEP, probe).await
    }

    /// Opens the page again until there is an answer.
    pub(crate) async fn reloads_for(&self, what: &str, probe: impl AsyncFn() -> Option<()>) {
        let again = async || {
            let found = probe().await;
            if found.is_none() {
                self.reloads().await;
            }
            found
        };
        self.waits(what, REST, again).await;
    }

    async fn waits<T>(&self, what: &str, step: Duration, probe: impl AsyncFn() -> Option<T>) -> T {
        let began = Instant::now();
        loop {
            if let Some(found) = probe().await {
                return found;
            }
            let in_time = began.elapsed() < PATIENCE;
            assert!(in_time, "{} waited in vain for {what} {}", self.name, self.whereabouts().await);
            tokio::time::sleep(step).await;
        }
    }

    /// What a script of the test's own returns.
    pub async fn asks(&self, script: &str) -> Value {
        self.browser.execute(script, Vec::new()).await.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// What the page says, without the frame that all pages share.
    pub async fn text(&self) -> String {
        let text = self
            .waits_for("a page with a main part", async || {
                let text = self.asks("return document.querySelector('main')?.innerText").await;
                text.as_str().map(str::to_owned)
            })
            .await;
        // Whether a line may be broken at a space is nothing that anybody sees.
        text.replace('\u{a0}', " ")
    }

    /// The first element at an `XPath` that can be seen.
    pub(crate) async fn visible(&self, path: &str) -> Option<Element> {
        let found = self.browser.execute(VISIBLE, vec![path.into()]).await.unwrap();
        self.element(&found)
    }

    /// The element that a script has returned.
    pub(crate) fn element(&self, found: &Value) -> Option<Element> {
        let (_, id) = found.as_object()?.iter().next()?;
        let id = id.as_str()?.to_owned();
        Some(Element::from_element_id(self.browser.clone(), id.into()))
    }

    pub(crate) async fn whereabouts(&self) -> String {
        let text = self.asks("return document.body?.innerText").await;
        let beginning: String = text.as_str().unwrap_or_default().chars().take(TOLD_CHARS).collect();
        format!("at {}, which says:\n{beginning}", self.path().await)
    }
}
