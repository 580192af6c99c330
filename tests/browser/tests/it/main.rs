//! What people do on the market's pages, in Chromium with JavaScript off, through nginx and every service.
//!
//! Pages are read as people read them: fields by their labels, buttons and links by their texts. When a scenario
//! fails, what each browser showed lies in the target folder's `tmp/browser`.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

mod accounts;
mod bad_input;
mod driver;
mod hostile;
mod lapse;
mod scripts;
mod second_thoughts;
mod stage;
mod too_late;
mod trade;
mod visitor;
