//! [`main`]: from the command line to the exit code.

use std::{fmt, future::Future, process::ExitCode, time::Duration};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

use crate::{Env, Life, admin, config::ConfigError, ready, telemetry::TelemetrySettings};

/// Exit code for an unusable configuration: `EX_USAGE` of sysexits(3).
const EX_USAGE: u8 = 64;

/// Why a process cannot go on, for the log.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    /// A failure in words.
    pub fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }

    /// A failure caused by an error; its causes are told too.
    pub fn from_error(error: impl std::error::Error) -> Self {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            text = format!("{text}: {error}");
            cause = error.source();
        }
        Self(text)
    }

    /// Says what was being done.
    #[must_use]
    pub fn during(self, what: &str) -> Self {
        Self(format!("{what}: {}", self.0))
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::from_error(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// What [`main`] needs to know of a service.
pub trait Service {
    /// The service's name, as in logs and default database names.
    const NAME: &'static str;
    /// Its configuration, parsed.
    type Config: Send + 'static;
    /// Its subcommands; the default is to serve.
    type Command: Subcommand + Default + Send + 'static;

    /// Whether this subcommand runs until told to stop, and so has an admin port.
    fn is_daemon(command: &Self::Command) -> bool;

    /// Reads the configuration. `None` only after noting a problem in `env`.
    fn config(env: &mut Env) -> Option<Self::Config>;

    /// Runs a subcommand until it is done or [`Life::stopping`].
    fn run(
        config: Self::Config,
        command: Self::Command,
        life: Life,
    ) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// Settings of the process itself, which every service has.
#[derive(Debug, Clone)]
pub struct Common {
    telemetry: TelemetrySettings,
    admin_addr: std::net::SocketAddr,
    drain_delay: Duration,
    shutdown: Duration,
}

impl Common {
    fn read(env: &mut Env) -> Self {
        Self {
            telemetry: TelemetrySettings::read(env),
            admin_addr: env.or("ADMIN_ADDR", ([0, 0, 0, 0], 9090).into()),
            drain_delay: Duration::from_secs(env.or("DRAIN_DELAY_SECONDS", 0)),
            shutdown: Duration::from_secs(env.or("SHUTDOWN_SECONDS", 20)),
        }
    }
}

#[derive(Parser)]
struct Cli<C: Subcommand> {
    /// Check the configuration, list the variables it is read from, and exit.
    #[arg(long)]
    check_config: bool,
    /// Ask the running process, over its admin port, whether it is ready: exit code 0 if it is.
    #[arg(long, conflicts_with = "check_config")]
    ready: bool,
    #[command(subcommand)]
    command: Option<C>,
}

/// Runs service `S` as this process.
pub fn main<S: Service>() -> ExitCode {
    let cli = match Cli::<S::Command>::command()
        .name(S::NAME)
        .try_get_matches()
        .and_then(|matches| Cli::<S::Command>::from_arg_matches(&matches))
    {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let mut env = Env::of_process();
    let common = Common::read(&mut env);
    let config = S::config(&mut env);
    let asked = env.asked().to_vec();
    match env.finish(config) {
        Err(error) => refuse(&error),
        Ok(_) if cli.check_config => list(&asked),
        Ok(_) if cli.ready => ready(common.admin_addr),
        Ok(config) => start::<S>(&common, config, cli.command.unwrap_or_default()),
    }
}

#[expect(clippy::print_stderr, reason = "logging is not set up before the configuration is read")]
fn refuse(error: &ConfigError) -> ExitCode {
    eprintln!("{error}");
    ExitCode::from(EX_USAGE)
}

#[expect(clippy::print_stdout, reason = "the list is what --check-config was asked for")]
fn list(names: &[&str]) -> ExitCode {
    for name in names {
        println!("{name}");
    }
    ExitCode::SUCCESS
}

#[expect(clippy::print_stderr, reason = "what runs health checks shows what they print")]
fn ready(admin: std::net::SocketAddr) -> ExitCode {
    match ready::ask(admin) {
        Ok(true) => return ExitCode::SUCCESS,
        Ok(false) => eprintln!("not ready"),
        Err(error) => eprintln!("{admin} does not answer: {error}"),
    }
    ExitCode::FAILURE
}

fn start<S: Service>(common: &Common, config: S::Config, command: S::Command) -> ExitCode {
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failure::from_error)
        .and_then(|runtime| runtime.block_on(live::<S>(common, config, command)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            tracing::error!(service = S::NAME, %failure, "stopped by a failure");
            ExitCode::FAILURE
        }
    }
}

async fn live<S: Service>(common: &Common, config: S::Config, command: S::Command) -> Result<(), Failure> {
    let daemon = S::is_daemon(&command);
    let metrics = common.telemetry.start(daemon)?;
    let (life, mut deaths) = Life::new();
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    if daemon {
        admin::serve(common.admin_addr, &life, metrics).await?;
    }
    let service = S::run(config, command, life.clone());
    tokio::pin!(service);
    let outcome = tokio::select! {
        outcome = &mut service => outcome,
        failure = deaths.recv() => Err(failure.unwrap_or_else(|| Failure::new("a task vanished"))),
        _ = terminate.recv() => interrupted(daemon),
        _ = interrupt.recv() => interrupted(daemon),
    };
    life.leave();
    if daemon && outcome.is_ok() {
        tokio::time::sleep(common.drain_delay).await;
    }
    life.stop();
    tracing::info!(service = S::NAME, "stopping");
    if !life.drained(common.shutdown).await {
        tracing::warn!(seconds = common.shutdown.as_secs(), "some work did not end within SHUTDOWN_SECONDS");
    }
    outcome
}

/// A daemon is meant to run until told to stop; anything else was not done yet.
fn interrupted(daemon: bool) -> Result<(), Failure> {
    if daemon { Ok(()) } else { Err(Failure::new("interrupted before it was done")) }
}
