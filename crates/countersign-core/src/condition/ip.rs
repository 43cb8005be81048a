//! IP addresses and ranges of them.

/// An IPv4 or IPv6 address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ip {
    v6: bool,
    bits: u128,
}

/// An address with a prefix length, as CIDR writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IpRange {
    first: Ip,
    prefix: u8,
}
