//! Unit tests that a scenario file cannot express.
