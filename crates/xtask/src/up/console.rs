//! The merged log: one line a line, who wrote it in front, each in a colour of its own.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::terminal::{self, Colour, paint};

const WIDTH: usize = 12;

/// Where the processes' lines go. While the market starts or stops they are only kept in the log files.
#[derive(Default)]
pub(super) struct Console {
    showing: AtomicBool,
}

impl Console {
    pub(super) fn show_everything(&self) {
        self.showing.store(true, Ordering::Relaxed);
    }

    pub(super) fn stop_showing(&self) {
        self.showing.store(false, Ordering::Relaxed);
    }

    pub(super) fn line(&self, name: &str, line: &str) {
        if self.showing.load(Ordering::Relaxed) && !line.is_empty() {
            terminal::say(&format(name, line));
        }
    }
}

fn format(name: &str, line: &str) -> String {
    let prefix = paint(colour(name), &format!("{name:>WIDTH$} │"));
    // The level stands in the first words of a line.
    let head = line.get(..60).unwrap_or(line);
    if head.contains(" ERROR ") {
        format!("{prefix} {}", paint(Colour::Red, line))
    } else if head.contains(" WARN ") {
        format!("{prefix} {}", paint(Colour::Yellow, line))
    } else {
        format!("{prefix} {line}")
    }
}

/// The same for every replica of a service.
fn colour(name: &str) -> Colour {
    match name.trim_end_matches(|last: char| last == '-' || last.is_ascii_digit()) {
        "auth" => Colour::Cyan,
        "tickets" => Colour::Green,
        "orders" => Colour::Magenta,
        "expiration" => Colour::BrightMagenta,
        "payments" => Colour::BrightGreen,
        "client" => Colour::BrightBlue,
        _ => Colour::Grey,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_who_wrote_it() {
        assert_eq!(
            format("orders", "2026-11-21T05:00:00Z  INFO listening"),
            "      orders │ 2026-11-21T05:00:00Z  INFO listening"
        );
    }

    #[test]
    fn replicas_share_a_colour() {
        assert_eq!(colour("orders-0"), colour("orders"));
        assert_ne!(colour("orders-1"), colour("mongodb"));
    }
}
