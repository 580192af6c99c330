//! What a refused form says at its top.

use common::field::FieldError;
use islands::{t, words::words};
use leptos::prelude::*;

use crate::view::refusal::{Advice, Link, Refusal};

/// The refusal in words, then what is wrong field by field. It takes the focus, so that whoever cannot see the
/// page change hears it first.
#[component]
pub(crate) fn Alert(refusal: Option<Refusal>) -> impl IntoView {
    refusal.map(|refusal| {
        let (what, advice) = (refusal.what(), refusal.advice());
        let fields = refusal.only_fields().then(|| view! { <Fields fields=refusal.fields/> });
        view! {
            <div class="alert" role="alert" tabindex="-1" autofocus=true>
                <p><strong>{what}</strong></p>
                {advice.map(|advice| view! { <Next advice/> })}
                {fields}
            </div>
        }
        .into_any()
    })
}

/// A page's title, which says first that its form was refused.
pub(super) fn titled(title: String, refusal: Option<&Refusal>) -> String {
    match refusal {
        Some(_) => t!("alert-title", title = title),
        None => title,
    }
}

#[component]
fn Next(advice: Advice) -> impl IntoView {
    let Advice { text, link } = advice;
    let link = link.map(|Link { path, label, apart }| {
        view! { " "<a href=path target=apart.then_some("_blank")>{label}</a> }
    });
    view! { <p>{text}{link}</p> }
}

#[component]
fn Fields(fields: Vec<FieldError>) -> impl IntoView {
    let items = fields.into_iter().map(|FieldError { field, message }| {
        view! { <li><a href=format!("#field-{field}")>{words().rule(&message)}</a></li> }
    });
    view! { <ul>{items.collect_view()}</ul> }
}
