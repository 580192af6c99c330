//! A labelled field with its hint and its error.

use leptos::prelude::*;

/// One line of text, a number, a date or a password.
#[component]
pub(crate) fn Input(
    /// The field's name in the form and in the API.
    name: &'static str,
    label: &'static str,
    #[prop(optional, into)] value: String,
    /// What is wrong with it.
    #[prop(optional_no_strip)]
    error: Option<String>,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] required: bool,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(optional)] inputmode: Option<&'static str>,
    #[prop(optional)] list: Option<&'static str>,
    #[prop(optional, into)] maxlength: Option<String>,
    #[prop(optional, into)] min: Option<String>,
    #[prop(optional, into)] max: Option<String>,
) -> impl IntoView {
    let described = described_by(name, hint.is_some(), error.is_some());
    view! {
        <div class="field">
            <Label name label required/>
            <input
                id=format!("field-{name}")
                name=name
                type=kind
                value=value
                required=required
                autocomplete=autocomplete
                inputmode=inputmode
                list=list
                maxlength=maxlength
                min=min
                max=max
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=described
            />
            <Notes name hint error/>
        </div>
    }
}

/// Several lines of text.
#[component]
pub(crate) fn TextArea(
    name: &'static str,
    label: &'static str,
    value: String,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] maxlength: Option<String>,
) -> impl IntoView {
    let described = described_by(name, hint.is_some(), error.is_some());
    view! {
        <div class="field">
            <Label name label required=false/>
            <textarea
                id=format!("field-{name}")
                name=name
                rows="6"
                maxlength=maxlength
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=described
                inner_html=textarea_content(&value)
            ></textarea>
            <Notes name hint error/>
        </div>
    }
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
fn Label(name: &'static str, label: &'static str, required: bool) -> impl IntoView {
    let mark = required.then(|| view! { <span class="needed">" (required)"</span> });
    view! { <label for=format!("field-{name}")>{label}{mark}</label> }
}

#[component]
fn Notes(name: &'static str, hint: Option<String>, error: Option<String>) -> impl IntoView {
    view! {
        {error.map(|error| view! { <p class="error" id=format!("error-{name}")>{error}</p> })}
        {hint.map(|hint| view! { <p class="hint" id=format!("hint-{name}")>{hint}</p> })}
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
}
