//! What stands between the market and localstripe.

mod faults;
mod memory;
mod request;
mod server;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use tokio::sync::watch;

use self::{
    faults::Rule,
    memory::{Before, Memory},
};
pub use self::{
    faults::{Call, Fault, Hold, Outage, OutageInForce},
    request::Request,
};

/// What is sent back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
    /// Whether it was first given to an earlier request.
    pub(crate) again: bool,
}

impl Answer {
    /// An error as Stripe words it.
    pub(crate) fn error(status: u16, kind: &str, code: Option<&str>, message: &str) -> Self {
        let body =
            serde_json::json!({ "error": { "type": kind, "code": code, "message": message } }).to_string();
        Self { status, body: body.into(), again: false }
    }
}

/// The state of the proxy.
pub(crate) struct Front {
    upstream: String,
    http: reqwest::Client,
    memory: Memory,
    rules: Mutex<Vec<Rule>>,
    outage: watch::Sender<Option<Outage>>,
    latency: Mutex<Duration>,
    seen: Mutex<Vec<Request>>,
    /// The order of each intent.
    orders: Mutex<BTreeMap<String, String>>,
}

/// A test that failed while it held a lock has left nothing half done.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Front {
    pub(crate) fn new(upstream: &str) -> Arc<Self> {
        Arc::new(Self {
            upstream: upstream.to_owned(),
            http: reqwest::Client::new(),
            memory: Memory::default(),
            rules: Mutex::default(),
            outage: watch::Sender::new(None),
            latency: Mutex::default(),
            seen: Mutex::default(),
            orders: Mutex::default(),
        })
    }

    pub(crate) fn arm(&self, call: Call, order: &str, times: usize, fault: Fault) {
        lock(&self.rules).push(Rule { call, order: order.to_owned(), left: times, fault });
    }

    /// The faults that nothing has met yet.
    pub(crate) fn unmet(&self) -> Vec<String> {
        lock(&self.rules).iter().map(|rule| format!("{rule:?}")).collect()
    }

    pub(crate) fn outage(self: &Arc<Self>, outage: Outage) -> OutageInForce {
        self.outage.send_replace(Some(outage));
        OutageInForce::new(Arc::clone(self))
    }

    fn end_outage(&self) {
        self.outage.send_replace(None);
    }

    pub(crate) fn set_latency(&self, latency: Duration) {
        *lock(&self.latency) = latency;
    }

    pub(crate) fn seen(&self) -> Vec<Request> {
        lock(&self.seen).clone()
    }

    /// The intents made for an order.
    pub(crate) fn intents_of(&self, order: &str) -> Vec<String> {
        let orders = lock(&self.orders);
        orders.iter().filter(|(_, of)| *of == order).map(|(intent, _)| intent.clone()).collect()
    }

    /// Answers a request, or breaks the connection: `None`.
    async fn answer(self: Arc<Self>, mut request: Request) -> Option<Answer> {
        request.order = self.order_of(&request);
        lock(&self.seen).push(request.clone());
        let latency = *lock(&self.latency);
        tokio::time::sleep(latency).await;
        if *self.outage.borrow() == Some(Outage::Silent) {
            let _ = self.outage.subscribe().wait_for(|outage| *outage != Some(Outage::Silent)).await;
            return None;
        }
        let fault = self.fault_for(&request);
        if matches!(fault, Some(Fault::HangUp)) {
            return None;
        }
        let fails = matches!(fault, Some(Fault::ServerError));
        // Whoever asked may hang up: it is done all the same.
        let exchange = tokio::spawn(Arc::clone(&self).exchange(request, fails));
        let answer = exchange.await.ok()?;
        match fault {
            None | Some(Fault::HangUp | Fault::ServerError) => {}
            Some(Fault::NoAnswer) => std::future::pending().await,
            Some(Fault::Held(hold)) => hold.pass().await,
        }
        Some(answer)
    }

    /// What the bank does and answers, once for each key.
    async fn exchange(self: Arc<Self>, request: Request, fails: bool) -> Answer {
        let key = request.idempotency_key().map(str::to_owned);
        if let Some(key) = &key {
            match self.memory.begin(key, &request) {
                Before::Nothing => {}
                Before::Answered(answer) => return answer,
            }
        }
        let mut answer = self.forward(&request).await;
        self.learn(&request, &answer);
        if fails {
            answer =
                Answer::error(500, "api_error", None, "An error occurred with our connection to the bank");
        }
        if let Some(key) = &key {
            self.memory.keep(key, &answer);
        }
        answer
    }

    async fn forward(&self, request: &Request) -> Answer {
        let url = format!("{}{}", self.upstream, request.path_and_query());
        let mut forwarded = self.http.request(request.method.clone(), url).body(request.body.clone());
        for name in ["authorization", "content-type"] {
            if let Some(value) = request.headers.get(name) {
                forwarded = forwarded.header(name, value);
            }
        }
        let answered = async {
            let response = forwarded.send().await?;
            Ok((response.status().as_u16(), response.bytes().await?))
        };
        match answered.await {
            Ok((status, body)) => Answer { status, body, again: false },
            Err::<_, reqwest::Error>(error) => panic!("localstripe does not answer: {error}"),
        }
    }

    /// Notes whose intent it is.
    fn learn(&self, request: &Request, answer: &Answer) {
        if Call::CREATE.matches(&request.method, &request.path)
            && let Some(order) = request.parameter("metadata[order]")
            && let Ok(made) = serde_json::from_slice::<serde_json::Value>(&answer.body)
            && let Some(intent) = made["id"].as_str()
        {
            lock(&self.orders).insert(intent.to_owned(), order);
        }
    }

    fn order_of(&self, request: &Request) -> Option<String> {
        let intent = request.intent();
        intent
            .and_then(|intent| lock(&self.orders).get(&intent).cloned())
            .or_else(|| request.parameter("metadata[order]"))
    }

    fn fault_for(&self, request: &Request) -> Option<Fault> {
        let mut rules = lock(&self.rules);
        let index = rules.iter().position(|rule| rule.is_for(request))?;
        let rule = &mut rules[index];
        rule.left -= 1;
        let fault = rule.fault.clone();
        if rule.left == 0 {
            rules.remove(index);
        }
        Some(fault)
    }
}
