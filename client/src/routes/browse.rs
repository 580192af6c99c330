//! `GET /`

use std::{sync::Arc, time::Duration};

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use common::http::QueryParams;
use futures::FutureExt as _;
use jiff::Timestamp;
use leptos::prelude::*;
use sha2::{Digest as _, Sha256};
use tokio::time::timeout;

use crate::{
    backend::on_sale::{self, OnSale},
    caller::{Caller, Viewer, Visit},
    forms::FilterForm,
    kept::{Kept, Moment, Origin},
    pages::home::{AsOf, Home, List, Listed},
    reader::Reader,
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
    uri: Uri,
    headers: HeaderMap,
    QueryParams(form): QueryParams<FilterForm>,
) -> Response {
    // Before anybody is asked, so that nothing shown is older; and the same for all who come in the same second.
    let at = whole_second(state.clock.now());
    let mut asked = ask(caller.clone(), form.clone()).boxed();
    let viewer = timeout(VIEWER_PATIENCE, caller.viewer());
    let (viewer, found) = tokio::join!(viewer, timeout(PATIENCE, &mut asked));
    let visit = caller.visit_as(viewer.unwrap_or(Viewer::Unknown), caller.page().clone());
    let as_of = |form: &FilterForm| view! { <AsOf form at/> };
    let Ok(found) = found else {
        let (kept, reader, filters) = (state.kept, visit.reader.clone(), form.clone());
        let listed = asked.map(move |found| found.map(|on_sale| list(&kept, &reader, &filters, &on_sale)));
        let listed = Listed::Later(listed.boxed());
        return render::streamed(visit, |visit| {
            let as_of = as_of(&form).into_any();
            view! { <Home visit form as_of listed/> }
        });
    };
    let on_sale = match found {
        Ok(on_sale) => on_sale,
        Err(refusal) if refusal.field("cursor").is_some() && !form.is_first() => {
            // A place in the list that is none any more.
            return Redirect::to(&form.first_page()).into_response();
        }
        Err(refusal) => {
            let outcome = refusal::outcome(Some(&refusal));
            return render::page(outcome, visit, |visit| {
                let (as_of, listed) = (as_of(&form).into_any(), Listed::Now(Err(refusal)));
                view! { <Home visit form as_of listed/> }
            });
        }
    };
    let home = |visit: Visit, as_of: AnyView| {
        let listed = Listed::Now(Ok(list(&state.kept, &visit.reader, &form, &on_sale)));
        view! { <Home visit form=form.clone() as_of listed/> }
    };
    let is_guest = caller.is_anybody() && visit.viewer.is_guest();
    let Some(etag) = on_sale.etag.as_ref().filter(|_| is_guest) else {
        return render::page(Outcome::OK, visit, |visit| home(visit, as_of(&form).into_any()));
    };
    let tag = tag(&caller, etag, at);
    if let Some(tag) = tag.as_ref().filter(|tag| is_known(&headers, tag)) {
        return (StatusCode::NOT_MODIFIED, keeping(tag.clone())).into_response();
    }
    let mut response = if is_whole(&uri, &caller) {
        let origin = origin(etag, caller.reader(), caller.page().to_string());
        let make = || Arc::new(render::template(visit, |visit, gap| home(visit, gap.into_any())));
        let page = state.kept.pages.get_or_make(&origin, make);
        let moment = Moment { second: at.as_second(), origin };
        let make = || render::fragment(caller.reader(), || as_of(&form)).into();
        render::filled(&page, caller.reader(), &state.kept.lines.get_or_make(&moment, make))
    } else {
        render::page(Outcome::OK, visit, |visit| home(visit, as_of(&form).into_any()))
    };
    if let Some(tag) = tag {
        response.headers_mut().extend(HeaderMap::from_iter(keeping(tag)));
    }
    response
}

fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

async fn ask(caller: Caller, form: FilterForm) -> Result<Arc<OnSale>, Refusal> {
    // Without listings there is still the form, and the rest of the site.
    on_sale::browse(&caller, &form).await.map_err(Refusal::always)
}

/// The listings, for whoever reads the language.
fn list(kept: &Kept, reader: &Reader, form: &FilterForm, on_sale: &OnSale) -> Arc<str> {
    let make = || render::fragment(reader, || view! { <List form page=&on_sale.page/> }).into();
    match &on_sale.etag {
        Some(etag) => kept.lists.get_or_make(&origin(etag, reader, form.this_page()), make),
        None => make(),
    }
}

fn origin(etag: &Arc<str>, reader: &Reader, address: String) -> Origin {
    Origin { etag: etag.clone(), language: reader.language, address }
}

/// Whether the page's own address is all that was asked, so that its filters are those in it.
fn is_whole(uri: &Uri, caller: &Caller) -> bool {
    uri.path_and_query().is_some_and(|asked| asked.as_str() == caller.page().as_str())
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
