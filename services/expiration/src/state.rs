//! What handlers, worker and reconciler work with.

use common::clock::Clock;

use crate::{store::Deadlines, timers::Timers};

/// The service's parts. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct AppState {
    pub(crate) deadlines: Deadlines,
    pub(crate) timers: Timers,
    pub(crate) clock: Clock,
}
