//! A labelled field with its hint and its error.
//!
//! Ids are a contract with what checks forms in the browser: `field-NAME`, `hint-NAME` and `error-NAME`, which is there
//! empty while nothing is wrong.
//!
//! A field's type is erased, as that of everything that pages have many of: a page would be one type of thousands of parts,
//! which the compiler refuses.

use islands::{t, words::words};
use leptos::prelude::*;

/// One line of text, a number, a date or a password.
#[component]
pub(crate) fn Input(
    /// The field's name in the form and in the API.
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    /// What is wrong with it, in the words of the rule.
    #[prop(optional_no_strip)]
    error: Option<String>,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] required: bool,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(optional)] inputmode: Option<&'static str>,
    #[prop(optional)] list: Option<&'static str>,
    #[prop(optional, into)] minlength: Option<String>,
    #[prop(optional, into)] maxlength: Option<String>,
    #[prop(optional, into)] min: Option<String>,
    #[prop(optional, into)] max: Option<String>,
    #[prop(optional_no_strip)] step: Option<&'static str>,
) -> impl IntoView {
    let described = described_by(name, hint.is_some(), error.is_some());
    view! {
        <div class="field">
            <Label name label required/>
            <Hint name hint/>
            <input
                id=format!("field-{name}")
                name=name
                type=kind
                value=value
                required=required
                autocomplete=autocomplete
                inputmode=inputmode
                list=list
                minlength=minlength
                maxlength=maxlength
                min=min
                max=max
                step=step
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=described
            />
            <Problem name error/>
        </div>
    }
    .into_any()
}

/// One of several; the children are its options.
#[component]
pub(crate) fn Select(
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(optional, into)] hint: Option<String>,
    children: Children,
) -> impl IntoView {
    let described = described_by(name, hint.is_some(), error.is_some());
    view! {
        <div class="field">
            <Label name label required=false/>
            <Hint name hint/>
            <select
                id=format!("field-{name}")
                name=name
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=described
            >
                {children()}
            </select>
            <Problem name error/>
        </div>
    }
    .into_any()
}

/// Several lines of text.
#[component]
pub(crate) fn TextArea(
    name: &'static str,
    #[prop(into)] label: String,
    value: String,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] maxlength: Option<String>,
) -> impl IntoView {
    let described = described_by(name, hint.is_some(), error.is_some());
    view! {
        <div class="field">
            <Label name label required=false/>
            <Hint name hint/>
            <textarea
                id=format!("field-{name}")
                name=name
                rows="6"
                maxlength=maxlength
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=described
                inner_html=textarea_content(&value)
            ></textarea>
            <Problem name error/>
        </div>
    }
    .into_any()
}

/// What stands between `<textarea>` and `</textarea>`.
///
/// Leptos writes an element's children there unescaped, and a property is not written by the server at all; so the
/// text is escaped here and given as the element's HTML. The line break in front is dropped by every browser and
/// keeps one that the text itself begins with.
fn textarea_content(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 1);
    html.push('\n');
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            c => html.push(c),
        }
    }
    html
}

fn described_by(name: &str, hint: bool, error: bool) -> Option<String> {
    match (hint, error) {
        (false, false) => None,
        (true, false) => Some(format!("hint-{name}")),
        (false, true) => Some(format!("error-{name}")),
        (true, true) => Some(format!("error-{name} hint-{name}")),
    }
}

#[component]
fn Label(name: &'static str, label: String, required: bool) -> impl IntoView {
    let mark = required.then(|| view! { <span class="needed">" "{t!("field-required")}</span> });
    view! { <label for=format!("field-{name}")>{label}{mark}</label> }
}

#[component]
fn Hint(name: &'static str, hint: Option<String>) -> impl IntoView {
    hint.map(|hint| view! { <p class="hint" id=format!("hint-{name}")>{hint}</p> })
}

#[component]
fn Problem(name: &'static str, error: Option<String>) -> impl IntoView {
    let id = format!("error-{name}");
    match error {
        Some(rule) => view! { <p class="error" id=id>{words().rule(&rule)}</p> }.into_any(),
        None => view! { <p class="error" id=id></p> }.into_any(),
    }
}

#[cfg(test)]
mod tests {
    use islands::words::Language;

    use super::*;
    use crate::render::said_in as html;

    const HOSTILE: &str = "\n</textarea><script>alert(1)</script>&amp;\"'";

    #[test]
    fn a_text_cannot_leave_its_textarea() {
        let html = html(Language::English, || {
            view! { <TextArea name="description" label="Description" value=HOSTILE.to_owned()/> }
        });
        assert!(!html.contains("<script"), "{html}");
        assert_eq!(html.matches("</textarea>").count(), 1, "{html}");
        assert!(
            html.contains(">\n\n&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;"),
            "{html}"
        );
    }

    #[test]
    fn a_text_cannot_leave_its_attribute() {
        let html = html(Language::English, || view! { <Input name="title" label="Title" value=HOSTILE/> });
        assert!(!html.contains("<script"), "{html}");
        assert!(html.contains("&quot;"), "{html}");
        assert!(!html.contains("\"'\""), "{html}");
    }

    #[test]
    fn a_field_names_its_error_and_hint() {
        let html = html(Language::English, || {
            let error = Some("Title is required".to_owned());
            view! { <Input name="title" label="Title" error hint="One line"/> }
        });
        assert!(html.contains(r#"aria-describedby="error-title hint-title""#), "{html}");
        assert!(html.contains(r#"<p id="error-title" class="error">Title is required</p>"#), "{html}");
        assert!(html.contains(r#"aria-invalid="true""#), "{html}");
    }

    #[test]
    fn a_field_that_is_right_has_room_for_an_error_and_names_none() {
        let html = html(Language::English, || view! { <Input name="title" label="Title" hint="One line"/> });
        assert!(html.contains(r#"<p id="error-title" class="error"></p>"#), "{html}");
        assert!(html.contains(r#"aria-describedby="hint-title""#), "{html}");
        assert!(!html.contains("aria-invalid"), "{html}");
    }

    #[test]
    fn errors_are_told_in_the_readers_language() {
        let html = html(Language::German, || {
            let error = Some("Title is required".to_owned());
            view! { <Input name="title" label="Titel" error required=true/> }
        });
        assert!(html.contains("Ein Titel wird gebraucht"), "{html}");
        assert!(html.contains("(erforderlich)"), "{html}");
    }

    #[test]
    fn a_choice_is_labelled_and_says_what_is_wrong() {
        let html = html(Language::English, || {
            let error = Some("TimeZone must be the name of a time zone such as Europe/Berlin".to_owned());
            view! { <Select name="timeZone" label="Time zone" error><option>"UTC"</option></Select> }
        });
        assert!(html.contains(r#"<label for="field-timeZone">Time zone"#), "{html}");
        assert!(html.contains(r#"aria-describedby="error-timeZone""#), "{html}");
        assert!(html.contains("<option>UTC</option></select>"), "{html}");
    }
}
