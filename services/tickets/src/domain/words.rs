//! Folding text, so that it is found however it is typed: without regard to case and accents.

use std::collections::BTreeSet;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Longest part of a word that is compared. Nobody types more, and an index key should stay short.
const WORD_CHARS: usize = 40;

/// Letters with a stroke or ligature, which Unicode does not take apart, as people without them on their keyboard
/// type them.
fn plain(letter: char) -> Option<&'static str> {
    Some(match letter {
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ø' | 'Ø' => "o",
        'đ' | 'Đ' => "d",
        'ł' | 'Ł' => "l",
        _ => return None,
    })
}

fn fold_letter(letter: char) -> impl Iterator<Item = char> {
    // By way of upper case, because only that way "ß" becomes "ss" and "ς" becomes "σ".
    let own = plain(letter).is_none().then_some(letter);
    let replaced = plain(letter).unwrap_or_default().chars();
    own.into_iter().flat_map(char::to_uppercase).flat_map(char::to_lowercase).chain(replaced)
}

/// `text` in lower case without accents, words separated by single spaces.
pub(crate) fn folded(text: &str) -> String {
    let letters = text.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(fold_letter);
    let folded: String = letters.collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The distinct folded words of `texts`, sorted.
pub(crate) fn words<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut found = BTreeSet::new();
    for text in texts {
        let text = folded(text);
        let parts = text.split(|letter: char| !letter.is_alphanumeric());
        found.extend(
            parts.filter(|word| !word.is_empty()).map(|word| word.chars().take(WORD_CHARS).collect()),
        );
    }
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn case_and_accents_do_not_matter() {
        for (typed, same) in [
            ("Beyoncé", "beyonce"),
            ("BEYONCE\u{301}", "beyonce"),
            ("Straße", "STRASSE"),
            ("Łódź", "lodz"),
            ("Smørrebrød", "smorrebrod"),
            ("ﬁlm", "Film"),
            ("  São \t Paulo ", "sao paulo"),
            ("ΟΔΟΣ", "οδος"),
            ("İstanbul", "istanbul"),
        ] {
            assert_eq!(folded(typed), folded(same), "{typed}");
        }
        assert_eq!(folded("Straße"), "strasse");
    }

    #[test]
    fn words_are_split_at_whatever_is_no_letter_or_digit() {
        assert_eq!(words(["AC/DC – live!", "Live, 2027"]), ["2027", "ac", "dc", "live"]);
        assert_eq!(words(["", " — "]), Vec::<String>::new());
        assert_eq!(words(["x".repeat(90).as_str()]), ["x".repeat(40)]);
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing_more(text in "\\PC{0,60}") {
            let once = folded(&text);
            prop_assert_eq!(folded(&once), once);
        }
    }
}
