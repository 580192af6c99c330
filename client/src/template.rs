//! [`Template`]: a page as text, with gaps where it is another for every response.

use std::sync::Arc;

use crate::shelf::Weigh;

/// What stands in a page's gaps.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filling<'a> {
    /// The mark of this response's own script.
    pub(crate) nonce: &'a str,
    /// The line that says when the page was true.
    pub(crate) as_of: &'a str,
}

/// What is written into a page where its gaps are to be. Nobody can foresee it, so it occurs nowhere else, whatever
/// sellers and visitors write.
#[derive(Debug, Clone)]
pub(crate) struct Gaps {
    pub(crate) nonce: Arc<str>,
    pub(crate) as_of: Arc<str>,
}

impl Gaps {
    pub(crate) fn new() -> Self {
        let mark = || format!("{:032x}", u128::from_be_bytes(runtime::entropy())).into();
        Self { nonce: mark(), as_of: mark() }
    }
}

/// A page that is the same for many.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Template {
    pieces: Vec<(Box<str>, Gap)>,
    rest: Box<str>,
}

/// What follows a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gap {
    Nonce,
    AsOf,
}

impl Template {
    /// Of a page that was written with these gaps.
    pub(crate) fn of(page: &str, gaps: &Gaps) -> Self {
        let mut places: Vec<_> = [(&gaps.nonce, Gap::Nonce), (&gaps.as_of, Gap::AsOf)]
            .into_iter()
            .flat_map(|(mark, gap)| page.match_indices(&**mark).map(move |(at, mark)| (at, mark.len(), gap)))
            .collect();
        places.sort_unstable_by_key(|(at, ..)| *at);
        let mut done = 0;
        let pieces = places
            .into_iter()
            .map(|(at, length, gap)| {
                let piece = page[done..at].into();
                done = at + length;
                (piece, gap)
            })
            .collect();
        Self { pieces, rest: page[done..].into() }
    }

    /// The page of one response.
    pub(crate) fn filled(&self, filling: Filling) -> String {
        let mut page = String::with_capacity(self.bytes() + self.pieces.len() * LONGEST_FILLING);
        for (piece, gap) in &self.pieces {
            page.push_str(piece);
            page.push_str(match gap {
                Gap::Nonce => filling.nonce,
                Gap::AsOf => filling.as_of,
            });
        }
        page.push_str(&self.rest);
        page
    }
}

/// Room for what fills a gap, usually.
const LONGEST_FILLING: usize = 512;

impl Weigh for Template {
    fn bytes(&self) -> usize {
        self.pieces.iter().map(|(piece, _)| piece.len()).sum::<usize>() + self.rest.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(page: &str, gaps: &Gaps) -> String {
        Template::of(page, gaps).filled(Filling { nonce: "N", as_of: "<p>now</p>" })
    }

    #[test]
    fn every_gap_is_filled_wherever_it_is() {
        let gaps = Gaps::new();
        let (nonce, as_of) = (&gaps.nonce, &gaps.as_of);
        let page = format!("{nonce}a{as_of}{nonce}é{as_of}z{nonce}");
        assert_eq!(filled(&page, &gaps), "Na<p>now</p>Né<p>now</p>zN");
        assert_eq!(filled("plain", &gaps), "plain");
        assert_eq!(filled("", &gaps), "");
    }

    #[test]
    fn what_fills_a_gap_makes_no_other() {
        let gaps = Gaps::new();
        let template = Template::of(&format!("{}{}", gaps.nonce, gaps.as_of), &gaps);
        assert_eq!(template.filled(Filling { nonce: &gaps.as_of, as_of: "x" }), format!("{}x", gaps.as_of));
    }

    #[test]
    fn no_two_pages_have_the_same_gaps() {
        let (one, other) = (Gaps::new(), Gaps::new());
        assert_ne!(one.nonce, one.as_of);
        assert_ne!(one.nonce, other.nonce);
        assert_eq!(filled(&one.nonce, &other), &*one.nonce);
    }
}
