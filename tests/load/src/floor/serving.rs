//! The least an axum service can do: answer with bytes it has.

use std::{net::SocketAddr, path::PathBuf};

use anyhow::Result;
use axum::{Router, http::header, routing::get};
use bytes::Bytes;

/// Answer every request with the bytes of a file.
#[derive(Debug, clap::Args)]
pub(crate) struct ServeBytes {
    #[arg(long)]
    address: SocketAddr,
    #[arg(long)]
    file: PathBuf,
}

/// Runs until it is killed.
pub(crate) async fn serve_bytes(arguments: ServeBytes) -> Result<()> {
    let body = Bytes::from(tokio::task::spawn_blocking(move || std::fs::read(arguments.file)).await??);
    let answer = move || async move { ([(header::CONTENT_TYPE, "application/json")], body) };
    let listener = tokio::net::TcpListener::bind(arguments.address).await?;
    let router = Router::new().route("/", get(answer.clone())).route("/{*path}", get(answer));
    Ok(axum::serve(listener, router).await?)
}
