//! The bank itself, without a market: what the other tests trust it to do.

use std::time::Duration;

use common::{
    clock::Clock,
    id::{Id as _, OrderId},
};
use reqwest::Response;
use serde_json::Value;
use stripe::{Bank, Call, Fault, Outage, SECRET_KEY, VISA};

/// Asks as a gateway would.
struct Customer<'a> {
    bank: &'a Bank,
    http: reqwest::Client,
    order: OrderId,
}

impl<'a> Customer<'a> {
    fn of(bank: &'a Bank, number: u8) -> Self {
        let order = OrderId::generate(Clock::System.now(), [number; 8]);
        Self { bank, http: reqwest::Client::new(), order }
    }

    async fn post(&self, key: &str, path: &str, form: &[(&str, &str)]) -> reqwest::Result<Response> {
        let request = self.http.post(format!("{}{path}", self.bank.url())).bearer_auth(SECRET_KEY);
        request.header("idempotency-key", key).form(form).timeout(Duration::from_secs(2)).send().await
    }

    async fn create(&self, key: &str, amount: &str) -> reqwest::Result<Response> {
        let order = self.order.to_string();
        let form = [
            ("amount", amount),
            ("currency", "usd"),
            ("capture_method", "manual"),
            ("payment_method_types[]", "card"),
            ("payment_method", VISA),
            ("metadata[order]", &order),
        ];
        self.post(key, "/v1/payment_intents", &form).await
    }

    async fn created(&self, key: &str) -> String {
        let answer = self.create(key, "500").await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned()
    }

    async fn step(&self, key: &str, intent: &str, step: &str) -> reqwest::Result<Response> {
        self.post(key, &format!("/v1/payment_intents/{intent}/{step}"), &[]).await
    }
}

#[tokio::test]
async fn a_key_is_answered_once() {
    let bank = Bank::open().await;
    let customer = Customer::of(&bank, 1);
    let first = customer.created("one").await;
    let again = customer.create("one", "500").await.unwrap();
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert_eq!(again.json::<Value>().await.unwrap()["id"], first.as_str());
    assert_eq!(customer.create("one", "600").await.unwrap().status(), 400, "other parameters");
    assert_eq!(customer.step("one", &first, "confirm").await.unwrap().status(), 400, "another endpoint");
    let second = customer.created("two").await;
    assert_ne!(first, second);
    assert_eq!(bank.intents().await.len(), 2);
    assert_eq!(bank.asked(Call::CREATE, customer.order).len(), 4);
}

#[tokio::test]
async fn faults_are_met_by_the_order_and_the_call_they_are_for() {
    let bank = Bank::open().await;
    let (customer, other) = (Customer::of(&bank, 1), Customer::of(&bank, 2));
    let (intent, others) = (customer.created("a").await, other.created("b").await);

    bank.arm(Call::CONFIRM, customer.order, 1, Fault::ServerError);
    assert_eq!(other.step("b.confirm", &others, "confirm").await.unwrap().status(), 200);
    assert_eq!(bank.unmet().len(), 1);
    for _ in 0..2 {
        // The answer of a key is kept, and so is this one.
        assert_eq!(customer.step("a.confirm", &intent, "confirm").await.unwrap().status(), 500);
    }
    assert!(bank.unmet().is_empty());
    assert!(bank.intents_of(customer.order).await[0].holds_money(), "it was done all the same");

    bank.arm(Call::CAPTURE, customer.order, 1, Fault::HangUp);
    assert!(customer.step("a.capture", &intent, "capture").await.unwrap_err().is_request());
    assert_eq!(bank.intents_of(customer.order).await[0].captured, 0, "it was not done");
    bank.arm(Call::CAPTURE, customer.order, 1, Fault::NoAnswer);
    assert!(customer.step("a.capture", &intent, "capture").await.unwrap_err().is_timeout());
    assert_eq!(bank.intents_of(customer.order).await[0].captured, 500, "it was done");
    assert_eq!(
        customer.step("a.capture", &intent, "capture").await.unwrap().status(),
        200,
        "and is told now"
    );

    let form = [("payment_intent", intent.as_str()), ("amount", "200")];
    bank.arm(Call::REFUND, customer.order, 1, Fault::ServerError);
    assert_eq!(customer.post("a.refund", "/v1/refunds", &form).await.unwrap().status(), 500);
    assert_eq!(bank.intents_of(customer.order).await[0].refunded, 200);

    let hold = bank.hold(Call::CANCEL, other.order);
    let (answer, ()) = tokio::join!(other.step("b.cancel", &others, "cancel"), async {
        hold.reached().await;
        assert_eq!(bank.intents_of(other.order).await[0].status, "canceled");
        hold.release();
    });
    assert_eq!(answer.unwrap().status(), 200);
}

#[tokio::test]
async fn an_outage_ends() {
    let bank = Bank::open().await;
    let customer = Customer::of(&bank, 1);
    customer.created("before").await;
    let refusing = bank.fails(Outage::Refuses);
    testkit::eventually("connections to be refused", async || {
        customer.create("during", "500").await.err().filter(reqwest::Error::is_connect)
    })
    .await;
    drop(refusing);
    testkit::eventually("it to be back", async || customer.create("after", "500").await.ok()).await;
    let silent = bank.fails(Outage::Silent);
    assert!(customer.create("silent", "500").await.unwrap_err().is_timeout());
    drop(silent);
    customer.created("again").await;
    assert_eq!(bank.intents().await.len(), 3, "nothing was done during an outage");

    bank.takes(Duration::from_millis(300));
    let began = std::time::Instant::now();
    customer.created("slow").await;
    assert!(began.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn it_listens_on_the_loopback_only_and_keeps_no_file() {
    let kept = || std::fs::metadata("/tmp/localstripe.pickle").and_then(|file| file.modified()).ok();
    let before = kept();
    let bank = Bank::open().await;
    Customer::of(&bank, 1).created("a").await;
    assert_eq!(kept(), before);
    let address = bank.localstripe().address();
    assert!(address.ip().is_loopback());
    assert!(tokio::net::TcpStream::connect(address).await.is_ok());
    // Whoever listens everywhere listens here too.
    assert!(tokio::net::TcpStream::connect(("::1", address.port())).await.is_err());
    assert!(tokio::net::TcpStream::connect(("127.0.0.2", address.port())).await.is_err());
}

#[tokio::test]
async fn a_card_may_want_its_owner() {
    let bank = Bank::open().await;
    let customer = Customer::of(&bank, 1);
    let card = bank.card("4000002760003184").await;
    assert!(card.starts_with("pm_"));
    let order = customer.order.to_string();
    let form = [
        ("amount", "500"),
        ("currency", "usd"),
        ("capture_method", "manual"),
        ("payment_method", &card),
        ("metadata[order]", &order),
    ];
    let made: Value = customer.post("a", "/v1/payment_intents", &form).await.unwrap().json().await.unwrap();
    let (intent, secret) = (made["id"].as_str().unwrap(), made["client_secret"].as_str().unwrap());
    let confirmed: Value = customer.step("b", intent, "confirm").await.unwrap().json().await.unwrap();
    assert_eq!(confirmed["status"], "requires_action");
    assert_eq!(bank.authenticate(intent, "wrong", true).await, 401);
    assert_eq!(bank.authenticate(intent, secret, true).await, 200);
    assert!(bank.intents_of(customer.order).await[0].holds_money());
}
