//! What was measured: rows of figures, the aims beside them, and everything that went wrong.

use std::{fmt::Write as _, fs, thread::available_parallelism, time::Duration};

use serde::Serialize;

use crate::{
    generator::Outcome,
    meter::{OWN, Usage},
};

/// A whole run.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    machine: Machine,
    rows: Vec<Row>,
    aims: Vec<Aim>,
    notes: Vec<String>,
    /// What makes the figures worthless.
    troubles: Vec<String>,
}

/// Where it ran.
#[derive(Debug, Serialize)]
struct Machine {
    cores: usize,
    processor: String,
    memory_gib: u64,
    kernel: String,
}

/// One figure.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    pub(crate) figure: String,
    pub(crate) connections: usize,
    pub(crate) requests: u64,
    pub(crate) seconds: f64,
    pub(crate) per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    /// Of the process the figure is about, for each request.
    pub(crate) cpu_ms: Option<f64>,
    pub(crate) idle_mib: Option<f64>,
    pub(crate) load_mib: Option<f64>,
    /// Of the other processes, for each request.
    pub(crate) others: Vec<Cost>,
}

/// What a process spent on each request.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Cost {
    name: String,
    cpu_ms: f64,
}

/// What a figure should be, and what it is.
#[derive(Debug, Serialize)]
struct Aim {
    what: String,
    wanted: String,
    measured: String,
    met: bool,
}

impl Row {
    pub(crate) fn new(figure: impl Into<String>, connections: usize, outcome: &Outcome) -> Self {
        Self {
            figure: figure.into(),
            connections,
            requests: outcome.count(),
            seconds: outcome.elapsed.as_secs_f64(),
            per_second: outcome.per_second(),
            p50_ms: millis(outcome.latency.within(0.5)),
            p99_ms: millis(outcome.latency.within(0.99)),
            cpu_ms: None,
            idle_mib: None,
            load_mib: None,
            others: Vec::new(),
        }
    }

    /// Adds what the processes used: `measured` is the one the figure is about.
    #[must_use]
    pub(crate) fn cost(mut self, usages: &[Usage], measured: &str) -> Self {
        let each = |usage: &Usage| millis(usage.processor) / count(self.requests);
        if let Some(usage) = usages.iter().find(|usage| usage.name == measured) {
            self.cpu_ms = Some(each(usage));
            self.load_mib = (usage.name != OWN).then_some(mebibytes(usage.peak));
        }
        let others = usages.iter().filter(|usage| usage.name != measured);
        self.others = others.map(|usage| Cost { name: usage.name.clone(), cpu_ms: each(usage) }).collect();
        self
    }

    /// Adds the resident memory before any load.
    #[must_use]
    pub(crate) fn idle(mut self, bytes: u64) -> Self {
        self.idle_mib = Some(mebibytes(bytes));
        self
    }

    fn cells(&self) -> [String; 9] {
        let number = |value: Option<f64>, digits| value.map_or(String::new(), |value| fixed(value, digits));
        let others = self.others.iter().filter(|cost| cost.cpu_ms >= 0.01);
        let others = others.map(|cost| format!("{} {}", cost.name, fixed(cost.cpu_ms, 2)));
        [
            self.figure.clone(),
            self.connections.to_string(),
            fixed(self.per_second, usize::from(self.per_second < 100.0)),
            fixed(self.p50_ms, 2),
            fixed(self.p99_ms, 2),
            number(self.cpu_ms, if self.cpu_ms.is_some_and(|value| value < 0.1) { 3 } else { 2 }),
            number(self.idle_mib, 1),
            number(self.load_mib, 1),
            others.collect::<Vec<_>>().join(", "),
        ]
    }
}

impl Report {
    pub(crate) fn new() -> Self {
        let found = |path, name: &str| {
            let text = fs::read_to_string(path).unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix(name).map(str::to_owned));
            line.map(|rest| rest.trim_start_matches([':', '\t', ' ']).to_owned()).unwrap_or_default()
        };
        let memory = found("/proc/meminfo", "MemTotal:");
        let memory: u64 = memory.trim_end_matches(" kB").parse().unwrap_or_default();
        let machine = Machine {
            cores: available_parallelism().map_or(1, usize::from),
            processor: found("/proc/cpuinfo", "model name"),
            memory_gib: memory / 1024 / 1024,
            kernel: fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim().to_owned(),
        };
        Self { machine, rows: Vec::new(), aims: Vec::new(), notes: Vec::new(), troubles: Vec::new() }
    }

    /// Adds a figure and shows it at once.
    pub(crate) fn row(&mut self, row: Row, outcome: &Outcome) {
        if let Some(trouble) = outcome.trouble() {
            self.trouble(format!("{} at {}: {trouble}", row.figure, row.connections));
        }
        let [figure, connections, per_second, p50, p99, cpu, idle, load, others] = row.cells();
        let memory = if load.is_empty() { String::new() } else { format!("  {idle}→{load} MiB") };
        say(&format!(
            "  {figure} ×{connections}: {per_second}/s  p50 {p50} ms  p99 {p99} ms  {cpu} CPU-ms{memory}  ({others})"
        ));
        self.rows.push(row);
    }

    /// Compares a figure with what it should be at least (`higher`) or at most.
    fn aim(&mut self, what: String, measured: f64, wanted: f64, higher: bool, unit: &str) {
        let shown = |value: f64| match value {
            100.0.. => fixed(value, 0),
            10.0.. => fixed(value, 1),
            _ => fixed(value, 2),
        };
        let met = if higher { measured >= wanted } else { measured <= wanted };
        let sign = if higher { '≥' } else { '≤' };
        self.aims.push(Aim {
            what,
            wanted: format!("{sign} {}{unit}", shown(wanted)),
            measured: format!("{}{unit}", shown(measured)),
            met,
        });
    }

    pub(crate) fn at_least(&mut self, what: impl Into<String>, measured: f64, wanted: f64, unit: &str) {
        self.aim(what.into(), measured, wanted, true, unit);
    }

    pub(crate) fn at_most(&mut self, what: impl Into<String>, measured: f64, wanted: f64, unit: &str) {
        self.aim(what.into(), measured, wanted, false, unit);
    }

    /// The memory a service may take: 40 MiB idle, 100 MiB under load.
    pub(crate) fn memory_aims(&mut self, service: &str, idle: u64, load: u64) {
        self.at_most(format!("{service}: memory idle"), mebibytes(idle), 40.0, " MiB");
        self.at_most(format!("{service}: memory under load"), mebibytes(load), 100.0, " MiB");
    }

    pub(crate) fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        say(&format!("  {note}"));
        self.notes.push(note);
    }

    pub(crate) fn trouble(&mut self, trouble: impl Into<String>) {
        let trouble = trouble.into();
        say(&format!("  WRONG: {trouble}"));
        self.troubles.push(trouble);
    }

    /// Whether every figure can be believed.
    pub(crate) fn is_sound(&self) -> bool {
        self.troubles.is_empty()
    }

    /// The whole report, as Markdown that is also readable as it stands.
    pub(crate) fn text(&self) -> String {
        let machine = &self.machine;
        let mut text = format!(
            "{} cores ({}), {} GiB, Linux {}\n\n",
            machine.cores, machine.processor, machine.memory_gib, machine.kernel
        );
        let heads = [
            "figure",
            "conns",
            "per s",
            "p50 ms",
            "p99 ms",
            "CPU-ms",
            "idle MiB",
            "load MiB",
            "others' CPU-ms",
        ];
        text += &table(&heads.map(str::to_owned), &self.rows.iter().map(Row::cells).collect::<Vec<_>>());
        let aims: Vec<_> = self.aims.iter().map(Aim::cells).collect();
        if !aims.is_empty() {
            text += "\n";
            text += &table(&["aim", "wanted", "measured", ""].map(str::to_owned), &aims);
        }
        for note in &self.notes {
            let _ = write!(text, "\n- {note}");
        }
        for trouble in &self.troubles {
            let _ = write!(text, "\n- WRONG: {trouble}");
        }
        text.trim_end().to_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self)
    }
}

impl Aim {
    fn cells(&self) -> [String; 4] {
        let met = if self.met { "met" } else { "MISSED" };
        [self.what.clone(), self.wanted.clone(), self.measured.clone(), met.to_owned()]
    }
}

/// A Markdown table whose columns line up.
fn table<const N: usize>(heads: &[String; N], rows: &[[String; N]]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().chain([heads]).map(|row| row[column].chars().count());
        cells.max().unwrap_or_default()
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let mut text = String::new();
    let mut line = |cells: &[String; N]| {
        for (cell, width) in cells.iter().zip(widths) {
            let padding = " ".repeat(width - cell.chars().count());
            let _ = write!(text, "| {cell}{padding} ");
        }
        text += "|\n";
    };
    line(heads);
    line(&widths.map(|width| "-".repeat(width)));
    rows.iter().for_each(line);
    text
}

/// Shows a line of progress.
pub(crate) fn say(line: &str) {
    use std::io::Write as _;
    // Nobody may be reading any more; the figures still go to the file.
    let _ = writeln!(std::io::stderr(), "{line}");
}

pub(crate) fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

#[expect(clippy::cast_precision_loss, reason = "no process has 2^52 bytes")]
pub(crate) fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / 1024.0 / 1024.0
}

/// A number of requests to divide by.
#[expect(clippy::cast_precision_loss, reason = "a run has fewer than 2^52 requests")]
fn count(requests: u64) -> f64 {
    requests.max(1) as f64
}

fn fixed(value: f64, digits: usize) -> String {
    format!("{value:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let text = table(&["a", "long"].map(str::to_owned), &[["wider", "×"].map(str::to_owned)]);
        assert_eq!(text, "| a     | long |\n| ----- | ---- |\n| wider | ×    |\n");
    }

    #[test]
    fn an_aim_is_met_at_its_bound_and_missed_beyond() {
        let mut report = Report::new();
        report.at_least("a", 0.6, 0.6, "");
        report.at_least("b", 0.59, 0.6, "");
        report.at_most("c", 40.0, 40.0, " MiB");
        report.at_most("d", 40.1, 40.0, " MiB");
        let met: Vec<_> = report.aims.iter().map(|aim| aim.met).collect();
        assert_eq!(met, [true, false, true, false]);
        assert!(report.text().contains("| d   | ≤ 40.0 MiB | 40.1 MiB | MISSED |"), "{}", report.text());
    }

    #[test]
    fn costs_are_for_each_request() {
        let mut outcome = Outcome { elapsed: Duration::from_secs(2), ..Outcome::default() };
        (0..1000).for_each(|_| outcome.latency.record(Duration::from_millis(3)));
        let usage = |name: &str, seconds| Usage {
            name: name.to_owned(),
            processor: Duration::from_secs(seconds),
            peak: 64 << 20,
        };
        let row = Row::new("x", 4, &outcome).cost(&[usage("orders", 1), usage("mongodb", 2)], "orders");
        assert_eq!(row.cells()[2..].join(" "), "500 3.00 3.00 1.00  64.0 mongodb 2.00");
    }
}
