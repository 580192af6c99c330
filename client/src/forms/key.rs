//! The mark by which a form that is sent twice is recognised.

/// A new one, which nobody can guess.
pub(crate) fn fresh_key() -> String {
    format!("{:032x}", u128::from_be_bytes(runtime::entropy()))
}

/// The one that came with a form, if it is one of ours; else a new one.
pub(crate) fn kept_key(sent: &str) -> String {
    let ours = sent.len() == 32 && sent.bytes().all(|byte| byte.is_ascii_hexdigit());
    if ours { sent.to_owned() } else { fresh_key() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_keys_are_kept() {
        let key = fresh_key();
        assert_eq!(kept_key(&key), key);
        for foreign in ["", "x\r\ny", &"g".repeat(32), &"a".repeat(33)] {
            assert_ne!(kept_key(foreign), *foreign);
            assert_eq!(kept_key(foreign).len(), 32);
        }
    }
}
