//! The last line against orphans: a shell that outlives its parent just long enough to kill what is left.
//!
//! The parent holds the writing end of the shell's standard input. However the parent ends, the kernel closes
//! that end, the shell reads end-of-file and kills the process groups it still knows.

use std::{
    io::Write as _,
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
};

use parking_lot::Mutex;

use crate::error::{Result, doing};

// Removing the folder is tried twice: a process killed a moment ago may still have been adding files.
const SCRIPT: &str = r#"
trap '' INT TERM HUP QUIT
pids=
while read -r line; do
  case $line in
    +*) pids="$pids ${line#+}" ;;
    -*) left=; for pid in $pids; do [ "$pid" = "${line#-}" ] || left="$left $pid"; done; pids=$left ;;
  esac
done
for pid in $pids; do kill -9 "-$pid" 2>/dev/null; done
[ -z "$1" ] || rm -rf -- "$1" 2>/dev/null || { sleep 1; rm -rf -- "$1"; }
"#;

pub(crate) struct Reaper {
    shell: Mutex<(Child, Option<ChildStdin>)>,
}

impl Reaper {
    /// Starts the shell; `folder` is removed when it ends.
    pub(crate) fn start(folder: Option<&Path>) -> Result<Self> {
        let mut shell = Command::new("sh")
            .args(["-c", SCRIPT, "reaper"])
            .arg(folder.unwrap_or(Path::new("")))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Its own group: neither Ctrl-C nor a kill of the parent's group may reach it.
            .process_group(0)
            .spawn()
            .map_err(doing("start sh"))?;
        let stdin = shell.stdin.take();
        Ok(Self { shell: Mutex::new((shell, stdin)) })
    }

    /// From now on the group led by `pid` is killed when this process ends.
    pub(crate) fn watch(&self, pid: u32) {
        self.tell(&format!("+{pid}\n"));
    }

    /// The group has ended; its number may be given to another.
    pub(crate) fn forget(&self, pid: u32) {
        self.tell(&format!("-{pid}\n"));
    }

    fn tell(&self, line: &str) {
        if let Some(stdin) = &mut self.shell.lock().1 {
            // A shell that somebody killed cannot be told anything; the ordinary stop on drop still works.
            let _ = stdin.write_all(line.as_bytes());
        }
    }
}

impl Drop for Reaper {
    fn drop(&mut self) {
        let (shell, stdin) = self.shell.get_mut();
        drop(stdin.take());
        let _ = shell.wait();
    }
}
