//! A person at a browser.

use std::sync::atomic::{AtomicU32, Ordering};

use fantoccini::{Client, Locator, elements::Element, key::Key};
use testkit::eventually;

pub(crate) const PASSWORD: &str = "correct horse battery";

/// A person, and the browser they sit at.
pub(crate) struct Visitor {
    name: String,
    pub(crate) email: String,
    pub(crate) browser: Client,
    market: String,
}

impl Visitor {
    pub(crate) fn new(name: &str, browser: Client, market: &str) -> Self {
        static PEOPLE: AtomicU32 = AtomicU32::new(0);
        let number = PEOPLE.fetch_add(1, Ordering::Relaxed);
        let email = format!("{name}.{number}@example.org");
        Self { name: name.to_owned(), email, browser, market: market.to_owned() }
    }

    /// Opens a page by its path.
    pub(crate) async fn go(&self, path: &str) {
        self.browser.goto(&format!("{}{path}", self.market)).await.unwrap();
    }

    /// The path and query of the page that is open.
    pub(crate) async fn path(&self) -> String {
        let url = self.browser.current_url().await.unwrap().to_string();
        url.strip_prefix(&self.market).unwrap_or(&url).to_owned()
    }

    /// What the page says, without the frame that all pages share.
    pub(crate) async fn text(&self) -> String {
        self.browser.find(Locator::Css("main")).await.unwrap().text().await.unwrap()
    }

    /// Whether the page says this. Capitals do not count: they may be the style sheet's.
    async fn reads(&self, text: &str) -> bool {
        self.text().await.to_lowercase().contains(&text.to_lowercase())
    }

    /// The page says this.
    pub(crate) async fn sees(&self, text: &str) {
        assert!(self.reads(text).await, "{} does not see {text:?} {}", self.name, self.whereabouts().await);
    }

    /// Reloads the page until it says this.
    pub(crate) async fn reloads_until(&self, text: &str) {
        eventually(format!("{} to see {text:?} {}", self.name, self.whereabouts().await), async || {
            if self.reads(text).await {
                return Some(());
            }
            self.browser.refresh().await.unwrap();
            None
        })
        .await;
    }

    /// Reloads the page until it no longer says this.
    pub(crate) async fn reloads_while(&self, text: &str) {
        eventually(format!("{} to see {text:?} no more", self.name), async || {
            if !self.reads(text).await {
                return Some(());
            }
            self.browser.refresh().await.unwrap();
            None
        })
        .await;
    }

    /// The page refuses a form, in these words among others.
    pub(crate) async fn is_told(&self, text: &str) {
        let alert = self.one("alert", "//main//*[@role='alert']").await.text().await.unwrap();
        assert!(alert.contains(text), "{} is told {alert:?}, not {text:?}", self.name);
    }

    /// Types into the field with this label, in place of what is there.
    pub(crate) async fn fills(&self, label: &str, value: &str) {
        let field = self.field(label).await;
        if !field.is_displayed().await.unwrap() {
            self.unfolds(&field).await;
        }
        field
            .clear()
            .await
            .unwrap_or_else(|error| panic!("{} cannot type into {label:?}: {error}", self.name));
        let kind = field.attr("type").await.unwrap();
        let keys = if kind.as_deref() == Some("datetime-local") { as_typed(value) } else { value.to_owned() };
        field.send_keys(&keys).await.unwrap();
        // What was typed is what the field has, or the rest of the scenario would puzzle its reader.
        assert_eq!(self.value(label).await, value, "{label}");
    }

    /// Opens the fold that a field lies in.
    async fn unfolds(&self, field: &Element) {
        let fold = Locator::XPath("ancestor::details[not(@open)]/summary");
        if let Ok(summary) = field.find(fold).await {
            summary.click().await.unwrap();
        }
    }

    /// What the field with this label holds.
    pub(crate) async fn value(&self, label: &str) -> String {
        self.field(label).await.prop("value").await.unwrap().unwrap_or_default()
    }

    /// The field with this label is marked as wrong, with these words in sight beside it.
    pub(crate) async fn is_corrected(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        let marked = field.attr("aria-invalid").await.unwrap();
        assert_eq!(marked.as_deref(), Some("true"), "{label} is not marked as wrong");
        let notes = field.attr("aria-describedby").await.unwrap().unwrap_or_default();
        let mut said = String::new();
        for id in notes.split_whitespace() {
            let note = self.browser.find(Locator::Id(id)).await.unwrap();
            if !note.text().await.unwrap().contains(text) {
                said = format!("{said} {}", note.text().await.unwrap());
                continue;
            }
            let (_, field_top, _, field_height) = field.rectangle().await.unwrap();
            let (_, top, _, _) = note.rectangle().await.unwrap();
            let distance = (top - field_top - field_height).abs();
            assert!(note.is_displayed().await.unwrap() && distance < 100.0, "{label}: {text:?} is elsewhere");
            return;
        }
        panic!("{label} is said to be wrong with {said:?}, not {text:?}");
    }

    /// Presses the button with this text, and waits for the next page.
    pub(crate) async fn presses(&self, text: &str) {
        let button = self.one(&format!("button {text:?}"), &button(text)).await;
        self.leaves_by(button).await;
    }

    /// Whether there is a button with this text.
    pub(crate) async fn has_button(&self, text: &str) -> bool {
        !self.browser.find_all(Locator::XPath(&button(text))).await.unwrap().is_empty()
    }

    /// Follows the link with this text.
    pub(crate) async fn follows(&self, text: &str) {
        let link = self.one(&format!("link {text:?}"), &format!("//a[normalize-space()='{text}']")).await;
        self.leaves_by(link).await;
    }

    /// The listings and orders that the page links to, by their titles.
    pub(crate) async fn titles(&self) -> Vec<String> {
        let links = "//main//li//a[starts-with(@href, '/tickets/') or starts-with(@href, '/orders/')]";
        let mut titles = Vec::new();
        for link in self.browser.find_all(Locator::XPath(links)).await.unwrap() {
            titles.push(link.text().await.unwrap());
        }
        titles
    }

    /// Chooses a test card by its token, as whoever clicks its name does.
    pub(crate) async fn chooses_card(&self, token: &str) {
        let label = self.one(token, &format!("//label[.//input[@value='{token}']]")).await;
        label.click().await.unwrap();
        assert!(self.has_chosen_card(token).await, "{token} cannot be chosen");
    }

    /// Whether this card is the chosen one.
    pub(crate) async fn has_chosen_card(&self, token: &str) -> bool {
        self.one(token, &format!("//input[@value='{token}']")).await.is_selected().await.unwrap()
    }

    /// Fills in own email and password and sends the form.
    pub(crate) async fn gives_credentials(&self, button: &str) {
        self.fills("Email", &self.email).await;
        self.fills("Password", PASSWORD).await;
        self.presses(button).await;
    }

    /// The page greets this person.
    pub(crate) async fn is_signed_in(&self) {
        let header = self.one("header", "//header").await.text().await.unwrap();
        assert!(header.contains(&self.email), "{}: {header} {}", self.name, self.whereabouts().await);
    }

    /// Puts tickets on sale with these fields. Returns the listing's path.
    pub(crate) async fn lists(&self, fields: &[(&str, &str)]) -> String {
        self.go("/sell").await;
        for (label, value) in fields {
            self.fills(label, value).await;
        }
        self.presses("Put on sale").await;
        let path = self.path().await;
        assert!(path.starts_with("/tickets/"), "{} {}", self.name, self.whereabouts().await);
        path
    }

    /// Reserves one ticket of the listing at this path. Returns the order's path.
    pub(crate) async fn reserves(&self, listing: &str) -> String {
        self.go(listing).await;
        self.presses("Reserve").await;
        self.holds_a_reservation().await
    }

    /// The page is that of an order that waits to be paid. Returns its path.
    pub(crate) async fn holds_a_reservation(&self) -> String {
        let path = self.path().await;
        assert!(path.starts_with("/orders/"), "{} {}", self.name, self.whereabouts().await);
        self.sees("Reserved for you until").await;
        path
    }

    /// The field with this label. Labels may say more after their first words, such as that a field is required.
    pub(crate) async fn field(&self, label: &str) -> Element {
        let path = format!("//label[starts-with(concat(normalize-space(), ' '), '{label} ')]");
        let id = self.one(&format!("field {label:?}"), &path).await.attr("for").await.unwrap();
        self.browser.find(Locator::Id(&id.unwrap())).await.unwrap()
    }

    async fn one(&self, what: &str, path: &str) -> Element {
        match self.browser.find(Locator::XPath(path)).await {
            Ok(element) => element,
            Err(error) => panic!("{} finds no {what} {} ({error})", self.name, self.whereabouts().await),
        }
    }

    /// Clicks, and returns once the page that was clicked on is gone. The driver waits for the next one by itself,
    /// but only if that has begun to load when it is asked something.
    async fn leaves_by(&self, element: Element) {
        let page = self.browser.find(Locator::Css("html")).await.unwrap();
        element.click().await.unwrap();
        eventually(format!("{} to leave {}", self.name, self.path().await), async || {
            page.tag_name().await.is_err().then_some(())
        })
        .await;
    }

    async fn whereabouts(&self) -> String {
        format!("at {}, which says:\n{}", self.path().await, self.text().await)
    }
}

fn button(text: &str) -> String {
    format!("//button[normalize-space()='{text}']")
}

/// The keys that give a date and time field the value `YYYY-MM-DDTHH:MM`, in American English.
fn as_typed(value: &str) -> String {
    let time: jiff::civil::DateTime = value.parse().unwrap();
    let tab = char::from(Key::Tab);
    time.strftime(&format!("%m%d%Y{tab}%I%M%p")).to_string()
}
