//! Decisions about accounts and sessions, without I/O.

mod session;
mod user;

pub(crate) use self::{
    session::Session,
    user::{PasswordHash, User},
};

/// What became of a requested change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Transition<T> {
    /// The state is new and must be stored.
    Changed(T),
    /// It was already so.
    AlreadyThere(T),
}

/// The session was ended, alone or with all others of its user, or has run out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the session is over")]
pub(crate) struct SessionOver;
