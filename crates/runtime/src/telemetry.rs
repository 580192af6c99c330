//! Logs to standard output and metrics to the admin port.

use std::str::FromStr;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{Env, Failure};

/// How a log line is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    Json,
    Pretty,
}

impl FromStr for LogFormat {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "json" => Ok(Self::Json),
            "pretty" => Ok(Self::Pretty),
            _ => Err("must be json or pretty"),
        }
    }
}

/// A filter in the notation of `tracing-subscriber`: `info`, `info,mongodb=debug`.
#[derive(Debug, Clone)]
pub(crate) struct LogLevel(String);

impl FromStr for LogLevel {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        EnvFilter::try_new(text)
            .map(|_| Self(text.to_owned()))
            .map_err(|error| format!("is no log filter: {error}"))
    }
}

#[derive(Debug, Clone)]
pub(crate) struct TelemetrySettings {
    format: LogFormat,
    level: LogLevel,
}

impl TelemetrySettings {
    pub(crate) fn read(env: &mut Env) -> Self {
        Self {
            format: env.or("LOG_FORMAT", LogFormat::Json),
            level: env.or("LOG_LEVEL", LogLevel("info".to_owned())),
        }
    }

    /// Starts logging and metrics for the whole process; to be called once.
    pub(crate) fn start(&self) -> Result<PrometheusHandle, Failure> {
        let filter = EnvFilter::try_new(&self.level.0).map_err(Failure::from_error)?;
        let registry = tracing_subscriber::registry().with(filter);
        let started = match self.format {
            LogFormat::Json => registry.with(fmt::layer().json().flatten_event(true)).try_init(),
            LogFormat::Pretty => registry.with(fmt::layer().with_target(false)).try_init(),
        };
        started.map_err(Failure::from_error)?;
        PrometheusBuilder::new()
            .set_buckets(&[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0])
            .and_then(PrometheusBuilder::install_recorder)
            .map_err(Failure::from_error)
    }
}
