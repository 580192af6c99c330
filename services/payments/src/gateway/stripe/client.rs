//! Talking to Stripe's HTTP API: authenticated, pinned to a version, bounded in number and time, and given up on for a
//! while when nobody answers.

use std::{
    error::Error,
    time::{Duration, Instant},
};

use backon::{ExponentialBuilder, Retryable as _};
use parking_lot::Mutex;
use reqwest::{Method, RequestBuilder, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;
use url::Url;

use super::{
    circuit::Circuit,
    wire::{Failure, Fault},
};
use crate::gateway::GatewayError;

/// The version of the API this client was written for. <https://docs.stripe.com/api/versioning>
const API_VERSION: &str = "2025-09-30.clover";
/// How long one request may take. Below what the service waits for an answer, so that it is here that it is counted.
const REQUEST_WITHIN: Duration = Duration::from_millis(4500);
const CONNECT_WITHIN: Duration = Duration::from_secs(2);
/// How long to wait when too much is under way already.
const CROWDED: Duration = Duration::from_secs(1);

/// Why Stripe did not answer with what was asked for.
#[derive(Debug, thiserror::Error)]
pub(super) enum CallError {
    /// It refused, with this status.
    #[error("{status}: {}", fault.message.as_deref().unwrap_or("no message"))]
    Refused {
        /// Of the 4xx.
        status: StatusCode,
        /// Why.
        fault: Fault,
    },
    /// It may or may not have been done.
    #[error("no answer")]
    Lost(#[source] Box<dyn Error + Send + Sync>),
    /// It has not been sent.
    #[error("not sent")]
    NotSent(Duration),
}

/// An answer that tells nothing about what was done.
#[derive(Debug, thiserror::Error)]
#[error("answered {0}")]
struct Useless(StatusCode);

impl CallError {
    /// Refused before anything was done, by something that passes.
    fn is_passing(&self) -> bool {
        matches!(self, Self::Refused { status: StatusCode::TOO_MANY_REQUESTS | StatusCode::CONFLICT, .. })
    }
}

impl From<CallError> for GatewayError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::NotSent(retry_after) => Self::NotAsked { retry_after },
            CallError::Lost(source) => Self::Unavailable(source),
            CallError::Refused { status: StatusCode::PAYMENT_REQUIRED, fault } => {
                Self::Declined { reason: fault.words() }
            }
            // A key that does not work, or too many requests: about us, not about what was asked.
            CallError::Refused {
                status:
                    StatusCode::UNAUTHORIZED
                    | StatusCode::FORBIDDEN
                    | StatusCode::CONFLICT
                    | StatusCode::TOO_MANY_REQUESTS,
                ..
            } => Self::Unavailable(Box::new(error)),
            CallError::Refused { ref fault, .. } => {
                let reason = fault.message.clone().unwrap_or_else(|| error.to_string());
                Self::Final { reason }
            }
        }
    }
}

/// The connection to Stripe. Requests share it.
#[derive(Debug)]
pub(super) struct Client {
    http: reqwest::Client,
    base: Url,
    key: SecretString,
    places: Semaphore,
    circuit: Mutex<Circuit>,
}

/// Fields of a form or query.
pub(super) type Fields<'a> = &'a [(&'a str, &'a str)];

impl Client {
    /// A client of the API at `base` that asks at most `at_once` things at once.
    pub(super) fn new(base: Url, key: SecretString, at_once: usize) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder().timeout(REQUEST_WITHIN).connect_timeout(CONNECT_WITHIN);
        Ok(Self {
            http: http.build()?,
            base,
            key,
            places: Semaphore::new(at_once),
            circuit: Mutex::default(),
        })
    }

    /// Fails while the circuit is open or all places are taken.
    pub(super) fn admits(&self) -> Result<(), CallError> {
        self.circuit.lock().check(Instant::now()).map_err(CallError::NotSent)?;
        if self.places.available_permits() == 0 { Err(CallError::NotSent(CROWDED)) } else { Ok(()) }
    }

    /// Tells whether the circuit is open: its pause ends by itself.
    pub(super) fn measure(&self) {
        measure(&self.circuit.lock());
    }

    /// Reads something.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        path: &[&str],
        query: Fields<'_>,
    ) -> Result<T, CallError> {
        self.send(operation, || self.request(Method::GET, path).query(query)).await
    }

    /// Changes something, once however often it is asked under this key.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        path: &[&str],
        form: Fields<'_>,
        key: &str,
    ) -> Result<T, CallError> {
        self.send(operation, || self.request(Method::POST, path).header("Idempotency-Key", key).form(form))
            .await
    }

    fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        let mut url = self.base.clone();
        // A base that cannot have a path was refused when it was read.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push("v1").extend(path);
        }
        let request = self.http.request(method, url).header("Stripe-Version", API_VERSION);
        request.bearer_auth(self.key.expose_secret())
    }

    /// Sends a request, and again only where Stripe says that nothing was done: what failed otherwise is saved there
    /// under its key and would fail again, and what became of it is looked up.
    async fn send<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        request: impl Fn() -> RequestBuilder,
    ) -> Result<T, CallError> {
        let _place = self.places.try_acquire().map_err(|_| CallError::NotSent(CROWDED))?;
        let pauses = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(100))
            .with_max_times(2)
            .with_jitter();
        let began = Instant::now();
        let outcome = (|| self.once(request())).retry(pauses).when(CallError::is_passing).await;
        let told = match &outcome {
            Ok(_) => "done",
            Err(CallError::Refused { .. }) => "refused",
            Err(CallError::Lost(_)) => "lost",
            Err(CallError::NotSent(_)) => "not_sent",
        };
        metrics::counter!("gateway_requests_total", "operation" => operation, "outcome" => told).increment(1);
        metrics::histogram!("gateway_request_seconds", "operation" => operation).record(began.elapsed());
        outcome
    }

    async fn once<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, CallError> {
        self.circuit.lock().admit(Instant::now()).map_err(CallError::NotSent)?;
        let outcome = exchange(request).await;
        let mut circuit = self.circuit.lock();
        match &outcome {
            Err(CallError::Lost(_)) => circuit.failed(Instant::now()),
            _ => circuit.answered(),
        }
        measure(&circuit);
        outcome
    }
}

fn measure(circuit: &Circuit) {
    metrics::gauge!("gateway_circuit_open").set(u8::from(circuit.check(Instant::now()).is_err()));
}

async fn exchange<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, CallError> {
    // Without the address: it holds nothing secret today, and so it stays.
    let lost = |error: reqwest::Error| CallError::Lost(Box::new(error.without_url()));
    let response = request.send().await.map_err(lost)?;
    let status = response.status();
    if status.is_success() {
        return response.json().await.map_err(lost);
    }
    if !status.is_client_error() {
        return Err(CallError::Lost(Box::new(Useless(status))));
    }
    let failure: Failure = response.json().await.unwrap_or_default();
    Err(CallError::Refused { status, fault: failure.error })
}
