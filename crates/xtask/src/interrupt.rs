//! Ctrl-C and its kin, as something to wait for: everything started must be stopped before this process ends.

use anyhow::{Context as _, Result};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

/// How often the user, or whoever runs this, has asked it to stop.
#[derive(Debug, Clone)]
pub(crate) struct Interrupt {
    count: watch::Receiver<u32>,
}

impl Interrupt {
    /// From now on the signals no longer end the process by themselves.
    pub(crate) fn listen() -> Result<Self> {
        let (sender, count) = watch::channel(0);
        let on = |kind| signal(kind).context("could not listen for signals");
        let mut interrupt = on(SignalKind::interrupt())?;
        let mut terminate = on(SignalKind::terminate())?;
        let mut hangup = on(SignalKind::hangup())?;
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                    _ = hangup.recv() => {}
                }
                sender.send_modify(|count| *count += 1);
            }
        });
        Ok(Self { count })
    }

    /// Whether it was asked to stop.
    pub(crate) fn requested(&self) -> bool {
        *self.count.borrow() > 0
    }

    /// Waits for the first request.
    pub(crate) async fn wait(&self) {
        self.wait_for(1).await;
    }

    /// Waits for the second: the user does not want to wait for a tidy end.
    pub(crate) async fn insisted(&self) {
        self.wait_for(2).await;
    }

    async fn wait_for(&self, times: u32) {
        // The sender lives as long as the process; should it not, nobody ever asks.
        if self.count.clone().wait_for(|count| *count >= times).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
