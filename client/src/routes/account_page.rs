//! The account's page, which three routes answer with.

use axum::response::Response;
use leptos::prelude::*;

use crate::{
    backend::{Outage, Part},
    caller::{Caller, Viewer},
    local_path::LocalPath,
    notice::Notice,
    pages::account::{Account, PATH},
    render,
    state::AppState,
    trouble::Trouble,
    view::refusal::{Refusal, outcome},
};

/// The page's path.
pub(super) fn path() -> LocalPath {
    LocalPath::own(PATH)
}

/// The page, with why a form on it was refused, if one was.
pub(super) async fn answer(
    caller: &Caller,
    state: &AppState,
    refusal: Option<Refusal>,
) -> Result<Response, Trouble> {
    let visit = caller.visit_of(path()).await;
    let email = match &visit.viewer {
        Viewer::User(user) => Some(user.email.clone()),
        Viewer::Guest => return Err(Trouble::SignInFirst(Some(path()))),
        // A refused form is worth showing without the email.
        Viewer::Unknown if refusal.is_some() => None,
        Viewer::Unknown => {
            let outage = Outage { part: Part::Accounts, retry_after: None, maybe_done: false };
            return Err(Trouble::Missing(outage));
        }
    };
    let notice = Notice::taken(caller, PATH, state.cookie);
    Ok(render::page(outcome(refusal.as_ref()), visit, |visit| {
        view! { <Account visit email refusal notice/> }
    }))
}
