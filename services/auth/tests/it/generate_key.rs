use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

use common::session::{KeySet, Signer};

fn generate(private: &Path, public: &Path) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_auth"))
        .arg("generate-key")
        .arg("--private-key-file")
        .arg(private)
        .arg("--jwks-file")
        .arg(public)
        .output()
        .unwrap()
}

#[test]
fn a_key_is_made_and_its_public_half_added_to_the_set() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("first.pem"), folder.path().join("second.pem"));
    let public = folder.path().join("jwks.json");
    for private in [&first, &second] {
        let output = generate(private, &public);
        assert!(output.status.success(), "{output:?}");
        let signer = Signer::from_pem(&fs::read_to_string(private).unwrap()).unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), signer.kid());
        assert_eq!(fs::metadata(private).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let set = KeySet::from_json(&fs::read_to_string(&public).unwrap()).unwrap();
    for private in [&first, &second] {
        assert!(set.contains(Signer::from_pem(&fs::read_to_string(private).unwrap()).unwrap().kid()));
    }
    assert!(!fs::read_to_string(&public).unwrap().contains("\"d\""), "a private part in the public set");
}

#[test]
fn nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let (private, public) = (folder.path().join("key.pem"), folder.path().join("jwks.json"));
    assert!(generate(&private, &public).status.success());
    let before = (fs::read(&private).unwrap(), fs::read(&public).unwrap());
    let output = generate(&private, &public);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("key.pem"));
    assert_eq!((fs::read(&private).unwrap(), fs::read(&public).unwrap()), before);

    fs::write(&public, "not a set").unwrap();
    let other = folder.path().join("other.pem");
    assert_eq!(generate(&other, &public).status.code(), Some(1));
    assert!(!other.exists());
    assert_eq!(fs::read_to_string(&public).unwrap(), "not a set");
}

#[test]
fn a_private_key_whose_public_half_nobody_knows_is_no_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    assert!(generate(&path("a.pem"), &path("a.json")).status.success());
    assert!(generate(&path("b.pem"), &path("b.json")).status.success());
    let check = |private: &str, public: &str| {
        Command::new(env!("CARGO_BIN_EXE_auth"))
            .arg("--check-config")
            .env_clear()
            .env("MONGODB_URI", "mongodb://127.0.0.1:1")
            .env("NATS_URL", "nats://127.0.0.1:1")
            .env("JWT_PRIVATE_KEY_FILE", path(private))
            .env("JWT_JWKS_FILE", path(public))
            .output()
            .unwrap()
    };
    assert!(check("a.pem", "a.json").status.success());
    let output = check("a.pem", "b.json");
    assert_eq!(output.status.code(), Some(64));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("JWT_JWKS_FILE does not hold the public key of JWT_PRIVATE_KEY_FILE"), "{text}");
}
