//! What can go wrong, in words a person at a terminal can act on.

use std::{io, process::ExitStatus, time::Duration};

/// The result of starting or stopping something.
pub type Result<T, E = StackError> = std::result::Result<T, E>;

/// Why something did not start, stop or answer.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// A program is neither on PATH nor in the tools cache.
    #[error(
        "{program} is not installed: it is neither on PATH nor in {cache}; `cargo xtask setup` installs it"
    )]
    MissingTool {
        /// The program looked for.
        program: String,
        /// The cache folder looked in.
        cache: String,
    },
    /// A binary of the workspace is not where it is built to.
    #[error("{path} does not exist: build it first with `cargo build --workspace --bins`")]
    NotBuilt {
        /// Where it was expected.
        path: String,
    },
    /// What the browser loads is not where it is built to.
    #[error("{path} does not exist: build it first with `cargo xtask site`")]
    NoSite {
        /// Where it was expected.
        path: String,
    },
    /// The system refused something.
    #[error("could not {what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// The system's reason.
        source: io::Error,
    },
    /// A process ended by itself before it was ready.
    #[error("{name} stopped while starting ({status}); its last lines were:\n{tail}")]
    Exited {
        /// The process.
        name: String,
        /// How it ended.
        status: ExitStatus,
        /// The end of its log.
        tail: String,
    },
    /// A process runs but did not become ready in time.
    #[error("{name} was not ready after {} s ({problem}); its last lines were:\n{tail}", after.as_secs())]
    NotReady {
        /// The process.
        name: String,
        /// How long it was given.
        after: Duration,
        /// The last answer of its readiness check.
        problem: String,
        /// The end of its log.
        tail: String,
    },
    /// A one-off command failed.
    #[error("{name} failed ({status}):\n{output}")]
    Failed {
        /// The command.
        name: String,
        /// How it ended.
        status: ExitStatus,
        /// What it wrote.
        output: String,
    },
    /// No loopback port could be bound.
    #[error("no free port between {} and {} on 127.0.0.1", crate::ports::RANGE.start, crate::ports::RANGE.end - 1)]
    NoFreePort,
}

/// Names what was tried, for `map_err`.
pub(crate) fn doing(what: impl Into<String>) -> impl FnOnce(io::Error) -> StackError {
    |source| StackError::Io { what: what.into(), source }
}
