//! Where things are on the screen, and whether they stay there.

use serde_json::Value;

use crate::{Visitor, devtools};

/// What is wider than the screen, but not what scrolls by itself and on purpose.
const STICKS_OUT: &str = "(() => {
    const width = document.documentElement.clientWidth, found = [];
    if (document.documentElement.scrollWidth > width) {
        found.push(`the page is ${document.documentElement.scrollWidth} wide`);
        for (const element of document.body.querySelectorAll('*')) {
            const { right } = element.getBoundingClientRect();
            if (right > width + 0.5) found.push(`${element.outerHTML.slice(0, 160)} ends at ${right}`);
        }
    }
    return found.slice(0, 6);
})()";

/// The page's whole layout shift as browsers count it, of all that moved without anybody's doing.
const SHIFT: &str = "new Promise((resolve) => {
    const told = [];
    const observer = new PerformanceObserver((list) => told.push(...list.getEntries()));
    observer.observe({ type: 'layout-shift', buffered: true });
    // What has been drawn is told a moment later.
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => {
        const moved = [...told, ...observer.takeRecords()].filter((entry) => !entry.hadRecentInput);
        resolve(moved.map(({ value, sources }) => ({
            value, what: sources.map(({ node }) => node?.outerHTML?.slice(0, 120) ?? node?.nodeName).join(' and '),
        })));
    }, 100)));
})";

/// Every address that the page was put together from.
const FETCHED: &str =
    "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    .map(({ name, transferSize, decodedBodySize }) => ({ name, transferSize, decodedBodySize }))";

/// Something that a page was put together from.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// Its address; of the page itself first.
    pub url: String,
    /// Bytes that came over the wire for it, headers included; 0 if the browser had it.
    pub wire: u64,
    /// Bytes it has.
    pub bytes: u64,
}

impl Visitor {
    /// What makes the page wider than the screen.
    pub(crate) async fn sticks_out(&self) -> Vec<String> {
        let found = devtools::evaluate(&self.browser, STICKS_OUT).await;
        found.as_array().unwrap().iter().map(|what| what.as_str().unwrap_or_default().to_owned()).collect()
    }

    /// How much of the page has moved by itself since it was opened (a CLS), and what did.
    pub async fn layout_shift(&self) -> (f64, Vec<String>) {
        let moved = devtools::evaluate(&self.browser, SHIFT).await;
        let moved = moved.as_array().unwrap();
        let what = |entry: &Value| format!("{} by {}", entry["what"], entry["value"]);
        // Begun with zero: the sum of nothing is less than that.
        let total =
            moved.iter().filter_map(|entry| entry["value"].as_f64()).fold(0.0, |sum, value| sum + value);
        (total, moved.iter().map(what).collect())
    }

    /// What the page was put together from.
    pub async fn fetched(&self) -> Vec<Fetched> {
        let found = devtools::evaluate(&self.browser, FETCHED).await;
        let read = |entry: &Value| Fetched {
            url: entry["name"].as_str().unwrap_or_default().to_owned(),
            wire: entry["transferSize"].as_u64().unwrap_or_default(),
            bytes: entry["decodedBodySize"].as_u64().unwrap_or_default(),
        };
        found.as_array().unwrap().iter().map(read).collect()
    }
}
