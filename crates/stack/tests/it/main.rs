//! Real processes: what starts also stops, whoever is killed.

#![expect(clippy::unwrap_used, reason = "the lint knows test functions, not the stand-ins they share")]

mod ingress;
mod processes;
mod servers;
