//! Getting about without a mouse.

use fantoccini::{
    Locator,
    actions::{InputSource as _, KeyAction, KeyActions},
    key::Key,
};

use super::Visitor;

/// More stops than any page has.
const STOPS_MAX: usize = 120;

impl Visitor {
    /// Strikes a key, wherever the focus is.
    pub async fn strikes(&self, key: Key) {
        let value = char::from(key);
        let strike = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value });
        self.browser.perform_actions(strike).await.unwrap();
    }

    /// Goes on with the tabulator until something with this text or label has the focus; what is passed must be seen.
    pub async fn tabs_to(&self, text: &str) {
        let mut passed = Vec::new();
        for _ in 0..STOPS_MAX {
            self.strikes(Key::Tab).await;
            let here = self.is_at().await;
            assert!(self.focus_is_seen().await, "{} cannot see the focus on {here:?}", self.name);
            if here.to_lowercase().starts_with(&text.to_lowercase()) {
                return;
            }
            passed.push(here);
        }
        panic!("{} does not get to {text:?}, only to {passed:?}", self.name);
    }

    /// Strikes Enter on what has the focus, and waits for the next page.
    pub async fn enters(&self) {
        let page = self.browser.find(Locator::Css("html")).await.unwrap();
        self.strikes(Key::Enter).await;
        self.has_left(&page).await;
    }

    /// Whether what has the focus shows it, and is on the screen.
    async fn focus_is_seen(&self) -> bool {
        self.asks(
            "const here = document.activeElement, { top, left, bottom, right } = here.getBoundingClientRect();
             // A link may show it around the whole card that it leads on from.
             const near = [here, here.closest('label'), here.closest('li')].filter(Boolean);
             const marked = near.some((element) => ['', '::after'].some((part) => {
                const style = getComputedStyle(element, part);
                return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
             }));
             return marked && bottom > 0 && right > 0 && top < innerHeight && left < innerWidth",
        )
        .await
            == true
    }
}
