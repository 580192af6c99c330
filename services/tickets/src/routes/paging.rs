//! Pages and the links between them.

use common::field::Fields;
use http::HeaderValue;
use serde::Serialize;

use crate::{
    answer::Answer,
    domain::{Cursor, Sort, Ticket},
    list_cache::ListError,
};

pub(super) const LARGEST_PAGE: u16 = 200;

/// Reads a parameter; an error is noted under its name, and its message begins with it.
pub(super) fn parameter<T, E: std::fmt::Display>(
    fields: &mut Fields,
    name: &str,
    text: Option<&str>,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Option<T> {
    match parse(text?) {
        Ok(value) => Some(value),
        Err(rule) => {
            let mut label = name.to_owned();
            label.get_mut(..1).map(str::make_ascii_uppercase);
            fields.reject(name, format!("{label} {rule}"));
            None
        }
    }
}

/// Reads a page's size.
pub(super) fn limit(text: &str) -> Result<u16, &'static str> {
    let size = text.parse().ok().filter(|size| (1..=LARGEST_PAGE).contains(size));
    size.ok_or("must be a whole number from 1 to 200")
}

/// The first `limit` of `found` as `view` shows them, and the link to what is behind them, which asks for the same
/// (`query`) in a relative URL: the service does not know under which address it is reached.
pub(super) fn page<V: Serialize>(
    mut found: Vec<Ticket>,
    limit: u16,
    sort: Sort,
    path: &str,
    query: &impl Serialize,
    view: impl Fn(&Ticket) -> V,
) -> Result<Answer, ListError> {
    let failed = |error: &dyn std::fmt::Display| ListError::Failed(error.to_string());
    let more = found.len() > usize::from(limit);
    found.truncate(usize::from(limit));
    let link = match found.last().filter(|_| more) {
        Some(last) => {
            let query = serde_urlencoded::to_string(query).map_err(|error| failed(&error))?;
            let separator = if query.is_empty() { "" } else { "&" };
            let cursor = Cursor::behind(last, sort).encode();
            let link = format!("<{path}?{query}{separator}cursor={cursor}>; rel=\"next\"");
            Some(HeaderValue::try_from(link).map_err(|error| failed(&error))?)
        }
        None => None,
    };
    let views: Vec<V> = found.iter().map(view).collect();
    Ok(Answer::of(&views, link)?)
}
