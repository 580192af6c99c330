//! The whole market from outside.

mod bad_input;
mod buying;
mod checker;
mod late_money;
mod races;
mod sessions;
