//! Sizes: reading, comparing and showing them.

use std::collections::BTreeMap;

use serde_json::Value;

/// The hard limits on gzip, whatever was committed.
const BARS: &[(&str, u64)] = &[("browser", 40 * 1024), ("worker", 1024 * 1024)];
/// Growth beyond this many per cent needs a decision.
const TOLERANCE: u64 = 2;

/// One download in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    /// As it is.
    pub(super) raw: u64,
    /// As most servers send it.
    pub(super) gzip: u64,
    /// As good servers send it.
    pub(super) brotli: u64,
}

/// Reads `{"name": {"raw": 1, "gzip": 1, "brotli": 1}}`.
pub(super) fn parse(text: &str) -> Option<BTreeMap<String, Size>> {
    let value: Value = serde_json::from_str(text).ok()?;
    let size = |value: &Value| -> Option<Size> {
        let number = |name: &str| value[name].as_u64();
        Some(Size { raw: number("raw")?, gzip: number("gzip")?, brotli: number("brotli")? })
    };
    value.as_object()?.iter().map(|(name, value)| Some((name.clone(), size(value)?))).collect()
}

/// What has grown too much or is too large, one line each.
pub(super) fn complaints(now: &BTreeMap<String, Size>, before: &BTreeMap<String, Size>) -> Vec<String> {
    let mut complaints = Vec::new();
    for (name, size) in now {
        let bar = BARS.iter().find(|(bar, _)| bar == name).map(|(_, bytes)| *bytes);
        if let Some(bar) = bar.filter(|bar| size.gzip > *bar) {
            complaints.push(format!("{name}: {} with gzip, and {} is the most", kilobytes(size.gzip), kilobytes(bar)));
        }
        match before.get(name) {
            None => complaints.push(format!("{name}: size.json does not know it; run `cargo xtask size --update`")),
            Some(before) if size.gzip * 100 > before.gzip * (100 + TOLERANCE) => {
                complaints.push(format!(
                    "{name}: {} with gzip, and it was {}",
                    kilobytes(size.gzip),
                    kilobytes(before.gzip)
                ));
            }
            Some(_) => {}
        }
    }
    complaints
}

/// The table that is printed.
pub(super) fn table(now: &BTreeMap<String, Size>, before: &BTreeMap<String, Size>) -> String {
    let mut lines = vec![format!("{:<10}{:>12}{:>12}{:>12}   {}", "", "raw", "gzip", "brotli", "gzip committed, bar")];
    for (name, size) in now {
        let was = before.get(name).map_or("-".to_owned(), |size| kilobytes(size.gzip));
        let bar = BARS.iter().find(|(bar, _)| bar == name).map(|(_, bytes)| *bytes);
        let missed = if bar.is_some_and(|bar| size.gzip > bar) { ": missed" } else { "" };
        let bar = bar.map_or("-".to_owned(), kilobytes);
        let [raw, gzip, brotli] = [size.raw, size.gzip, size.brotli].map(kilobytes);
        lines.push(format!("{name:<10}{raw:>12}{gzip:>12}{brotli:>12}   {was}, {bar}{missed}"));
    }
    lines.join("\n")
}

/// Bytes as people compare them.
pub(super) fn kilobytes(bytes: u64) -> String {
    format!("{}.{} KB", bytes / 1024, bytes % 1024 * 10 / 1024)
}

#[cfg(test)]
mod tests;
