//! The life of a service process, the same for all of them.
//!
//! [`main`] reads the configuration once and reports everything wrong with it together, starts logs and metrics,
//! runs the service, and ends the process honestly: zero after an orderly stop, non-zero when a task the service
//! cannot do without has ended. [`Life`] is the written contract of readiness and shutdown.

mod admin;
mod config;
mod entropy;
mod fault;
mod http;
mod life;
mod process;
mod ready;
mod session;
mod telemetry;
mod trace;

pub use self::{
    config::{ConfigError, Env},
    entropy::entropy,
    fault::fault_point,
    http::{EventQueue, EventSettings, EventStreams, Events, Gone, HttpSettings, Seat, Server, docs},
    life::{Life, Part},
    process::{Common, Failure, Service, main},
    session::SessionSettings,
    trace::TraceParent,
};
