//! No floating point where money is: binary fractions cannot hold most decimal ones, and what is lost is somebody's.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Where amounts are read, kept, moved and shown.
const FOLDERS: [&str; 5] = [
    "crates/common/src",
    "services/orders/src",
    "services/payments/src",
    "services/tickets/src",
    "client/src",
];

/// Fails if a file in there has a floating-point type or literal, other than in tests, which play those who send JSON.
pub(crate) fn check(root: &Path) -> Result<()> {
    let mut found = Vec::new();
    for folder in FOLDERS {
        let folder = root.join(folder);
        search(&folder, &mut found).with_context(|| format!("could not search {}", folder.display()))?;
    }
    if found.is_empty() {
        return Ok(());
    }
    bail!("floating point where amounts are handled; use `common::money`:\n{}", found.join("\n"))
}

fn search(folder: &Path, found: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            search(&path, found)?;
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path)?;
            let tokens = text.parse().map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
            found.extend(floats(tokens).into_iter().map(|float| format!("  {}: {float}", path.display())));
        }
    }
    Ok(())
}

fn floats(tokens: TokenStream) -> Vec<String> {
    let mut found = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    // In `pair.0.1` the last part looks like a number with a fraction.
    let mut after_dot = false;
    while let Some(token) = tokens.next() {
        let is_index = std::mem::replace(&mut after_dot, token.to_string() == ".");
        match token {
            // What is only compiled for tests, up to the end of its body.
            TokenTree::Punct(mark)
                if mark.as_char() == '#'
                    && tokens.peek().is_some_and(|next| next.to_string() == "[cfg (test)]") =>
            {
                let _ = tokens.next();
                let is_end = |token: &TokenTree| match token {
                    TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                    TokenTree::Punct(mark) => mark.as_char() == ';',
                    TokenTree::Ident(_) | TokenTree::Literal(_) => false,
                };
                let _ = tokens.by_ref().find(is_end);
            }
            TokenTree::Group(group) => found.extend(floats(group.stream())),
            TokenTree::Ident(word) if word == "f32" || word == "f64" => found.push(word.to_string()),
            TokenTree::Literal(literal) if !is_index && is_float(&literal.to_string()) => {
                found.push(literal.to_string());
            }
            TokenTree::Ident(_) | TokenTree::Literal(_) | TokenTree::Punct(_) => {}
        }
    }
    found
}

fn is_float(literal: &str) -> bool {
    let hex = literal.starts_with("0x") || literal.starts_with("0b") || literal.starts_with("0o");
    let digits = literal.trim_end_matches("usize").trim_end_matches("isize");
    digits.starts_with(|first: char| first.is_ascii_digit()) && !hex && digits.contains(['.', 'e', 'f'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_literals_are_found_wherever_they_stand() {
        let planted = r#"
            // f64 in a comment is no float, and "1.5" in a text is none
            fn share(price: u64) -> u64 { let rate: f64 = 0.05; (price as f32 * 1e-2) as u64 }
            const TEXT: &str = "12.50"; const PLAIN: u32 = 0x1f; const COUNT: usize = 3usize;
            #[cfg(test)] mod tests { const SENT: f64 = 1.5; }
            #[cfg(test)] use std::f64; fn after() -> f32 { sum(2.5) + self.0.1 }
        "#;
        assert_eq!(floats(planted.parse().unwrap()), ["f64", "0.05", "f32", "1e-2", "f32", "2.5"]);
    }
}
