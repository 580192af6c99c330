//! What people do on the market's pages, in Chromium, through nginx and every service: with JavaScript off, and with
//! the pages' own program running.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]
#![expect(clippy::print_stdout, reason = "figures, for whoever wants to see them")]

mod accounts;
mod bad_input;
mod basket;
mod cards;
mod everybody;
mod hostile;
mod instruments;
mod keyboard;
mod languages;
mod lapse;
mod layout;
mod live;
mod policy;
mod refunds;
mod scripts;
mod second_thoughts;
mod too_late;
mod trade;
mod web;
