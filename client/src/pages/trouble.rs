//! The page there is instead of the one that was asked for.

use axum::response::{IntoResponse, Redirect, Response};
use common::error::ErrorCode;
use leptos::prelude::*;

use super::layout::Layout;
use crate::{
    caller::{Caller, Visit},
    render::{self, Outcome},
    trouble::Trouble,
    view::refusal,
};

/// The answer to a request in trouble: the sign-in page, or a page that says what is wrong.
pub(crate) async fn answer(trouble: Trouble, caller: &Caller) -> Response {
    match trouble {
        Trouble::SignInFirst(back) => {
            let back = back.unwrap_or_else(|| caller.page().clone());
            Redirect::to(back.sign_in().as_str()).into_response()
        }
        trouble => page(&trouble, caller.visit().await),
    }
}

struct Words {
    status: u16,
    title: &'static str,
    text: String,
    retry_after: Option<u32>,
}

/// The page for any trouble but a missing sign-in.
pub(crate) fn page(trouble: &Trouble, visit: Visit) -> Response {
    let Words { status, title, text, retry_after } = words(trouble);
    render::page(Outcome::new(status, retry_after), visit, |visit| view! { <TroublePage visit title text/> })
}

fn words(trouble: &Trouble) -> Words {
    let say = |status, title, text: &str| Words { status, title, text: text.to_owned(), retry_after: None };
    match trouble {
        Trouble::NotFound => {
            say(404, "Not here", "There is no such page, or no such thing any more. Check the address.")
        }
        Trouble::SignInFirst(_) => say(401, "Please sign in", "This page is for people who are signed in."),
        Trouble::NotYours(why) => say(403, "Not yours", why),
        Trouble::Missing(outage) => {
            let mut text = refusal::missing(outage.part).to_owned();
            text.push_str(if outage.maybe_done {
                " What you asked for may have been done all the same: look before you try again."
            } else {
                " Please try again in a moment."
            });
            let retry_after = Some(outage.retry_after.unwrap_or(2));
            Words { status: 503, title: "Back in a moment", text, retry_after }
        }
        Trouble::Refused(refused) => {
            let status = refused.problem.status;
            let (title, text) = match status {
                404 => return words(&Trouble::NotFound),
                403 if refused.is(ErrorCode::CrossSite) => (
                    "Not from here",
                    "This form was sent by another site, so nothing was done. Use the form on this site.",
                ),
                405 => ("Not like that", "This page cannot be used in this way. Go back and use its form."),
                413 => ("Too much", "That was more text than a form here takes. Shorten it and try again."),
                503 => (
                    "Back in a moment",
                    "This took too long. What you asked for may have been done all the same: \
                         look before you try again.",
                ),
                500..=599 => {
                    ("Something went wrong", "This was our fault, not yours. Please try again in a moment.")
                }
                _ => ("That did not work", refused.problem.detail.as_str()),
            };
            Words { status, title, text: text.to_owned(), retry_after: refused.retry_after }
        }
    }
}

#[component]
fn TroublePage(visit: Visit, title: &'static str, text: String) -> impl IntoView {
    view! {
        <Layout title visit>
            <div class="narrow">
                <h1>{title}</h1>
                <p>{text}</p>
                <p><a href="/">"Browse tickets"</a></p>
            </div>
        </Layout>
    }
}
