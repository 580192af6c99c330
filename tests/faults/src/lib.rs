//! Nothing lives here: the crate is its tests, which crash, starve and flood a market of real processes.
