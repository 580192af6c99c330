//! The gateway, as tests see it.

use std::{sync::Arc, time::Duration};

use common::id::OrderId;
use e2e::Market;
use serde_json::{Value, json};
use stack::{FleetOptions, Server, Service, Stack, ports};
use testkit::Answer;
use tokio::net::TcpListener;

use crate::{Call, Fault, Hold, Intent, Outage, OutageInForce, Request, Webhook, front::Front};

/// The market's key: any that begins so will do for localstripe.
pub const SECRET_KEY: &str = "sk_test_notAKeyButSecretAllTheSame";
/// What the bank signs its webhooks with.
pub const WEBHOOK_SECRET: &str = "whsec_notAKeyEitherButJustAsSecret";

/// More than tests will ever make.
const ALL: &str = "1000000";

/// localstripe with its proxy.
pub struct Bank {
    localstripe: Server,
    front: Arc<Front>,
    url: String,
    http: reqwest::Client,
    // Last, so that it outlives the process it watches over.
    _stack: Stack,
}

impl Bank {
    /// Starts both.
    pub async fn open() -> Self {
        let stack = Stack::temporary().expect("a folder for the stack");
        let localstripe = Server::localstripe(&stack).await.unwrap_or_else(|error| panic!("{error}"));
        let front = Front::new(localstripe.url());
        let address = ports::free().expect("a free port");
        let listener = TcpListener::bind(address).await.expect("the port is free");
        let listening = Arc::clone(&front).listen(listener);
        tokio::spawn(async move { listening.await.expect("the proxy can listen") });
        let url = format!("http://{address}");
        Self { localstripe, front, url, http: reqwest::Client::new(), _stack: stack }
    }

    /// The address that a gateway talks to.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// localstripe itself, past the proxy.
    pub fn localstripe(&self) -> &Server {
        &self.localstripe
    }

    /// A market whose payments go through this bank.
    #[must_use]
    pub fn options(&self, options: FleetOptions) -> FleetOptions {
        options
            .env(Service::Payments, "PAYMENT_GATEWAY", "stripe")
            .env(Service::Payments, "STRIPE_API_BASE", &self.url)
            .env(Service::Payments, "STRIPE_SECRET_KEY", SECRET_KEY)
            .env(Service::Payments, "STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET)
            .env(Service::Payments, "RECONCILE_SECONDS", "1")
    }

    /// From now on localstripe tells the market what happens, as far as it tells anything: `payment_intent.succeeded` and
    /// `payment_intent.payment_failed`, a second later, once.
    pub async fn tells(&self, market: &Market) {
        let url = format!("{}/api/payments/webhook", market.url());
        let body = json!({ "url": url, "secret": WEBHOOK_SECRET });
        let request = self.http.post(format!("{}/_config/webhooks/market", self.localstripe.url()));
        let answer = request.json(&body).send().await.expect("localstripe answers");
        assert!(answer.status().is_success(), "{answer:?}");
    }

    /// Delivers an event, signed now as the bank signs.
    pub async fn sends(&self, market: &Market, webhook: &Webhook) -> Answer {
        webhook.deliver(market, Some(&webhook.signed(WEBHOOK_SECRET, Duration::ZERO))).await
    }

    /// The next so many requests of this kind about an order fail like this.
    pub fn arm(&self, call: Call, order: OrderId, times: usize, fault: Fault) {
        self.front.arm(call, &order.to_string(), times, fault);
    }

    /// The answer of the next request of this kind about an order is held back.
    pub fn hold(&self, call: Call, order: OrderId) -> Arc<Hold> {
        let hold = Hold::new();
        self.arm(call, order, 1, Fault::Held(Arc::clone(&hold)));
        hold
    }

    /// The faults that nothing has met: a test with one left has shown nothing.
    pub fn unmet(&self) -> Vec<String> {
        self.front.unmet()
    }

    /// The whole bank is gone until what this returns is dropped.
    pub fn fails(&self, outage: Outage) -> OutageInForce {
        self.front.outage(outage)
    }

    /// Every request takes this much longer from now on.
    pub fn takes(&self, latency: Duration) {
        self.front.set_latency(latency);
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<Request> {
        self.front.seen()
    }

    /// The requests of this kind about an order.
    pub fn asked(&self, call: Call, order: OrderId) -> Vec<Request> {
        let order = order.to_string();
        let about = |request: &Request| request.order.as_deref() == Some(order.as_str());
        let matching = |request: &Request| call.matches(&request.method, &request.path) && about(request);
        self.requests().into_iter().filter(matching).collect()
    }

    /// The intents made for an order, as the bank has them now.
    pub async fn intents_of(&self, order: OrderId) -> Vec<Intent> {
        let intents = self.front.intents_of(&order.to_string());
        let read = intents.iter().map(|intent| async move { Intent::from(self.intent(intent).await) });
        futures::future::join_all(read).await
    }

    /// Every intent there is.
    pub async fn intents(&self) -> Vec<Intent> {
        let all = self.get(&format!("/v1/payment_intents?limit={ALL}")).await;
        let all = all["data"].as_array().expect("a list").iter();
        all.map(|intent| Intent::from(intent.clone())).collect()
    }

    /// An intent in the bank's own words.
    pub async fn intent(&self, id: &str) -> Value {
        self.get(&format!("/v1/payment_intents/{id}")).await
    }

    /// A buyer's card, as the page would have made it. Returns its payment method.
    pub async fn card(&self, number: &str) -> String {
        let card = [
            ("type", "card"),
            ("card[number]", number),
            ("card[exp_month]", "12"),
            ("card[exp_year]", "2032"),
            ("card[cvc]", "123"),
        ];
        let (status, made) = self.post("/v1/payment_methods", &card).await;
        assert_eq!(status, 200, "{made}");
        made["id"].as_str().expect("an id").to_owned()
    }

    /// The buyer confirms to their bank, or fails to. Returns the status.
    pub async fn authenticate(&self, intent: &str, client_secret: &str, success: bool) -> u16 {
        let path = format!("/v1/payment_intents/{intent}/_authenticate");
        let form = [("client_secret", client_secret), ("success", if success { "true" } else { "false" })];
        self.post(&path, &form).await.0
    }

    /// Somebody gives money back at the bank, past the market. Returns the refund in the bank's words.
    pub async fn gives_back(&self, intent: &str, amount: i64) -> Value {
        let amount = amount.to_string();
        let form = [("payment_intent", intent), ("amount", amount.as_str())];
        let (status, made) = self.post("/v1/refunds", &form).await;
        assert_eq!(status, 200, "{made}");
        made
    }

    /// What is wrong with how the market has asked so far.
    pub(crate) fn flaws(&self) -> Vec<String> {
        self.requests().iter().flat_map(|request| request.flaws(SECRET_KEY)).collect()
    }

    // Past the proxy: what tests do themselves is nothing that the market asked.
    async fn get(&self, path: &str) -> Value {
        let request = self.http.get(format!("{}{path}", self.localstripe.url())).bearer_auth(SECRET_KEY);
        let answer = request.send().await.expect("localstripe answers");
        assert!(answer.status().is_success(), "{path}: {answer:?}");
        answer.json().await.expect("it answers in JSON")
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
        let request = self.http.post(format!("{}{path}", self.localstripe.url())).bearer_auth(SECRET_KEY);
        let answer = request.form(form).send().await.expect("localstripe answers");
        (answer.status().as_u16(), answer.json().await.expect("it answers in JSON"))
    }
}
