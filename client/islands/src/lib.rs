//! What comes alive in the browser: one small program of islands, built twice.
//!
//! With `ssr` it is a part of the client, which renders every island's first state; with `hydrate` it is the
//! WebAssembly that a page loads to keep that state true. Islands are leaves: a page is complete without them.
//! All of them are in this one crate, because the browser reaches them as exports of one program.
//!
//! # What a page holds for them
//!
//! Islands show and hide what the server wrote, so that there is no second renderer. They find it by attributes:
//!
//! | attribute | on | meaning |
//! | --- | --- | --- |
//! | `data-listing=ID` | a card, a line of the basket, the ticket page's article | all that is about one listing; [`Seats`] and [`Price`] within tell its units and its price |
//! | `data-title` | an element within | its text is the listing's title; changed when the seller edits it |
//! | `data-when="available"`, `reserved`, `sold`, `withdrawn` | an element within | shown in this state only; the server writes all of them and `hidden` on those that are not true |
//! | `data-total` | an element within, beside the choice `quantity-ID` | follows the chosen quantity times the price |
//! | `data-sum`, `data-count` | elements of the basket | follow what all lines with a `data-total` cost, and how many tickets that is |
//! | `data-reservation` | what is about one order | [`Countdown`] within tells until when |
//! | `data-when="running"`, `lapsed` | an element within | shown while the countdown runs, or once it is over |
//! | `data-swap=NAME` | an element | replaced by the element of this name in the page read anew; an [`OrderWatch`] stands outside |
//! | `data-version=N`, `data-waiting` | the swapped element of an order | the version shown; a payment is under way, so look again soon |
//! | `data-form=NAME` | a form with [`Checked`] in it | whose rules ([`rules`]) its fields keep; fields are `field-NAME` within `.field`, errors `error-NAME` |
//!
//! [`CardField`] stands in the form that pays, with a hidden field `paymentMethod` and a button that is hidden until the
//! card form is there.
//!
//! [`Live`] and [`OrderWatch`] are the line that says when the page was true; a page has one of them.

#![expect(
    unreachable_pub,
    reason = "the component macro makes a public type of every component's properties"
)]

pub mod aloud;
pub mod backoff;
mod card;
mod checked;
pub mod clock;
mod cost;
mod countdown;
pub mod listing;
mod live;
pub mod money;
mod order_watch;
mod price;
pub mod rules;
mod seats;
pub mod units;
pub mod words;

pub use self::{
    card::{BankStep, CardField},
    checked::Checked,
    cost::Cost,
    countdown::Countdown,
    live::Live,
    order_watch::OrderWatch,
    price::Price,
    seats::Seats,
    units::Units,
};

#[cfg(feature = "hydrate")]
mod browser;
#[cfg(feature = "hydrate")]
mod start;

#[cfg(all(test, feature = "ssr"))]
mod first_states;
