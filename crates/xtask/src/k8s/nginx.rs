//! Which host an nginx.conf sends a path to: as much of its language as ours use, and an error for the rest.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

/// A `location` with a `proxy_pass`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Location {
    pattern: Pattern,
    host: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Pattern {
    /// `= /path`.
    Exact(String),
    /// `/path`, or `^~ /path`, which goes before segments.
    Prefix { path: String, final_: bool },
    /// `~ ^/path(?:/|$)`.
    Segments(String),
}

/// The locations in the order they stand in. Those that pass nothing on are left out.
pub(crate) fn locations(config: &str) -> Result<Vec<Location>> {
    let upstreams = upstreams(config)?;
    let mut found = Vec::new();
    let mut open: Option<Pattern> = None;
    for line in config.lines().map(|line| line.split('#').next().unwrap_or_default().trim()) {
        if let Some(rest) = line.strip_prefix("location ") {
            let pattern = rest.split('{').next().unwrap_or_default();
            // A named one is gone to from others only.
            open = if pattern.starts_with('@') { None } else { Some(read(pattern.trim())?) };
        }
        if let Some((_, target)) = line.split_once("proxy_pass ") {
            let Some(pattern) = open.take() else { continue };
            let name = host(target);
            let host = upstreams.get(name).copied().unwrap_or(name).to_owned();
            found.push(Location { pattern, host });
        }
    }
    if found.is_empty() {
        bail!("no location passes anything on");
    }
    Ok(found)
}

/// The host behind each named group of servers.
fn upstreams(config: &str) -> Result<BTreeMap<&str, &str>> {
    let mut found = BTreeMap::new();
    for block in config.split("upstream ").skip(1) {
        let (name, rest) = block.split_once('{').unwrap_or_default();
        let body = rest.split('}').next().unwrap_or_default();
        let mut hosts = body.lines().filter_map(|line| line.trim().strip_prefix("server ")).map(host);
        let Some(first) = hosts.next() else { continue };
        if hosts.any(|host| host != first) {
            bail!("upstream {name} has servers of several hosts");
        }
        found.insert(name.trim(), first);
    }
    Ok(found)
}

fn read(pattern: &str) -> Result<Pattern> {
    let words: Vec<_> = pattern.split_whitespace().collect();
    Ok(match words.as_slice() {
        ["=", path] => Pattern::Exact((*path).to_owned()),
        ["^~", path] => Pattern::Prefix { path: (*path).to_owned(), final_: true },
        [path] if path.starts_with('/') => Pattern::Prefix { path: (*path).to_owned(), final_: false },
        ["~", expression] => match expression.strip_prefix('^').and_then(|rest| segments(rest)) {
            Some(path) => Pattern::Segments(path.to_owned()),
            None => bail!("location {pattern}: only expressions like ^/path(?:/|$) are understood here"),
        },
        _ => bail!("location {pattern} is not understood here"),
    })
}

fn segments(expression: &str) -> Option<&str> {
    let path = expression.strip_suffix("(?:/|$)").or_else(|| expression.strip_suffix("(/|$)"))?;
    (!path.contains(['(', '[', '*', '+', '?', '.', '\\', '|', '$'])).then_some(path)
}

fn host(target: &str) -> &str {
    let address = target.split_once("://").map_or(target, |(_, address)| address);
    address.split([':', '/', ';', ' ']).next().unwrap_or_default()
}

/// The host of a path, chosen as nginx does: exact, then the longest prefix if it is final, then the first
/// expression, then that prefix.
pub(crate) fn answer<'a>(locations: &'a [Location], path: &str) -> Option<&'a str> {
    let find =
        |matches: &dyn Fn(&Pattern) -> bool| locations.iter().find(|location| matches(&location.pattern));
    let exact = find(&|pattern| matches!(pattern, Pattern::Exact(exact) if exact == path));
    let length = |location: &&Location| match &location.pattern {
        Pattern::Prefix { path: prefix, .. } if path.starts_with(prefix.as_str()) => Some(prefix.len()),
        Pattern::Prefix { .. } | Pattern::Exact(_) | Pattern::Segments(_) => None,
    };
    let longest = locations.iter().filter(|location| length(location).is_some()).max_by_key(length);
    let is_final =
        longest.is_some_and(|location| matches!(location.pattern, Pattern::Prefix { final_: true, .. }));
    let expression = find(&|pattern| match pattern {
        Pattern::Segments(segments) => {
            path.strip_prefix(segments.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }
        Pattern::Exact(_) | Pattern::Prefix { .. } => false,
    });
    let chosen = exact.or(longest.filter(|_| is_final)).or(expression).or(longest)?;
    Some(&chosen.host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_answered_as_nginx_would() {
        let config = "
            upstream docs {
                server client:3000 resolve;
            }
            location = /api/users { proxy_pass http://exact; }
            location ~ ^/api/users(?:/|$) {
                proxy_pass http://auth:3000; # or whoever
            }
            location ^~ /api/docs/ { proxy_pass http://docs; }
            location ~ ^/api(?:/|$) { proxy_pass http://api; }
            location @unavailable { return 503; }
            location / { proxy_pass http://client; }
        ";
        let locations = locations(config).unwrap();
        let answer = |path| answer(&locations, path).unwrap();
        assert_eq!(answer("/api/users"), "exact");
        assert_eq!(answer("/api/users/me"), "auth");
        assert_eq!(answer("/api/usersx"), "api");
        assert_eq!(answer("/api/docs/x"), "client");
        assert_eq!(answer("/apix"), "client");
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        assert!(locations("location ~ ^/api/.*$ { proxy_pass http://auth; }").is_err());
        assert!(locations("location ~* ^/api(/|$) { proxy_pass http://auth; }").is_err());
        assert!(locations("server { listen 80; }").is_err());
    }
}
