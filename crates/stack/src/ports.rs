//! Free loopback ports that stay free over a restart.
//!
//! They come from below the range the kernel hands out by itself (32768 and up on Linux), so that no outgoing
//! connection takes the port of a process that is down for a moment.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    ops::Range,
    sync::atomic::{AtomicU32, Ordering},
};

use crate::error::{Result, StackError};

/// Where ports are looked for.
pub const RANGE: Range<u16> = 20_000..30_000;

// Launchers started one after the other (test binaries, say) get pids in a row: each begins in its own block.
const BLOCK: u32 = 100;

static TAKEN: AtomicU32 = AtomicU32::new(0);

/// An address on 127.0.0.1 that nobody listens on and that this process has not handed out before.
pub fn free() -> Result<SocketAddr> {
    let span = u32::from(RANGE.end - RANGE.start);
    for _ in 0..span {
        let port = candidate(std::process::id(), TAKEN.fetch_add(1, Ordering::Relaxed));
        if is_free(port) {
            return Ok(loopback(port));
        }
    }
    Err(StackError::NoFreePort)
}

/// Whether a port of 127.0.0.1 can be bound now.
pub fn is_free(port: u16) -> bool {
    TcpListener::bind(loopback(port)).is_ok()
}

/// A port of 127.0.0.1.
pub fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

fn candidate(pid: u32, nth: u32) -> u16 {
    let span = u32::from(RANGE.end - RANGE.start);
    let offset = (pid % (span / BLOCK) * BLOCK + nth % span) % span;
    RANGE.start + u16::try_from(offset).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_stay_in_the_range_and_differ_between_neighbours() {
        for pid in [1, 99, 100, 4_194_304, u32::MAX] {
            for nth in [0, 1, 9_999, u32::MAX] {
                assert!(RANGE.contains(&candidate(pid, nth)));
            }
        }
        let block = |pid| (0..BLOCK).map(move |nth| candidate(pid, nth));
        assert!(block(7).all(|port| !block(8).any(|other| other == port)));
    }

    #[test]
    fn a_port_in_use_is_passed_over_and_none_is_given_twice() {
        let first = free().unwrap();
        let _listener = TcpListener::bind(first).unwrap();
        assert!(!is_free(first.port()));
        assert_ne!(free().unwrap(), first);
    }
}
