//! The auth service over HTTP, with a real database and broker.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod app;
mod generate_key;
mod openapi;
mod password;
mod republish;
mod session;
mod sign_in;
mod sign_out_everywhere;
mod sign_up;
mod tokens;
