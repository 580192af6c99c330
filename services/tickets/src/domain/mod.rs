//! What a listing is and what may become of it. Nothing here does I/O.

mod availability;
mod search;
mod ticket;
mod words;

pub use self::{
    availability::{Availability, UnitCount},
    search::{Cursor, InvalidCursor, Search, Sort, UNDATED},
    ticket::{Details, Draft, Impossible, Refusal, STARTS_IN_PAST, Ticket, Transition},
    words::{folded, words},
};
