//! What a listing is and what may become of it. Nothing here does I/O.

mod availability;
mod draft;
mod search;
mod ticket;
mod words;
mod zones;

pub(crate) use self::{
    availability::{Availability, UnitCount},
    draft::Draft,
    search::{Cursor, Search, Sort, UNDATED},
    ticket::{Details, Refusal, Said, Ticket, Transition, request_name},
    words::{folded, words},
    zones::known_zone,
};
