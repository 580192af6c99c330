//! How a remote party fails.

use std::sync::Arc;

use http::Method;
use tokio::sync::Semaphore;

use super::{Front, Request};

/// A kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    method: &'static str,
    /// `*` stands for one segment.
    path: &'static str,
}

impl Call {
    /// An intent is made.
    pub const CREATE: Self = Self { method: "POST", path: "/v1/payment_intents" };
    /// The bank is asked for the money.
    pub const CONFIRM: Self = Self { method: "POST", path: "/v1/payment_intents/*/confirm" };
    /// It is taken.
    pub const CAPTURE: Self = Self { method: "POST", path: "/v1/payment_intents/*/capture" };
    /// It is let go.
    pub const CANCEL: Self = Self { method: "POST", path: "/v1/payment_intents/*/cancel" };
    /// It is given back.
    pub const REFUND: Self = Self { method: "POST", path: "/v1/refunds" };

    /// Whether a request is of this kind.
    pub fn matches(self, method: &Method, path: &str) -> bool {
        let (mut wanted, mut given) = (self.path.split('/'), path.split('/'));
        method.as_str() == self.method
            && loop {
                match (wanted.next(), given.next()) {
                    (None, None) => break true,
                    (Some("*"), Some(_)) => {}
                    (Some(wanted), Some(given)) if wanted == given => {}
                    _ => break false,
                }
            }
    }
}

/// What goes wrong with a request.
#[derive(Debug, Clone)]
pub enum Fault {
    /// It is done, and the answer is 500; under its key, for ever.
    ServerError,
    /// It is done, and no answer comes.
    NoAnswer,
    /// It is not done: the connection breaks.
    HangUp,
    /// It is done, and the answer comes when released.
    Held(Arc<Hold>),
}

/// Holds an answer back until released, or dropped.
#[derive(Debug)]
pub struct Hold {
    reached: Semaphore,
    release: Semaphore,
}

impl Hold {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { reached: Semaphore::new(0), release: Semaphore::new(0) })
    }

    /// Waits until the bank has done what was asked and its answer is being held.
    pub async fn reached(&self) {
        let reached = self.reached.acquire().await;
        reached.expect("it is never closed").forget();
    }

    /// Lets the answer go.
    pub fn release(&self) {
        self.release.close();
    }

    pub(super) async fn pass(&self) {
        self.reached.add_permits(1);
        // An error says that it was closed.
        let _ = self.release.acquire().await;
    }
}

/// The gateway as a whole is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outage {
    /// Nobody listens.
    Refuses,
    /// Connections are accepted, and nothing is done or answered.
    Silent,
}

/// An outage that ends when this is dropped.
pub struct OutageInForce(Arc<Front>);

impl OutageInForce {
    pub(super) fn new(front: Arc<Front>) -> Self {
        Self(front)
    }
}

impl Drop for OutageInForce {
    fn drop(&mut self) {
        self.0.end_outage();
    }
}

/// A fault waiting for its requests. It names an order, so that scenarios on one market leave each other alone.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) call: Call,
    pub(super) order: String,
    pub(super) left: usize,
    pub(super) fault: Fault,
}

impl Rule {
    pub(super) fn is_for(&self, request: &Request) -> bool {
        self.call.matches(&request.method, &request.path)
            && request.order.as_deref() == Some(self.order.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_told_apart_by_method_and_segments() {
        let all = [Call::CREATE, Call::CONFIRM, Call::CAPTURE, Call::CANCEL, Call::REFUND];
        for (index, path) in [
            "/v1/payment_intents",
            "/v1/payment_intents/pi_1/confirm",
            "/v1/payment_intents/pi_1/capture",
            "/v1/payment_intents/pi_1/cancel",
            "/v1/refunds",
        ]
        .into_iter()
        .enumerate()
        {
            let matching: Vec<_> = all.iter().filter(|call| call.matches(&Method::POST, path)).collect();
            assert_eq!(matching, [&all[index]], "{path}");
            assert!(!all.iter().any(|call| call.matches(&Method::GET, path)), "{path}");
        }
        assert!(!all.iter().any(|call| call.matches(&Method::POST, "/v1/payment_intents/pi_1")));
    }
}
