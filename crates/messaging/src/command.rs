//! The subcommands every service has.

use clap::Subcommand;
use runtime::Failure;

use crate::Messaging;

/// What a service's binary can be asked to do.
#[derive(Debug, Clone, Default, Subcommand)]
pub enum Command {
    /// Run the service (the default).
    #[default]
    Serve,
    /// Announce the current state of everything once more, after a stream was lost.
    Republish,
    /// Look at the events this service could not handle, or handle them again.
    #[command(subcommand)]
    DeadLetters(DeadLetterCommand),
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
    pub async fn run(self, messaging: &Messaging) -> Result<(), Failure> {
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
