//! Filling in forms.

use fantoccini::{Locator, elements::Element, key::Key};
use serde_json::Value;

use super::Visitor;

/// What is said of a field that is marked as wrong, and how far below it.
const NOTES: &str = "if (field?.getAttribute('aria-invalid') !== 'true') return null;
    const ids = (field.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean);
    return ids.map((id) => document.getElementById(id)).map((note) => ({
        said: note.innerText,
        seen: note.checkVisibility(),
        distance: Math.abs(note.getBoundingClientRect().top - field.getBoundingClientRect().bottom),
    }))";

impl Visitor {
    /// The field with this label. Labels may say more after their first words, such as that a field is required.
    pub(crate) async fn field(&self, label: &str) -> Element {
        let found = self.of_field(label, "return field").await;
        match self.element(&found) {
            Some(field) => field,
            None => panic!("{} finds no field {label:?} {}", self.name, self.whereabouts().await),
        }
    }

    /// What a script returns of the field with this label, or of null.
    async fn of_field(&self, label: &str, script: &str) -> Value {
        let script = format!(
            "const said = ({{ textContent }}) => `${{textContent.replace(/\\s+/g, ' ').trim()}} `;
             const label = [...document.querySelectorAll('label')].find((label) => said(label).startsWith(arguments[0]));
             const field = label?.control ?? null;
             {script}"
        );
        self.browser.execute(&script, vec![format!("{label} ").into()]).await.unwrap()
    }

    /// Types into the field with this label, in place of what is there, or chooses what has this value.
    pub async fn fills(&self, label: &str, value: &str) {
        let field = self.field(label).await;
        let about =
            self.of_field(label, "return [field.localName, field.type, field.checkVisibility()]").await;
        if about[2] != true {
            self.unfolds(&field).await;
        }
        let problem = if about[0] == "select" {
            field.select_by_value(value).await
        } else {
            let cleared = field.clear().await;
            if cleared.is_ok() && !value.is_empty() {
                field.send_keys(&as_typed(about[1].as_str(), value)).await
            } else {
                cleared
            }
        };
        problem.unwrap_or_else(|error| panic!("{} cannot fill in {label:?}: {error}", self.name));
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
        let value = self.of_field(label, "return field?.value ?? null").await;
        match value.as_str() {
            Some(value) => value.to_owned(),
            None => panic!("{} finds no field {label:?} {}", self.name, self.whereabouts().await),
        }
    }

    /// The fields hold this.
    pub async fn has_filled_in(&self, fields: &[(&str, &str)]) {
        for (label, value) in fields {
            assert_eq!(self.value(label).await, *value, "{label}");
        }
    }

    /// The field with this label is marked as wrong, with these words in sight beside it.
    pub async fn is_corrected(&self, label: &str, text: &str) {
        let notes = self
            .waits_for(&format!("{label:?} to be marked as wrong"), async || {
                let notes = self.of_field(label, NOTES).await;
                notes.as_array().cloned()
            })
            .await;
        let said = |note: &&Value| note["said"].as_str().is_some_and(|said| said.contains(text));
        let Some(note) = notes.iter().find(said) else {
            panic!("{label} is said to be wrong with {notes:?}, not {text:?}");
        };
        let near = note["distance"].as_f64().is_some_and(|distance| distance < 100.0);
        assert!(note["seen"] == true && near, "{label}: {text:?} is elsewhere: {note}");
    }

    /// The field with this label is no longer marked as wrong.
    pub async fn is_corrected_no_more(&self, label: &str) {
        self.waits_for(&format!("{label:?} to be right again"), async || {
            self.of_field(label, NOTES).await.is_null().then_some(())
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
