//! A person at a browser.

mod deeds;
mod fields;
mod keyboard;

use std::sync::atomic::{AtomicU32, Ordering};

use fantoccini::{Client, Locator, elements::Element, error::CmdError};
use serde_json::Value;
use testkit::eventually;

use crate::{Look, Scripts, console, devtools};

/// Everybody's.
pub const PASSWORD: &str = "correct horse battery";

/// How much of a page a failure tells.
const TOLD_CHARS: usize = 1_500;

/// Every island of the page has begun to live, also those that check forms, which do so a moment later.
const ALIVE: &str = "return document.readyState === 'complete'
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
        eventually(
            format!("the page at {} to come alive for {}", self.path().await, self.name),
            async || {
                // Pages of others, and the browser's own, have no islands.
                let ours = self.browser.current_url().await.unwrap().as_str().starts_with(&self.market);
                (!ours || self.asks(ALIVE).await == true).then_some(())
            },
        )
        .await;
    }

    /// The page has begun to follow what happens.
    pub async fn is_live(&self) {
        eventually(format!("the page at {} to be live for {}", self.path().await, self.name), async || {
            (self.asks(LIVE).await == true).then_some(())
        })
        .await;
    }

    /// What a script of the test's own returns.
    pub async fn asks(&self, script: &str) -> Value {
        self.browser.execute(script, Vec::new()).await.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// The path and query of the page that is open.
    pub async fn path(&self) -> String {
        let url = self.browser.current_url().await.unwrap().to_string();
        url.strip_prefix(&self.market).unwrap_or(&url).to_owned()
    }

    /// What the page says, without the frame that all pages share.
    pub async fn text(&self) -> String {
        eventually("the page to have a main part", async || {
            // Between two looks the part may have been replaced by its newer state.
            let main = self.browser.find(Locator::Css("main")).await.ok()?;
            main.text().await.ok()
        })
        .await
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
        eventually(format!("{} to see {text:?} {}", self.name, self.whereabouts().await), async || {
            self.reads(text).await.then_some(())
        })
        .await;
    }

    /// Reloads the page until it says this.
    pub async fn reloads_until(&self, text: &str) {
        eventually(format!("{} to see {text:?} {}", self.name, self.whereabouts().await), async || {
            if self.reads(text).await {
                return Some(());
            }
            self.reloads().await;
            None
        })
        .await;
    }

    /// Reloads the page until it no longer says this.
    pub async fn reloads_while(&self, text: &str) {
        eventually(format!("{} to see {text:?} no more", self.name), async || {
            if !self.reads(text).await {
                return Some(());
            }
            self.reloads().await;
            None
        })
        .await;
    }

    /// The page refuses a form, in these words among others.
    pub async fn is_told(&self, text: &str) {
        let told = eventually(format!("{} to be told something", self.name), async || {
            let alert = self.browser.find(Locator::XPath("//main//*[@role='alert']")).await.ok()?;
            alert.text().await.ok().filter(|told| !told.is_empty())
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
        for found in self.browser.find_all(Locator::XPath(&path)).await.unwrap() {
            if found.is_displayed().await.unwrap_or(false) {
                return true;
            }
        }
        false
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
        let links = "//main//li//*[self::h2 or self::h3]/a";
        let mut titles = Vec::new();
        for link in self.browser.find_all(Locator::XPath(links)).await.unwrap() {
            titles.push(link.text().await.unwrap());
        }
        titles
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
        eventually(format!("{} to find a {what} {}", self.name, self.whereabouts().await), async || {
            for element in self.browser.find_all(Locator::XPath(path)).await.unwrap() {
                // What is looked at may be replaced by its newer state before it is clicked.
                match element.is_displayed().await {
                    Ok(false) => continue,
                    Err(error) if error.is_stale_element_reference() => return None,
                    other => other.unwrap(),
                };
                match element.click().await {
                    Err(error) if error.is_stale_element_reference() => return None,
                    other => {
                        other
                            .unwrap_or_else(|error| panic!("{} cannot click the {what}: {error}", self.name));
                    }
                }
                return Some(());
            }
            None
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
        eventually(format!("{} to leave {}", self.name, self.whereabouts().await), async || {
            page.tag_name().await.is_err().then_some(())
        })
        .await;
        self.settles().await;
    }

    pub(crate) async fn whereabouts(&self) -> String {
        let text = match self.browser.find(Locator::Css("body")).await {
            Ok(body) => body.text().await,
            Err(error) => Err(error),
        };
        let text = text.unwrap_or_else(|error: CmdError| error.to_string());
        let beginning: String = text.chars().take(TOLD_CHARS).collect();
        format!("at {}, which says:\n{beginning}", self.path().await)
    }
}

fn button(text: &str) -> String {
    format!("//button[normalize-space()={}]", quoted(text))
}

/// As a text of `XPath`, which knows no escapes.
fn quoted(text: &str) -> String {
    if text.contains('\'') { format!("\"{text}\"") } else { format!("'{text}'") }
}
