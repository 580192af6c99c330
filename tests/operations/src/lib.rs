//! Nothing lives here: the crate is its tests, which do to a market of real processes what its operators do.
