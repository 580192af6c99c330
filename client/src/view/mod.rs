//! What pages say, decided apart from how they are drawn: plain types and functions with tests.

pub(crate) mod bill;
pub(crate) mod cards;
pub(crate) mod categories;
pub(crate) mod money;
pub(crate) mod paging;
pub(crate) mod refusal;
pub(crate) mod sales;
pub(crate) mod sold;
pub(crate) mod stage;
pub(crate) mod standing;
pub(crate) mod time;
pub(crate) mod timeline;
pub(crate) mod wish;
pub(crate) mod zones;
