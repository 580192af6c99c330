//! The layer that knows the visitor.

use axum::{
    extract::{Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};
use common::http::check_form_origin;

use crate::{caller::Caller, pages, state::AppState, trouble::Trouble};

/// Gives handlers their [`Caller`], refuses other sites' forms, gives the browser the cookies that services set,
/// and turns a handler's [`Trouble`] into a page.
pub(crate) async fn frame(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    // Stricter than the check around every server, which looks at requests with a cookie only: here a form
    // without one may begin a session.
    if !request.method().is_safe()
        && let Err(refusal) = check_form_origin(request.headers())
    {
        return refusal.into_response();
    }
    let caller = Caller::of(&request, &state);
    request.extensions_mut().insert(caller.clone());
    let mut response = next.run(request).await;
    if let Some(trouble) = response.extensions_mut().remove::<Trouble>() {
        response = pages::trouble::answer(trouble, &caller).await;
    }
    for cookie in caller.take_cookies() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
