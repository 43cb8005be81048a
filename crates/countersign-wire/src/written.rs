//! An object of JSON, written member by member: what is written for every request takes no way round by serde.

/// The object, as far as it is written.
#[derive(Debug)]
pub struct Object(String);

impl Object {
    /// One without members. `capacity` is how many bytes it will have, about.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self(String::with_capacity(capacity))
    }

    /// A text; what has no value is left out.
    pub fn text(&mut self, key: &str, value: Option<&str>) {
        let Some(value) = value else { return };
        self.key(key);
        if value.bytes().all(|byte| byte >= b' ' && !matches!(byte, b'"' | b'\\')) {
            self.0.push('"');
            self.0.push_str(value);
            self.0.push('"');
        } else {
            // A text cannot fail to be written.
            self.0.push_str(&serde_json::to_string(value).unwrap_or_default());
        }
    }

    /// A number; what has no value is left out.
    pub fn number(&mut self, key: &str, value: Option<u64>) {
        let Some(mut rest) = value else { return };
        self.key(key);
        let mut digits = [b'0'; 20];
        let mut length = 0;
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
            length += 1;
            if rest == 0 {
                break;
            }
        }
        self.0.extend(digits.iter().skip(digits.len() - length).copied().map(char::from));
    }

    /// The whole of it.
    #[must_use]
    pub fn finish(mut self) -> String {
        self.0.push_str(if self.0.is_empty() { "{}" } else { "}" });
        self.0
    }

    fn key(&mut self, key: &str) {
        self.0.push_str(if self.0.is_empty() { "{\"" } else { ",\"" });
        self.0.push_str(key);
        self.0.push_str("\":");
    }
}

#[cfg(test)]
mod tests {
    use super::Object;
    use serde_json::{Value, json};

    #[test]
    fn it_is_what_serde_writes() {
        let texts = ["", "plain", "a\"b", "a\\b", "a\nb", "\u{1}\u{1f}", "\u{7f}", "Ünïcödé \u{1f512}", "</script>"];
        let numbers = [0, 7, 10, 99, 1_784_900_000_000, u64::MAX];
        for (text, number) in texts.iter().zip(numbers.iter().cycle()) {
            let mut object = Object::new(0);
            object.text("none", None);
            object.text("a", Some(text));
            object.number("none", None);
            object.number("b", Some(*number));
            assert_eq!(object.finish(), json!({ "a": text, "b": number }).to_string());
        }
        for number in numbers {
            let mut object = Object::new(0);
            object.number("number", Some(number));
            assert_eq!(object.finish(), json!({ "number": number }).to_string());
        }
        assert_eq!(Object::new(0).finish(), Value::Object(serde_json::Map::new()).to_string());
    }
}
