//! Counting what clients get to see.

use std::{
    fmt::Display,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

/// How many requests were answered, and which were not as they should be: no answer, or a server's fault.
#[derive(Debug, Default)]
pub struct Tally {
    answers: AtomicUsize,
    troubles: Mutex<Vec<String>>,
}

impl Tally {
    /// Notes how a request ended.
    pub fn note<E: Display>(&self, request: impl Display, outcome: Result<u16, E>) {
        match outcome {
            Ok(status) if status < 500 => {
                self.answers.fetch_add(1, Ordering::Relaxed);
            }
            Ok(status) => self.trouble(format!("{request}: {status}")),
            Err(error) => self.trouble(format!("{request}: {error}")),
        }
    }

    /// Notes anything else that should not be.
    pub fn trouble(&self, what: String) {
        self.troubles.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    }

    /// Requests that were answered properly so far.
    pub fn answers(&self) -> usize {
        self.answers.load(Ordering::Relaxed)
    }

    /// What was not as it should be so far.
    pub fn troubles(&self) -> Vec<String> {
        self.troubles.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
