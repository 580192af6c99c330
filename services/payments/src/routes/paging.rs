//! Pages of lists, newest first.

use std::str::FromStr;

use common::field::Fields;
use http::{HeaderName, header};

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 200;

/// Where a page begins, and how long it is.
#[derive(Debug)]
pub(super) struct Page<C> {
    pub(super) limit: u32,
    pub(super) after: Option<C>,
}

impl<C: FromStr> Page<C> {
    /// Reads `limit` and `cursor`. `None` means that something was noted.
    pub(super) fn read(limit: Option<String>, cursor: Option<String>, fields: &mut Fields) -> Option<Self> {
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

    /// One more than the page has: whether there is another page.
    pub(super) fn one_more(&self) -> u32 {
        self.limit + 1
    }

    /// Cuts the list to the page, and says where the next one is, if there is one.
    pub(super) fn cut<T>(
        &self,
        list: &mut Vec<T>,
        path: &str,
        cursor: impl Fn(&T) -> String,
    ) -> Option<[(HeaderName, String); 1]> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        if list.len() <= limit {
            return None;
        }
        list.truncate(limit);
        let joined = if path.contains('?') { '&' } else { '?' };
        let next = list.last().map(cursor)?;
        Some([(header::LINK, format!("<{path}{joined}limit={limit}&cursor={next}>; rel=\"next\""))])
    }
}
