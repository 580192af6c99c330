//! Signing with one private key, verifying with any of several public ones.
//!
//! A key is named by its RFC 7638 thumbprint, so its `kid` needs no configuration and cannot be wrong. To rotate,
//! add the new public key to every service's key set, then give auth the new private key, and remove the old
//! public key once its last token has run out.

use std::collections::HashMap;

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::{Engine, prelude::BASE64_STANDARD};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
    jwk::{Jwk, JwkSet, ThumbprintHash},
};

use super::Claims;

/// A key or key set could not be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The key set is not a JSON Web Key Set.
    #[error("is not a JSON Web Key Set")]
    Format(#[source] serde_json::Error),
    /// The set has no key.
    #[error("holds no key")]
    Empty,
    /// A key is not a usable Ed25519 key.
    #[error("holds a key that is not a usable Ed25519 key")]
    Key(#[source] jsonwebtoken::errors::Error),
    /// The cryptography library made no key.
    #[error("could not be generated")]
    Generate,
}

/// The public keys tokens are verified with.
#[derive(Clone)]
pub struct KeySet(HashMap<String, DecodingKey>);

impl std::fmt::Debug for KeySet {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_set().entries(self.0.keys()).finish()
    }
}

impl KeySet {
    /// Reads a JSON Web Key Set of Ed25519 keys. Their `kid` is always the thumbprint, whatever the set says.
    pub fn from_json(json: &str) -> Result<Self, KeyError> {
        let set: JwkSet = serde_json::from_str(json).map_err(KeyError::Format)?;
        let keys: HashMap<_, _> =
            set.keys.iter().map(named_key).collect::<Result<_, _>>().map_err(KeyError::Key)?;
        if keys.is_empty() { Err(KeyError::Empty) } else { Ok(Self(keys)) }
    }

    /// Whether a key of this name is in the set.
    pub fn contains(&self, kid: &str) -> bool {
        self.0.contains_key(kid)
    }

    /// The claims of a token signed by a key of the set. Says nothing of its expiry or revocation.
    pub fn verify(&self, token: &str) -> Option<Claims> {
        let header = decode_header(token).ok()?;
        let key = self.0.get(header.kid.as_deref()?)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        // The caller compares `exp` with its own clock, without leeway.
        validation.validate_exp = false;
        decode::<Claims>(token, key, &validation).ok().map(|token| token.claims)
    }
}

fn named_key(jwk: &Jwk) -> Result<(String, DecodingKey), jsonwebtoken::errors::Error> {
    let key = DecodingKey::from_jwk(jwk)?;
    // Computed from the key alone: an Ed25519 key has nothing else in its thumbprint.
    let bare = Jwk::from_decoding_key(&key, Some(Algorithm::EdDSA))?;
    Ok((bare.thumbprint(ThumbprintHash::SHA256)?, key))
}

/// Signs tokens. Only auth has one.
pub struct Signer {
    header: Header,
    key: EncodingKey,
    public: Jwk,
}

impl Signer {
    /// Makes a new private key, as the text of a PKCS #8 PEM file: a secret.
    pub fn generate_pem() -> Result<String, KeyError> {
        let pair = Ed25519KeyPair::generate().map_err(|_| KeyError::Generate)?;
        // Version 1 of PKCS #8, without the public key: the form jsonwebtoken finds the public half of.
        let der = pair.to_pkcs8v1().map_err(|_| KeyError::Generate)?;
        // 48 bytes are 64 digits of base64: one line of a PEM.
        let digits = BASE64_STANDARD.encode(der.as_ref());
        Ok(format!("-----BEGIN PRIVATE KEY-----\n{digits}\n-----END PRIVATE KEY-----\n"))
    }

    /// Reads a PKCS #8 PEM with an Ed25519 private key.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let key = EncodingKey::from_ed_pem(pem.as_bytes()).map_err(KeyError::Key)?;
        let mut public = Jwk::from_encoding_key(&key, Algorithm::EdDSA).map_err(KeyError::Key)?;
        let kid = public.thumbprint(ThumbprintHash::SHA256).map_err(KeyError::Key)?;
        public.common.key_id = Some(kid.clone());
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(kid);
        Ok(Self { header, key, public })
    }

    /// The public half, as it stands in a key set.
    pub fn public(&self) -> &Jwk {
        &self.public
    }

    /// The key's name.
    pub fn kid(&self) -> &str {
        self.header.kid.as_deref().unwrap_or_default()
    }

    /// A token with these claims.
    pub fn sign(&self, claims: &Claims) -> Result<String, KeyError> {
        encode(&self.header, claims, &self.key).map_err(KeyError::Key)
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Signer({})", self.kid())
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::id::{Id, SessionId, UserId};

    #[test]
    fn a_generated_key_signs_what_its_public_half_verifies() {
        let signer = Signer::from_pem(&Signer::generate_pem().unwrap()).unwrap();
        let set = JwkSet { keys: vec![signer.public().clone()] };
        let keys = KeySet::from_json(&serde_json::to_string(&set).unwrap()).unwrap();
        assert!(keys.contains(signer.kid()));
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let claims = Claims {
            sub: UserId::generate(now, [1; 8]),
            email: "ada@example.org".parse().unwrap(),
            sid: SessionId::generate(now, [2; 8]),
            iat: now.as_second(),
            exp: now.as_second() + 1,
        };
        let token = signer.sign(&claims).unwrap();
        assert_eq!(keys.verify(&token), Some(claims));

        let stranger = Signer::from_pem(&Signer::generate_pem().unwrap()).unwrap();
        assert!(!keys.contains(stranger.kid()));
    }
}
