//! [`Caller`]: the visitor on whose behalf a request is being answered.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    extract::{FromRequestParts, Request},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts},
};
use common::{
    api::CurrentUserView,
    error::ErrorCode,
    http::ApiError,
    id::UserId,
    session::{CookiePolicy, session_token},
};
use parking_lot::Mutex;
use tokio::sync::OnceCell;

use crate::{
    backend::{self, Services},
    basket::Basket,
    local_path::LocalPath,
    reader::{LANGUAGE_COOKIE, Reader},
    state::AppState,
};

/// Headers of the visitor's request that the services get too.
const PASSED_ON: [HeaderName; 3] = [
    header::COOKIE,
    HeaderName::from_static("x-request-id"),
    // Sign-in counts failures by where they come from.
    HeaderName::from_static("x-forwarded-for"),
];

/// The time a page may take over all its calls. Below the server's own deadline, so that the visitor gets a page
/// that says what is missing rather than a bare "too slow".
const BUDGET: Duration = Duration::from_secs(9);

/// Who is looking at the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Viewer {
    /// Nobody is signed in.
    Guest,
    /// A signed-in user.
    User(CurrentUserView),
    /// It cannot be found out: the accounts are not answering.
    Unknown,
}

impl Viewer {
    pub(crate) fn is_guest(&self) -> bool {
        *self == Self::Guest
    }

    pub(crate) fn is(&self, user: UserId) -> bool {
        matches!(self, Self::User(viewer) if viewer.id == user)
    }
}

/// What every page's header shows.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub(crate) viewer: Viewer,
    /// The page's own address.
    pub(crate) page: LocalPath,
    /// Where signing in leads to.
    pub(crate) next: LocalPath,
    pub(crate) reader: Reader,
    /// Units in the visitor's basket.
    pub(crate) basket: u32,
}

/// The visitor: whose cookie the services are shown, and who gets the cookies they set. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Caller(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    services: Services,
    headers: HeaderMap,
    page: LocalPath,
    reader: Reader,
    has_session: bool,
    shows_services_nothing: bool,
    basket: Basket,
    began: Instant,
    set_cookies: Mutex<Vec<HeaderValue>>,
    viewer: OnceCell<Viewer>,
}

impl Caller {
    pub(crate) fn of(request: &Request, state: &AppState) -> Self {
        let headers = request.headers();
        let passed_on = PASSED_ON
            .into_iter()
            .flat_map(|name| headers.get_all(&name).iter().map(move |value| (name.clone(), value.clone())));
        Self(Arc::new(Shared {
            services: state.services.clone(),
            headers: passed_on.collect(),
            page: page(request),
            reader: Reader::in_extensions(request.extensions())
                .unwrap_or_else(|| Reader::of(headers, state.assets.clone())),
            has_session: session(headers, state.cookie),
            shows_services_nothing: cookie_names(headers).all(|name| name == LANGUAGE_COOKIE),
            basket: Basket::of(headers, state.cookie),
            began: Instant::now(),
            set_cookies: Mutex::default(),
            viewer: OnceCell::new(),
        }))
    }

    pub(crate) fn services(&self) -> &Services {
        &self.0.services
    }

    /// The headers every call to a service carries.
    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The page to come back to after signing in: this one, or the start page after a form.
    pub(crate) fn page(&self) -> &LocalPath {
        &self.0.page
    }

    /// How much time the page has left.
    pub(crate) fn time_left(&self) -> Duration {
        BUDGET.saturating_sub(self.0.began.elapsed())
    }

    /// Keeps a cookie that a service wants to set, for the visitor's browser.
    pub(crate) fn keep_cookies(&self, answer: &HeaderMap) {
        self.0.set_cookies.lock().extend(answer.get_all(header::SET_COOKIE).iter().cloned());
    }

    /// Keeps a cookie of our own for the visitor's browser.
    pub(crate) fn keep_cookie(&self, cookie: HeaderValue) {
        self.0.set_cookies.lock().push(cookie);
    }

    /// The cookies kept so far.
    pub(crate) fn take_cookies(&self) -> Vec<HeaderValue> {
        std::mem::take(&mut self.0.set_cookies.lock())
    }

    /// Who is looking; asked at most once a request, and not at all without a session cookie.
    pub(crate) async fn viewer(&self) -> Viewer {
        if !self.0.has_session {
            return Viewer::Guest;
        }
        self.0.viewer.get_or_init(|| backend::auth::viewer(self)).await.clone()
    }

    /// What the page's header shows, on the page that was asked for.
    pub(crate) async fn visit(&self) -> Visit {
        self.visit_of(self.page().clone()).await
    }

    /// The same on another page: the one that an answer to a form shows.
    pub(crate) async fn visit_of(&self, page: LocalPath) -> Visit {
        self.visit_as(self.viewer().await, page)
    }

    /// The same for a viewer who is known already.
    pub(crate) fn visit_as(&self, viewer: Viewer, page: LocalPath) -> Visit {
        let (next, reader) = (page.clone(), self.0.reader.clone());
        Visit { viewer, page, next, reader, basket: self.0.basket.units() }
    }

    /// The visitor's basket, as it came with the request.
    pub(crate) fn basket(&self) -> &Basket {
        &self.0.basket
    }

    pub(crate) fn reader(&self) -> &Reader {
        &self.0.reader
    }

    /// Whether the visitor may be signed in: without a session nobody is.
    pub(crate) fn has_session(&self) -> bool {
        self.0.has_session
    }

    /// Whether the visitor has no cookie but what only the pages read, so that a service answers as it answers anybody.
    pub(crate) fn shows_services_nothing(&self) -> bool {
        self.0.shows_services_nothing
    }

    /// Whether nothing is known of the visitor: no session, nothing in the basket. Everybody like that gets the same.
    pub(crate) fn is_anybody(&self) -> bool {
        !self.0.has_session && self.0.basket.is_empty()
    }
}

fn page(request: &Request) -> LocalPath {
    match (request.method(), request.uri().path_and_query()) {
        (&Method::GET, Some(path)) => LocalPath::from_outside(path.as_str()),
        _ => LocalPath::home(),
    }
}

fn session(headers: &HeaderMap, policy: CookiePolicy) -> bool {
    session_token(headers, policy).is_some()
}

/// The names of a request's cookies; an unreadable one's is empty.
fn cookie_names(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let values = headers.get_all(header::COOKIE).iter().map(|value| value.to_str().unwrap_or_default());
    values
        .flat_map(|value| value.split(';'))
        .map(|pair| pair.split_once('=').map_or("", |(name, _)| name.trim()))
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| ApiError::new(ErrorCode::Internal, "Something went wrong"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_told_by_their_names() {
        let names = |values: &[&'static str]| {
            let value = |value: &&'static str| (header::COOKIE, HeaderValue::from_static(value));
            let headers: HeaderMap = values.iter().map(value).collect();
            cookie_names(&headers).map(str::to_owned).collect::<Vec<_>>()
        };
        assert!(names(&[]).is_empty());
        assert_eq!(names(&["language=de"]), ["language"]);
        assert_eq!(names(&["language=de; wrote=1", " session = x"]), ["language", "wrote", "session"]);
        // What is no cookie is none of ours.
        assert_eq!(names(&["language=de; nonsense", ""]), ["language", "", ""]);
    }
}
