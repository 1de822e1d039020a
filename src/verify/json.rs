//! JSON read strictly: no key twice in one object, no deep nesting.
//!
//! Parsers differ on which of two equal keys wins, so a document with both means different things to different
//! verifiers. Evidence must mean one thing.

use std::fmt;

use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::quote::quote;

/// Objects and arrays nest at most this deep; CPython's evidence stays below ten.
const DEPTH: usize = 32;

/// Parses the whole of `text`. Errors name line and column.
pub(crate) fn parse(text: &str) -> Result<Value, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Strict { room: DEPTH }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// Reads one value that may hold `room` more levels.
#[derive(Clone, Copy)]
struct Strict {
    room: usize,
}

impl Strict {
    fn deeper<E: de::Error>(self) -> Result<Self, E> {
        let room = self.room.checked_sub(1);
        room.map(|room| Self { room }).ok_or_else(|| E::custom(format!("nested deeper than {DEPTH} levels")))
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let seed = self.deeper()?;
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(seed)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let seed = self.deeper()?;
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if object.contains_key(&key) {
                return Err(de::Error::custom(format!("key \"{}\" stands twice in one object", quote(&key))));
            }
            let value = entries.next_value_seed(seed)?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn keys_that_stand_twice_are_refused_however_they_are_spelled() {
        insta::assert_snapshot!(refusal("{\n \"a\": 1,\n \"\\u0061\": 1 }"), @r#"key "a" stands twice in one object at line 3 column 9"#);
        assert!(parse(r#"{"a": {"a": [{"a": 1}, {"a": 2}]}}"#).is_ok());
    }

    #[test]
    fn nesting_ends_at_32_levels() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse(&nested(32)).is_ok());
        insta::assert_snapshot!(refusal(&nested(33)), @"nested deeper than 32 levels at line 1 column 34");
        assert!(parse(&"[".repeat(1 << 20)).is_err());
    }

    #[test]
    fn only_one_whole_value_is_read() {
        insta::assert_snapshot!(refusal("{} {}"), @"trailing characters at line 1 column 4");
        insta::assert_snapshot!(refusal(""), @"EOF while parsing a value at line 1 column 0");
    }

    proptest::proptest! {
        #[test]
        fn what_parses_is_what_serde_json_reads(text in r#"[\[\]{},:"a1 .-]{0,24}"#) {
            if let Ok(value) = parse(&text) {
                proptest::prop_assert_eq!(Some(value), serde_json::from_str(&text).ok());
            }
        }
    }
}
