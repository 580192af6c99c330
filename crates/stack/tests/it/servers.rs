//! The three servers, with the real programs.

use std::time::Duration;

use stack::{Persistence, Servers, Stack};
use tokio::time::Instant;

/// Whether a process exists and is more than an entry waiting to be collected.
pub(crate) fn alive(pid: u32) -> bool {
    std::process::Command::new("ps")
        .args(["-o", "stat=", "-p", &pid.to_string()])
        .output()
        .is_ok_and(|output| output.status.success() && !output.stdout.trim_ascii_start().starts_with(b"Z"))
}

/// Waits for a condition, for as long as a loaded machine may need.
pub(crate) async fn eventually(condition: impl Fn() -> bool) {
    let until = Instant::now() + Duration::from_secs(20);
    while !condition() {
        assert!(Instant::now() < until, "it did not happen within 20 s");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn servers_start_restart_and_leave_nothing() {
    let stack = Stack::temporary().unwrap();
    let folder = stack.folder().to_owned();
    let servers = Servers::start(&stack, Persistence::Durable).await.unwrap();
    let backends = servers.backends();
    assert!(backends.mongodb_uri.starts_with("mongodb://127.0.0.1:"));
    let pids: Vec<u32> = servers.all().iter().filter_map(|server| server.process().pid()).collect();
    assert_eq!(pids.len(), 3);

    for server in servers.all() {
        server.process().kill9();
        server.restart().await.unwrap();
    }
    assert_eq!(servers.backends(), backends, "a restart keeps the address");

    let restarted: Vec<u32> = servers.all().iter().filter_map(|server| server.process().pid()).collect();
    servers.stop().await;
    drop(servers);
    drop(stack);
    eventually(|| pids.iter().chain(&restarted).all(|pid| !alive(*pid))).await;
    assert!(!folder.exists());
}
