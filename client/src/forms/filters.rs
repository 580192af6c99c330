//! Browsing: the filters in the start page's address.

use serde::Deserialize;

use crate::local_path::with_query;

/// The filters as they stand in the address. The service judges them, since nothing is lost by asking it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct FilterForm {
    pub(crate) q: String,
    pub(crate) category: String,
    pub(crate) city: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) min_price: String,
    pub(crate) max_price: String,
    pub(crate) sort: String,
    pub(crate) cursor: String,
}

/// How listings can be sorted: the service's word and ours.
pub(crate) const SORTS: [(&str, &str); 3] =
    [("soonest", "Soonest first"), ("newest", "Newest listings first"), ("cheapest", "Cheapest first")];

impl FilterForm {
    /// Whether anything narrows the list.
    pub(crate) fn narrows(&self) -> bool {
        self.filters().iter().any(|(_, value)| !value.is_empty())
    }

    /// Whether more than the search words does.
    pub(crate) fn narrows_by_more_than_words(&self) -> bool {
        self.filters().iter().any(|(name, value)| *name != "q" && !value.is_empty())
    }

    /// Names and values, as the service takes them, of one page of the list.
    pub(crate) fn pairs_at<'a>(&'a self, cursor: &'a str) -> Vec<(&'static str, &'a str)> {
        let mut pairs = self.filters().to_vec();
        pairs.push(("sort", self.sort.trim()));
        pairs.push(("cursor", cursor));
        pairs
    }

    /// The address of these filters at another page of the list; empty: the first.
    pub(crate) fn page(&self, cursor: &str) -> String {
        with_query("/", &self.pairs_at(cursor))
    }

    fn filters(&self) -> [(&'static str, &str); 7] {
        [
            ("q", self.q.trim()),
            ("category", self.category.trim()),
            ("city", self.city.trim()),
            ("from", self.from.trim()),
            ("to", self.to.trim()),
            ("minPrice", self.min_price.trim()),
            ("maxPrice", self.max_price.trim()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_keeps_the_filters_in_its_address() {
        let form = FilterForm { q: " a&b \"c\"".into(), city: "Köln".into(), ..FilterForm::default() };
        assert_eq!(form.page("x="), "/?q=a%26b+%22c%22&city=K%C3%B6ln&cursor=x%3D");
        assert_eq!(FilterForm::default().page(""), "/");
    }

    #[test]
    fn sorting_does_not_narrow() {
        let form = FilterForm { sort: "newest".into(), q: "  ".into(), ..FilterForm::default() };
        assert!(!form.narrows());
        assert!(FilterForm { max_price: "5".into(), ..form }.narrows());
    }
}
