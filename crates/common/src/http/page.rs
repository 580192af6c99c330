//! Pages of lists, newest first.

use std::str::FromStr;

use http::{HeaderName, header};

use crate::field::Fields;

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 200;

/// Where a page begins, and how long it is.
#[derive(Debug, Clone)]
pub struct Page<C> {
    limit: u32,
    /// What the page before ended with.
    pub after: Option<C>,
}

impl<C: FromStr> Page<C> {
    /// Reads `limit`, 1 to 200 and 50 if not given, and `cursor`. `None` means that something was noted.
    pub fn read(limit: Option<String>, cursor: Option<String>, fields: &mut Fields) -> Option<Self> {
        let limit = limit.map_or(Some(DEFAULT_LIMIT), |limit| limit.parse().ok());
        let limit = limit.filter(|limit| (1..=MAX_LIMIT).contains(limit));
        if limit.is_none() {
            fields.reject("limit", format!("Limit must be a whole number from 1 to {MAX_LIMIT}"));
        }
        let after = cursor.map(|cursor| cursor.parse()).transpose();
        if after.is_err() {
            fields.reject("cursor", "Cursor must come from a Link header");
        }
        limit.zip(after.ok()).map(|(limit, after)| Self { limit, after })
    }

    /// How many to look for: one more than the page has tells whether there is another.
    pub fn one_more(&self) -> u32 {
        self.limit + 1
    }

    /// Cuts what was found to the page, and says where the next one is, if there is one. `path` may have a query.
    pub fn cut<T>(
        &self,
        found: &mut Vec<T>,
        path: &str,
        cursor: impl Fn(&T) -> String,
    ) -> Option<[(HeaderName, String); 1]> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        if found.len() <= limit {
            return None;
        }
        found.truncate(limit);
        let joined = if path.contains('?') { '&' } else { '?' };
        let next = found.last().map(cursor)?;
        Some([(header::LINK, format!("<{path}{joined}limit={limit}&cursor={next}>; rel=\"next\""))])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(limit: Option<&str>, cursor: Option<&str>) -> Result<Page<u8>, Vec<String>> {
        let mut fields = Fields::default();
        let page = Page::read(limit.map(str::to_owned), cursor.map(str::to_owned), &mut fields);
        fields.finish(page).map_err(|errors| errors.into_iter().map(|error| error.message).collect())
    }

    #[test]
    fn what_breaks_a_rule_is_named_all_at_once() {
        for limit in ["0", "201", "-1", "5.0", "many", ""] {
            let refused = read(Some(limit), Some("x")).unwrap_err();
            let rules = ["Limit must be a whole number from 1 to 200", "Cursor must come from a Link header"];
            assert_eq!(refused, rules, "{limit}");
        }
    }

    #[test]
    fn there_is_a_next_page_exactly_if_more_was_found() {
        let page = read(Some("2"), Some("7")).unwrap();
        assert_eq!((page.after, page.one_more()), (Some(7), 3));
        let cut = |mut found: Vec<u8>, path| {
            let link = page.cut(&mut found, path, u8::to_string).map(|[(_, link)]| link);
            (found, link)
        };
        assert_eq!(cut(vec![6, 5], "/x"), (vec![6, 5], None));
        let next = |path: &str| Some(format!("<{path}limit=2&cursor=5>; rel=\"next\""));
        assert_eq!(cut(vec![6, 5, 4], "/x"), (vec![6, 5], next("/x?")));
        assert_eq!(cut(vec![6, 5, 4], "/x?a=b"), (vec![6, 5], next("/x?a=b&")));
    }
}
