//! The process: its configuration and its subcommands.

use std::process::{Command, Output};

use testkit::Identity;

fn tickets(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tickets"));
    command.args(arguments).env_clear().envs(variables.iter().copied()).output().unwrap()
}

#[test]
fn all_bad_variables_are_named_at_once() {
    let identity = Identity::new();
    let key = identity.private_key_file();
    let variables =
        [("CURRENCY", "yen"), ("COOKIE_SECURE", "maybe"), ("HTTP_ADDR", "here"), ("JWT_JWKS_FILE", &key)];
    let refused = tickets(&["--check-config"], &variables);
    assert_eq!(refused.status.code(), Some(64));
    let text = String::from_utf8(refused.stderr).unwrap();
    for name in ["CURRENCY", "COOKIE_SECURE", "HTTP_ADDR", "JWT_JWKS_FILE", "MONGODB_URI", "NATS_URL"] {
        assert!(text.contains(&format!("\n  {name} ")), "{name} is not in {text}");
    }
}

#[test]
fn a_good_configuration_is_accepted_and_its_variables_listed() {
    let identity = Identity::new();
    let jwks = identity.jwks_file();
    let variables = [("MONGODB_URI", "mongodb://db"), ("NATS_URL", "nats://bus"), ("JWT_JWKS_FILE", &jwks)];
    let accepted = tickets(&["--check-config"], &variables);
    assert!(accepted.status.success(), "{}", String::from_utf8_lossy(&accepted.stderr));
    let text = String::from_utf8(accepted.stdout).unwrap();
    assert!(text.lines().any(|line| line == "CURRENCY"), "{text}");
}
