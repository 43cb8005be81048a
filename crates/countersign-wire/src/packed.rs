//! Reads the compact form that postcard writes, field by field: in the browser's download this is a third of what derived
//! deserialisers are.
//!
//! Numbers are varints, signed ones zigzag, text and lists begin with their length, options with 0 or 1, variants with
//! their number. What postcard refuses is refused here too.

/// Bytes that were not read yet.
pub(crate) struct Packed<'a>(&'a [u8]);

/// A form that can be read so.
pub(crate) trait Unpack: Sized {
    /// Takes one from the front; nothing if the bytes hold none.
    fn unpack(from: &mut Packed<'_>) -> Option<Self>;
}

/// Reads a form, and refuses bytes left over.
pub(crate) fn unpack<T: Unpack>(bytes: &[u8]) -> Option<T> {
    let mut from = Packed(bytes);
    let form = T::unpack(&mut from)?;
    from.0.is_empty().then_some(form)
}

/// The fields of a form in the order in which they are written: that of its declaration.
macro_rules! fields {
    ($($form:ident { $($field:ident)* })*) => {
        $(impl crate::packed::Unpack for $form {
            fn unpack(from: &mut crate::packed::Packed<'_>) -> Option<Self> {
                Some(Self { $($field: crate::packed::Unpack::unpack(from)?),* })
            }
        })*
    };
}
pub(crate) use fields;

impl<'a> Packed<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    /// As they are.
    pub(crate) fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            // The tenth byte has room for one bit.
            if (part << shift) >> shift != part {
                return None;
            }
            number |= part << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// The same bytes once more.
    pub(crate) fn again(&self) -> Self {
        Self(self.0)
    }

    pub(crate) fn text(&mut self) -> Option<&'a str> {
        let length = self.number()?.try_into().ok()?;
        core::str::from_utf8(self.bytes(length)?).ok()
    }

    pub(crate) fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        // The length is anybody's claim: nothing is reserved for what the bytes do not hold.
        let mut list = Vec::new();
        for _ in 0..self.number()? {
            list.push(read(self)?);
        }
        Some(list)
    }

    /// The number of the variant that follows.
    pub(crate) fn variant(&mut self) -> Option<u64> {
        self.number()
    }
}

impl Unpack for u64 {
    fn unpack(from: &mut Packed<'_>) -> Option<Self> {
        from.number()
    }
}

impl Unpack for u8 {
    fn unpack(from: &mut Packed<'_>) -> Option<Self> {
        from.byte()
    }
}

impl Unpack for u32 {
    fn unpack(from: &mut Packed<'_>) -> Option<Self> {
        from.number()?.try_into().ok()
    }
}

impl Unpack for u128 {
    fn unpack(from: &mut Packed<'_>) -> Option<Self> {
        let mut number = 0;
        for shift in (0..Self::BITS).step_by(7) {
            let byte = from.byte()?;
            let part = Self::from(byte & 0x7f);
            if (part << shift) >> shift != part {
                return None;
            }
            number |= part << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}

impl Unpack for i128 {
    fn unpack(from: &mut Packed<'_>) -> Option<Self> {
        let number = u128::unpack(from)?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }
}

impl Unpack for [u32; 2] {
    fn unpack(from: &mut Packed<'_>) -> Option<Self> {
        Some([u32::unpack(from)?, u32::unpack(from)?])
    }
}

impl Unpack for u16 {
    fn unpack(from: &mut Packed<'_>) -> Option<Self> {
        from.number()?.try_into().ok()
    }
}

impl Unpack for i64 {
    fn unpack(from: &mut Packed<'_>) -> Option<Self> {
        let number = from.number()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }
}

impl Unpack for bool {
    fn unpack(from: &mut Packed<'_>) -> Option<Self> {
        match from.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl Unpack for String {
    fn unpack(from: &mut Packed<'_>) -> Option<Self> {
        from.text().map(Self::from)
    }
}

impl Unpack for Box<str> {
    fn unpack(from: &mut Packed<'_>) -> Option<Self> {
        from.text().map(Self::from)
    }
}

impl<T: Unpack> Unpack for Option<T> {
    fn unpack(from: &mut Packed<'_>) -> Option<Self> {
        Some(if bool::unpack(from)? { Some(T::unpack(from)?) } else { None })
    }
}

impl<T: Unpack> Unpack for Vec<T> {
    fn unpack(from: &mut Packed<'_>) -> Option<Self> {
        from.list(T::unpack)
    }
}

impl<A: Unpack, B: Unpack> Unpack for (A, B) {
    fn unpack(from: &mut Packed<'_>) -> Option<Self> {
        Some((A::unpack(from)?, B::unpack(from)?))
    }
}

impl<A: Unpack, B: Unpack, C: Unpack> Unpack for (A, B, C) {
    fn unpack(from: &mut Packed<'_>) -> Option<Self> {
        Some((A::unpack(from)?, B::unpack(from)?, C::unpack(from)?))
    }
}

#[cfg(test)]
mod tests;
