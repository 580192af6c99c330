//! What is waiting to be said to who listens to the page instead of looking at it.

use crate::t;

/// More changes of listings at once than this are only counted.
const FEW: usize = 3;

/// Texts gathered while something else is being said. Of one thing only the latest is kept.
#[derive(Debug, Default)]
pub struct Aloud {
    texts: Vec<String>,
    /// Listings and the latest of each, in the order they first changed.
    listings: Vec<(String, String)>,
}

impl Aloud {
    /// Nothing to say.
    pub const fn new() -> Self {
        Self { texts: Vec::new(), listings: Vec::new() }
    }

    /// Adds a text.
    pub fn say(&mut self, text: String) {
        if !self.texts.contains(&text) {
            self.texts.push(text);
        }
    }

    /// Adds the latest of a listing.
    pub fn tell(&mut self, listing: String, text: String) {
        match self.listings.iter_mut().find(|(known, _)| *known == listing) {
            Some((_, latest)) => *latest = text,
            None => self.listings.push((listing, text)),
        }
    }

    /// All there is to say now, in one text.
    pub fn take(&mut self) -> Option<String> {
        let mut texts = std::mem::take(&mut self.texts);
        let listings = std::mem::take(&mut self.listings);
        if listings.len() > FEW {
            texts.push(t!("say-many", count = listings.len()));
        } else {
            texts.extend(listings.into_iter().map(|(_, text)| text));
        }
        (!texts.is_empty()).then(|| texts.join(". "))
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn only_the_latest_of_a_listing_is_said() {
        let mut aloud = Aloud::new();
        aloud.tell("a".into(), "A: 2 left".into());
        aloud.tell("b".into(), "B: Sold out".into());
        aloud.tell("a".into(), "A: 1 left".into());
        aloud.say("Your order is paid".into());
        aloud.say("Your order is paid".into());
        assert_eq!(aloud.take().as_deref(), Some("Your order is paid. A: 1 left. B: Sold out"));
        assert_eq!(aloud.take(), None);
    }

    #[test]
    fn a_busy_page_is_not_read_out() {
        let mut aloud = Aloud::new();
        for listing in ["a", "b", "c", "d", "a"] {
            aloud.tell(listing.into(), format!("{listing} changed"));
        }
        assert_eq!(aloud.take().as_deref(), Some("4 listings have changed"));
    }
}
