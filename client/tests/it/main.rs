//! The client's pages and forms over HTTP, with the real router, against services that say what a test tells them.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

mod accounts;
mod basket;
mod browse;
mod cards;
mod frame;
mod hostile;
mod kept;
mod listings;
mod orders;
mod outage_table;
mod outages;
mod payments;
mod receipts;
mod sales;
mod site;
mod stub;
mod ticket;
