//! The subcommands: those of every service, and the making of keys.

use clap::Subcommand;

use crate::GenerateKey;

/// What the binary can be asked to do.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// What every service can be asked.
    #[command(flatten)]
    Common(messaging::Command),
    /// Make a signing key and add its public half to a key set. Needs no configuration.
    GenerateKey(GenerateKey),
}

impl Default for Command {
    fn default() -> Self {
        Self::Common(messaging::Command::default())
    }
}
