//! `auth generate-key`: the one place where a signing key comes into the world.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Parser};
use common::session::Signer;
use jsonwebtoken::jwk::JwkSet;
use runtime::Failure;

/// Makes an Ed25519 key that signs sessions.
#[derive(Debug, Clone, Args)]
pub struct GenerateKey {
    /// Where to write the private key, as PKCS #8 PEM, readable by its owner alone. Never overwritten.
    #[arg(long)]
    private_key_file: PathBuf,
    /// The JSON Web Key Set to add the public key to; made if it does not exist.
    #[arg(long)]
    jwks_file: PathBuf,
}

#[derive(Parser)]
#[command(
    name = "auth generate-key",
    bin_name = "auth generate-key",
    about = "Make a signing key and add its public half to a key set"
)]
struct Cli {
    #[command(flatten)]
    command: GenerateKey,
}

impl GenerateKey {
    /// The command, if it is what the process was started with. Ends the process if its arguments are wrong.
    pub fn asked_for() -> Option<Self> {
        let mut arguments = std::env::args_os().skip(1).peekable();
        let asked = arguments.peek().is_some_and(|first| first == "generate-key");
        asked.then(|| Cli::parse_from(arguments).command)
    }

    /// Makes the key and returns its name, the `kid`.
    pub fn run(&self) -> Result<String, Failure> {
        let mut set = read_set(&self.jwks_file)?;
        let pem = Signer::generate_pem()?;
        let signer = Signer::from_pem(&pem)?;
        set.keys.push(signer.public().clone());
        let json = serde_json::to_string_pretty(&set)?;
        let doing = |path: &Path| {
            let what = format!("writing {}", path.display());
            move |error: io::Error| Failure::from_error(error).during(&what)
        };
        write_secret(&self.private_key_file, &pem).map_err(doing(&self.private_key_file))?;
        if let Err(error) = replace_file(&self.jwks_file, &json) {
            // A key nobody can verify is of no use, and would be in the way of the next try.
            let _ = fs::remove_file(&self.private_key_file);
            return Err(doing(&self.jwks_file)(error));
        }
        Ok(signer.kid().to_owned())
    }

    /// Makes the key and tells the person at the terminal.
    #[expect(clippy::print_stdout, clippy::print_stderr, reason = "the report is for the person who asked")]
    pub fn report(self) -> ExitCode {
        match self.run() {
            Ok(kid) => {
                println!("{kid}");
                ExitCode::SUCCESS
            }
            Err(failure) => {
                eprintln!("no key was made: {failure}");
                ExitCode::FAILURE
            }
        }
    }
}

fn read_set(path: &Path) -> Result<JwkSet, Failure> {
    let during = format!("reading {}", path.display());
    match fs::read_to_string(path) {
        Ok(text) => serde_json::from_str(&text).map_err(|error| Failure::from_error(error).during(&during)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(JwkSet { keys: Vec::new() }),
        Err(error) => Err(Failure::from_error(error).during(&during)),
    }
}

fn write_secret(path: &Path, pem: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(pem.as_bytes())?;
    file.sync_all()
}

/// Replaces the whole file at once: a service that starts meanwhile reads the old set or the new one.
fn replace_file(path: &Path, text: &str) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    fs::write(&beside, text)?;
    fs::rename(&beside, path)
}
