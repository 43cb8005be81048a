//! Forms out of JSON values, strictly: a struct is an object and never a list of its fields.
//!
//! `serde_json` takes both, and makes code for both of every form; here there is one small reader for all of them.

use serde::de::value::{Error, StrDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, MapAccess, SeqAccess, Unexpected,
    VariantAccess, Visitor,
};
use serde_json::{Value, map};

/// A form from a JSON value.
///
/// # Errors
/// The sentence that says what is wrong with it.
pub fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    T::deserialize(Form(value)).map_err(|error| error.to_string())
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
            Value::Array(items) => list(items, visitor),
            Value::Object(pairs) => visitor.visit_map(Pairs { pairs: pairs.into_iter(), value: Value::Null }),
        }
    }

    only!(deserialize_bool => Bool, "true or false", visit_bool(flag: flag));
    only!(deserialize_str deserialize_string deserialize_char deserialize_identifier => String, "a string", visit_string(text: text));
    only!(deserialize_map => Object, "an object", visit_map(pairs: Pairs { pairs: pairs.into_iter(), value: Value::Null }));
    numbers!(deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_i8 deserialize_i16
        deserialize_i32 deserialize_i64);

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(items) => list(items, visitor),
            other => Err(Form(other).other("a list")),
        }
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
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Value::String(name) => visitor.visit_enum(Variant { name, value: None }),
            Value::Object(pairs) if pairs.len() == 1 => match pairs.into_iter().next() {
                Some((name, value)) => visitor.visit_enum(Variant { name, value: Some(value) }),
                None => Err(Error::custom("an object with one key is expected")),
            },
            other => Err(Form(other).other("a string, or an object with one key")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! { i128 u128 f32 f64 bytes byte_buf unit_struct tuple tuple_struct }
}

fn list<'de, V: Visitor<'de>>(items: Vec<Value>, visitor: V) -> Result<V::Value, Error> {
    let mut items = Items(items.into_iter());
    let read = visitor.visit_seq(&mut items)?;
    // Only a form of a fixed length leaves something over.
    if items.0.len() == 0 { Ok(read) } else { Err(Error::custom("the list is too long")) }
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

impl<'de> MapAccess<'de> for Pairs {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((name, value)) = self.pairs.next() else { return Ok(None) };
        self.value = value;
        seed.deserialize(StrDeserializer::new(&name)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(Form(self.value.take()))
    }
}

/// One of several: a name, and what comes with it.
struct Variant {
    name: String,
    value: Option<Value>,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Error;
    type Variant = Form;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Form), Error> {
        let variant = seed.deserialize(StrDeserializer::new(&self.name))?;
        Ok((variant, Form(self.value.unwrap_or_default())))
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

    fn struct_variant<V: Visitor<'de>>(self, _fields: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
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
