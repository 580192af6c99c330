//! Decisions, free of I/O.

mod deadline;

pub(crate) use self::deadline::{Deadline, Firing, Heard, WAITING};
