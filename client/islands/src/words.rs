//! Every text that people read, in their language.
//!
//! Texts stand in Fluent files (`client/locales/LANGUAGE/*.ftl`) and are fetched by id with [`t!`](crate::t). A
//! test holds the languages to the same ids and every id in the source to an entry. The browser carries only the
//! files its islands need.

use std::{fmt, str::FromStr, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::{LanguageIdentifier, langid};

/// The texts as files, for one language.
macro_rules! sources {
    ($language:literal) => {
        &[
            include_str!(concat!("../../locales/", $language, "/live.ftl")),
            include_str!(concat!("../../locales/", $language, "/rules.ftl")),
            #[cfg(feature = "ssr")]
            include_str!(concat!("../../locales/", $language, "/account.ftl")),
            #[cfg(feature = "ssr")]
            include_str!(concat!("../../locales/", $language, "/basket.ftl")),
            #[cfg(feature = "ssr")]
            include_str!(concat!("../../locales/", $language, "/browse.ftl")),
            #[cfg(feature = "ssr")]
            include_str!(concat!("../../locales/", $language, "/frame.ftl")),
            #[cfg(feature = "ssr")]
            include_str!(concat!("../../locales/", $language, "/money.ftl")),
            #[cfg(feature = "ssr")]
            include_str!(concat!("../../locales/", $language, "/orders.ftl")),
            #[cfg(feature = "ssr")]
            include_str!(concat!("../../locales/", $language, "/selling.ftl")),
            #[cfg(feature = "ssr")]
            include_str!(concat!("../../locales/", $language, "/ticket.ftl")),
            #[cfg(feature = "ssr")]
            include_str!(concat!("../../locales/", $language, "/trouble.ftl")),
        ]
    };
}

/// A language the market speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// English, which is also what a reader of any other language gets.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// The tag for `lang` and for cookies: `en`, `de`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// What its own speakers call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    fn id(self) -> LanguageIdentifier {
        match self {
            Self::English => langid!("en"),
            Self::German => langid!("de"),
        }
    }

    fn sources(self) -> &'static [&'static str] {
        match self {
            Self::English => sources!("en"),
            Self::German => sources!("de"),
        }
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    /// Reads a tag.
    fn from_str(tag: &str) -> Result<Self, UnknownLanguage> {
        Self::ALL.into_iter().find(|language| language.tag() == tag).ok_or(UnknownLanguage)
    }
}

/// A tag of none of our languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownLanguage;

/// The texts of one language.
pub struct Words {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Words {
    /// The texts in a language.
    pub fn of(language: Language) -> &'static Self {
        static ENGLISH: LazyLock<Words> = LazyLock::new(|| Words::read(Language::English));
        static GERMAN: LazyLock<Words> = LazyLock::new(|| Words::read(Language::German));
        match language {
            Language::English => &ENGLISH,
            Language::German => &GERMAN,
        }
    }

    fn read(language: Language) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![language.id()]);
        // Marks around every value would protect texts of mixed direction; both languages run the same way.
        bundle.set_use_isolating(false);
        for source in language.sources() {
            // What Fluent could read counts; a test refuses files with anything else in them.
            let resource = match FluentResource::try_new((*source).to_owned()) {
                Ok(resource) | Err((resource, _)) => resource,
            };
            bundle.add_resource_overriding(resource);
        }
        Self { language, bundle }
    }

    /// The language these are in.
    pub const fn language(&self) -> Language {
        self.language
    }

    /// The text with this id; values for its variables by name. An unknown id is its own text, which a test
    /// never lets come to pass.
    pub fn text(&self, id: &str, values: &[(&'static str, FluentValue<'_>)]) -> String {
        self.find(id, values).unwrap_or_else(|| id.to_owned())
    }

    /// A field's rule, told in English by the code that checks it, in this language. What no file knows stays in
    /// the words it came in.
    pub fn rule(&self, message: &str) -> String {
        let (id, number) = rule_id(message);
        let number = number.map(|number| ("n", number.into()));
        self.find(&id, number.as_slice()).unwrap_or_else(|| message.to_owned())
    }

    fn find(&self, id: &str, values: &[(&'static str, FluentValue<'_>)]) -> Option<String> {
        let pattern = self.bundle.get_message(id)?.value()?;
        let arguments: Option<FluentArgs<'_>> =
            (!values.is_empty()).then(|| values.iter().map(|(name, value)| (*name, value.clone())).collect());
        // Errors are values that the text asks for and was not given; a test finds those.
        let mut errors = Vec::new();
        Some(self.bundle.format_pattern(pattern, arguments.as_ref(), &mut errors).into_owned())
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("Words").field(&self.language).finish()
    }
}

/// `Title is required` → `rule-title-is-required`. Of a rule with one number, which may be anything, the number stands
/// apart: `at least 3` → `rule-at-least-n` and 3.
fn rule_id(message: &str) -> (String, Option<i64>) {
    let words = message.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let numbers: Vec<i64> = words.clone().filter_map(|word| word.parse().ok()).collect();
    let number = if let [number] = *numbers { Some(number) } else { None };
    let mut id = "rule".to_owned();
    for word in words {
        id.push('-');
        if number.is_some() && word.parse::<i64>().is_ok() {
            id.push('n');
        } else {
            id.extend(word.chars().map(|c| c.to_ascii_lowercase()));
        }
    }
    (id, number)
}

/// The texts in the language of the page being rendered, or of the page this program runs in.
#[cfg(feature = "ssr")]
pub fn words() -> &'static Words {
    Words::of(leptos::context::use_context().unwrap_or_default())
}

/// The texts in the language of the page being rendered, or of the page this program runs in.
#[cfg(not(feature = "ssr"))]
pub fn words() -> &'static Words {
    static HERE: LazyLock<Language> = LazyLock::new(|| {
        let root = leptos::prelude::document().document_element();
        root.and_then(|root| root.get_attribute("lang")?.parse().ok()).unwrap_or_default()
    });
    Words::of(*HERE)
}

/// The text with an id in the reader's language: `t!("seats-left", count = 3)`.
#[macro_export]
macro_rules! t {
    ($id:literal) => {
        $crate::words::words().text($id, &[])
    };
    ($id:literal, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::words::words().text($id, &[$((stringify!($name), $crate::words::Value::from($value))),+])
    };
}

/// A value put into a text: a number or a text.
pub type Value<'a> = FluentValue<'a>;

#[cfg(all(test, feature = "ssr"))]
#[expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]
mod tests {
    use std::{collections::BTreeMap, fs, path::Path};

    use fluent_bundle::FluentResource;

    use super::*;

    /// Ids and the variables their texts name.
    fn entries(language: Language) -> BTreeMap<String, Vec<String>> {
        let mut entries = BTreeMap::new();
        for source in language.sources() {
            let resource = FluentResource::try_new((*source).to_owned())
                .unwrap_or_else(|(_, errors)| panic!("{}: {errors:?}", language.tag()));
            // An entry is what begins at a line's start; its variables are all `$name` up to the next.
            let mut id = None;
            for line in resource.source().lines() {
                if let Some((name, _)) =
                    line.split_once(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase()))
                {
                    assert!(entries.insert(name.to_owned(), Vec::new()).is_none(), "{name} stands twice");
                    id = Some(name.to_owned());
                }
                let Some(id) = &id else { continue };
                let variables: &mut Vec<String> = entries.get_mut(id).unwrap();
                for part in line.split('$').skip(1) {
                    let end = part.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(part.len());
                    variables.push(part[..end].to_owned());
                    variables.sort();
                    variables.dedup();
                }
            }
        }
        entries
    }

    #[test]
    fn the_languages_say_the_same_things() {
        let (mut english, mut german) = (entries(Language::English), entries(Language::German));
        for entries in [&mut english, &mut german] {
            entries.retain(|id, _| !id.starts_with("rule-"));
        }
        assert_eq!(english, german);
    }

    /// Every `t!("id"` below a folder.
    fn used(folder: &Path, ids: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                used(&path, ids);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let source = fs::read_to_string(&path).unwrap();
                // Not `format!("` and `concat!("`, which end in the same letter.
                let is_other = |at: usize| ["forma", "conca"].iter().any(|name| source[..at].ends_with(name));
                let calls = source.match_indices("t!(\"").filter(|(at, _)| !is_other(*at));
                ids.extend(
                    calls.map(|(at, call)| source[at + call.len()..].split('"').next().unwrap().to_owned()),
                );
            }
        }
    }

    #[test]
    fn every_text_that_is_asked_for_is_there() {
        let mut ids = Vec::new();
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        used(&here.join("src"), &mut ids);
        used(&here.join("../src"), &mut ids);
        ids.retain(|id| id != "id");
        assert!(ids.len() > 20, "the sources were not found");
        let known = entries(Language::English);
        let missing: Vec<_> = ids.into_iter().filter(|id| !known.contains_key(id)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn plurals_and_rules_follow_the_language() {
        let say = |language, count: i64| Words::of(language).text("seats-left", &[("count", count.into())]);
        assert_eq!(say(Language::English, 1), "1 left");
        assert_eq!(say(Language::English, 3), "3 left");
        assert_eq!(say(Language::German, 1), "Noch 1");
        let german = Words::of(Language::German);
        assert_eq!(german.rule("Title is required"), "Ein Titel wird gebraucht");
        assert_eq!(german.rule("something new"), "something new");
        assert_eq!(
            german.rule("Quantity must be at least 3: so many are sold"),
            "Es müssen mindestens 3 sein: So viele sind schon verkauft"
        );
        assert_eq!(Words::of(Language::English).rule("Title is required"), "Title is required");
    }
}
