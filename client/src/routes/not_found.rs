//! Every address that is none of ours.

use crate::trouble::Trouble;

pub(super) async fn handle() -> Trouble {
    Trouble::NotFound
}
