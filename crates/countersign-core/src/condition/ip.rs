//! IP addresses and ranges of them.

/// An IPv4 or IPv6 address.
///
/// An IPv4 address that is written as an IPv6 one (`::ffff:10.0.0.1`, RFC 4291 section 2.5.5.2) is the IPv4 address:
/// there is no second form of it that a check could miss.
// Packed, as decimals are, to keep values small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(Rust, packed(8))]
pub struct Ip {
    v6: bool,
    bits: u128,
}

impl Ip {
    /// The address of these bits; nothing for an IPv4 address of more than 32.
    #[must_use]
    pub fn new(v6: bool, bits: u128) -> Option<Self> {
        if v6 && bits >> 32 != 0xffff {
            return Some(Self { v6, bits });
        }
        let bits = if v6 { bits & 0xffff_ffff } else { bits };
        (bits >> 32 == 0).then_some(Self { v6: false, bits })
    }

    /// Reads an address: four decimal numbers without leading zeros, or a form of RFC 4291 section 2.2.
    ///
    /// Nothing for every other text; a zone (`%eth0`) is one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        match parse_v4(bytes) {
            Some(bits) => Self::new(false, u128::from(bits)),
            None => Self::new(true, parse_v6(bytes)?),
        }
    }

    /// Whether this is an IPv6 address.
    #[must_use]
    pub fn is_v6(self) -> bool {
        self.v6
    }

    /// The address as a number: of 32 bits for IPv4, of 128 for IPv6.
    #[must_use]
    pub fn bits(self) -> u128 {
        self.bits
    }

    fn width(self) -> u8 {
        if self.v6 { 128 } else { 32 }
    }
}

/// An address with a prefix length, as CIDR writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(Rust, packed(8))]
pub struct IpRange {
    bits: u128,
    v6: bool,
    prefix: u8,
}

impl IpRange {
    /// The addresses that share their first `prefix` bits with `first`; nothing if `first` has other bits set, or has
    /// fewer bits.
    #[must_use]
    pub fn new(first: Ip, prefix: u8) -> Option<Self> {
        let rest = first.width().checked_sub(prefix)?;
        let hosts = u128::MAX.checked_shl(rest.into()).map_or(u128::MAX, |mask| !mask);
        (first.bits & hosts == 0).then_some(Self { bits: first.bits, v6: first.v6, prefix })
    }

    /// Reads `10.0.0.0/8`. A range of IPv4 addresses written as IPv6 ones (`::ffff:10.0.0.0/104`) is that of the IPv4
    /// addresses.
    ///
    /// Nothing for every other text, and where an address has bits set beyond its prefix.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let slash = bytes.iter().position(|byte| *byte == b'/')?;
        let (address, length) = text.split_at_checked(slash)?;
        let first = Ip::parse(address)?;
        let prefix = parse_number(length.as_bytes().get(1..)?, 128)?;
        let written_as_v6 = !first.v6 && address.as_bytes().contains(&b':');
        let prefix = if written_as_v6 { prefix.checked_sub(96)? } else { prefix };
        Self::new(first, u8::try_from(prefix).ok()?)
    }

    /// Whether the address is in the range; one of the other family never is.
    #[must_use]
    pub fn contains(self, ip: Ip) -> bool {
        let rest = self.first().width() - self.prefix;
        let differing = (self.bits ^ ip.bits).checked_shr(rest.into()).unwrap_or(0);
        self.v6 == ip.v6 && differing == 0
    }

    /// The lowest address.
    #[must_use]
    pub fn first(self) -> Ip {
        Ip { v6: self.v6, bits: self.bits }
    }

    /// How many leading bits all its addresses share.
    #[must_use]
    pub fn prefix(self) -> u8 {
        self.prefix
    }
}

/// Reads a decimal number without leading zeros, up to `most`.
fn parse_number(digits: &[u8], most: u32) -> Option<u32> {
    if digits.is_empty() || digits.len() > 3 || (digits.len() > 1 && digits.first() == Some(&b'0')) {
        return None;
    }
    let mut number = 0;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        number = number * 10 + u32::from(digit - b'0');
    }
    (number <= most).then_some(number)
}

fn parse_v4(bytes: &[u8]) -> Option<u32> {
    let mut bits = 0;
    let mut count = 0;
    for part in bytes.split(|byte| *byte == b'.') {
        count += 1;
        if count > 4 {
            return None;
        }
        bits = (bits << 8) | parse_number(part, 255)?;
    }
    (count == 4).then_some(bits)
}

fn parse_v6(bytes: &[u8]) -> Option<u128> {
    let Some(gap) = bytes.windows(2).position(|pair| pair == b"::") else {
        let (bits, 8) = parse_groups(bytes, true)? else { return None };
        return Some(bits);
    };
    let (head, head_groups) = parse_groups(bytes.get(..gap)?, false)?;
    let (tail, tail_groups) = parse_groups(bytes.get(gap + 2..)?, true)?;
    // The gap stands for one group at least.
    if head_groups + tail_groups > 7 {
        return None;
    }
    Some(head.checked_shl(128 - 16 * head_groups).unwrap_or(0) | tail)
}

/// Reads groups of up to four hexadecimal digits, and returns how many there are; the last may be an IPv4 address,
/// which counts as two.
fn parse_groups(bytes: &[u8], v4_last: bool) -> Option<(u128, u32)> {
    let mut bits = 0;
    let mut count = 0;
    let mut rest = Some(bytes).filter(|bytes| !bytes.is_empty());
    while let Some(text) = rest {
        let end = text.iter().position(|byte| *byte == b':').unwrap_or(text.len());
        let group = text.get(..end)?;
        rest = text.get(end + 1..);
        let v4 = if v4_last && rest.is_none() { parse_v4(group) } else { None };
        if let Some(v4) = v4 {
            bits = (bits << 32) | u128::from(v4);
            count += 2;
        } else {
            if group.is_empty() || group.len() > 4 {
                return None;
            }
            bits <<= 16;
            let mut number = 0;
            for digit in group {
                number = (number << 4) | char::from(*digit).to_digit(16)?;
            }
            bits |= u128::from(number);
            count += 1;
        }
        if count > 8 {
            return None;
        }
    }
    Some((bits, count))
}
