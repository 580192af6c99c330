//! The pages: one file a page, and the parts that several share.

#![expect(
    unreachable_pub,
    reason = "the component macro makes a public type of every component's properties"
)]

mod alert;
mod categories;
mod field;
mod layout;
mod listing_fields;
mod more;
mod pay;
mod receipt;
mod steps;
mod ticket_card;
mod told;

pub(crate) mod account;
pub(crate) mod api_docs;
pub(crate) mod basket;
pub(crate) mod edit;
pub(crate) mod home;
pub(crate) mod my_orders;
pub(crate) mod my_tickets;
pub(crate) mod order;
pub(crate) mod sell;
pub(crate) mod sign_in;
pub(crate) mod sign_up;
pub(crate) mod ticket;
pub(crate) mod trouble;
pub(crate) mod withdraw;
