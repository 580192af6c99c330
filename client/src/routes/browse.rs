//! `GET /`

use std::time::Duration;

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use common::http::QueryParams;
use futures::FutureExt as _;
use jiff::Timestamp;
use leptos::prelude::*;
use sha2::{Digest as _, Sha256};
use tokio::time::timeout;

use crate::{
    backend::tickets::{self, OnSale},
    caller::{Caller, Viewer},
    forms::FilterForm,
    pages::home::{Home, Listed},
    render::{self, Outcome},
    state::AppState,
    view::refusal::{self, Refusal},
};

/// How long the page waits for its listings before it sends what it has: usually they are there by then, and the page
/// is whole and has a status of its own. A person hardly notices the time.
const PATIENCE: Duration = Duration::from_millis(100);

/// How long it waits to learn who is looking, which stands at its top. A page to look around on goes without.
const VIEWER_PATIENCE: Duration = Duration::from_secs(1);

/// A page kept by a browser is taken for the same for no longer than this, whatever else has not changed: it says when
/// it was true.
const FRESH_SECONDS: i64 = 30;

pub(super) async fn handle(
    caller: Caller,
    State(state): State<AppState>,
    headers: HeaderMap,
    QueryParams(form): QueryParams<FilterForm>,
) -> Response {
    // Before anybody is asked, so that nothing shown is older.
    let at = state.clock.now();
    let mut asked = ask(caller.clone(), form.clone()).boxed();
    let viewer = timeout(VIEWER_PATIENCE, caller.viewer());
    let (viewer, found) = tokio::join!(viewer, timeout(PATIENCE, &mut asked));
    let visit = caller.visit_as(viewer.unwrap_or(Viewer::Unknown), caller.page().clone());
    let Ok(found) = found else {
        let listed = Listed::Later(asked.map(|found| found.map(|on_sale| on_sale.page)).boxed());
        return render::streamed(visit, |visit| view! { <Home visit form at listed/> });
    };
    match found {
        Err(refusal) if refusal.field("cursor").is_some() && !form.is_first() => {
            // A place in the list that is none any more.
            Redirect::to(&form.first_page()).into_response()
        }
        Err(refusal) => {
            let outcome = refusal::outcome(Some(&refusal));
            render::page(
                outcome,
                visit,
                |visit| view! { <Home visit form at listed=Listed::Now(Err(refusal))/> },
            )
        }
        Ok(OnSale { page, etag }) => {
            let tag = etag.filter(|_| caller.is_anybody()).and_then(|etag| tag(&caller, &etag, at));
            if let Some(tag) = tag.as_ref().filter(|tag| is_known(&headers, tag)) {
                return (StatusCode::NOT_MODIFIED, keeping(tag.clone())).into_response();
            }
            let mut response = render::page(
                Outcome::OK,
                visit,
                |visit| view! { <Home visit form at listed=Listed::Now(Ok(page))/> },
            );
            if let Some(tag) = tag {
                response.headers_mut().extend(HeaderMap::from_iter(keeping(tag)));
            }
            response
        }
    }
}

async fn ask(caller: Caller, form: FilterForm) -> Result<OnSale, Refusal> {
    // Without listings there is still the form, and the rest of the site.
    tickets::browse(&caller, &form).await.map_err(Refusal::always)
}

/// What a page is kept by that is the same for everybody: to be asked for again each time, and not sent again while it
/// is the same.
fn keeping(tag: HeaderValue) -> [(HeaderName, HeaderValue); 3] {
    [
        (header::ETAG, tag),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
        (header::VARY, HeaderValue::from_static("cookie, accept-language")),
    ]
}

/// The page's name: another one for all that would make another page. A weak one, because the marks for the page's own
/// script are new each time.
fn tag(caller: &Caller, listings: &str, at: Timestamp) -> Option<HeaderValue> {
    let reader = caller.reader();
    let assets = &reader.assets;
    let age = at.as_second().div_euclid(FRESH_SECONDS).to_string();
    let mut hash = Sha256::new();
    for part in [
        listings,
        caller.page().as_str(),
        reader.language.tag(),
        &assets.stylesheet,
        &assets.script,
        &assets.wasm,
        &age,
    ] {
        hash.update(part);
        hash.update([0]);
    }
    let hash = hash.finalize();
    let start = hash.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("W/\"{start:016x}\"").parse().ok()
}

/// Whether the browser has the page with this name.
fn is_known(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let Ok(tag) = tag.to_str().map(opaque) else { return false };
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    known.flat_map(|value| value.split(',')).any(|known| opaque(known) == tag)
}
