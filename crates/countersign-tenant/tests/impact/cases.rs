//! Changes that people make, and the lines that they read.
