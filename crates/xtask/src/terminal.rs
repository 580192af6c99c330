//! Writing to the terminal: colour only where it is one, and no panic when it has gone away.

use std::{
    env,
    io::{IsTerminal as _, Write as _, stderr, stdout},
    sync::LazyLock,
    time::Duration,
};

/// The colours used, as their ANSI codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colour {
    Red = 31,
    Green = 32,
    Yellow = 33,
    Blue = 34,
    Magenta = 35,
    Cyan = 36,
    Grey = 90,
    BrightGreen = 92,
    BrightBlue = 94,
    BrightMagenta = 95,
}

static COLOURED: LazyLock<bool> =
    LazyLock::new(|| stdout().is_terminal() && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()));

/// The text in a colour, on terminals that want any.
pub(crate) fn paint(colour: Colour, text: &str) -> String {
    if *COLOURED { format!("\x1b[{}m{text}\x1b[0m", colour as u8) } else { text.to_owned() }
}

/// Writes a line to standard output.
pub(crate) fn say(line: &str) {
    let _ = writeln!(stdout().lock(), "{line}");
}

/// Writes a line to standard error.
pub(crate) fn complain(line: &str) {
    let _ = writeln!(stderr().lock(), "{line}");
}

/// A line that announces what begins now.
pub(crate) fn begin(what: &str) {
    say(&format!("{} {what}", paint(Colour::Blue, "▶")));
}

/// A line that says what is done, and how long it took.
pub(crate) fn done(what: &str, took: Duration) {
    say(&format!("{} {what} {}", paint(Colour::Green, "✓"), paint(Colour::Grey, &seconds(took))));
}

/// A duration for people: `0.4 s`, `75 s`.
pub(crate) fn seconds(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 10.0 { format!("{seconds:.1} s") } else { format!("{seconds:.0} s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_as_exact_as_they_are_interesting() {
        assert_eq!(seconds(Duration::from_millis(420)), "0.4 s");
        assert_eq!(seconds(Duration::from_millis(75_400)), "75 s");
    }
}
