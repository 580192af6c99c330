//! A payment gateway that agrees to everything, after a while; and that can be made to fall silent.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::Result;
use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};
use serde_json::{Value, json};

/// Answer as Stripe does to whoever pays with a good card.
#[derive(Debug, clap::Args)]
pub(crate) struct ServeGateway {
    #[arg(long)]
    address: SocketAddr,
    /// How long every answer takes.
    #[arg(long)]
    milliseconds: u64,
}

#[derive(Clone)]
struct Gateway {
    latency: Duration,
    count: Arc<AtomicU64>,
    is_silent: Arc<AtomicBool>,
}

impl Gateway {
    async fn answer(&self, id: String, status: &str) -> Json<Value> {
        tokio::time::sleep(self.latency).await;
        if self.is_silent.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        Json(json!({ "id": id, "object": "payment_intent", "status": status }))
    }
}

/// Runs until it is killed.
pub(crate) async fn serve_gateway(arguments: ServeGateway) -> Result<()> {
    let gateway = Gateway {
        latency: Duration::from_millis(arguments.milliseconds),
        count: Arc::default(),
        is_silent: Arc::default(),
    };
    let open = async |State(gateway): State<Gateway>| {
        let number = gateway.count.fetch_add(1, Ordering::Relaxed);
        gateway.answer(format!("pi_{number}"), "requires_confirmation").await
    };
    let confirm = async |State(gateway): State<Gateway>, Path(id): Path<String>| {
        gateway.answer(id, "requires_capture").await
    };
    let silence = async |State(gateway): State<Gateway>| gateway.is_silent.store(true, Ordering::Relaxed);
    let router = Router::new()
        .route("/", get(async || "ready"))
        .route("/silence", post(silence))
        .route("/v1/payment_intents", post(open))
        .route("/v1/payment_intents/{id}", get(confirm))
        .route("/v1/payment_intents/{id}/confirm", post(confirm))
        .with_state(gateway);
    let listener = tokio::net::TcpListener::bind(arguments.address).await?;
    Ok(axum::serve(listener, router).await?)
}
