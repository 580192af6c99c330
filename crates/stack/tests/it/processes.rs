//! Supervision, tried on `sh` and `sleep`.

use std::{path::Path, process::Command, sync::Arc, time::Duration};

use parking_lot::Mutex;
use stack::{Program, Stack, StackError};

use crate::servers::{alive, eventually};

fn sh(name: &str, script: &str) -> Program {
    Program::new(name, "/bin/sh").args(["-c", script])
}

#[tokio::test]
async fn a_killed_process_takes_its_children_with_it_and_starts_again() {
    let stack = Stack::temporary().unwrap();
    let process = stack.spawn(sh("parent", "sleep 600 & echo $!; wait")).unwrap();
    eventually(|| !process.tail().is_empty()).await;
    let child: u32 = process.tail().trim().parse().unwrap();
    let parent = process.pid().unwrap();
    assert!(alive(parent) && alive(child));

    process.kill9();
    eventually(|| !alive(parent) && !alive(child)).await;
    assert!(process.exited().is_some());

    process.restart().unwrap();
    assert!(process.exited().is_none());
    assert_ne!(process.pid(), Some(parent));
}

#[tokio::test]
async fn one_that_ignores_the_request_to_stop_is_killed_at_the_deadline() {
    let stack = Stack::temporary().unwrap();
    let deaf = stack.spawn(sh("deaf", "trap '' TERM; echo up; while :; do sleep 1; done")).unwrap();
    let polite =
        stack.spawn(sh("polite", "trap 'exit 3' TERM; echo up; while :; do sleep 0.01; done")).unwrap();
    eventually(|| deaf.tail() == "up" && polite.tail() == "up").await;
    assert_eq!(polite.terminate(Duration::from_secs(10)).await.unwrap().code(), Some(3));
    assert_eq!(deaf.terminate(Duration::from_millis(50)).await.unwrap().code(), None);
}

#[tokio::test]
async fn one_that_ends_while_starting_is_reported_with_its_last_words() {
    let stack = Stack::temporary().unwrap();
    let process = stack.spawn(sh("broken", "echo no such luck >&2; exit 64")).unwrap();
    let never = || async { Err("not yet".to_owned()) };
    let error = process.ready(Duration::from_secs(10), never).await.unwrap_err();
    assert!(matches!(error, StackError::Exited { .. }), "{error}");
    assert!(error.to_string().contains("no such luck"), "{error}");
}

#[tokio::test]
async fn lines_reach_the_sink_and_the_log() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&lines);
    let stack = Stack::temporary()
        .unwrap()
        .with_lines(Arc::new(move |name, line| sink.lock().push(format!("{name}: {line}"))));
    let process = stack.spawn(sh("talker", "echo one; echo two >&2")).unwrap();
    eventually(|| lines.lock().len() == 2).await;
    assert_eq!(*lines.lock(), ["talker: one", "talker: two"]);
    assert_eq!(process.tail(), "one\ntwo");
}

/// Runs this test binary again as a launcher, kills that, and looks for what it started.
#[tokio::test]
async fn a_killed_launcher_leaves_no_process_and_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    let note = folder.path().join("note");
    let mut launcher = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "processes::launcher", "--ignored", "--nocapture"])
        .env("STACK_TEST_NOTE", &note)
        .spawn()
        .unwrap();
    eventually(|| note.exists()).await;
    let text = std::fs::read_to_string(&note).unwrap();
    let (pid, data) = text.split_once(' ').unwrap();
    let pid = pid.parse().unwrap();
    assert!(alive(pid) && Path::new(data).exists());

    launcher.kill().unwrap();
    launcher.wait().unwrap();
    eventually(|| !alive(pid) && !Path::new(data).exists()).await;
}

#[tokio::test]
#[ignore = "run by a_killed_launcher_leaves_no_process_and_no_folder"]
async fn launcher() {
    let note = std::env::var_os("STACK_TEST_NOTE").unwrap();
    let stack = Stack::temporary().unwrap();
    let process = stack.spawn(Program::new("sleeper", "sleep").arg("600")).unwrap();
    let text = format!("{} {}", process.pid().unwrap(), stack.folder().display());
    // Written beside and renamed: whoever sees the file sees all of it.
    let draft = Path::new(&note).with_extension("draft");
    std::fs::write(&draft, text).unwrap();
    std::fs::rename(draft, note).unwrap();
    std::future::pending::<()>().await;
}
