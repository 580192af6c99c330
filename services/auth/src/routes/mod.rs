//! The table of routes.

mod change_password;
mod current_user;
mod deciding;
mod refusals;
mod sign_in;
mod sign_out;
mod sign_out_everywhere;
mod sign_up;

use axum::{Router, middleware::map_response, response::Response};
use common::error::{Problem, ProblemMessage};
use http::{HeaderValue, header};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::AppState;

/// Every route, and the document that describes them at `/api/auth/openapi.json`.
pub(crate) fn router(state: AppState) -> Router {
    let (router, document) = OpenApiRouter::with_openapi(about())
        .routes(routes!(sign_up::sign_up))
        .routes(routes!(sign_in::sign_in))
        .routes(routes!(sign_out::sign_out))
        .routes(routes!(current_user::current_user))
        .routes(routes!(change_password::change_password))
        .routes(routes!(sign_out_everywhere::sign_out_everywhere))
        .split_for_parts();
    router.layer(map_response(keep_out_of_caches)).with_state(state).merge(runtime::docs("auth", &document))
}

fn about() -> OpenApi {
    let info = InfoBuilder::new().title("auth").version(env!("CARGO_PKG_VERSION")).description(Some(
        "Accounts and sessions. A session is a cookie; other services verify it themselves.",
    ));
    let components =
        ComponentsBuilder::new().schema_from::<Problem>().schema_from::<ProblemMessage>().build();
    OpenApiBuilder::new().info(info).components(Some(components)).build()
}

/// Who is signed in is nobody else's business, and no longer true a moment later.
async fn keep_out_of_caches(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
