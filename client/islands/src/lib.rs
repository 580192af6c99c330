//! What comes alive in the browser: one small program of islands, built twice.
//!
//! With `ssr` it is a part of the client, which renders every island's first state; with `hydrate` it is the
//! WebAssembly that a page loads to keep that state true. Islands are leaves: a page is complete without them.
//! All of them are in this one crate, because the browser reaches them as exports of one program.

#![expect(
    unreachable_pub,
    reason = "the component macro makes a public type of every component's properties"
)]

pub mod money;
mod seats;
pub mod words;

pub use self::seats::Seats;

#[cfg(feature = "hydrate")]
mod start;
