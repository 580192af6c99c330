//! [`Kept`]: what was made of listings that everybody sees alike, so that it is made once.
//!
//! Each text is kept under all that it was made of and is nobody's own. What a page has of its reader (who is signed in,
//! the basket) is not in here, and what it has of its response (its mark, the time) is a gap.

use std::sync::Arc;

use islands::words::Language;

use crate::{
    shelf::{Shelf, Weigh},
    template::Template,
};

const MOST_BYTES_OF_LISTS: usize = 4 * 1024 * 1024;
const MOST_BYTES_OF_PAGES: usize = 8 * 1024 * 1024;
const MOST_BYTES_OF_LINES: usize = 256 * 1024;

/// All that a text was made of: with another of any of these it would be another text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Origin {
    /// The name that the service gave exactly these listings.
    pub(crate) etag: Arc<str>,
    pub(crate) language: Language,
    /// Where it stands: an address holds what is searched for, and leads on and back.
    pub(crate) address: String,
}

impl Weigh for Origin {
    fn bytes(&self) -> usize {
        self.etag.len() + self.address.len()
    }
}

/// When a page was true, in seconds since 1970, and what it was made of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Moment {
    pub(crate) second: i64,
    pub(crate) origin: Origin,
}

impl Weigh for Moment {
    fn bytes(&self) -> usize {
        self.origin.bytes()
    }
}

/// Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    /// Lists of cards, to be put into anybody's page.
    pub(crate) lists: Shelf<Origin, str>,
    /// Whole start pages for who is nobody in particular.
    pub(crate) pages: Shelf<Origin, Template>,
    /// The lines that say when such a page was true.
    pub(crate) lines: Shelf<Moment, str>,
}

impl Kept {
    pub(crate) fn new() -> Self {
        Self {
            lists: Shelf::new("cards", MOST_BYTES_OF_LISTS),
            pages: Shelf::new("page", MOST_BYTES_OF_PAGES),
            lines: Shelf::new("as of", MOST_BYTES_OF_LINES),
        }
    }
}
