//! What people type, as typed and as parsed.
//!
//! A form type keeps every text exactly as it came, so that a refused form can be shown again; its `check` gives
//! either what a service can be sent or all that is wrong, in the words the service would use.

mod credentials;
mod filters;
mod listing;
mod payment;
mod reservation;

pub(crate) use self::{
    credentials::CredentialsForm,
    filters::{FilterForm, SORTS},
    listing::{ListingForm, TicketDraft},
    payment::PayForm,
    reservation::{ReserveForm, fresh_key},
};
