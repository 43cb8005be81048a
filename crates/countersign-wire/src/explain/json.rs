//! A writer of JSON for a module that has no other.

use super::Word;

/// JSON as it is written.
#[derive(Default)]
pub(super) struct Json {
    pub(super) text: String,
}

impl Json {
    pub(super) fn open(&mut self, bracket: char) {
        self.text.push(bracket);
    }

    pub(super) fn close(&mut self, bracket: char) {
        self.text.push(bracket);
    }

    /// Parts what follows from what stands before it in the same object or array.
    pub(super) fn item(&mut self) {
        if !matches!(self.text.as_bytes().last(), Some(b'{' | b'[')) {
            self.text.push(',');
        }
    }

    pub(super) fn key(&mut self, key: &str) {
        self.item();
        self.string(key);
        self.text.push(':');
    }

    pub(super) fn null(&mut self, key: &str) {
        self.key(key);
        self.text.push_str("null");
    }

    pub(super) fn pair(&mut self, key: &str, word: Word<'_>) {
        self.key(key);
        match word {
            Word::Text(text) => self.string(text),
            Word::Number(number) => self.number(number),
            Word::Flag(flag) => self.text.push_str(if flag { "true" } else { "false" }),
        }
    }

    /// Digits by hand: the standard library's formatting is larger than all of this.
    fn number(&mut self, number: i64) {
        if number < 0 {
            self.text.push('-');
        }
        let magnitude = number.unsigned_abs();
        let mut unit = 1;
        while magnitude / unit >= 10 {
            unit *= 10;
        }
        while unit > 0 {
            self.text.push(char::from(b'0' + (magnitude / unit % 10) as u8));
            unit /= 10;
        }
    }

    fn string(&mut self, text: &str) {
        self.text.push('"');
        for letter in text.chars() {
            match letter {
                '"' | '\\' => self.text.extend(['\\', letter]),
                '\0'..='\u{1f}' => {
                    let digit = |value: u32| char::from_digit(value, 16).unwrap_or('0');
                    let code = u32::from(letter);
                    self.text.push_str("\\u00");
                    self.text.extend([digit(code / 16), digit(code % 16)]);
                }
                letter => self.text.push(letter),
            }
        }
        self.text.push('"');
    }
}
