//! Running a command in the foreground so that stopping this program stops the command and all it started.

use std::{
    os::unix::process::CommandExt as _,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::interrupt::Interrupt;

const POLL: Duration = Duration::from_millis(20);

/// Runs it with this program's output, and fails unless it succeeds.
pub(crate) async fn run(mut command: Command, interrupt: &Interrupt) -> Result<()> {
    let name = display(&command);
    // Its own group, so that what cargo starts is stopped with it; such a group may not read the terminal.
    command.stdin(Stdio::null()).process_group(0);
    let child = command.spawn().with_context(|| format!("could not start `{name}`"))?;
    let mut group = Group(child);
    loop {
        if let Some(status) = group.0.try_wait().with_context(|| format!("could not wait for `{name}`"))? {
            return if status.success() {
                Ok(())
            } else {
                Err(anyhow::anyhow!("`{name}` failed ({status})"))
            };
        }
        tokio::select! {
            () = tokio::time::sleep(POLL) => {}
            () = interrupt.wait() => bail!("interrupted"),
        }
    }
}

/// Runs it and gives back what it wrote to standard output.
pub(crate) fn read(mut command: Command) -> Result<String> {
    let name = display(&command);
    let output = command.output().with_context(|| format!("could not start `{name}`"))?;
    if !output.status.success() {
        bail!("`{name}` failed ({}):\n{}", output.status, String::from_utf8_lossy(&output.stderr).trim_end());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Kills the whole group when dropped before the command has ended.
struct Group(Child);

impl Drop for Group {
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(None)) {
            let _ = kill_process_group(Pid::from_child(&self.0), Signal::KILL);
            let _ = self.0.wait();
        }
    }
}

/// The command as one would type it.
pub(crate) fn display(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy();
    let arguments = command.get_args().map(|argument| argument.to_string_lossy());
    std::iter::once(name).chain(arguments).collect::<Vec<_>>().join(" ")
}
