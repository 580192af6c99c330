//! Somebody who talks to a service over HTTP.

use common::{id::UserId, session::Claims};
use serde_json::Value;

/// A caller with their cookies.
#[derive(Debug, Clone)]
pub struct Actor {
    http: reqwest::Client,
    url: String,
    cookie: Option<String>,
    claims: Option<Claims>,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: reqwest::header::HeaderMap,
    /// The body as text.
    pub text: String,
}

impl Answer {
    /// The body as JSON; null if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// The body, read as a type of the contract.
    pub fn read<T: for<'de> serde::Deserialize<'de>>(&self) -> T {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text))
    }

    /// The problem's code.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Requires a status; panics with the body otherwise.
    #[track_caller]
    #[expect(clippy::return_self_not_must_use, reason = "the check is what it is called for")]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// Requires a problem of this status and code, in the form every error has.
    #[track_caller]
    #[expect(clippy::return_self_not_must_use, reason = "the check is what it is called for")]
    pub fn expect_problem(self, status: u16, code: &str) -> Self {
        let answer = self.expect(status);
        let json = answer.json();
        assert_eq!(json["code"], code, "{}", answer.text);
        assert_eq!(json["status"], status, "{}", answer.text);
        let kind = answer.headers.get("content-type").and_then(|kind| kind.to_str().ok());
        assert_eq!(kind, Some("application/problem+json"));
        assert!(json["errors"].as_array().is_some_and(|errors| !errors.is_empty()), "{}", answer.text);
        answer
    }

    /// The messages of a problem, as `(field, message)`.
    pub fn errors(&self) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let json = self.json();
        let errors = json["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| (text(&error["field"]), text(&error["message"]))).collect()
    }

    /// The value of a header, empty if there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Actor {
    /// A stranger who talks to the service at `url`.
    pub fn new(url: &str) -> Self {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("an HTTP client can be built");
        Self { http, url: url.trim_end_matches('/').to_owned(), cookie: None, claims: None }
    }

    /// The same with this `Cookie` header.
    #[must_use]
    pub fn with_cookie(mut self, cookie: &str) -> Self {
        self.cookie = Some(cookie.to_owned());
        self
    }

    #[must_use]
    pub(crate) fn with_claims(mut self, claims: Claims) -> Self {
        self.claims = Some(claims);
        self
    }

    /// The same person at another address.
    #[must_use]
    pub fn at(&self, url: &str) -> Self {
        Self { url: url.trim_end_matches('/').to_owned(), ..self.clone() }
    }

    /// The user's id.
    pub fn id(&self) -> UserId {
        self.claims.as_ref().expect("the actor is signed in").sub
    }

    /// The `Cookie` header sent.
    pub fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }

    /// A request to be completed and handed to [`Actor::send`].
    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = method.parse().expect("a method");
        let request = self.http.request(method, format!("{}{path}", self.url));
        match &self.cookie {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        }
    }

    /// Sends a request and reads the whole answer.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.expect("the service answers");
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await.expect("the body arrives"),
        }
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path)).await
    }

    /// `POST` with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request("POST", path).json(&body)).await
    }

    /// `PUT` with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(self.request("PUT", path).json(&body)).await
    }

    /// `DELETE`.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request("DELETE", path)).await
    }

    /// A JSON body sent as it stands, for bodies that are none.
    pub async fn send_raw(&self, method: &str, path: &str, body: &str) -> Answer {
        let request =
            self.request(method, path).header("content-type", "application/json").body(body.to_owned());
        self.send(request).await
    }

    /// Signs up a new user with auth and keeps the session. Returns the actor signed in.
    pub async fn sign_up(&self, email: &str, password: &str) -> Self {
        let body = serde_json::json!({ "email": email, "password": password });
        let answer = self.post("/api/users/signup", body).await.expect(201);
        let cookie = answer.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
        self.clone().with_cookie(&cookie)
    }
}
