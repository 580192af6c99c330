//! auth: accounts and sessions.

use common::{
    api::{CurrentUserBody, UserView},
    text::Email,
};
use reqwest::Method;
use serde::Serialize;

use super::call::{Call, CallError, Part};
use crate::{
    caller::{Caller, Viewer},
    forms::PasswordChange,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Passwords<'a> {
    current_password: &'a str,
    new_password: &'a str,
}

#[derive(Serialize)]
struct Credentials<'a> {
    email: &'a Email,
    password: &'a str,
}

/// Who is signed in.
pub(crate) async fn viewer(caller: &Caller) -> Viewer {
    let call = Call::new(caller, Part::Accounts, Method::GET, &["api", "users", "currentuser"]);
    match call.body::<CurrentUserBody>().await {
        Ok(answer) => answer.body.current_user.map_or(Viewer::Guest, Viewer::User),
        Err(_) => Viewer::Unknown,
    }
}

/// Makes an account and signs in.
pub(crate) async fn sign_up(caller: &Caller, email: &Email, password: &str) -> Result<(), CallError> {
    let call = Call::new(caller, Part::Accounts, Method::POST, &["api", "users", "signup"]);
    call.json(&Credentials { email, password }).body::<UserView>().await.map(|_| ())
}

/// Signs in.
pub(crate) async fn sign_in(caller: &Caller, email: &Email, password: &str) -> Result<(), CallError> {
    let call = Call::new(caller, Part::Accounts, Method::POST, &["api", "users", "signin"]);
    call.json(&Credentials { email, password }).body::<UserView>().await.map(|_| ())
}

/// Signs out: this session ends in every service.
pub(crate) async fn sign_out(caller: &Caller) -> Result<(), CallError> {
    Call::new(caller, Part::Accounts, Method::POST, &["api", "users", "signout"]).done().await
}

/// Sets another password; all other sessions end.
pub(crate) async fn change_password(caller: &Caller, change: &PasswordChange) -> Result<(), CallError> {
    let call = Call::new(caller, Part::Accounts, Method::POST, &["api", "users", "password"]);
    let body = Passwords { current_password: change.current.expose(), new_password: change.new.expose() };
    call.json(&body).done().await
}

/// Ends all sessions of the account, this one included.
pub(crate) async fn sign_out_everywhere(caller: &Caller) -> Result<(), CallError> {
    Call::new(caller, Part::Accounts, Method::DELETE, &["api", "users", "sessions"]).done().await
}
