//! What a listing is and what may become of it. Nothing here does I/O.

mod availability;
mod draft;
mod search;
mod ticket;
mod words;

pub(crate) use self::{
    availability::{Availability, UnitCount},
    draft::Draft,
    search::{Cursor, Search, Sort, UNDATED},
    ticket::{Details, Refusal, Ticket, Transition},
    words::{folded, words},
};
