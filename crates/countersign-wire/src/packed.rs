//! Reads the compact form that postcard writes, field by field: in the browser's download this is a third of what derived
//! deserialisers are.
//!
//! Numbers are varints, signed ones zigzag, text and lists begin with their length, options with 0 or 1, variants with
//! their number. What postcard refuses is refused here too.
//!
//! Reading goes on behind what is no form, with zeros and empty lists, and comes to nothing in the end: a way out of every
//! field would be most of the code.

/// Bytes that were not read yet.
#[derive(Default)]
pub(crate) struct Packed<'a> {
    rest: &'a [u8],
    /// Whether something was read that is none of the form; what was read is then worth nothing.
    broken: bool,
}

/// A form that can be read so.
pub(crate) trait Unpack: Sized {
    /// Takes one from the front; anything at all, if the bytes hold none.
    fn unpack(from: &mut Packed<'_>) -> Self;
}

/// Reads a form, and refuses bytes left over.
pub(crate) fn unpack<T: Unpack>(bytes: &[u8]) -> Option<T> {
    let mut from = Packed::new(bytes);
    let form = T::unpack(&mut from);
    (!from.broken && from.rest.is_empty()).then_some(form)
}

/// The fields of a form in the order in which they are written: that of its declaration.
macro_rules! fields {
    ($($form:ident { $($field:ident)* })*) => {
        $(impl crate::packed::Unpack for $form {
            fn unpack(from: &mut crate::packed::Packed<'_>) -> Self {
                Self { $($field: crate::packed::Unpack::unpack(from)),* }
            }
        })*
    };
}
pub(crate) use fields;

impl<'a> Packed<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, broken: false }
    }

    /// Whether all that was read so far is of its form.
    pub(crate) fn is_sound(&self) -> bool {
        !self.broken
    }

    /// What was read is none of the form; nothing more is read.
    pub(crate) fn fail(&mut self) {
        *self = Self { rest: &[], broken: true };
    }

    /// What was made of the bytes; anything else, if that is nothing.
    pub(crate) fn sound<T>(&mut self, made: Option<T>, otherwise: T) -> T {
        made.unwrap_or_else(|| {
            self.fail();
            otherwise
        })
    }

    pub(crate) fn byte(&mut self) -> u8 {
        match self.rest.split_first() {
            Some((byte, rest)) => {
                self.rest = rest;
                *byte
            }
            None => {
                self.fail();
                0
            }
        }
    }

    /// As they are.
    pub(crate) fn bytes(&mut self, length: usize) -> &'a [u8] {
        match self.rest.split_at_checked(length) {
            Some((bytes, rest)) => {
                self.rest = rest;
                bytes
            }
            None => {
                self.fail();
                &[]
            }
        }
    }

    fn long(&mut self, bits: u32) -> u128 {
        let mut number = 0;
        for shift in (0..bits).step_by(7) {
            let byte = self.byte();
            let part = u128::from(byte & 0x7f);
            // The last byte has room for the bits that are left.
            if part >> (bits - shift).min(7) != 0 {
                break;
            }
            number |= part << shift;
            if byte < 0x80 {
                return number;
            }
        }
        self.fail();
        0
    }

    pub(crate) fn number(&mut self) -> u64 {
        // Most numbers are small.
        if let Some((byte, rest)) = self.rest.split_first()
            && *byte < 0x80
        {
            self.rest = rest;
            return (*byte).into();
        }
        self.long(u64::BITS) as u64
    }

    /// A number that is at most so large.
    fn small(&mut self, most: u32) -> u32 {
        let number = u32::try_from(self.number()).ok().filter(|number| *number <= most);
        self.sound(number, 0)
    }

    /// What was not read yet.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// How many items are said to come, each of at least so many bytes: never more than there is room for.
    pub(crate) fn claim(&self, least: usize) -> usize {
        usize::unpack(&mut self.again()).min(self.rest.len() / least)
    }

    /// The same bytes once more.
    pub(crate) fn again(&self) -> Self {
        Self { ..*self }
    }

    pub(crate) fn text(&mut self) -> &'a str {
        let length = usize::unpack(self);
        let text = core::str::from_utf8(self.bytes(length)).ok();
        self.sound(text, "")
    }

    /// As many times as the number says that comes first.
    pub(crate) fn each(&mut self, read: &mut dyn FnMut(&mut Self)) {
        for _ in 0..self.number() {
            if self.broken {
                return;
            }
            read(self);
        }
    }

    pub(crate) fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> T) -> Vec<T> {
        // The length is anybody's claim: nothing is reserved for what the bytes do not hold.
        let mut list = Vec::new();
        self.each(&mut |from| list.push(read(from)));
        list
    }
}

impl Unpack for u64 {
    fn unpack(from: &mut Packed<'_>) -> Self {
        from.number()
    }
}

impl Unpack for usize {
    fn unpack(from: &mut Packed<'_>) -> Self {
        let number = from.number().try_into().ok();
        from.sound(number, 0)
    }
}

impl Unpack for u8 {
    fn unpack(from: &mut Packed<'_>) -> Self {
        from.byte()
    }
}

impl Unpack for u32 {
    fn unpack(from: &mut Packed<'_>) -> Self {
        from.small(u32::MAX)
    }
}

impl Unpack for u16 {
    fn unpack(from: &mut Packed<'_>) -> Self {
        from.small(Self::MAX.into()) as Self
    }
}

impl Unpack for u128 {
    fn unpack(from: &mut Packed<'_>) -> Self {
        from.long(Self::BITS)
    }
}

impl Unpack for i128 {
    fn unpack(from: &mut Packed<'_>) -> Self {
        let number = u128::unpack(from);
        (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
    }
}

impl Unpack for [u32; 2] {
    fn unpack(from: &mut Packed<'_>) -> Self {
        [u32::unpack(from), u32::unpack(from)]
    }
}

impl Unpack for i64 {
    fn unpack(from: &mut Packed<'_>) -> Self {
        let number = from.number();
        (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
    }
}

impl Unpack for bool {
    fn unpack(from: &mut Packed<'_>) -> Self {
        let byte = from.byte();
        if byte > 1 {
            from.fail();
        }
        byte == 1
    }
}

impl Unpack for String {
    fn unpack(from: &mut Packed<'_>) -> Self {
        from.text().into()
    }
}

impl Unpack for Box<str> {
    fn unpack(from: &mut Packed<'_>) -> Self {
        from.text().into()
    }
}

impl<T: Unpack> Unpack for Option<T> {
    fn unpack(from: &mut Packed<'_>) -> Self {
        bool::unpack(from).then(|| T::unpack(from))
    }
}

impl<T: Unpack> Unpack for Vec<T> {
    fn unpack(from: &mut Packed<'_>) -> Self {
        from.list(T::unpack)
    }
}

impl<A: Unpack, B: Unpack> Unpack for (A, B) {
    fn unpack(from: &mut Packed<'_>) -> Self {
        (A::unpack(from), B::unpack(from))
    }
}

impl<A: Unpack, B: Unpack, C: Unpack> Unpack for (A, B, C) {
    fn unpack(from: &mut Packed<'_>) -> Self {
        (A::unpack(from), B::unpack(from), C::unpack(from))
    }
}

#[cfg(test)]
mod tests;
