//! The one source of randomness outside cryptography libraries.

/// `N` bytes nobody can guess.
///
/// # Panics
/// If the operating system has no randomness to give; nothing safe can be done without it.
#[expect(clippy::disallowed_methods, clippy::expect_used, reason = "this is the place the ban points to")]
pub fn entropy<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system must provide randomness");
    bytes
}
