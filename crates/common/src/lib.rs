//! What the services and the web client have to agree on: ids, money, validated fields, the shapes of the
//! HTTP API and of the events.
//!
//! With default features nothing here needs a server: the crate builds for `wasm32`, so a form in the
//! browser applies the very rules the service will apply. The feature `axum` adds what every service does
//! in the same way at its edge: error responses, the session cookie, body parsing. Business rules are not
//! shared and do not belong here.

pub mod api;
#[cfg(feature = "axum")]
pub mod clock;
pub mod error;
pub mod events;
pub mod field;
pub mod id;
pub mod money;
pub mod text;

#[cfg(feature = "axum")]
pub mod http;
#[cfg(feature = "axum")]
pub mod session;
