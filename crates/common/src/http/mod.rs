//! What every service does alike at its HTTP edge: error responses, reading requests and pages of lists.

mod error;
mod extract;
mod origin;
mod page;

pub use error::ApiError;
pub use extract::{Form, JsonBody, PathId, QueryParams, idempotency_key};
pub use origin::{CrossSite, check_form_origin, check_same_origin};
pub use page::Page;
