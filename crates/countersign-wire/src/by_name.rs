//! Values by name, as the objects of a form whose keys are not known beforehand.

use core::fmt;
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};
use countersign_core::sorted::Map;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

/// Values by name; it is written in the order of the names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByName<V>(pub Map<String, V>);

impl<V> Default for ByName<V> {
    fn default() -> Self {
        Self(Map::new())
    }
}

impl<V> Deref for ByName<V> {
    type Target = Map<String, V>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<V> DerefMut for ByName<V> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl<V> FromIterator<(String, V)> for ByName<V> {
    fn from_iter<I: IntoIterator<Item = (String, V)>>(pairs: I) -> Self {
        Self(Map::from_iter(pairs))
    }
}

impl<V: Serialize> Serialize for ByName<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(&self.0)
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for ByName<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Pairs(PhantomData))
    }
}

struct Pairs<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for Pairs<V> {
    type Value = ByName<V>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ByName<V>, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(ByName(Map::from_iter(pairs)))
    }
}

#[cfg(feature = "schema")]
impl<V: schemars::JsonSchema> schemars::JsonSchema for ByName<V> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        std::collections::BTreeMap::<String, V>::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        std::collections::BTreeMap::<String, V>::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::ByName;

    #[test]
    fn it_is_an_object_in_order() {
        let all: ByName<u32> = [("b".to_owned(), 2), ("a".to_owned(), 1)].into_iter().collect();
        let text = serde_json::to_string(&all).unwrap();
        assert_eq!(text, r#"{"a":1,"b":2}"#);
        assert_eq!(serde_json::from_str::<ByName<u32>>(&text).unwrap(), all);
        assert_eq!(crate::form::from_value::<ByName<u32>>(serde_json::json!({ "a": 1, "b": 2 })), Ok(all));
        let error = crate::form::from_value::<ByName<u32>>(serde_json::json!([])).unwrap_err();
        assert!(error.contains("expected an object"), "{error}");
    }
}
