//! Fields of a request body, parsed one by one so that all that is wrong is reported at once.
//!
//! `#[derive(Deserialize)]` stops at the first bad field and words its error for a programmer. A body made of
//! [`Field`]s never fails to deserialise for a field's sake: each keeps its own verdict, and [`Fields`]
//! gathers them into one list for the person who filled in the form.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

/// What is wrong with one field of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name in the request.
    pub field: String,
    /// The rule it broke, in words for the person who filled it in.
    pub message: String,
}

/// A value that can be read from the text of one JSON value.
pub trait FromJson: Sized {
    /// The message when the field is missing or null.
    const MISSING: &'static str;

    /// Parses the text of one JSON value; the error is the rule that was broken.
    fn from_json(raw: &str) -> Result<Self, String>;
}

/// Reads a JSON string.
pub fn string(raw: &str) -> Result<String, String> {
    serde_json::from_str(raw).map_err(|_| "must be a text".to_owned())
}

/// One field of a request body: missing, bad, or good.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Field<T> {
    /// Not in the body, or null.
    #[default]
    Missing,
    /// There, and against a rule.
    Bad(String),
    /// There and good.
    Good(T),
}

impl<T: FromJson> Field<T> {
    /// Parses a field typed into an HTML form. An empty one counts as missing.
    pub fn from_form(text: &str, parse: impl FnOnce(&str) -> Result<T, String>) -> Self {
        if text.trim().is_empty() {
            return Self::Missing;
        }
        parse(text).map_or_else(Self::Bad, Self::Good)
    }
}

impl<'de, T: FromJson> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(input)?.get();
        Ok(match raw {
            "null" => Self::Missing,
            raw => T::from_json(raw).map_or_else(Self::Bad, Self::Good),
        })
    }
}

/// Collects the verdicts on a body's fields.
#[derive(Debug, Default)]
pub struct Fields(Vec<FieldError>);

impl Fields {
    /// Takes a field that must be there; `None` means an error was noted.
    pub fn required<T: FromJson>(&mut self, name: &str, field: Field<T>) -> Option<T> {
        match field {
            Field::Good(value) => return Some(value),
            Field::Missing => self.reject(name, T::MISSING),
            Field::Bad(message) => self.reject(name, message),
        }
        None
    }

    /// Takes a field that may be missing.
    pub fn optional<T: FromJson>(&mut self, name: &str, field: Field<T>) -> Option<T> {
        match field {
            Field::Good(value) => return Some(value),
            Field::Missing => {}
            Field::Bad(message) => self.reject(name, message),
        }
        None
    }

    /// Notes an error found by other means.
    pub fn reject(&mut self, field: &str, message: impl Into<String>) {
        self.0.push(FieldError { field: field.to_owned(), message: message.into() });
    }

    /// Ends the collection: `value` if nothing was noted. A caller passes `None` only after noting an error.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Vec<FieldError>> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(self.0),
        }
    }
}

#[cfg(feature = "openapi")]
pub(crate) fn text_schema(
    pattern: Option<&str>,
    longest: Option<usize>,
) -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
    use utoipa::openapi::schema::{ObjectBuilder, Type};
    ObjectBuilder::new().schema_type(Type::String).pattern(pattern).max_length(longest).into()
}

#[cfg(feature = "openapi")]
impl<T: utoipa::PartialSchema> utoipa::PartialSchema for Field<T> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        T::schema()
    }
}

#[cfg(feature = "openapi")]
impl<T: utoipa::ToSchema> utoipa::ToSchema for Field<T> {
    fn name() -> std::borrow::Cow<'static, str> {
        T::name()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{money::Price, text::Title};

    #[derive(Deserialize)]
    struct Body {
        #[serde(default)]
        title: Field<Title>,
        #[serde(default)]
        price: Field<Price>,
    }

    #[test]
    fn all_bad_fields_are_reported_at_once() {
        let body: Body = serde_json::from_str(r#"{"price":"12"}"#).unwrap();
        let mut fields = Fields::default();
        let title = fields.required("title", body.title);
        let price = fields.required("price", body.price);
        let errors = fields.finish(title.zip(price)).unwrap_err();
        let seen: Vec<_> =
            errors.iter().map(|error| (error.field.as_str(), error.message.as_str())).collect();
        assert_eq!(seen, [("title", "Title is required"), ("price", "Price must be a number")]);
    }
}
