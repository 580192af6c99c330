//! The browser's half of the islands: as little as can be, since what is decided is decided in plain functions.
//!
//! Nothing here may stand in the way of the page's own forms and links: what cannot be found or read is left alone.

pub(crate) mod announce;
mod basket;
pub(crate) mod card;
pub(crate) mod clock;
pub(crate) mod countdown;
pub(crate) mod dom;
pub(crate) mod form;
pub(crate) mod listings;
pub(crate) mod order;
pub(crate) mod page;
mod stream;
mod ticket;
