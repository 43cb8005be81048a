//! Diagnostics and meaning of model and tenant files.
