//! What processes cost: processor time and resident memory, as the kernel counts them.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use anyhow::{Context as _, Result};
use stack::Process;

/// Linux tells processor times to user space in this unit on every architecture, whatever the kernel's own tick is.
const TICK: Duration = Duration::from_millis(10);
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// How the load generator's own process is called.
pub(crate) const OWN: &str = "generator";

/// A process to be watched.
#[derive(Debug, Clone)]
pub(crate) struct Watched {
    pub(crate) name: String,
    pub(crate) pid: u32,
}

impl Watched {
    pub(crate) fn process(process: &Process) -> Result<Self> {
        let pid = process.pid().with_context(|| format!("{} has ended", process.name()))?;
        Ok(Self { name: process.name().to_owned(), pid })
    }

    /// This very process.
    pub(crate) fn own() -> Self {
        Self { name: OWN.to_owned(), pid: std::process::id() }
    }

    /// Resident memory now, in bytes.
    pub(crate) fn resident(&self) -> Result<u64> {
        let status = read(self.pid, "status")?;
        resident_of(&status).with_context(|| format!("the kernel tells no VmRSS of {}", self.name))
    }

    fn processor_time(&self) -> Result<Duration> {
        let stat = read(self.pid, "stat")?;
        processor_time_of(&stat)
            .with_context(|| format!("the kernel's words on {} are unreadable", self.name))
    }
}

/// What a process used between start and end.
#[derive(Debug, Clone)]
pub(crate) struct Usage {
    pub(crate) name: String,
    pub(crate) processor: Duration,
    /// The most resident memory seen.
    pub(crate) peak: u64,
}

/// A measurement under way.
pub(crate) struct Meter {
    watched: Vec<(Watched, Duration, Arc<AtomicU64>)>,
    over: Arc<AtomicBool>,
    looking: JoinHandle<()>,
}

impl Meter {
    pub(crate) fn start(processes: &[Watched]) -> Result<Self> {
        let mut watched = Vec::new();
        for process in processes {
            watched.push((process.clone(), process.processor_time()?, Arc::<AtomicU64>::default()));
        }
        let over = Arc::<AtomicBool>::default();
        let looking = {
            let (over, watched) = (over.clone(), watched.clone());
            std::thread::spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    for (process, _, peak) in &watched {
                        // One that has just ended is missed at the end of the measurement.
                        peak.fetch_max(process.resident().unwrap_or_default(), Ordering::Relaxed);
                    }
                    std::thread::park_timeout(LOOK_EVERY);
                }
            })
        };
        Ok(Self { watched, over, looking })
    }

    pub(crate) fn finish(self) -> Result<Vec<Usage>> {
        let mut usages = Vec::new();
        for (process, before, peak) in &self.watched {
            usages.push(Usage {
                name: process.name.clone(),
                processor: process.processor_time()?.saturating_sub(*before),
                peak: peak.load(Ordering::Relaxed).max(process.resident()?),
            });
        }
        self.over.store(true, Ordering::Relaxed);
        self.looking.thread().unpark();
        let _ = self.looking.join();
        Ok(usages)
    }
}

fn read(pid: u32, file: &str) -> Result<String> {
    let path = format!("/proc/{pid}/{file}");
    fs::read_to_string(&path).with_context(|| format!("reading {path}"))
}

/// `utime` and `stime` of all threads, dead ones included: fields 14 and 15 of `/proc/PID/stat`.
fn processor_time_of(stat: &str) -> Option<Duration> {
    // The second field is the name in parentheses, and may hold spaces and parentheses itself.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    Some(TICK * user.checked_add(system)?)
}

fn resident_of(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kibibytes| kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_words_are_understood() {
        let stat = "42 (a (b) c) S 1 42 42 0 -1 4194560 1 2 3 4 150 25 7 8 20 0 1 0 100 1 1";
        assert_eq!(processor_time_of(stat), Some(Duration::from_millis(1750)));
        assert_eq!(processor_time_of("42 (a) S 1"), None);
        assert_eq!(resident_of("Name:\tx\nVmRSS:\t    2048 kB\nThreads:\t1\n"), Some(2048 * 1024));
        assert_eq!(resident_of("Name:\tx\n"), None);
    }

    #[test]
    fn this_process_can_be_measured() {
        let meter = Meter::start(&[Watched::own()]).unwrap();
        let usages = meter.finish().unwrap();
        assert_eq!(usages[0].name, OWN);
        assert!(usages[0].peak > 1 << 20);
    }
}
