//! argon2id with the parameters OWASP recommends: 19 MiB, two passes, one lane. The blocks are the caller's.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{
        self,
        phc::{self, Output, ParamsString, Salt},
    },
};

use super::pool::Memory;
use crate::domain::PasswordHash;

const PARAMS: Params = match Params::new(19 * 1024, 2, 1, Some(Params::DEFAULT_OUTPUT_LEN)) {
    Ok(params) => params,
    Err(_) => panic!("the parameters are within argon2's bounds"),
};

/// A hash could not be computed or read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SchemeError {
    #[error("argon2 refused")]
    Argon2(#[from] argon2::Error),
    #[error("not an argon2 hash")]
    Hash(#[from] password_hash::Error),
    #[error("not a PHC string")]
    Phc(#[from] phc::Error),
    #[error("the hash has no {0}")]
    Missing(&'static str),
}

pub(super) fn hash(password: &str, salt: [u8; 16], memory: &mut Memory) -> Result<PasswordHash, SchemeError> {
    let salt = Salt::new(&salt)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, PARAMS);
    let output = compute(&argon2, password, &salt, Params::DEFAULT_OUTPUT_LEN, memory)?;
    let phc = phc::PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&PARAMS)?,
        salt: Some(salt),
        hash: Some(output),
    };
    Ok(PasswordHash::new(phc.to_string()))
}

/// Verifies with the parameters the hash was made with, so that they can be changed some day.
pub(super) fn matches(password: &str, hash: &PasswordHash, memory: &mut Memory) -> Result<bool, SchemeError> {
    let phc = phc::PasswordHash::new(hash.as_str())?;
    let expected = phc.hash.ok_or(SchemeError::Missing("output"))?;
    let salt = phc.salt.ok_or(SchemeError::Missing("salt"))?;
    let algorithm = Algorithm::try_from(phc.algorithm.as_str())?;
    let version = phc.version.map_or(Ok(Version::V0x13), Version::try_from)?;
    let argon2 = Argon2::new(algorithm, version, Params::try_from(&phc)?);
    let output = compute(&argon2, password, &salt, expected.len(), memory)?;
    // `Output` compares in constant time.
    Ok(output == expected)
}

/// What the password of an unknown user is compared with. No password is known to have this hash.
pub(super) fn nobodys_hash() -> PasswordHash {
    const PHC: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlz\
                       $AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    PasswordHash::new(PHC.to_owned())
}

fn compute(
    argon2: &Argon2<'_>,
    password: &str,
    salt: &Salt,
    length: usize,
    memory: &mut Memory,
) -> Result<Output, SchemeError> {
    let mut output = [0; Output::MAX_LENGTH];
    let output = output.get_mut(..length).ok_or(SchemeError::Missing("output"))?;
    let blocks = memory.blocks(argon2.params().block_count());
    argon2.hash_password_into_with_memory(password.as_bytes(), salt, output, blocks)?;
    Ok(Output::new(output)?)
}

#[cfg(test)]
mod tests {
    use argon2::PasswordVerifier;

    use super::*;

    #[test]
    fn a_hash_is_what_any_argon2_library_expects() {
        let hash = hash("correct horse", [9; 16], &mut Memory::default()).unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.as_str());
        Argon2::default().verify_password(b"correct horse", hash.as_str()).unwrap();
    }

    #[test]
    fn nobodys_hash_costs_what_a_new_hash_costs() {
        let cost = |hash: &PasswordHash| {
            let phc = phc::PasswordHash::new(hash.as_str()).unwrap();
            (phc.algorithm, phc.version, Params::try_from(&phc).unwrap())
        };
        let mut memory = Memory::default();
        assert_eq!(cost(&nobodys_hash()), cost(&hash("x", [1; 16], &mut memory).unwrap()));
        assert!(!matches("x", &nobodys_hash(), &mut memory).unwrap());
    }
}
