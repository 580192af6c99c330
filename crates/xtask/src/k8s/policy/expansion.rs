//! `$(NAME)` in a container becomes a variable's value only if kubelet has read that variable by then. If not, it stays as it
//! is, and the container starts with it: in a rendered overlay nothing looks wrong.

use std::iter;

use super::{Rule, Violation, each_container};
use crate::k8s::objects::{Container, Objects, list, text};

pub(super) const RULES: &[Rule] = &[Rule::rendered("variables-are-known", variables_are_known)];

/// In a variable's value: one that stands before it. In the command and its arguments: any. Those of `envFrom` are not
/// counted, since nobody sees their names here.
fn variables_are_known(objects: &Objects) -> Vec<Violation> {
    each_container(objects, |container| in_values(container).or_else(|| in_command(container)))
}

fn in_values(container: Container<'_>) -> Option<String> {
    let mut known = Vec::new();
    list(container.at("/env")).find_map(|variable| {
        let unknown = references(text(&variable["value"])).find(|name| !known.contains(name));
        let name = text(&variable["name"]);
        known.push(name);
        unknown
            .map(|unknown| format!("{name} has a part $({unknown}), which no variable before it is called"))
    })
}

fn in_command(container: Container<'_>) -> Option<String> {
    let is_known = |name: &str| list(container.at("/env")).any(|variable| variable["name"] == name);
    let words = list(container.at("/command")).chain(list(container.at("/args")));
    let unknown = words.flat_map(|word| references(text(word))).find(|name| !is_known(name))?;
    Some(format!(
        "its command has a part $({unknown}), which no variable is called; a shell's own is $$({unknown})"
    ))
}

/// The names in a text that stand as `$(NAME)`. `$$` is a dollar, and what no variable can be called is left to a shell.
fn references(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    iter::from_fn(move || {
        loop {
            let (_, after) = rest.split_once('$')?;
            rest = after.strip_prefix('$').unwrap_or(after);
            if rest.len() < after.len() {
                continue;
            }
            let Some((name, after)) = rest.strip_prefix('(').and_then(|inside| inside.split_once(')')) else {
                continue;
            };
            if is_name(name) {
                rest = after;
                return Some(name);
            }
        }
    })
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_told_from_what_looks_like_them() {
        let names = |text| references(text).collect::<Vec<_>>();
        assert_eq!(names("a-$(SET)-0.a-$(SET):1,$(OTHER)"), ["SET", "SET", "OTHER"]);
        assert_eq!(names("$$(SET) $SET ${SET} $(echo x) $(SET"), [""; 0]);
        assert_eq!(names("$$$(SET)"), ["SET"]);
    }
}
