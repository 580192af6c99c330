//! Services that say what a test tells them, and remember what they were asked.

use std::{collections::HashMap, net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Response},
};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::sync::oneshot;

/// All four services at one address: their paths do not overlap.
#[derive(Clone)]
pub(crate) struct Stub {
    pub(crate) addr: SocketAddr,
    script: Arc<Mutex<Script>>,
}

#[derive(Default)]
struct Script {
    answers: HashMap<String, Answer>,
    seen: Vec<Seen>,
}

/// What a route says.
#[derive(Clone)]
pub(crate) enum Answer {
    Says {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: String,
    },
    /// Nothing, ever.
    Hangs,
    /// This, once it is told to.
    Held(Arc<Mutex<Option<oneshot::Receiver<()>>>>, Box<Answer>),
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) route: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(status: u16, body: Value) -> Self {
        Self::Says {
            status,
            headers: vec![("content-type", "application/json".to_owned())],
            body: body.to_string(),
        }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self::Says { status, headers: Vec::new(), body: String::new() }
    }

    /// A refusal as every service words it.
    pub(crate) fn refusal(status: u16, code: &str, detail: &str, fields: &[(&str, &str)]) -> Self {
        let errors: Vec<_> = if fields.is_empty() {
            vec![json!({"message": detail})]
        } else {
            fields.iter().map(|(field, message)| json!({"message": message, "field": field})).collect()
        };
        let body = json!({
            "type": "about:blank", "title": "Refused", "status": status, "code": code, "detail": detail,
            "errors": errors,
        });
        Self::Says {
            status,
            headers: vec![("content-type", "application/problem+json".to_owned())],
            body: body.to_string(),
        }
    }

    pub(crate) fn with(self, name: &'static str, value: &str) -> Self {
        match self {
            Self::Says { status, mut headers, body } => {
                headers.push((name, value.to_owned()));
                Self::Says { status, headers, body }
            }
            other => other,
        }
    }
}

impl Stub {
    pub(crate) async fn start() -> Self {
        let script = Arc::<Mutex<Script>>::default();
        let app = Router::new().fallback(answer).with_state(script.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { addr, script }
    }

    /// From now on `route` (`GET /api/tickets`) says this.
    pub(crate) fn on(&self, route: &str, answer: Answer) -> &Self {
        self.script.lock().answers.insert(route.to_owned(), answer);
        self
    }

    /// The next to ask `route` gets this, but not before it is told to; whoever asks after that gets nothing.
    pub(crate) fn hold(&self, route: &str, answer: Answer) -> oneshot::Sender<()> {
        let (go, told) = oneshot::channel();
        self.on(route, Answer::Held(Arc::new(Mutex::new(Some(told))), Box::new(answer)));
        go
    }

    /// What was asked of a route.
    pub(crate) fn seen(&self, route: &str) -> Vec<Seen> {
        self.script.lock().seen.iter().filter(|seen| seen.route == route).cloned().collect()
    }

    /// The only request a route got.
    pub(crate) fn only(&self, route: &str) -> Seen {
        let mut seen = self.seen(route);
        assert_eq!(seen.len(), 1, "{route}: {seen:?}");
        seen.remove(0)
    }
}

async fn answer(State(script): State<Arc<Mutex<Script>>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let route = format!("{} {}", parts.method, parts.uri.path());
    let answer = {
        let mut script = script.lock();
        script.seen.push(Seen {
            route: route.clone(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        });
        script.answers.get(&route).cloned()
    };
    let mut answer = answer.unwrap_or_else(|| Answer::refusal(404, "not_found", "Not Found", &[]));
    if let Answer::Held(told, held) = answer {
        let told = told.lock().take();
        let is_told = match told {
            Some(told) => told.await.is_ok(),
            None => false,
        };
        answer = if is_told { *held } else { Answer::Hangs };
    }
    match answer {
        Answer::Says { status, headers, body } => {
            let mut response = Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(name, value);
            }
            response.body(Body::from(body)).unwrap()
        }
        Answer::Hangs | Answer::Held(..) => std::future::pending().await,
    }
}
