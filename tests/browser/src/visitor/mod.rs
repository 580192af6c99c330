//! A person at a browser.

mod deeds;
mod fields;
mod keyboard;
mod sight;

use std::sync::atomic::{AtomicU32, Ordering};

use fantoccini::{Client, Locator, elements::Element};

use crate::{Look, Scripts, console, devtools};

/// Everybody's.
pub const PASSWORD: &str = "correct horse battery";

/// Every island of the page has begun to live, also those that check forms, which do so a moment later.
/// Pages of others, and the browser's own, have none.
const ALIVE: &str = "return !location.href.startsWith(arguments[0]) || document.readyState === 'complete'
    && document.documentElement.dataset.islands === 'alive'
    && [...document.querySelectorAll('form[data-form]')].every((form) =>
        form.noValidate || form.querySelector('leptos-island') === null)";

/// The line that says when the page was true says that it still is.
const LIVE: &str = "return document.querySelector('.as-of[data-live]') !== null";

/// A person, and the browser they sit at.
pub struct Visitor {
    name: String,
    /// They sign in with it.
    pub email: String,
    /// For what has no name here.
    pub browser: Client,
    scripts: Scripts,
    market: String,
}

impl Visitor {
    /// Somebody without an account at this browser.
    pub fn new(name: &str, browser: Client, scripts: Scripts, market: &str) -> Self {
        static PEOPLE: AtomicU32 = AtomicU32::new(0);
        let number = PEOPLE.fetch_add(1, Ordering::Relaxed);
        let email = format!("{name}.visits.{number}@example.org");
        Self { name: name.to_owned(), email, browser, scripts, market: market.to_owned() }
    }

    /// The same person as another, at a browser of their own.
    #[must_use]
    pub fn who_is(self, other: &Self) -> Self {
        Self { email: other.email.clone(), ..self }
    }

    /// How failures call them.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether their browser runs scripts.
    pub fn has_scripts(&self) -> bool {
        self.scripts == Scripts::On
    }

    /// Opens a page by its path.
    pub async fn go(&self, path: &str) {
        self.browser.goto(&format!("{}{path}", self.market)).await.unwrap();
        self.settles().await;
    }

    /// Opens the same page again.
    pub async fn reloads(&self) {
        self.browser.refresh().await.unwrap();
        self.settles().await;
    }

    /// Goes back to the page before.
    pub async fn goes_back(&self) {
        self.browser.back().await.unwrap();
        self.settles().await;
    }

    /// With scripts, waits until the page that was just opened is alive: what is tried then is that life.
    async fn settles(&self) {
        if !self.has_scripts() {
            return;
        }
        let market = [self.market.as_str().into()];
        self.waits_for("its page to come alive", async || {
            let alive = self.browser.execute(ALIVE, market.to_vec()).await.unwrap();
            (alive == true).then_some(())
        })
        .await;
    }

    /// The page has begun to follow what happens.
    pub async fn is_live(&self) {
        self.waits_for("its page to be live", async || (self.asks(LIVE).await == true).then_some(())).await;
    }

    /// The path and query of the page that is open.
    pub async fn path(&self) -> String {
        let url = self.browser.current_url().await.unwrap().to_string();
        url.strip_prefix(&self.market).unwrap_or(&url).to_owned()
    }

    /// Whether the page says this. Capitals do not count: they may be the style sheet's.
    pub async fn reads(&self, text: &str) -> bool {
        self.text().await.to_lowercase().contains(&text.to_lowercase())
    }

    /// The page says this.
    pub async fn sees(&self, text: &str) {
        assert!(self.reads(text).await, "{} does not see {text:?} {}", self.name, self.whereabouts().await);
    }

    /// The page does not say this.
    pub async fn sees_no(&self, text: &str) {
        assert!(!self.reads(text).await, "{} sees {text:?} {}", self.name, self.whereabouts().await);
    }

    /// The page comes to say this by itself.
    pub async fn comes_to_see(&self, text: &str) {
        self.waits_for(&format!("{text:?} to be seen"), async || self.reads(text).await.then_some(())).await;
    }

    /// Reloads the page until it says this.
    pub async fn reloads_until(&self, text: &str) {
        self.reloads_for(&format!("{text:?} to be seen"), async || self.reads(text).await.then_some(()))
            .await;
    }

    /// Reloads the page until it no longer says this.
    pub async fn reloads_while(&self, text: &str) {
        let what = format!("{text:?} to be seen no more");
        self.reloads_for(&what, async || (!self.reads(text).await).then_some(())).await;
    }

    /// The page refuses a form, in these words among others.
    pub async fn is_told(&self, text: &str) {
        let told = self
            .waits_for("an alert", async || {
                let told = self.asks("return document.querySelector('main [role=alert]')?.innerText").await;
                told.as_str().filter(|told| !told.is_empty()).map(str::to_owned)
            })
            .await;
        assert!(told.contains(text), "{} is told {told:?}, not {text:?}", self.name);
    }

    /// Presses the button with this text, and waits for the next page.
    pub async fn presses(&self, text: &str) {
        self.leaves_by(&format!("button {text:?}"), &button(text)).await;
    }

    /// Presses the button with this text, which leads nowhere: with scripts at the latest the page itself says why.
    pub async fn presses_in_vain(&self, text: &str) {
        if self.has_scripts() {
            self.clicks(&format!("button {text:?}"), &button(text)).await;
        } else {
            self.presses(text).await;
        }
    }

    /// Whether there is a button, or what unfolds one, with this text to be seen.
    pub async fn has_button(&self, text: &str) -> bool {
        let path = format!("{} | //summary[normalize-space()={}]", button(text), quoted(text));
        self.visible(&path).await.is_some()
    }

    /// Follows the link with this text.
    pub async fn follows(&self, text: &str) {
        self.leaves_by(&format!("link {text:?}"), &format!("//a[normalize-space()={}]", quoted(text))).await;
    }

    /// Follows the link with this text in the page's own part, where the frame has one like it.
    pub async fn follows_in_main(&self, text: &str) {
        let text = quoted(text);
        self.leaves_by(&format!("link {text}"), &format!("//main//a[normalize-space()={text}]")).await;
    }

    /// The listings and orders that the page links to, by their titles.
    pub async fn titles(&self) -> Vec<String> {
        let links =
            "return [...document.querySelectorAll('main li :is(h2, h3) > a')].map((link) => link.innerText)";
        let titles = self.asks(links).await;
        titles.as_array().unwrap().iter().filter_map(|title| title.as_str().map(str::to_owned)).collect()
    }

    /// Looks at pages like this from now on.
    pub async fn looks(&self, look: Look) {
        devtools::look(&self.browser, look).await;
    }

    /// A PNG of the whole page.
    pub async fn picture(&self) -> Vec<u8> {
        devtools::picture(&self.browser).await
    }

    /// Runs a script in every page from now on, before its own.
    pub async fn runs_first(&self, script: &str) {
        devtools::run_first(&self.browser, script).await;
    }

    /// What the browser's console has complained of since this was asked last.
    pub async fn complaints(&self) -> Vec<String> {
        let lines = console::lines(&self.browser).await;
        lines.into_iter().filter(console::Line::is_complaint).map(console::Line::into_message).collect()
    }

    /// The one element at an `XPath`.
    pub(crate) async fn one(&self, what: &str, path: &str) -> Element {
        match self.browser.find(Locator::XPath(path)).await {
            Ok(element) => element,
            Err(error) => panic!("{} finds no {what} {} ({error})", self.name, self.whereabouts().await),
        }
    }

    /// Clicks the first element at an `XPath` that can be seen.
    async fn clicks(&self, what: &str, path: &str) {
        self.waits_for(&format!("a {what}"), async || {
            let element = self.visible(path).await?;
            match element.click().await {
                // It was replaced by its newer state before it was clicked.
                Err(error) if error.is_stale_element_reference() => None,
                other => {
                    other.unwrap_or_else(|error| panic!("{} cannot click the {what}: {error}", self.name));
                    Some(())
                }
            }
        })
        .await;
    }

    /// Clicks, and returns once the page that was clicked on is gone. The driver waits for the next one by itself,
    /// but only if that has begun to load when it is asked something.
    async fn leaves_by(&self, what: &str, path: &str) {
        let page = self.browser.find(Locator::Css("html")).await.unwrap();
        self.clicks(what, path).await;
        self.has_left(&page).await;
    }

    /// The page with this root is gone, and the next one is there.
    pub(crate) async fn has_left(&self, page: &Element) {
        self.waits_for("the next page", async || page.tag_name().await.is_err().then_some(())).await;
        self.settles().await;
    }
}

fn button(text: &str) -> String {
    format!("//button[normalize-space()={}]", quoted(text))
}

/// As a text of `XPath`, which knows no escapes.
fn quoted(text: &str) -> String {
    if text.contains('\'') { format!("\"{text}\"") } else { format!("'{text}'") }
}
