//! The client under test, and a visitor's browser.

use std::{net::SocketAddr, time::Duration};

use client::Config;
use common::clock::Clock;
use reqwest::{
    Method,
    header::{HeaderMap, LOCATION},
};
use runtime::{Env, Life};
use serde_json::{Value, json};

use crate::stub::{Answer, Stub};

pub(crate) const ADA: &str = "6b49d20001020304050607a1";
pub(crate) const SELLER: &str = "6b49d20001020304050607b1";
pub(crate) const TICKET: &str = "6b49d20001020304050607c1";
pub(crate) const ORDER: &str = "6b49d20001020304050607d1";
pub(crate) const PAYMENT: &str = "6b49d20001020304050607e1";
pub(crate) const SESSION: &str = "session=t.o.k";
/// What the clock says when a test begins.
pub(crate) const NOW: &str = "2027-01-01T12:00:00Z";

/// A client that is serving, with the services it calls.
pub(crate) struct Site {
    pub(crate) stub: Stub,
    pub(crate) clock: Clock,
    addr: SocketAddr,
    http: reqwest::Client,
    life: Life,
    _assets: tempfile::TempDir,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.life.stop();
    }
}

/// A folder of assets as `cargo xtask site` makes it, with nothing much in the files.
fn assets() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let names = json!({"stylesheet": "style.0.css", "script": "islands.0.js", "wasm": "islands.0.wasm"});
    std::fs::write(folder.path().join("site.json"), names.to_string()).unwrap();
    for name in names.as_object().unwrap().values() {
        let file = folder.path().join(name.as_str().unwrap());
        std::fs::write(&file, "plain").unwrap();
        let compressed = format!("{}.br", file.display());
        std::fs::write(compressed, "small").unwrap();
    }
    folder
}

/// Where connections are taken, and nothing is ever said.
async fn silence() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut taken = Vec::new();
        while let Ok(connection) = listener.accept().await {
            taken.push(connection);
        }
    });
    addr
}

/// A response.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) html: String,
}

impl Site {
    /// A client whose services all answer; with Ada signed in as long as her cookie is sent.
    pub(crate) async fn start() -> Self {
        Self::without(&[]).await
    }

    /// A client that finds nobody at these addresses (`TICKETS_URL` …).
    pub(crate) async fn without(down: &[&str]) -> Self {
        Self::among(down, &[], &[]).await
    }

    /// A client that is told this besides.
    pub(crate) async fn told(env: &[(&str, &str)]) -> Self {
        Self::among(&[], &[], env).await
    }

    /// A client whose services at these addresses take every connection and never answer.
    pub(crate) async fn paused(paused: &[&str]) -> Self {
        Self::among(&[], paused, &[]).await
    }

    async fn among(down: &[&str], paused: &[&str], env: &[(&str, &str)]) -> Self {
        let stub = Stub::start().await;
        let user = json!({"currentUser": {"id": ADA, "email": "ada@example.org", "iat": 1}});
        stub.on("GET /api/users/currentuser", Answer::json(200, user));
        let nobody = {
            // Bound and dropped again: nothing listens there.
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            listener.local_addr().unwrap()
        };
        let silence = silence().await;
        let address = |name: &str| {
            let addr = match name {
                name if down.contains(&name) => nobody,
                name if paused.contains(&name) => silence,
                _ => stub.addr,
            };
            (name.to_owned(), format!("http://{addr}"))
        };
        let mut pairs = ["AUTH_URL", "TICKETS_URL", "ORDERS_URL", "PAYMENTS_URL"].map(address).to_vec();
        pairs.push(("COOKIE_SECURE".to_owned(), "false".to_owned()));
        let assets = assets();
        pairs.push(("ASSETS_DIR".to_owned(), assets.path().display().to_string()));
        pairs.extend(env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let mut env = Env::from_pairs(pairs);
        let config = Config::read(&mut env);
        let config = env.finish(config).unwrap().on_loopback();
        let life = Life::detached();
        let clock = Clock::manual(NOW.parse().unwrap());
        let running = client::start(config, clock.clone(), &life).await.unwrap();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(Duration::from_secs(20))
            .build()
            .unwrap();
        Self { stub, clock, addr: running.addr, http, life, _assets: assets }
    }

    /// A page, as somebody without an account sees it.
    pub(crate) async fn get(&self, path: &str) -> Page {
        self.send(Method::GET, path, &[], &[]).await
    }

    /// A page, as Ada sees it.
    pub(crate) async fn get_as_ada(&self, path: &str) -> Page {
        self.send(Method::GET, path, &[("cookie", SESSION)], &[]).await
    }

    /// A form sent by a page of this site, without an account.
    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Page {
        self.send(Method::POST, path, &[("sec-fetch-site", "same-origin")], form).await
    }

    /// A form sent by Ada.
    pub(crate) async fn post_as_ada(&self, path: &str, form: &[(&str, &str)]) -> Page {
        self.send(Method::POST, path, &[("sec-fetch-site", "same-origin"), ("cookie", SESSION)], form).await
    }

    /// A page that is still coming, for somebody without an account.
    pub(crate) async fn open(&self, path: &str) -> reqwest::Response {
        self.open_with(path, &[]).await
    }

    /// The same, asked for with headers.
    pub(crate) async fn open_with(&self, path: &str, headers: &[(&str, &str)]) -> reqwest::Response {
        let mut request = self.http.get(format!("http://{}{path}", self.addr));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        form: &[(&str, &str)],
    ) -> Page {
        let mut request = self.http.request(method.clone(), format!("http://{}{path}", self.addr));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if method == Method::POST {
            request = request.form(form);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Page { status, headers, html: response.text().await.unwrap() }
    }
}

impl Page {
    /// Where it redirects to.
    #[track_caller]
    pub(crate) fn location(&self) -> &str {
        assert_eq!(self.status, 303, "{}", self.html);
        self.headers[LOCATION].to_str().unwrap()
    }

    #[track_caller]
    pub(crate) fn has(&self, texts: &[&str]) -> &Self {
        for text in texts {
            assert!(self.html.contains(text), "no {text:?} in {}", self.html);
        }
        self
    }

    #[track_caller]
    pub(crate) fn lacks(&self, texts: &[&str]) -> &Self {
        for text in texts {
            assert!(!self.html.contains(text), "{text:?} in {}", self.html);
        }
        self
    }

    /// It is a whole page with this status.
    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{}", self.html);
        let kind = self.headers["content-type"].to_str().unwrap();
        assert_eq!(kind, "text/html; charset=utf-8");
        assert!(self.html.starts_with("<!DOCTYPE html><html lang=\"en\">"), "{}", self.html);
        self.has(&["</html>", "Ticket Market</a>", "</footer>"])
    }

    /// It has a form field that is marked as wrong, with this message beside it.
    #[track_caller]
    pub(crate) fn field_error(&self, field: &str, message: &str) -> &Self {
        let beside = format!(r#"<p id="error-{field}" class="error">{message}</p>"#);
        self.has(&[beside.as_str(), &format!(r#"aria-describedby="error-{field}"#), r#"role="alert""#])
    }

    /// The value of a hidden field.
    #[track_caller]
    pub(crate) fn hidden(&self, name: &str) -> &str {
        let start = format!(r#"<input type="hidden" name="{name}" value=""#);
        let (_, rest) = self.html.split_once(&start).unwrap_or_else(|| panic!("no {name} in {}", self.html));
        rest.split_once('"').unwrap().0
    }
}

/// A listing of two tickets at 49.5 by [`SELLER`].
pub(crate) fn ticket() -> Value {
    json!({
        "id": TICKET, "title": "Hamlet", "price": 49.5, "currency": "usd", "description": "Row 3",
        "category": "Theatre", "venue": "Globe", "city": "London", "startsAt": "2027-06-30T20:00:00Z",
        "quantity": 2, "available": 2, "status": "available", "userId": SELLER, "version": 0,
    })
}

/// [`ticket`] with some members replaced.
pub(crate) fn ticket_with(changes: Value) -> Value {
    changed(ticket(), changes)
}

/// Ada's order for one ticket, payable for a quarter of an hour.
pub(crate) fn order_with(changes: Value) -> Value {
    let ticket = json!({"id": TICKET, "title": "Hamlet", "price": 49.5, "version": 0});
    let order = json!({
        "id": ORDER, "userId": ADA, "status": "created", "expiresAt": "2027-01-01T12:15:00Z", "total": 49.5,
        "currency": "usd", "ticket": ticket, "items": [{"ticket": ticket, "quantity": 1, "price": 49.5}],
        "version": 0,
    });
    changed(order, changes)
}

/// A payment of that order.
pub(crate) fn payment(status: &str) -> Value {
    json!({
        "id": PAYMENT, "orderId": ORDER, "status": status, "amount": 49.5, "currency": "usd", "version": 0,
    })
}

fn changed(mut value: Value, changes: Value) -> Value {
    for (name, change) in changes.as_object().unwrap() {
        value[name] = change.clone();
    }
    value
}
