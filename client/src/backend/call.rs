//! One call to a service.

use std::time::Duration;

use axum::http::{HeaderMap, header};
use common::error::{ErrorCode, Problem, ProblemMessage};
use reqwest::{Method, Response, StatusCode, Url};
use runtime::TraceParent;
use serde::{Serialize, de::DeserializeOwned};

use super::{BANK_TIMEOUT, CALL_TIMEOUT, Services};
use crate::{caller::Caller, config::BaseUrl};

/// A part of the market, as its visitors know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// auth
    Accounts,
    /// tickets
    Listings,
    /// orders
    Orders,
    /// payments
    Payments,
    /// payments, for who is paid
    Sales,
}

/// A service that gave no usable answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outage {
    pub(crate) part: Part,
    pub(crate) retry_after: Option<u32>,
    /// The request asked for a change, and it may have been made.
    pub(crate) maybe_done: bool,
}

/// A service's no, in its own words.
#[derive(Debug, Clone)]
pub(crate) struct Refused {
    pub(crate) problem: Problem,
    pub(crate) retry_after: Option<u32>,
    /// Whose no it is; none of a service's if the pages' own server refused.
    pub(crate) part: Option<Part>,
}

impl Refused {
    pub(crate) fn is(&self, code: ErrorCode) -> bool {
        self.problem.code == code.as_str()
    }
}

/// Why a call has no result.
#[derive(Debug, Clone)]
pub(crate) enum CallError {
    Refused(Refused),
    Missing(Outage),
}

/// A successful answer.
pub(crate) struct Answer<T> {
    pub(crate) headers: HeaderMap,
    pub(crate) body: T,
    /// The body's length, as it came.
    pub(crate) bytes: usize,
}

/// A call being put together.
pub(crate) struct Call<'a> {
    caller: &'a Caller,
    part: Part,
    method: Method,
    url: Url,
    json: Option<Vec<u8>>,
    idempotency_key: Option<&'a str>,
    known: Option<&'a str>,
    timeout: Duration,
}

impl<'a> Call<'a> {
    /// A call of `path`'s segments at the service that answers for `part`.
    pub(crate) fn new(caller: &'a Caller, part: Part, method: Method, path: &[&str]) -> Self {
        let url = base(caller.services(), part).at(path);
        let (json, idempotency_key, known) = (None, None, None);
        Self { caller, part, method, url, json, idempotency_key, known, timeout: CALL_TIMEOUT }
    }

    /// Adds parameters; empty ones are left out.
    pub(crate) fn query(mut self, pairs: &[(&str, &str)]) -> Self {
        let mut filled = pairs.iter().filter(|(_, value)| !value.is_empty()).peekable();
        if filled.peek().is_some() {
            self.url.query_pairs_mut().extend_pairs(filled);
        }
        self
    }

    pub(crate) fn json(mut self, body: &impl Serialize) -> Self {
        // The bodies sent are plain structs of texts and numbers, whose serialisation cannot fail.
        self.json = serde_json::to_vec(body).ok();
        self
    }

    pub(crate) fn idempotency_key(mut self, key: &'a str) -> Self {
        self.idempotency_key = Some(key);
        self
    }

    /// Waits longer, for an answer that waits for a bank.
    pub(crate) fn patiently(mut self) -> Self {
        self.timeout = BANK_TIMEOUT;
        self
    }

    /// Sends it and reads the answer's body.
    pub(crate) async fn body<T: DeserializeOwned>(self) -> Result<Answer<T>, CallError> {
        let outage = self.outage();
        read(outage, self.send().await?).await
    }

    /// The same, unless the answer would be the one with this name: then it is not sent, and there is none.
    pub(crate) async fn body_unless<T>(mut self, etag: &'a str) -> Result<Option<Answer<T>>, CallError>
    where
        T: DeserializeOwned,
    {
        let outage = self.outage();
        self.known = Some(etag);
        let response = self.send().await?;
        if response.status() == StatusCode::NOT_MODIFIED {
            return Ok(None);
        }
        read(outage, response).await.map(Some)
    }

    /// Sends it; only success matters.
    pub(crate) async fn done(self) -> Result<(), CallError> {
        self.send().await.map(|_| ())
    }

    fn outage(&self) -> Outage {
        Outage { part: self.part, retry_after: None, maybe_done: !self.method.is_safe() }
    }

    async fn send(self) -> Result<Response, CallError> {
        let outage = self.outage();
        let mut request = self
            .caller
            .services()
            .http
            .request(self.method, self.url)
            .headers(self.caller.headers().clone())
            .header(TraceParent::HEADER, TraceParent::current().to_string())
            // The layers around our own handlers have checked where the form came from.
            .header("sec-fetch-site", "same-origin")
            .timeout(self.timeout.min(self.caller.time_left()));
        if let Some(json) = self.json {
            request = request.header(header::CONTENT_TYPE, "application/json").body(json);
        }
        if let Some(key) = self.idempotency_key {
            request = request.header("idempotency-key", key);
        }
        if let Some(known) = self.known {
            request = request.header(header::IF_NONE_MATCH, known);
        }
        let response = request.send().await.map_err(|error| {
            let outage = Outage { maybe_done: outage.maybe_done && !error.is_connect(), ..outage };
            outage.because(&error)
        })?;
        self.caller.keep_cookies(response.headers());
        let unchanged = response.status() == StatusCode::NOT_MODIFIED && self.known.is_some();
        if response.status().is_success() || unchanged {
            Ok(response)
        } else {
            Err(refusal(outage, response).await)
        }
    }
}

impl Outage {
    fn because(self, error: &dyn std::error::Error) -> CallError {
        let cause = std::iter::successors(error.source(), |cause| cause.source()).last();
        tracing::warn!(part = ?self.part, %error, cause = cause.map(tracing::field::display), "no usable answer");
        CallError::Missing(self)
    }
}

fn base(services: &Services, part: Part) -> &BaseUrl {
    match part {
        Part::Accounts => &services.at.auth,
        Part::Listings => &services.at.tickets,
        Part::Orders => &services.at.orders,
        Part::Payments | Part::Sales => &services.at.payments,
    }
}

async fn read<T: DeserializeOwned>(outage: Outage, response: Response) -> Result<Answer<T>, CallError> {
    let headers = response.headers().clone();
    let bytes = response.bytes().await.map_err(|error| outage.because(&error))?;
    let body = serde_json::from_slice(&bytes).map_err(|error| outage.because(&error))?;
    Ok(Answer { headers, body, bytes: bytes.len() })
}

async fn refusal(outage: Outage, response: Response) -> CallError {
    let status = response.status();
    let retry_after =
        response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let problem =
        response.bytes().await.ok().and_then(|bytes| serde_json::from_slice::<Problem>(&bytes).ok());
    if status.is_client_error() {
        let problem = problem.unwrap_or_else(|| unspoken(status));
        return CallError::Refused(Refused { problem, retry_after, part: Some(outage.part) });
    }
    // A service that is shedding load or has lost its database says so before it changes anything; one that ran
    // out of time or failed may have changed something.
    let shed = problem.as_ref().is_some_and(|problem| problem.code == ErrorCode::Unavailable.as_str());
    tracing::warn!(part = ?outage.part, %status, "the service could not answer");
    CallError::Missing(Outage { retry_after, maybe_done: outage.maybe_done && !shed, ..outage })
}

/// A refusal without the usual body, such as a proxy's.
fn unspoken(status: StatusCode) -> Problem {
    let title = status.canonical_reason().unwrap_or("Error").to_owned();
    Problem {
        kind: "about:blank".to_owned(),
        detail: title.clone(),
        errors: vec![ProblemMessage { message: title.clone(), field: None }],
        title,
        status: status.as_u16(),
        code: String::new(),
    }
}
