//! Places in the streams: what a client names when it comes back.

use std::{fmt, str::FromStr};

use common::events::Stream;

/// A place in one stream. Of two streams of one name, one of them gone, the epoch tells which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Mark {
    pub(super) epoch: i64,
    pub(super) sequence: u64,
}

impl Mark {
    /// Whether this is `other`, or a place before it. False where nobody can tell.
    fn precedes(self, other: Self) -> bool {
        self.epoch == other.epoch && self.sequence <= other.sequence
    }
}

/// A place in both streams: everything up to it is known.
///
/// Pods hear the two streams interleaved differently, and so pass through different places; but every place means the
/// same to all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Position {
    pub(super) orders: Mark,
    pub(super) tickets: Mark,
}

impl Position {
    /// The place in one of the streams.
    pub(super) fn of(&mut self, stream: Stream) -> &mut Mark {
        if stream == Stream::Orders { &mut self.orders } else { &mut self.tickets }
    }

    /// Whether this is `other`, or a place before it in both streams.
    pub(super) fn precedes(&self, other: &Self) -> bool {
        self.orders.precedes(other.orders) && self.tickets.precedes(other.tickets)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { orders, tickets } = self;
        write!(out, "o{}.{:x}-t{}.{:x}", orders.sequence, orders.epoch, tickets.sequence, tickets.epoch)
    }
}

/// The text is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoPosition;

impl FromStr for Position {
    type Err = NoPosition;

    fn from_str(text: &str) -> Result<Self, NoPosition> {
        let (orders, tickets) = text.split_once('-').ok_or(NoPosition)?;
        Ok(Self { orders: mark(orders, 'o')?, tickets: mark(tickets, 't')? })
    }
}

fn mark(text: &str, initial: char) -> Result<Mark, NoPosition> {
    let (sequence, epoch) =
        text.strip_prefix(initial).and_then(|mark| mark.split_once('.')).ok_or(NoPosition)?;
    let sequence = sequence.parse().map_err(|_| NoPosition)?;
    let epoch = i64::from_str_radix(epoch, 16).map_err(|_| NoPosition)?;
    Ok(Mark { epoch, sequence })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_reads_back_as_written() {
        let position = Position {
            orders: Mark { epoch: 1_793_000_000_123, sequence: 7 },
            tickets: Mark { epoch: 255, sequence: 0 },
        };
        assert_eq!(position.to_string(), "o7.1a17720ca7b-t0.ff");
        assert_eq!(position.to_string().parse(), Ok(position));
        for text in ["", "-", "7", "o7-t0", "t0.ff-o7.1a", "o7.1a-t0.ff-", "o-1.1-t1.1", "o7.x-t0.ff"] {
            assert_eq!(text.parse::<Position>(), Err(NoPosition), "{text}");
        }
    }

    #[test]
    fn places_in_different_streams_say_nothing_of_each_other() {
        let mark = |epoch, sequence| Mark { epoch, sequence };
        assert!(mark(1, 5).precedes(mark(1, 5)) && mark(1, 4).precedes(mark(1, 5)));
        assert!(!mark(1, 6).precedes(mark(1, 5)) && !mark(2, 4).precedes(mark(1, 5)));
    }
}
