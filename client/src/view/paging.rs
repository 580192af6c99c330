//! Lists that come in pages.

use axum::http::{HeaderMap, header};

/// A page of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Paged<T> {
    pub(crate) items: Vec<T>,
    /// Where the next page begins, if there is one.
    pub(crate) next: Option<String>,
}

/// The cursor in a `Link: <…?cursor=…>; rel="next"` header.
///
/// Only the cursor is taken: the address is the service's, and ours is made anew.
pub(crate) fn next_cursor(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(header::LINK)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(links)
        .find(|(_, parameters)| {
            parameters.split(';').any(|parameter| matches!(parameter.trim(), "rel=\"next\"" | "rel=next"))
        })
        .and_then(|(target, _)| {
            let base = reqwest::Url::parse("http://localhost/").ok()?;
            let url = base.join(target).ok()?;
            url.query_pairs().find_map(|(name, value)| (name == "cursor").then(|| value.into_owned()))
        })
}

/// Targets and parameters of a Link header's links.
fn links(value: &str) -> impl Iterator<Item = (&str, &str)> {
    value.split('<').skip(1).filter_map(|link| link.split_once('>'))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn cursor(value: &'static str) -> Option<String> {
        next_cursor(&[(header::LINK, HeaderValue::from_static(value))].into_iter().collect())
    }

    #[test]
    fn the_cursor_of_the_next_page_is_found() {
        assert_eq!(cursor(r#"</api/tickets?limit=2&cursor=a%3D%3D>; rel="next""#).as_deref(), Some("a=="));
        assert_eq!(
            cursor(r#"<http://x/y?cursor=p>; rel="prev", <http://x/y?cursor=n>; title=a; rel="next""#)
                .as_deref(),
            Some("n")
        );
    }

    #[test]
    fn no_next_page_no_cursor() {
        for value in ["", "<>", r#"</x?cursor=p>; rel="prev""#, r#"</x>; rel="next""#, "nonsense"] {
            assert_eq!(cursor(value), None, "{value}");
        }
        assert_eq!(next_cursor(&HeaderMap::new()), None);
    }
}
