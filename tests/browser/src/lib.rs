//! People at browsers, and the market they meet on: what the tests in `tests/it` and the pictures are made with.
//!
//! Pages are read as people read them: fields by their labels, buttons and links by their texts. When a scenario
//! fails, what each browser showed lies in the target folder's `tmp/browser`.
#![expect(clippy::missing_panics_doc, clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod accessibility;
mod console;
mod devtools;
mod driver;
pub mod gallery;
mod layout;
mod stage;
mod visitor;

pub use self::{
    devtools::Look,
    driver::{Driver, Scripts},
    stage::{Cast, on_stage, perform, play, play_live, shared_market, target_folder},
    visitor::{PASSWORD, Visitor},
};
