//! `POST /language`

use axum::{
    extract::State,
    http::header::SET_COOKIE,
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use common::{http::Form, session::CookiePolicy};
use islands::words::Language;
use serde::Deserialize;

use crate::{local_path::LocalPath, reader::LANGUAGE_COOKIE, state::AppState};

/// A year.
const KEPT_SECONDS: u32 = 365 * 24 * 60 * 60;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Choice {
    language: String,
    next: String,
}

/// Remembers the language and goes back. A tag that is none of ours changes nothing.
pub(super) async fn handle(State(state): State<AppState>, Form(choice): Form<Choice>) -> Response {
    let back = Redirect::to(LocalPath::from_outside(&choice.next).as_str());
    let Ok(language) = choice.language.parse::<Language>() else { return back.into_response() };
    let secure = if state.cookie == CookiePolicy::Secure { "; Secure" } else { "" };
    let tag = language.tag();
    let cookie =
        format!("{LANGUAGE_COOKIE}={tag}; Path=/; Max-Age={KEPT_SECONDS}; HttpOnly; SameSite=Lax{secure}");
    (AppendHeaders([(SET_COOKIE, cookie)]), back).into_response()
}
