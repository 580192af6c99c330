//! The services, as this client calls them: one file a service, one function a route.
//!
//! Every call carries the visitor's cookie, the request's id and trace, and a deadline. Every answer is a typed
//! body, a refusal the service put in words, or an outage.

pub(crate) mod auth;
mod call;
pub(crate) mod on_sale;
pub(crate) mod orders;
pub(crate) mod payments;
mod rounds;
pub(crate) mod tickets;

use std::{sync::Arc, time::Duration};

use runtime::Failure;

pub(crate) use self::call::{CallError, Outage, Part, Refused};
use self::on_sale::Lists;
use crate::config::BaseUrl;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a connection nobody uses is kept. Shorter than a service that ends serves on (`DRAIN_DELAY_SECONDS`): one
/// that is used in that time is closed by its answer, and any other is never used again.
const IDLE_TIMEOUT: Duration = Duration::from_secs(3);
const CALL_TIMEOUT: Duration = Duration::from_secs(5);
/// A bank has five seconds to answer, and payments tells what it heard until then.
const BANK_TIMEOUT: Duration = Duration::from_secs(7);

/// Where the services are.
#[derive(Debug, Clone)]
pub(crate) struct Addresses {
    pub(crate) auth: BaseUrl,
    pub(crate) tickets: BaseUrl,
    pub(crate) orders: BaseUrl,
    pub(crate) payments: BaseUrl,
}

impl Addresses {
    /// Makes the services callable; nothing is contacted yet.
    pub(crate) fn connect(self) -> Result<Services, Failure> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        Ok(Services { http, at: Arc::new(self), lists: Lists::new() })
    }
}

/// The services. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Services {
    http: reqwest::Client,
    at: Arc<Addresses>,
    lists: Lists,
}
