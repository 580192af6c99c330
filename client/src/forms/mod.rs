//! What people type, as typed and as parsed.
//!
//! A form type keeps every text exactly as it came, so that a refused form can be shown again; its `check` gives
//! either what a service can be sent or all that is wrong, in the words the service would use.

mod basket;
mod credentials;
mod filters;
mod key;
mod listing;
mod password;
mod payment;
mod refund;
mod reservation;
#[cfg(test)]
mod spoken;

pub(crate) use self::{
    basket::{BasketForm, REMOVE, price_field, quantity_field, total},
    credentials::CredentialsForm,
    filters::{FilterForm, SORTS},
    key::fresh_key,
    listing::{ListingForm, TicketDraft},
    password::{PasswordChange, PasswordForm},
    payment::{Means, PayForm},
    refund::{RefundDraft, RefundForm},
    reservation::ReserveForm,
};
