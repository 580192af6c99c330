//! The one layer around every handler.

use std::{
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    body::{Body, HttpBody as _},
    extract::{MatchedPath, Request},
    middleware::Next,
    response::{IntoResponse, Response},
};
use common::{
    error::ErrorCode,
    http::{ApiError, check_same_origin},
};
use futures::{FutureExt, StreamExt, stream};
use http::{HeaderName, HeaderValue, Method};
use tokio::sync::Semaphore;
use tracing::{Instrument, Level};

use crate::{Life, TraceParent, entropy};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What requests may take at most, and the life their handlers belong to.
#[derive(Debug, Clone)]
pub(super) struct Bounds {
    pub(super) timeout: Duration,
    pub(super) body_bytes: usize,
    /// One permit for each handler that may run at once.
    pub(super) handlers: Arc<Semaphore>,
    pub(super) life: Life,
}

/// How much of a body that is too large is read nevertheless: a connection closed on a proxy that still sends looks
/// to it like a service that is down.
const DRAIN_BYTES: usize = 2 * 1024 * 1024;

/// How long after the deadline for its answer a request's body is given up.
const LATE: Duration = Duration::from_millis(100);

/// Runs a request with id, trace, deadline and metrics; turns panics and late answers into problems.
pub(super) async fn surround(bounds: Bounds, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    let route =
        request.extensions().get::<MatchedPath>().map_or("unmatched", |path| path.as_str()).to_owned();
    let id = request_id(&mut request);
    let incoming =
        request.headers().get(TraceParent::HEADER).and_then(|value| value.to_str().ok()?.parse().ok());
    let trace = TraceParent::start(incoming);
    let span = tracing::span!(
        Level::INFO, "request", %method, %route,
        request_id = id.to_str().unwrap_or_default(),
        trace_id = %trace.trace_id(),
    );
    let life = bounds.life.clone();
    let mut response = match check_same_origin(&method, request.headers()) {
        Ok(()) if announced_bytes(&request) > bounds.body_bytes => refuse_body(bounds.timeout, request).await,
        Ok(()) => bounded(bounds, trace, request, next).instrument(span.clone()).await,
        Err(refusal) => refusal.into_response(),
    };
    response.headers_mut().insert(REQUEST_ID, id);
    // A caller's next request must not meet the end of this process on a connection kept for it.
    if life.is_leaving() {
        response.headers_mut().insert(http::header::CONNECTION, HeaderValue::from_static("close"));
    }
    let status = response.status().as_u16();
    let took = began.elapsed();
    span.in_scope(|| tracing::debug!(status, milliseconds = took.as_secs_f64() * 1000.0, "answered"));
    let labels =
        [("method", method_label(&method).to_owned()), ("route", route), ("status", status.to_string())];
    metrics::histogram!("http_request_duration_seconds", &labels).record(took);
    response
}

/// Any word can be a method; the metrics know the usual ones.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn announced_bytes(request: &Request) -> usize {
    let length = request.headers().get(http::header::CONTENT_LENGTH);
    length.and_then(|length| length.to_str().ok()?.parse().ok()).unwrap_or_default()
}

async fn refuse_body(timeout: Duration, request: Request) -> Response {
    let _ = tokio::time::timeout(timeout, axum::body::to_bytes(request.into_body(), DRAIN_BYTES)).await;
    ApiError::new(ErrorCode::BodyTooLarge, "The body is too large").into_response()
}

/// A body that fails at the deadline, however slowly its sender sends.
fn within(body: Body, deadline: Instant) -> Body {
    if body.is_end_stream() {
        return body;
    }
    Body::from_stream(stream::unfold(body.into_data_stream(), move |mut chunks| async move {
        let chunk = tokio::time::timeout_at(deadline.into(), chunks.next()).await;
        let chunk = chunk.unwrap_or_else(|late| Some(Err(axum::Error::new(late))))?;
        Some((chunk, chunks))
    }))
}

/// The caller's id for this request if it is a sane one, else a new one; set on the request for handlers to pass on.
fn request_id(request: &mut Request) -> HeaderValue {
    let sane = |value: &&HeaderValue| {
        (1..=64).contains(&value.len())
            && value.as_bytes().iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
    };
    if let Some(id) = request.headers().get(&REQUEST_ID).filter(sane) {
        return id.clone();
    }
    let text = format!("{:032x}", u128::from_be_bytes(entropy()));
    let id = HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("none"));
    request.headers_mut().insert(REQUEST_ID, id.clone());
    id
}

async fn bounded(bounds: Bounds, trace: TraceParent, request: Request, next: Next) -> Response {
    let Bounds { timeout, handlers, life, .. } = bounds;
    // More than this is never served in time: better to say so at once.
    let Ok(permit) = handlers.try_acquire_owned() else {
        metrics::counter!("http_requests_shed_total").increment(1);
        return ApiError::overloaded().into_response();
    };
    let unsafe_method = !request.method().is_safe();
    // Such a handler is not given up at the deadline, so what it waits for has to be: when its answer is certainly late.
    let late = Instant::now() + timeout + LATE;
    let request = if unsafe_method { request.map(|body| within(body, late)) } else { request };
    let handler = next.run(request);
    let work = trace.scope(async move {
        let response = handler.await;
        drop(permit);
        response
    });
    let outcome = if unsafe_method {
        // A client that hangs up drops this future. The handler goes on in a task of its own, which the process
        // waits for when it ends, so a database call is never abandoned half-way.
        let task = life.spawn(work.instrument(tracing::Span::current()));
        tokio::time::timeout(timeout, task).await.map(|joined| joined.map_err(|panic| panic.to_string()))
    } else {
        let caught = AssertUnwindSafe(work).catch_unwind();
        tokio::time::timeout(timeout, caught).await.map(|outcome| outcome.map_err(|_| "panic".to_owned()))
    };
    match outcome {
        Ok(Ok(response)) => response,
        Ok(Err(panic)) => ApiError::internal(panic).into_response(),
        Err(_) => {
            tracing::warn!(seconds = timeout.as_secs(), "no answer within the deadline");
            ApiError::new(ErrorCode::Timeout, "The service took too long to answer")
                .retry_after(2)
                .into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::{
        Router,
        routing::{get, post},
    };
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpStream,
    };

    use super::super::{HttpSettings, Server};
    use super::*;

    async fn status(stream: &mut TcpStream) -> String {
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer[9..]).into_owned()
    }

    #[tokio::test]
    async fn a_body_that_never_comes_holds_no_place_after_the_deadline() {
        let life = Life::detached();
        let settings =
            HttpSettings { timeout: Duration::from_millis(200), max_handlers: 1, ..HttpSettings::loopback() };
        let router =
            Router::new().route("/echo", post(async |body: String| body)).route("/", get(async || "here"));
        let server = Server::start(&life, &settings, router).await.unwrap();

        let mut silent = TcpStream::connect(server.addr()).await.unwrap();
        silent.write_all(b"POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\n").await.unwrap();
        assert_eq!(status(&mut silent).await, "503");

        // The handler ends a moment later.
        let is_served = async {
            loop {
                let mut other = TcpStream::connect(server.addr()).await.unwrap();
                other.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
                if status(&mut other).await == "200" {
                    break;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(5), is_served).await.unwrap();
        life.stop();
    }
}
