//! Diagnostics: all that is wrong with a document is told at once, at its place, and nothing because of it.

#[cfg(test)]
mod model;
#[cfg(test)]
mod pairs;
#[cfg(test)]
mod presets;
#[cfg(test)]
mod routes;
#[cfg(test)]
mod tenant;
