//! Logs to standard output and metrics to the admin port.

use std::{str::FromStr, time::Duration};

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::{
    EnvFilter, fmt, fmt::writer::BoxMakeWriter, layer::SubscriberExt, util::SubscriberInitExt,
};

use crate::{Env, Failure};

const UPKEEP_EVERY: Duration = Duration::from_secs(5);

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
    ///
    /// A daemon logs to standard output; a command keeps that for its report and logs to standard error.
    pub(crate) fn start(&self, daemon: bool) -> Result<PrometheusHandle, Failure> {
        let filter = EnvFilter::try_new(&self.level.0).map_err(Failure::from_error)?;
        let registry = tracing_subscriber::registry().with(filter);
        let writer =
            if daemon { BoxMakeWriter::new(std::io::stdout) } else { BoxMakeWriter::new(std::io::stderr) };
        let started = match self.format {
            LogFormat::Json => {
                registry.with(fmt::layer().json().flatten_event(true).with_writer(writer)).try_init()
            }
            LogFormat::Pretty => {
                registry.with(fmt::layer().with_target(false).with_writer(writer)).try_init()
            }
        };
        started.map_err(Failure::from_error)?;
        let metrics = PrometheusBuilder::new()
            .set_buckets(&[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0])
            .and_then(PrometheusBuilder::install_recorder)
            .map_err(Failure::from_error)?;
        let upkeep = metrics.clone();
        // Samples pile up until somebody scrapes, unless they are put into their buckets now and then.
        tokio::spawn(async move {
            let mut every = tokio::time::interval(UPKEEP_EVERY);
            loop {
                every.tick().await;
                upkeep.run_upkeep();
            }
        });
        Ok(metrics)
    }
}
