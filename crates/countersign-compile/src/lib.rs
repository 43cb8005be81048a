//! The compiler of Countersign: a model file becomes a checked policy, with diagnostics
