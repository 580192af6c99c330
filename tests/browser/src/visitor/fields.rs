//! Filling in forms.

use fantoccini::{Locator, elements::Element, key::Key};
use testkit::eventually;

use super::{Visitor, quoted};

impl Visitor {
    /// The field with this label. Labels may say more after their first words, such as that a field is required.
    pub(crate) async fn field(&self, label: &str) -> Element {
        let begins = quoted(&format!("{label} "));
        let path = format!("//label[starts-with(concat(normalize-space(), ' '), {begins})]");
        let id = self.one(&format!("field {label:?}"), &path).await.attr("for").await.unwrap();
        self.browser.find(Locator::Id(&id.unwrap())).await.unwrap()
    }

    /// Types into the field with this label, in place of what is there, or chooses what has this value.
    pub async fn fills(&self, label: &str, value: &str) {
        let field = self.field(label).await;
        if !field.is_displayed().await.unwrap() {
            self.unfolds(&field).await;
        }
        if field.tag_name().await.unwrap() == "select" {
            field.select_by_value(value).await.unwrap_or_else(|error| {
                panic!("{} cannot choose {value:?} as {label:?}: {error}", self.name)
            });
        } else {
            field
                .clear()
                .await
                .unwrap_or_else(|error| panic!("{} cannot type into {label:?}: {error}", self.name));
            let kind = field.attr("type").await.unwrap();
            if !value.is_empty() {
                field.send_keys(&as_typed(kind.as_deref(), value)).await.unwrap();
            }
        }
        // What was typed is what the field has, or the rest of the scenario would puzzle its reader.
        assert_eq!(self.value(label).await, value, "{label}");
    }

    /// Fills in several fields.
    pub async fn fills_in(&self, fields: &[(&str, &str)]) {
        for (label, value) in fields {
            self.fills(label, value).await;
        }
    }

    /// Opens the fold that a field lies in.
    async fn unfolds(&self, field: &Element) {
        let fold = Locator::XPath("ancestor::details[not(@open)]/summary");
        if let Ok(summary) = field.find(fold).await {
            summary.click().await.unwrap();
        }
    }

    /// What the field with this label holds.
    pub async fn value(&self, label: &str) -> String {
        self.field(label).await.prop("value").await.unwrap().unwrap_or_default()
    }

    /// The fields hold this.
    pub async fn has_filled_in(&self, fields: &[(&str, &str)]) {
        for (label, value) in fields {
            assert_eq!(self.value(label).await, *value, "{label}");
        }
    }

    /// The field with this label is marked as wrong, with these words in sight beside it.
    pub async fn is_corrected(&self, label: &str, text: &str) {
        eventually(format!("{label} to be marked as wrong for {}", self.name), async || {
            let marked = self.field(label).await.attr("aria-invalid").await.unwrap();
            (marked.as_deref() == Some("true")).then_some(())
        })
        .await;
        let field = self.field(label).await;
        let notes = field.attr("aria-describedby").await.unwrap().unwrap_or_default();
        let mut said = String::new();
        for id in notes.split_whitespace() {
            let note = self.browser.find(Locator::Id(id)).await.unwrap();
            if !note.text().await.unwrap().contains(text) {
                said = format!("{said} {}", note.text().await.unwrap());
                continue;
            }
            let (_, field_top, _, field_height) = field.rectangle().await.unwrap();
            let (_, top, _, _) = note.rectangle().await.unwrap();
            let distance = (top - field_top - field_height).abs();
            assert!(note.is_displayed().await.unwrap() && distance < 100.0, "{label}: {text:?} is elsewhere");
            return;
        }
        panic!("{label} is said to be wrong with {said:?}, not {text:?}");
    }

    /// The field with this label is no longer marked as wrong.
    pub async fn is_corrected_no_more(&self, label: &str) {
        eventually(format!("{label} to be right again for {}", self.name), async || {
            let marked = self.field(label).await.attr("aria-invalid").await.unwrap();
            (marked.as_deref() != Some("true")).then_some(())
        })
        .await;
    }

    /// The label of what has the focus, or else its text.
    pub async fn is_at(&self) -> String {
        let found = self
            .asks(
                "const here = document.activeElement;
                 const label = here.labels?.[0] ?? here;
                 return (label.innerText || label.getAttribute('aria-label') || here.tagName).trim()",
            )
            .await;
        found.as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// The keys that give a field of this type the value, in American English.
fn as_typed(kind: Option<&str>, value: &str) -> String {
    let tab = char::from(Key::Tab);
    match kind {
        Some("datetime-local") => {
            let time: jiff::civil::DateTime = value.parse().unwrap();
            time.strftime(&format!("%m%d%Y{tab}%I%M%p")).to_string()
        }
        Some("date") => {
            let date: jiff::civil::Date = value.parse().unwrap();
            date.strftime("%m%d%Y").to_string()
        }
        Some("time") => {
            let time: jiff::civil::Time = value.parse().unwrap();
            time.strftime("%I%M%p").to_string()
        }
        _ => value.to_owned(),
    }
}
