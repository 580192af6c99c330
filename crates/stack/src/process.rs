//! One supervised child process.

use std::{
    ffi::OsString,
    fs::{File, OpenOptions},
    io::{BufRead as _, BufReader, PipeReader, Write as _},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::Arc,
    time::Duration,
};

use parking_lot::Mutex;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::time::Instant;

use crate::{
    LineSink,
    error::{Result, StackError, doing},
    reaper::Reaper,
};

const POLL: Duration = Duration::from_millis(10);
const TAIL_LINES: usize = 20;

/// What to run.
#[derive(Debug, Clone)]
pub struct Program {
    /// How messages, the log's file name and its prefix call it.
    pub name: String,
    /// The executable.
    pub path: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// Variables added to the caller's environment.
    pub env: Vec<(String, String)>,
    /// Where it runs; the caller's folder if none.
    pub folder: Option<PathBuf>,
}

impl Program {
    /// A program without arguments.
    pub fn new(name: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        Self { name: name.into(), path: path.into(), args: Vec::new(), env: Vec::new(), folder: None }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Adds several arguments.
    #[must_use]
    pub fn args<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Sets a variable.
    #[must_use]
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// Runs it in a folder.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }
}

/// A child in a process group of its own. Dropping it kills it.
pub struct Process {
    program: Mutex<Program>,
    name: String,
    log: PathBuf,
    lines: Option<LineSink>,
    reaper: Arc<Reaper>,
    state: Mutex<State>,
}

enum State {
    Running(Child),
    Ended(ExitStatus),
}

impl Process {
    pub(crate) fn start(
        program: Program,
        log: PathBuf,
        lines: Option<LineSink>,
        reaper: Arc<Reaper>,
    ) -> Result<Self> {
        // A log of an earlier run would be mistaken for this one's when something fails.
        File::create(&log).map_err(doing(format!("write {}", log.display())))?;
        let child = spawn(&program, &log, lines.as_ref(), &reaper)?;
        let name = program.name.clone();
        let (program, state) = (Mutex::new(program), Mutex::new(State::Running(child)));
        Ok(Self { program, name, log, lines, reaper, state })
    }

    /// How messages call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it runs, with the variables of its last start.
    pub(crate) fn program(&self) -> Program {
        self.program.lock().clone()
    }

    /// The file its output goes to.
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// Its process id, while it runs.
    pub fn pid(&self) -> Option<u32> {
        match &*self.state.lock() {
            State::Running(child) => Some(child.id()),
            State::Ended(_) => None,
        }
    }

    /// How it ended, if it did.
    pub fn exited(&self) -> Option<ExitStatus> {
        let mut state = self.state.lock();
        if let State::Running(child) = &mut *state
            && let Ok(Some(status)) = child.try_wait()
        {
            self.reaper.forget(child.id());
            *state = State::Ended(status);
        }
        match *state {
            State::Running(_) => None,
            State::Ended(status) => Some(status),
        }
    }

    /// The last lines it wrote.
    pub fn tail(&self) -> String {
        let text = std::fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
    }

    /// Kills it and all its children at once, as a crash would, and returns when it is gone.
    pub fn kill9(&self) {
        let mut state = self.state.lock();
        if let State::Running(child) = &mut *state {
            // Before the wait below the leader is at worst a zombie, so its number is still its own.
            let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
            if let Ok(status) = child.wait() {
                self.reaper.forget(child.id());
                *state = State::Ended(status);
            }
        }
    }

    /// Asks it to stop, as an orchestrator would, and kills it if it has not within `deadline`.
    pub async fn terminate(&self, deadline: Duration) -> Option<ExitStatus> {
        self.ask_to_stop();
        self.stopped_within(deadline).await
    }

    /// Asks it to stop, without waiting.
    pub fn ask_to_stop(&self) {
        self.signal_leader(Signal::TERM);
        // A paused process takes the request only once it runs again.
        self.resume();
    }

    /// Waits for it to end, and kills it if it has not within `deadline`.
    pub async fn stopped_within(&self, deadline: Duration) -> Option<ExitStatus> {
        let until = Instant::now() + deadline;
        while Instant::now() < until {
            if let Some(status) = self.exited() {
                return Some(status);
            }
            tokio::time::sleep(POLL).await;
        }
        self.kill9();
        self.exited()
    }

    /// Stops it from running without ending it: connections stay open and nothing answers.
    pub fn pause(&self) {
        self.signal_group(Signal::STOP);
    }

    /// Ends a pause.
    pub fn resume(&self) {
        self.signal_group(Signal::CONT);
    }

    /// Starts it again with the same arguments and environment, after killing it if it still runs.
    pub fn restart(&self) -> Result<()> {
        self.restart_with(&[])
    }

    /// Starts it again with variables added to its environment; they stay for later restarts.
    pub fn restart_with(&self, env: &[(String, String)]) -> Result<()> {
        self.kill9();
        let mut program = self.program.lock();
        program.env.extend_from_slice(env);
        let child = spawn(&program, &self.log, self.lines.as_ref(), &self.reaper)?;
        *self.state.lock() = State::Running(child);
        Ok(())
    }

    /// Runs the same program with the same environment once more beside it, with these arguments, to its end.
    pub async fn run_once(&self, args: &[&str]) -> Result<Output> {
        let (program, starting) = (self.program(), format!("run {} {}", self.name, args.join(" ")));
        let mut command = Command::new(&program.path);
        command.args(args).envs(program.env).stdin(Stdio::null());
        let done = tokio::task::spawn_blocking(move || command.output()).await;
        done.map_err(std::io::Error::other).and_then(|output| output).map_err(doing(starting))
    }

    /// Polls `check` until it succeeds; fails early when the process ends, late when `within` has passed.
    pub async fn ready<F>(&self, within: Duration, mut check: impl FnMut() -> F) -> Result<()>
    where
        F: Future<Output = Result<(), String>>,
    {
        let until = Instant::now() + within;
        loop {
            // Asked first: another program on the port could answer in place of one that failed to bind it.
            if let Some(status) = self.exited() {
                return Err(StackError::Exited { name: self.name.clone(), status, tail: self.tail() });
            }
            match tokio::time::timeout_at(until, check()).await {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(_)) if Instant::now() < until => tokio::time::sleep(POLL * 2).await,
                answer => {
                    let problem =
                        answer.map_or_else(|_| "no answer".to_owned(), |said| said.err().unwrap_or_default());
                    let name = self.name.clone();
                    return Err(StackError::NotReady { name, after: within, problem, tail: self.tail() });
                }
            }
        }
    }

    /// Asks it to read its configuration again.
    pub(crate) fn reload(&self) {
        self.signal_leader(Signal::HUP);
    }

    fn signal_leader(&self, signal: Signal) {
        if let State::Running(child) = &*self.state.lock() {
            let _ = kill_process(Pid::from_child(child), signal);
        }
    }

    fn signal_group(&self, signal: Signal) {
        if let State::Running(child) = &*self.state.lock() {
            let _ = kill_process_group(Pid::from_child(child), signal);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill9();
    }
}

fn spawn(program: &Program, log: &Path, lines: Option<&LineSink>, reaper: &Reaper) -> Result<Child> {
    let writing = format!("write {}", log.display());
    let file = OpenOptions::new().append(true).create(true).open(log).map_err(doing(&writing))?;
    let mut command = Command::new(&program.path);
    command.args(&program.args).envs(program.env.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::null()).process_group(0);
    if let Some(folder) = &program.folder {
        command.current_dir(folder);
    }
    let starting = format!("start {} ({})", program.name, program.path.display());
    let child = if let Some(sink) = lines {
        let (output, writer) = std::io::pipe().map_err(doing("make a pipe"))?;
        command.stdout(writer.try_clone().map_err(doing("make a pipe"))?).stderr(writer);
        let child = command.spawn().map_err(doing(starting))?;
        let (name, sink) = (program.name.clone(), Arc::clone(sink));
        std::thread::spawn(move || follow(output, file, &name, &sink));
        child
    } else {
        // Straight to the file: nothing to pump, and a crash of this process loses no line.
        command.stdout(file.try_clone().map_err(doing(writing))?).stderr(file);
        command.spawn().map_err(doing(starting))?
    };
    reaper.watch(child.id());
    Ok(child)
}

fn follow(output: PipeReader, mut file: File, name: &str, sink: &LineSink) {
    let mut reader = BufReader::new(output);
    let mut line = Vec::new();
    while matches!(reader.read_until(b'\n', &mut line), Ok(read) if read > 0) {
        // A full disk must not stop the process that writes here.
        let _ = file.write_all(&line);
        sink(name, String::from_utf8_lossy(&line).trim_end());
        line.clear();
    }
}
