//! The subcommands every service has.

use clap::Subcommand;
use common::{clock::Clock, events::Stream};
use futures::future::BoxFuture;
use runtime::{Failure, Life};

use crate::{Messaging, MessagingSettings};

/// What a service's binary can be asked to do.
#[derive(Debug, Clone, Default, Subcommand)]
pub enum Command {
    /// Run the service (the default).
    #[default]
    Serve,
    /// Do one thing and end.
    #[command(flatten)]
    Once(OnceCommand),
}

/// What is done once, beside the running service.
#[derive(Debug, Clone, Subcommand)]
pub enum OnceCommand {
    /// Announce the current state of everything once more, after a stream was lost.
    Republish,
    /// Look at the events this service could not handle, or handle them again.
    #[command(subcommand)]
    DeadLetters(DeadLetterCommand),
}

/// How a service announces everything once more. Returns how many.
pub type Republish = for<'a> fn(&'a Messaging) -> BoxFuture<'a, Result<u64, Failure>>;

impl OnceCommand {
    /// Does it.
    pub async fn run(
        self,
        settings: MessagingSettings,
        publishes: &'static [Stream],
        life: &Life,
        republish: Republish,
    ) -> Result<(), Failure> {
        let messaging = Messaging::connect(settings, publishes, Clock::System, life).await?;
        match self {
            Self::Republish => {
                let count = republish(&messaging).await?;
                tracing::info!(count, "announced everything once more");
                Ok(())
            }
            Self::DeadLetters(command) => command.run(&messaging).await,
        }
    }
}

/// What can be done with dead letters.
#[derive(Debug, Clone, Subcommand)]
pub enum DeadLetterCommand {
    /// List them with their reasons.
    List,
    /// Publish them again and remove them.
    Replay {
        /// Only the one with this number.
        #[arg(long)]
        sequence: Option<u64>,
    },
}

impl DeadLetterCommand {
    /// Does it, and reports on standard output.
    #[expect(clippy::print_stdout, reason = "the report is what the command was asked for")]
    async fn run(self, messaging: &Messaging) -> Result<(), Failure> {
        let letters = messaging.dead_letters();
        match self {
            Self::List => {
                for letter in letters.list().await? {
                    println!("{}\t{}\t{}\t{}", letter.sequence, letter.kind, letter.subject, letter.reason);
                }
            }
            Self::Replay { sequence } => println!("replayed {}", letters.replay(sequence).await?),
        }
        Ok(())
    }
}
