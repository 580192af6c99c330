//! Changes that are decided on what is stored, and decided again when that changed in between.

use common::{events::Event, id::UserId};
use messaging::{Attempts, WriteError};

use crate::{
    domain::{SessionOver, User},
    error::AuthError,
    state::AppState,
};

const ATTEMPTS: u32 = 5;
/// How often a revocation is dated anew because its commit took too long. Each time it is a second or more late, so a
/// database that is slow for longer has used up the request's time too.
const LATE_COMMITS: u32 = 5;

/// Reads, decides and writes with `attempt`, as often as another write comes in between, within limits.
pub(super) async fn decide<T, F>(mut attempt: impl FnMut() -> F) -> Result<T, AuthError>
where
    F: Future<Output = Result<T, AuthError>>,
{
    let mut attempts = Attempts::of(ATTEMPTS);
    loop {
        match attempt().await {
            Err(AuthError::Write(error)) if attempts.again(&error).await => {}
            outcome => return outcome,
        }
    }
}

/// Makes sure of a stored revocation of all sessions of `user`: it has to cover every sign-in that was decided before
/// it was committed, however long that took.
pub(super) async fn cover_the_commit(state: &AppState, user: &User) -> Result<(), AuthError> {
    let mut covered = user.revoke_again(state.clock.now()).is_none();
    for _ in 0..LATE_COMMITS {
        if covered {
            return Ok(());
        }
        covered = decide(|| revoke_again(state, user.id())).await?;
    }
    if covered { Ok(()) } else { Err(WriteError::Stale.into()) }
}

/// Dates it anew if it is late, and says whether that was in time.
async fn revoke_again(state: &AppState, id: UserId) -> Result<bool, AuthError> {
    let user = state.store.users.get(&id.to_string()).await?.ok_or(SessionOver)?;
    // It may have been dated anew by somebody else, with a change of their own.
    let Some((user, revoked)) = user.revoke_again(state.clock.now()) else { return Ok(true) };
    tracing::info!(%id, "the commit of a revocation took so long that it is dated anew");
    state.store.users.replace(&user, &[Event::SessionRevoked(revoked.clone())]).await?;
    state.heed(&revoked);
    Ok(user.revoke_again(state.clock.now()).is_none())
}
