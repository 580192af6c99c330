//! Signing sessions as auth would.

use common::{
    clock::Clock,
    id::{Id, SessionId, UserId},
    session::{Claims, CookiePolicy, Signer, TOKEN_SECONDS},
};
use runtime::entropy;

use crate::Actor;

/// A signing key, and the files services read their keys from.
#[derive(Debug)]
pub struct Identity {
    signer: Signer,
    folder: std::path::PathBuf,
}

impl Default for Identity {
    fn default() -> Self {
        Self::new()
    }
}

impl Identity {
    /// A fresh key.
    pub fn new() -> Self {
        let pem = Signer::generate_pem().expect("a key can be generated");
        let signer = Signer::from_pem(&pem).expect("a generated key is usable");
        let name = format!("testkit-{:016x}", u64::from_be_bytes(entropy()));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).expect("the temporary folder is writable");
        let set = serde_json::json!({ "keys": [signer.public()] });
        std::fs::write(folder.join("jwks.json"), set.to_string()).expect("the temporary folder is writable");
        std::fs::write(folder.join("private-key"), pem).expect("the temporary folder is writable");
        Self { signer, folder }
    }

    /// The public keys' file, for `JWT_JWKS_FILE`.
    pub fn jwks_file(&self) -> String {
        self.folder.join("jwks.json").display().to_string()
    }

    /// The private key's file, for `JWT_PRIVATE_KEY_FILE`.
    pub fn private_key_file(&self) -> String {
        self.folder.join("private-key").display().to_string()
    }

    /// The signer.
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// Claims of a new user called `name`, signed in now.
    pub fn claims(&self, name: &str, clock: &Clock) -> Claims {
        let now = clock.now();
        Claims {
            sub: UserId::generate(now, entropy()),
            email: format!("{name}@example.org").parse().expect("the name makes an email"),
            sid: SessionId::generate(now, entropy()),
            iat: now.as_second(),
            exp: now.as_second() + TOKEN_SECONDS,
        }
    }

    /// A new user called `name` who talks to the service at `url`.
    pub fn actor(&self, name: &str, url: &str, clock: &Clock) -> Actor {
        let claims = self.claims(name, clock);
        let token = self.signer.sign(&claims).expect("claims can be signed");
        Actor::new(url).with_cookie(&format!("{}={token}", CookiePolicy::Plain.name())).with_claims(claims)
    }
}

impl Drop for Identity {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
