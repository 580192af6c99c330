//! Browsing: the filters in the start page's address.

use std::borrow::Cow;

use serde::Deserialize;

use crate::{local_path::with_query, view::categories::kept};

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
    /// Where in the list this page begins.
    pub(crate) cursor: String,
    /// The cursors of the pages before, for the service knows only the way forward.
    back: String,
}

/// How listings can be sorted, in the service's words; the first is what they are without a word.
pub(crate) const SORTS: [&str; 3] = ["soonest", "newest", "cheapest"];

/// Between cursors, in which it does not occur.
const BETWEEN: char = '.';
/// In front of the steps: there were more, and which is not known any more.
const MORE: &str = "-";
/// Pages that can be gone back one by one; the address stays short. Behind them there is the first page.
const STEPS: usize = 8;

impl FilterForm {
    /// Whether anything narrows the list.
    pub(crate) fn narrows(&self) -> bool {
        self.filters().iter().any(|(_, value)| !value.is_empty())
    }

    /// Whether more than the search words does.
    pub(crate) fn narrows_by_more_than_words(&self) -> bool {
        self.filters().iter().any(|(name, value)| *name != "q" && !value.is_empty())
    }

    /// Whether this is the first page of the list.
    pub(crate) fn is_first(&self) -> bool {
        self.cursor.is_empty()
    }

    /// Names and values as the service takes them.
    pub(crate) fn asked(&self) -> Vec<(&'static str, Cow<'_, str>)> {
        let place = [("sort", self.sort.trim()), ("cursor", self.cursor.as_str())];
        let pairs = self.filters().into_iter().chain(place);
        pairs
            .map(|(name, value)| (name, if name.ends_with("Price") { pointed(value) } else { value.into() }))
            .collect()
    }

    /// What narrows the list, one by one, each with the address of the list without it.
    pub(crate) fn active(&self) -> Vec<(&'static str, &str, String)> {
        let filters = self.filters();
        let others = |name| filters.into_iter().filter(move |(other, _)| *other != name);
        let active = filters.into_iter().filter(|(_, value)| !value.is_empty());
        active.map(|(name, value)| (name, value, self.address(others(name), &[]))).collect()
    }

    /// The address of the first page of this list.
    pub(crate) fn first_page(&self) -> String {
        self.address(self.filters(), &[])
    }

    /// The address of this page itself.
    pub(crate) fn this_page(&self) -> String {
        self.address(self.filters(), &[("cursor", &self.cursor), ("back", &self.back)])
    }

    /// The address of the next page, which begins at a cursor.
    pub(crate) fn next_page(&self, cursor: &str) -> String {
        let mut steps: Vec<&str> = self.steps().collect();
        if !self.is_first() {
            steps.push(&self.cursor);
        }
        if steps.len() > STEPS {
            steps.drain(..steps.len() - STEPS);
            steps[0] = MORE;
        }
        let back = steps.join(&BETWEEN.to_string());
        self.address(self.filters(), &[("cursor", cursor), ("back", &back)])
    }

    /// The address of the page before, as far as this one's address tells.
    pub(crate) fn previous_page(&self) -> Option<String> {
        if self.is_first() {
            return None;
        }
        match self.back.rsplit_once(BETWEEN).unwrap_or(("", &self.back)) {
            // Only the first page leaves no trace.
            (_, "") => Some(self.first_page()),
            (_, MORE) => None,
            (back, cursor) => Some(self.address(self.filters(), &[("cursor", cursor), ("back", back)])),
        }
    }

    fn steps(&self) -> impl Iterator<Item = &str> {
        self.back.split(BETWEEN).filter(|_| !self.back.is_empty())
    }

    fn address<'a>(
        &'a self,
        filters: impl IntoIterator<Item = (&'static str, &'a str)>,
        place: &[(&'static str, &'a str)],
    ) -> String {
        let mut pairs: Vec<_> = filters.into_iter().collect();
        pairs.push(("sort", self.sort.trim()));
        pairs.extend_from_slice(place);
        with_query("/", &pairs)
    }

    fn filters(&self) -> [(&'static str, &str); 7] {
        [
            ("q", self.q.trim()),
            ("category", kept(self.category.trim())),
            ("city", self.city.trim()),
            ("from", self.from.trim()),
            ("to", self.to.trim()),
            ("minPrice", self.min_price.trim()),
            ("maxPrice", self.max_price.trim()),
        ]
    }
}

/// A price with a decimal point, also where a comma was typed in its place; what else it may mean the service refuses.
fn pointed(price: &str) -> Cow<'_, str> {
    match price.split_once(',') {
        Some((whole, cents)) if matches!(cents.len(), 1 | 2) => Cow::Owned(format!("{whole}.{cents}")),
        _ => Cow::Borrowed(price),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_keeps_the_filters_in_its_address() {
        let form = FilterForm { q: " a&b \"c\"".into(), city: "Köln".into(), ..FilterForm::default() };
        assert_eq!(form.next_page("x="), "/?q=a%26b+%22c%22&city=K%C3%B6ln&cursor=x%3D");
        assert_eq!(FilterForm::default().first_page(), "/");
    }

    #[test]
    fn sorting_does_not_narrow() {
        let form = FilterForm { sort: "newest".into(), q: "  ".into(), ..FilterForm::default() };
        assert!(!form.narrows());
        assert!(FilterForm { max_price: "5".into(), ..form }.narrows());
    }

    #[test]
    fn a_decimal_comma_is_a_point_for_the_service() {
        for (typed, sent) in
            [("10,5", "10.5"), ("10,50", "10.50"), ("10.50", "10.50"), ("1,000", "1,000"), ("x", "x")]
        {
            let form =
                FilterForm { min_price: typed.into(), max_price: typed.into(), ..FilterForm::default() };
            let asked = form.asked();
            assert!(asked.contains(&("minPrice", sent.into())) && asked.contains(&("maxPrice", sent.into())));
        }
    }

    #[test]
    fn each_filter_can_be_taken_away_by_itself() {
        let form = FilterForm {
            q: "jazz".into(),
            city: "Köln".into(),
            sort: "newest".into(),
            cursor: "c".into(),
            ..FilterForm::default()
        };
        assert_eq!(
            form.active(),
            [
                ("q", "jazz", "/?city=K%C3%B6ln&sort=newest".to_owned()),
                ("city", "Köln", "/?q=jazz&sort=newest".to_owned()),
            ]
        );
    }

    /// The form that an address of ours makes.
    fn at(address: &str) -> FilterForm {
        let url = reqwest::Url::parse("http://localhost").unwrap().join(address).unwrap();
        let value = |wanted: &str| {
            url.query_pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
        };
        FilterForm {
            q: value("q").unwrap_or_default(),
            cursor: value("cursor").unwrap_or_default(),
            back: value("back").unwrap_or_default(),
            ..FilterForm::default()
        }
    }

    #[test]
    fn pages_are_gone_back_one_by_one() {
        let first = FilterForm { q: "x".into(), ..FilterForm::default() };
        assert_eq!(first.previous_page(), None);
        let second = at(&first.next_page("c2"));
        let third = at(&second.next_page("c3"));
        let fourth = at(&third.next_page("c4"));
        assert_eq!(fourth.this_page(), "/?q=x&cursor=c4&back=c2.c3");
        for (page, before) in [(&fourth, &third), (&third, &second), (&second, &first)] {
            assert_eq!(page.previous_page(), Some(before.this_page()));
        }
    }

    #[test]
    fn a_long_way_back_is_cut_short_and_says_so() {
        let mut pages = vec![FilterForm::default()];
        for number in 2..=30 {
            let next = at(&pages[pages.len() - 1].next_page(&format!("c{number}")));
            pages.push(next);
        }
        let mut page = pages.pop().unwrap();
        assert!(page.this_page().len() < 80, "{}", page.this_page());
        for _ in 0..STEPS - 1 {
            let before = pages.pop().unwrap();
            let previous = at(&page.previous_page().unwrap());
            assert_eq!(previous.cursor, before.cursor);
            page = previous;
        }
        assert_eq!(page.previous_page(), None);
    }
}
