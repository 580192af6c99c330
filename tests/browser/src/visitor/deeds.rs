//! What people do on the market.

use serde_json::json;

use super::{PASSWORD, Visitor};
use crate::devtools;

impl Visitor {
    /// Makes an account, and is greeted.
    pub async fn signs_up(&self) {
        self.go("/signup").await;
        self.gives_credentials("Sign up").await;
        self.is_signed_in().await;
    }

    /// Signs in, and is greeted.
    pub async fn signs_in(&self) {
        self.go("/signin").await;
        self.gives_credentials("Sign in").await;
        self.is_signed_in().await;
    }

    /// Goes on with a session that was begun elsewhere, by its `Cookie` header.
    pub async fn has_session(&self, cookie: &str) {
        let (name, value) = cookie.split_once('=').unwrap();
        let cookie = json!({ "name": name, "value": value, "url": self.market, "httpOnly": true });
        devtools::tell(&self.browser, "Network.setCookie", cookie).await;
    }

    /// Fills in own email and password and sends the form.
    pub async fn gives_credentials(&self, button: &str) {
        self.fills("Email", &self.email).await;
        self.fills("Password", PASSWORD).await;
        self.presses(button).await;
    }

    /// The page greets this person.
    pub async fn is_signed_in(&self) {
        let header = self.one("header", "//header").await.text().await.unwrap();
        assert!(header.contains(&self.email), "{}: {header} {}", self.name, self.whereabouts().await);
    }

    /// Puts tickets on sale with these fields. Returns the listing's path.
    pub async fn lists(&self, fields: &[(&str, &str)]) -> String {
        self.go("/sell").await;
        self.fills_in(fields).await;
        self.presses("Put on sale").await;
        let path = self.path().await;
        assert!(path.starts_with("/tickets/"), "{} {}", self.name, self.whereabouts().await);
        path
    }

    /// Reserves one ticket of the listing at this path. Returns the order's path.
    pub async fn reserves(&self, listing: &str) -> String {
        self.go(listing).await;
        self.reserves_here().await
    }

    /// Reserves what the open page of a listing offers. Returns the order's path.
    pub async fn reserves_here(&self) -> String {
        self.presses("Reserve now").await;
        self.holds_a_reservation().await
    }

    /// The page is that of an order that waits to be paid. Returns its path.
    pub async fn holds_a_reservation(&self) -> String {
        let path = self.path().await;
        assert!(path.starts_with("/orders/"), "{} {}", self.name, self.whereabouts().await);
        self.sees("Reserved for you until").await;
        path
    }

    /// Chooses a test card by its token, as whoever clicks its name does.
    pub async fn chooses_card(&self, token: &str) {
        let label = self.one(token, &format!("//label[.//input[@value='{token}']]")).await;
        label.click().await.unwrap();
        assert!(self.has_chosen_card(token).await, "{token} cannot be chosen");
    }

    /// Whether this card is the chosen one.
    pub async fn has_chosen_card(&self, token: &str) -> bool {
        self.one(token, &format!("//input[@value='{token}']")).await.is_selected().await.unwrap()
    }

    /// The page comes to say this: by itself where scripts run, and where they do not, when it is opened again.
    pub async fn learns(&self, text: &str) {
        if self.has_scripts() {
            self.comes_to_see(text).await;
        } else {
            self.reloads_until(text).await;
        }
    }

    /// A listing tells these units to be left, in the page's own data.
    pub async fn counts_units(&self, listing: &str, available: u32) {
        let id = listing.trim_start_matches("/tickets/");
        let script = format!(
            "return document.querySelector('[data-listing=\"{id}\"] [data-units]')?.dataset.units.split(' ')[0]"
        );
        self.waits_for(&format!("{available} units of {id}"), async || {
            let told = self.asks(&script).await;
            (told.as_str()?.parse() == Ok(available)).then_some(())
        })
        .await;
    }

    /// Puts tickets of the listing at this path into the basket.
    pub async fn adds_to_basket(&self, listing: &str, quantity: u32) {
        self.go(listing).await;
        self.fills("How many?", &quantity.to_string()).await;
        self.presses("Add to basket").await;
    }

    /// Takes the line with this title out of the basket.
    pub async fn removes_from_basket(&self, title: &str) {
        let title = super::quoted(title);
        let button = format!(
            "//main//li[.//a[normalize-space()={title}]]//button[starts-with(normalize-space(), 'Remove')]"
        );
        self.leaves_by("button that removes it", &button).await;
    }

    /// Presses the button with this text, and is told why that is not done.
    pub async fn is_refused(&self, button: &str) {
        // What is told already is told no more.
        self.asks(
            "document.querySelectorAll('[role=alert], [aria-invalid=true]').forEach((old) => old.dataset.before = '')",
        )
        .await;
        self.presses_in_vain(button).await;
        // A page that checks its form itself puts the focus on what is wrong.
        let told = "return document.querySelector('main :is([role=alert], [aria-invalid=true]):not([data-before])') !== null
            || document.activeElement.matches('[aria-invalid=true]')";
        self.waits_for("a refusal", async || (self.asks(told).await == true).then_some(())).await;
        self.settles().await;
    }

    /// Pays the order that is open with a card that is accepted.
    pub async fn pays(&self, token: &str, amount: &str) {
        self.chooses_card(token).await;
        self.presses(&format!("Pay {amount}")).await;
        self.learns("Your order is paid").await;
    }

    /// Gives up the order that is open.
    pub async fn cancels(&self) {
        self.clicks("way to cancel", "//summary[normalize-space()='Cancel this order']").await;
        self.presses("Yes, cancel it").await;
        self.learns("You cancelled this order").await;
    }

    /// The language of the page that is open.
    pub async fn language(&self) -> String {
        self.asks("return document.documentElement.lang").await.as_str().unwrap_or_default().to_owned()
    }
}
