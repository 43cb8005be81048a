//! Exact decimals: money and thresholds, never floats.

/// An exact decimal: `units × 10^-scale`.
///
/// Equality and order are those of the number: `1.50` equals `1.5`.
#[derive(Clone, Copy, Debug)]
pub struct Decimal {
    units: i128,
    scale: u8,
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.units == other.units && self.scale == other.scale
    }
}
