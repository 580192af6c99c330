//! What a refused form says at its top.

use common::field::FieldError;
use leptos::prelude::*;

use crate::view::refusal::{Advice, Refusal};

/// The refusal in words, then what is wrong field by field. It takes the focus, so that whoever cannot see the
/// page change hears it first.
#[component]
pub(crate) fn Alert(refusal: Option<Refusal>) -> impl IntoView {
    refusal.map(|refusal| {
        let Refusal { what, advice, fields, only_fields, .. } = refusal;
        view! {
            <div class="alert" role="alert" tabindex="-1" autofocus=true>
                <p><strong>{what}</strong></p>
                {advice.map(|advice| view! { <Next advice/> })}
                {only_fields.then(|| view! { <Fields fields/> })}
            </div>
        }
    })
}

#[component]
fn Next(advice: Advice) -> impl IntoView {
    let link = advice.link.map(|(path, label)| view! { <a href=path>{label}</a>"." });
    view! { <p>{advice.text}{link}</p> }
}

#[component]
fn Fields(fields: Vec<FieldError>) -> impl IntoView {
    let items = fields.into_iter().map(|FieldError { field, message }| {
        view! { <li><a href=format!("#field-{field}")>{message}</a></li> }
    });
    view! { <ul>{items.collect_view()}</ul> }
}
