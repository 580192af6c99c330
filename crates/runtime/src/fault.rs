//! Points at which a debug build can be told to die, so that tests can crash a service at its worst moments.

/// Ends the process as `kill -9` would if `FAULT_POINT` names this point.
///
/// `FAULT_POINT=name` dies at the first passage, `name:3` at the third. Release builds have no such points.
#[inline]
pub fn fault_point(name: &str) {
    #[cfg(debug_assertions)]
    armed::pass(name);
    #[cfg(not(debug_assertions))]
    let _ = name;
}

#[cfg(debug_assertions)]
mod armed {
    use std::sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    };

    struct Armed {
        name: String,
        passages_left: AtomicU32,
    }

    static ARMED: LazyLock<Option<Armed>> = LazyLock::new(|| {
        let value = std::env::var("FAULT_POINT").ok()?;
        let (name, count) = value.split_once(':').unwrap_or((&value, "1"));
        Some(Armed { name: name.to_owned(), passages_left: AtomicU32::new(count.parse().unwrap_or(1)) })
    });

    pub(super) fn pass(name: &str) {
        let Some(armed) = ARMED.as_ref() else { return };
        if armed.name == name && armed.passages_left.fetch_sub(1, Ordering::SeqCst) == 1 {
            tracing::warn!(point = name, "dying at a fault point");
            std::process::abort();
        }
    }
}
