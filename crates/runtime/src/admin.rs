//! The admin port: probes and metrics, apart from the port the world reaches.

use std::net::SocketAddr;

use axum::{Router, extract::State, http::StatusCode, routing::get};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;

use crate::{Failure, Life};

/// Serves `/livez`, `/readyz` and `/metrics` until the process ends.
///
/// `/livez` never touches a dependency: restarting this process does not mend a database. The port stays open
/// while the process drains, so that `/readyz` can say no.
pub(crate) async fn serve(addr: SocketAddr, life: &Life, metrics: PrometheusHandle) -> Result<(), Failure> {
    let app = Router::new()
        .route("/livez", get(async || "alive\n"))
        .route("/readyz", get(ready).with_state(life.clone()))
        .route("/metrics", get(async move || metrics.render()));
    let listener = TcpListener::bind(addr)
        .await
        .map_err(|error| Failure::from_error(error).during(&format!("listening on ADMIN_ADDR {addr}")))?;
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(())
}

async fn ready(State(life): State<Life>) -> (StatusCode, &'static str) {
    if life.is_ready() {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
    }
}
