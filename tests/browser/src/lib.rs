//! Nothing lives here: the crate is its tests, which walk through a market of real processes in a real browser.
