//! The service under test.

use std::time::Duration;

use auth::{Config, Running};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use common::{
    clock::Clock,
    events::{Event, SessionRevoked, Stream},
    session::Claims,
};
use runtime::Life;
use serde_json::json;
use testkit::{Actor, Answer, Broker, Identity, Namespace, eventually};

pub(crate) const PASSWORD: &str = "correct horse";
pub(crate) const PROTECTED: &str = "/api/users/password";

/// One process of the service, in a namespace of its own.
pub(crate) struct App {
    pub(crate) running: Running,
    pub(crate) clock: Clock,
    pub(crate) identity: Identity,
    pub(crate) namespace: Namespace,
    life: Life,
}

impl App {
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// With more variables set.
    pub(crate) async fn with(variables: &[(&str, &str)]) -> Self {
        let identity = Identity::new();
        let namespace = variables.iter().fold(Namespace::new(), |all, (name, value)| all.with(name, *value));
        let namespace = namespace
            .with("JWT_JWKS_FILE", identity.jwks_file())
            .with("JWT_PRIVATE_KEY_FILE", identity.private_key_file());
        let clock = Clock::manual(Clock::System.now());
        let (running, life) = serve(&namespace, &clock).await;
        Self { running, clock, identity, namespace, life }
    }

    /// Another process of the same service; stops with the first.
    pub(crate) async fn replica(&self) -> String {
        let (running, life) = serve(&self.namespace, &self.clock).await;
        let first = self.life.clone();
        tokio::spawn(async move {
            first.stopping().await;
            life.stop();
        });
        format!("http://{}", running.addr)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.running.addr)
    }

    pub(crate) fn stranger(&self) -> Actor {
        Actor::new(&self.url())
    }

    /// A new user with [`PASSWORD`], signed in.
    pub(crate) async fn user(&self, email: &str) -> Actor {
        self.stranger().sign_up(email, PASSWORD).await
    }

    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> Actor {
        let answer = try_sign_in(&self.stranger(), email, password).await.expect(200);
        self.stranger().with_cookie(&cookie_of(&answer))
    }

    pub(crate) async fn revocations(&self) -> Vec<SessionRevoked> {
        let events = Broker::connect(&self.namespace).await.events(Stream::Sessions).await;
        let revoked = events.into_iter().filter_map(|event| match event {
            Event::SessionRevoked(revoked) => Some(revoked),
            _ => None,
        });
        revoked.collect()
    }

    /// Waits until this many revocations were announced.
    pub(crate) async fn announced(&self, count: usize) -> Vec<SessionRevoked> {
        eventually(format!("{count} revocations"), async || {
            let all = self.revocations().await;
            (all.len() >= count).then_some(all)
        })
        .await
    }

    /// Ends the test: nothing may be left unsent.
    pub(crate) async fn stop(self) {
        eventually("an empty outbox", async || {
            self.running.messaging.outbox_is_empty().await.unwrap().then_some(())
        })
        .await;
        assert!(self.running.messaging.dead_letters().list().await.unwrap().is_empty());
        self.life.stop();
        assert!(self.life.drained(Duration::from_secs(5)).await, "the service did not stop");
    }
}

async fn serve(namespace: &Namespace, clock: &Clock) -> (Running, Life) {
    let mut env = namespace.env();
    let config = Config::read(&mut env);
    let config = env.finish(config).unwrap();
    let life = Life::detached();
    let running = auth::start(config, clock.clone(), &life).await.unwrap();
    eventually("readiness", async || life.is_ready().then_some(())).await;
    (running, life)
}

pub(crate) async fn try_sign_in(actor: &Actor, email: &str, password: &str) -> Answer {
    actor.post("/api/users/signin", json!({ "email": email, "password": password })).await
}

pub(crate) fn cookie_of(answer: &Answer) -> String {
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

/// What the actor's cookie says.
pub(crate) fn claims_of(actor: &Actor) -> Claims {
    let token = actor.cookie().unwrap().split_once('=').unwrap().1;
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

pub(crate) async fn is_signed_in(actor: &Actor) -> bool {
    let answer = actor.get("/api/users/currentuser").await.expect(200);
    !answer.json()["currentUser"].is_null()
}

/// Whether a route for people who are signed in lets the actor pass. Changes nothing.
pub(crate) async fn is_let_in(actor: &Actor) -> bool {
    let answer = actor.post(PROTECTED, json!({})).await;
    assert!(matches!(answer.status, 400 | 401), "{}", answer.text);
    answer.status == 400
}
