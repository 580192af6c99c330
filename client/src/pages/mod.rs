//! The pages: one file a page, and the parts that several share.

#![expect(
    unreachable_pub,
    reason = "the component macro makes a public type of every component's properties"
)]

mod alert;
mod card;
mod categories;
mod field;
mod layout;
mod listing_fields;
mod more;
mod order_lines;
mod pay;
mod seller_nav;
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
pub(crate) mod receipt;
pub(crate) mod refund;
pub(crate) mod sales;
pub(crate) mod sell;
pub(crate) mod seller_money;
pub(crate) mod sign_in;
pub(crate) mod sign_up;
pub(crate) mod ticket;
pub(crate) mod trouble;
pub(crate) mod withdraw;
