//! `POST /signout`

use axum::response::Redirect;

use crate::{backend::auth, caller::Caller, trouble::Trouble};

pub(super) async fn handle(caller: Caller) -> Result<Redirect, Trouble> {
    auth::sign_out(&caller).await?;
    Ok(Redirect::to("/"))
}
