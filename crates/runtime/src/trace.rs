//! W3C trace context: one trace from the browser's request over the outbox to the last consumer.

use std::{fmt, future::Future, str::FromStr};

use crate::entropy;

tokio::task_local! {
    static CURRENT: TraceParent;
}

/// A `traceparent` of version 00. See <https://www.w3.org/TR/trace-context/>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceParent {
    trace: u128,
    parent: u64,
    flags: u8,
}

impl TraceParent {
    /// The header's name, for HTTP and NATS alike.
    pub const HEADER: &'static str = "traceparent";

    /// A new trace, or a new step of `parent`'s trace.
    pub fn start(parent: Option<Self>) -> Self {
        let step = u64::from_be_bytes(entropy());
        match parent {
            Some(parent) => Self { parent: step, ..parent },
            None => Self { trace: u128::from_be_bytes(entropy()), parent: step, flags: 1 },
        }
    }

    /// The trace the current task works for; a new one outside any.
    pub fn current() -> Self {
        CURRENT.try_with(|current| *current).unwrap_or_else(|_| Self::start(None))
    }

    /// Runs `work` as part of this trace.
    pub async fn scope<F: Future>(self, work: F) -> F::Output {
        CURRENT.scope(self, work).await
    }

    /// The trace's id, as logs show it.
    pub fn trace_id(self) -> String {
        format!("{:032x}", self.trace)
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "00-{:032x}-{:016x}-{:02x}", self.trace, self.parent, self.flags)
    }
}

impl FromStr for TraceParent {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('-');
        let mut hex = |digits: usize| parts.next().filter(|part| part.len() == digits).ok_or(());
        let (version, trace, parent, flags) = (hex(2)?, hex(32)?, hex(16)?, hex(2)?);
        let trace = u128::from_str_radix(trace, 16).map_err(|_| ())?;
        let parent = u64::from_str_radix(parent, 16).map_err(|_| ())?;
        let flags = u8::from_str_radix(flags, 16).map_err(|_| ())?;
        if version == "ff" || trace == 0 || parent == 0 { Err(()) } else { Ok(Self { trace, parent, flags }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_stays_in_its_trace() {
        let text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let parent: TraceParent = text.parse().unwrap();
        assert_eq!(parent.to_string(), text);
        let step = TraceParent::start(Some(parent));
        assert_eq!(step.trace_id(), parent.trace_id());
        assert_ne!(step, parent);
    }

    #[test]
    fn nonsense_is_no_trace() {
        for text in [
            "",
            "00-0-0-00",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        ] {
            assert!(text.parse::<TraceParent>().is_err(), "{text}");
        }
    }
}
