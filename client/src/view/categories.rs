//! Kinds of events: listings have the name of each in one language, and people see and type it in their own.

use std::{collections::HashMap, sync::LazyLock};

use islands::words::{Language, Words, words};

/// The kinds that forms suggest, as listings have them, and the text that names each to a reader.
const KINDS: [(&str, &str); 7] = [
    ("Concert", "category-concert"),
    ("Theatre", "category-theatre"),
    ("Sport", "category-sport"),
    ("Festival", "category-festival"),
    ("Comedy", "category-comedy"),
    ("Dance", "category-dance"),
    ("Family", "category-family"),
];

/// The kinds that forms suggest, as listings have them.
pub(crate) fn suggested() -> impl Iterator<Item = &'static str> {
    KINDS.into_iter().map(|(name, _)| name)
}

/// A kind of event in the reader's language, if it is one of ours; else as its seller calls it.
pub(crate) fn named(category: &str) -> String {
    let known = KINDS.iter().find(|(name, _)| *name == category);
    known.map_or_else(|| category.to_owned(), |(_, id)| words().text(id, &[]))
}

/// A kind of event as listings have it, if it is one of ours in any of our languages; else as it was typed.
pub(crate) fn kept(typed: &str) -> &str {
    static SPOKEN: LazyLock<HashMap<String, &str>> = LazyLock::new(|| {
        let spoken = |language| KINDS.map(|(name, id)| (lower(&Words::of(language).text(id, &[])), name));
        Language::ALL.into_iter().flat_map(spoken).collect()
    });
    SPOKEN.get(&lower(typed)).copied().unwrap_or(typed)
}

fn lower(word: &str) -> String {
    word.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::said_in;

    #[test]
    fn what_a_reader_is_shown_is_kept_under_one_name() {
        for language in Language::ALL {
            for name in suggested() {
                let shown = said_in(language, || named(name));
                assert!(!shown.starts_with("category-"), "{name} has no text");
                assert_eq!(kept(&shown), name);
            }
        }
        for (typed, name) in
            [("Konzert", "Concert"), (" konzert ", "Concert"), ("THEATRE", "Theatre"), ("tanz", "Dance")]
        {
            assert_eq!(kept(typed), name);
        }
    }

    #[test]
    fn any_other_kind_stays_as_it_was_typed() {
        for typed in ["", " ", "Konzerte", " Poetry Slam ", "category-concert"] {
            assert_eq!(kept(typed), typed);
        }
        assert_eq!(said_in(Language::German, || named("Poetry Slam")), "Poetry Slam");
    }
}
