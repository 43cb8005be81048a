//! Forms out of JSON values, strictly: a struct is an object and never a list of its fields.
//!
//! `serde_json` takes both, and makes code for both of every form; here there is one small reader for all of them. The
//! names of fields and variants are looked up by it, and forms are told their places: without that, each would bring code
//! that compares a name with all of its own.

use serde::de::value::{Error, StrDeserializer, U64Deserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};
use serde_json::{Value, map};

/// A form from a JSON value.
///
/// # Errors
/// The sentence that says what is wrong with it.
pub fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    T::deserialize(Form(value)).map_err(told)
}

/// Whatever JSON text says. All of the worker reads it as text, because `serde_json` compiles its reader anew for bytes.
///
/// # Errors
/// When it is no JSON, or does not say such a thing.
pub fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> serde_json::Result<T> {
    serde_json::from_str(std::str::from_utf8(bytes).map_err(serde_json::Error::custom)?)
}

fn told(error: Error) -> String {
    error.to_string()
}

/// A value to be read.
struct Form(Value);

impl Form {
    /// The error for a value of another kind.
    fn other(&self, expected: &str) -> Error {
        let found = match &self.0 {
            Value::Null => Unexpected::Unit,
            Value::Bool(flag) => Unexpected::Bool(*flag),
            Value::Number(number) => number.as_f64().map_or(Unexpected::Other("number"), Unexpected::Float),
            Value::String(text) => Unexpected::Str(text),
            Value::Array(_) => Unexpected::Seq,
            Value::Object(_) => Unexpected::Map,
        };
        Error::invalid_type(found, &expected)
    }

    /// The pairs of an object.
    fn pairs(self) -> Result<Pairs, Error> {
        match self.0 {
            Value::Object(pairs) => Ok(Pairs { pairs: pairs.into_iter(), value: Value::Null }),
            other => Err(Form(other).other("an object")),
        }
    }

    /// An object with these fields.
    fn fields(self, known: &'static [&'static str]) -> Result<Fields, Error> {
        Ok(Fields { pairs: self.pairs()?, known, name: String::new() })
    }

    /// The items of a list.
    fn items(self) -> Result<Items, Error> {
        match self.0 {
            Value::Array(items) => Ok(Items(items.into_iter())),
            other => Err(Form(other).other("a list")),
        }
    }

    /// One of these variants.
    fn variant(self, known: &'static [&'static str]) -> Result<Variant, Error> {
        let (name, value) = match self.0 {
            Value::String(name) => (name, Value::Null),
            Value::Object(pairs) if pairs.len() == 1 => match pairs.into_iter().next() {
                Some(pair) => pair,
                None => return Err(Error::custom("an object with one key is expected")),
            },
            other => return Err(Form(other).other("a string, or an object with one key")),
        };
        match place(known, &name) {
            Some(place) => Ok(Variant { place, value }),
            None => Err(Error::unknown_variant(&name, known)),
        }
    }

    fn number<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, Error> {
        let Value::Number(number) = &self.0 else { return Err(self.other("a number")) };
        match (number.as_u64(), number.as_i64()) {
            (Some(number), _) => visitor.visit_u64(number),
            (None, Some(number)) => visitor.visit_i64(number),
            (None, None) => Err(self.other("a whole number that is not too large")),
        }
    }
}

/// Each kind of form asks for the one kind of value that it can be.
macro_rules! only {
    ($($method:ident)* => $kind:ident, $expected:literal, $visit:ident($value:ident: $made:expr)) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.0 {
                Value::$kind($value) => visitor.$visit($made),
                other => Err(Form(other).other($expected)),
            }
        }
    )*};
}

macro_rules! numbers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.number(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Form {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(flag) => visitor.visit_bool(flag),
            Value::Number(number) => match number.as_f64() {
                Some(float) if !number.is_u64() && !number.is_i64() => visitor.visit_f64(float),
                _ => Form(Value::Number(number)).number(visitor),
            },
            Value::String(text) => visitor.visit_string(text),
            Value::Array(_) => self.deserialize_seq(visitor),
            Value::Object(_) => self.deserialize_map(visitor),
        }
    }

    only!(deserialize_bool => Bool, "true or false", visit_bool(flag: flag));
    only!(deserialize_str deserialize_string deserialize_char deserialize_identifier => String, "a string", visit_string(text: text));
    numbers!(deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_i8 deserialize_i16
        deserialize_i32 deserialize_i64);

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_map(&mut self.fields(fields)?)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(&mut self.pairs()?)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let mut items = self.items()?;
        let read = visitor.visit_seq(&mut items)?;
        // Only a form of a fixed length leaves something over.
        if items.0.len() == 0 { Ok(read) } else { Err(Error::custom("the list is too long")) }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_null() { visitor.visit_unit() } else { Err(self.other("null")) }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(self.variant(variants)?)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! { i128 u128 f32 f64 bytes byte_buf unit_struct tuple tuple_struct }
}

/// Where a name stands among those that are known.
fn place(known: &[&str], name: &str) -> Option<u64> {
    (0..).zip(known).find(|(_, known)| **known == name).map(|(place, _)| place)
}

/// The items of a list.
struct Items(std::vec::IntoIter<Value>);

impl<'de> SeqAccess<'de> for &mut Items {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        self.0.next().map(|item| seed.deserialize(Form(item))).transpose()
    }
}

/// The pairs of an object.
struct Pairs {
    pairs: map::IntoIter,
    value: Value,
}

impl Pairs {
    /// The next name; its value waits.
    fn next(&mut self) -> Option<String> {
        let (name, value) = self.pairs.next()?;
        self.value = value;
        Some(name)
    }
}

impl<'de> MapAccess<'de> for &mut Pairs {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some(name) = self.next() else { return Ok(None) };
        seed.deserialize(StrDeserializer::new(&name)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(Form(self.value.take()))
    }
}

/// The pairs of an object that is read as a struct.
struct Fields {
    pairs: Pairs,
    known: &'static [&'static str],
    /// The name that came last, if it is not known
    name: String,
}

impl Fields {
    /// The place of the next name, which is none of a field where it is not known.
    fn next(&mut self) -> Option<U64Deserializer<Error>> {
        let name = self.pairs.next()?;
        let place = place(self.known, &name);
        if place.is_none() {
            self.name = name;
        }
        Some(place.unwrap_or(u64::MAX).into_deserializer())
    }

    fn unknown(&self) -> Error {
        Error::unknown_field(&self.name, self.known)
    }
}

impl<'de> MapAccess<'de> for &mut Fields {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some(place) = self.next() else { return Ok(None) };
        // Forms that ignore what they do not know take any place.
        seed.deserialize(place).map(Some).map_err(|_| self.unknown())
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(Form(self.pairs.value.take()))
    }
}

/// One of several: its place among them, and what comes with it.
struct Variant {
    place: u64,
    value: Value,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Error;
    type Variant = Form;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Form), Error> {
        let place: U64Deserializer<Error> = self.place.into_deserializer();
        Ok((seed.deserialize(place)?, Form(self.value)))
    }
}

impl<'de> VariantAccess<'de> for Form {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        if self.0.is_null() { Ok(()) } else { Err(self.other("nothing")) }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _length: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        self.deserialize_struct("", fields, visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::from_value;
    use serde::Deserialize;
    use serde_json::{Value, json};
    use std::collections::BTreeMap;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Plain {
        name: String,
        #[serde(default)]
        count: u16,
        at: Option<i64>,
        flag: Option<bool>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "snake_case")]
    enum Choice {
        Nothing,
        One(Plain),
        Of { list: Vec<String>, any: Value, more: BTreeMap<String, (u8, f64)> },
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Open {
        first: u8,
        second: Option<Kind>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        FirstOne,
        SecondOne,
    }

    #[track_caller]
    fn check<T: serde::de::DeserializeOwned + std::fmt::Debug>(value: Value, expected: &str) {
        let came = from_value::<T>(value).map_or_else(|error| error, |form| format!("{form:?}"));
        assert!(came.starts_with(expected), "{came}");
    }

    #[test]
    fn forms_are_read_strictly() {
        check::<Plain>(json!({ "name": "a" }), "Plain { name: \"a\", count: 0, at: None, flag: None }");
        check::<Plain>(
            json!({ "name": "a", "count": 9, "at": -1, "flag": true }),
            "Plain { name: \"a\", count: 9, at: Some(-1), flag: Some(true) }",
        );
        check::<Plain>(json!(["a", 1, 2, true]), "invalid type: sequence, expected an object");
        check::<Plain>(json!({}), "missing field `name`");
        check::<Plain>(json!({ "name": "a", "x": 1 }), "unknown field `x`, expected one of `name`");
        check::<Plain>(json!({ "name": 1 }), "invalid type: floating point `1.0`, expected a string");
        check::<Plain>(json!({ "name": "a", "count": 70_000 }), "invalid value: integer `70000`, expected u16");
        check::<Plain>(json!({ "name": "a", "count": 1.5 }), "invalid type: floating point `1.5`, expected a whole");
        check::<Plain>(json!({ "name": "a", "count": null }), "invalid type: unit value, expected a number");
        check::<Plain>(json!({ "name": null }), "invalid type: unit value, expected a string");
        check::<Plain>(json!({ "name": "a", "flag": "true" }), "invalid type: string \"true\", expected true or false");
        check::<Open>(
            json!({ "second": "second_one", "x": [1], "first": 1 }),
            "Open { first: 1, second: Some(SecondOne) }",
        );
        check::<Open>(
            json!({ "first": 1, "second": { "first_one": null } }),
            "Open { first: 1, second: Some(FirstOne) }",
        );
        check::<Open>(
            json!({ "first": 1, "second": "x" }),
            "unknown variant `x`, expected `first_one` or `second_one`",
        );
        check::<Open>(json!({ "first": 1, "second": 0 }), "invalid type: floating point `0.0`, expected a string, or");
        check::<Choice>(json!({ "one": { "count": 1, "y": 1 } }), "unknown field `y`, expected one of `name`, `count`");
        check::<Choice>(json!({ "of": { "z": 1 } }), "missing field `list`");
        check::<Choice>(json!("nothing"), "Nothing");
        check::<Choice>(json!({ "nothing": null }), "Nothing");
        check::<Choice>(json!({ "nothing": 1 }), "invalid type");
        check::<Choice>(json!("else"), "unknown variant `else`");
        check::<Choice>(json!({ "one": { "name": "a" }, "two": 1 }), "invalid type: map");
        check::<Choice>(json!({ "one": { "name": "a" } }), "One(Plain");
        check::<Choice>(json!("one"), "invalid type: unit value, expected an object");
        check::<Choice>(
            json!({ "of": { "list": ["a"], "any": [1, null, { "a": 0.5 }], "more": { "x": [1, 2.5] } } }),
            "Of { list: [\"a\"], any: Array [Number(1), Null, Object {\"a\": Number(0.5)}], more: {\"x\": (1, 2.5)} }",
        );
        check::<Choice>(json!({ "of": { "list": {}, "any": 1, "more": {} } }), "invalid type: map, expected a list");
        check::<Choice>(json!({ "of": { "list": [], "any": 1, "more": { "x": [1, 2, 3] } } }), "the list is too long");
    }
}
