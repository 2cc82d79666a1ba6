//! JSON into the model: text to a value, with repeated keys rejected, and a value to a type.
//!
//! JSON, YAML and the log share one reader of types. The code that serde derives is compiled once per reader, and
//! would be most of a page's download.

mod notes;
mod write;

pub use notes::{Misread, UnknownKey};
pub use write::text;

use std::fmt;

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{
    Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess,
    Unexpected, Visitor,
};
use serde_json::{Error, Map, Number, Value};

use self::notes::{JsonPath, Notes};

/// A value without repeated keys in any object.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Strict, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Strict)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("a number is not finite"))
    }
    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if map.contains_key(&key) {
                return Err(A::Error::custom(twice(&key)));
            }
            let Strict(value) = entries.next_value()?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

/// The message for a repeated key.
pub fn twice(key: &str) -> String {
    let key = crate::error::excerpt(key);
    format!("the key {key} is given twice; keep one")
}

/// Parses JSON. A repeated key is an error.
pub fn json(text: &str) -> Result<Value, Error> {
    let Strict(value) = serde_json::from_str(text)?;
    Ok(value)
}

/// Reads a type from a value. Unknown keys are ignored.
pub fn typed<T: DeserializeOwned>(value: &Value) -> Result<T, Error> {
    exact(value)
        .map(|(read, _)| read)
        .map_err(|misread| misread.error)
}

/// Reads a type from a value; also returns the first unknown key, if any.
pub fn exact<T: DeserializeOwned>(value: &Value) -> Result<(T, Option<UnknownKey>), Misread> {
    let notes = Notes::default();
    let read = T::deserialize(Given {
        value,
        place: &JsonPath::Whole,
        siblings: &[],
        notes: &notes,
    });
    match read {
        Ok(read) => Ok((read, notes.into_unknown())),
        Err(error) => Err(notes.misread(error)),
    }
}

/// A value to be read, with its path.
struct Given<'p> {
    value: &'p Value,
    place: &'p JsonPath<'p>,
    /// The fields of the struct that it is a field of.
    siblings: &'static [&'static str],
    notes: &'p Notes,
}

/// The type of a value, for the error that another type was expected.
fn found(value: &Value) -> Unexpected<'_> {
    match value {
        Value::Null => Unexpected::Unit,
        Value::Bool(flag) => Unexpected::Bool(*flag),
        Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(n), _) => Unexpected::Unsigned(n),
            (None, Some(n)) => Unexpected::Signed(n),
            (None, None) => Unexpected::Float(number.as_f64().unwrap_or_default()),
        },
        Value::String(text) => Unexpected::Str(text),
        Value::Array(_) => Unexpected::Seq,
        Value::Object(_) => Unexpected::Map,
    }
}

impl Given<'_> {
    fn number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(n), _) => visitor.visit_u64(n),
                (None, Some(n)) => visitor.visit_i64(n),
                (None, None) => visitor.visit_f64(number.as_f64().unwrap_or_default()),
            },
            other => Err(Error::invalid_type(found(other), &visitor)),
        }
    }

    fn text<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::String(text) => visitor.visit_str(text),
            other => Err(Error::invalid_type(found(other), &visitor)),
        }
    }

    fn list<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let list = match self.value {
            Value::Array(list) => list,
            other => return Err(Error::invalid_type(found(other), &visitor)),
        };
        let mut items = Items {
            rest: list.iter(),
            at: 0,
            place: self.place,
            notes: self.notes,
        };
        let read = visitor.visit_seq(&mut items)?;
        if items.rest.len() > 0 {
            return Err(Error::invalid_length(
                list.len(),
                &"fewer items in the list",
            ));
        }
        Ok(read)
    }

    fn mapping<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.object(&[], visitor)
    }

    fn object<'de, V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.value {
            Value::Object(map) => visitor.visit_map(Entries {
                rest: map.iter(),
                entry: None,
                place: self.place,
                fields,
                notes: self.notes,
            }),
            other => Err(Error::invalid_type(found(other), &visitor)),
        }
    }
}

/// Defines the methods for types that are read in the same way.
macro_rules! read_as {
    ($way:ident: $($name:ident)*) => {
        $(fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.$way(visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for Given<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(flag) => visitor.visit_bool(*flag),
            Value::Number(_) => self.number(visitor),
            Value::String(_) => self.text(visitor),
            Value::Array(_) => self.list(visitor),
            Value::Object(_) => self.mapping(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Bool(flag) => visitor.visit_bool(*flag),
            other => Err(Error::invalid_type(found(other), &visitor)),
        }
    }

    read_as!(number: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_f32 deserialize_f64);
    read_as!(text: deserialize_char deserialize_str deserialize_string deserialize_identifier
        deserialize_bytes deserialize_byte_buf);
    read_as!(list: deserialize_seq);
    read_as!(mapping: deserialize_map);

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            other => Err(Error::invalid_type(found(other), &visitor)),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.list(visitor)
    }

    /// A struct must be a mapping. A list of its fields in order would be accepted by accident only.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let (value, place, notes) = (self.value, self.place, self.notes);
        self.object(fields, visitor)
            .inspect_err(|_| notes.failed_in(value, place, fields))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.value {
            Value::String(name) => visitor.visit_enum(StrDeserializer::<Error>::new(name)),
            Value::Object(map) if map.len() == 1 => {
                visitor.visit_enum(MapAccessDeserializer::new(Entries {
                    rest: map.iter(),
                    entry: None,
                    place: self.place,
                    fields: &[],
                    notes: self.notes,
                }))
            }
            other => Err(Error::invalid_type(found(other), &"a name")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.notes.unknown_at(self.place, self.siblings);
        visitor.visit_unit()
    }
}

/// The items of a list that are not read yet.
struct Items<'p> {
    rest: std::slice::Iter<'p, Value>,
    at: usize,
    place: &'p JsonPath<'p>,
    notes: &'p Notes,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        let Some(value) = self.rest.next() else {
            return Ok(None);
        };
        let place = JsonPath::Item(self.place, self.at);
        self.at += 1;
        let given = Given {
            value,
            place: &place,
            siblings: &[],
            notes: self.notes,
        };
        let read = seed.deserialize(given);
        read.inspect_err(|_| self.notes.failed_at(&place)).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// The entries of a mapping that are not read yet.
struct Entries<'p> {
    rest: serde_json::map::Iter<'p>,
    /// The entry whose key was read last.
    entry: Option<(&'p String, &'p Value)>,
    place: &'p JsonPath<'p>,
    /// The fields of the struct that is read; empty for a map.
    fields: &'static [&'static str],
    notes: &'p Notes,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        self.entry = self.rest.next();
        let Some((key, _)) = self.entry else {
            return Ok(None);
        };
        seed.deserialize(StrDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        let (key, value) = self
            .entry
            .take()
            .ok_or_else(|| Error::custom("a value was asked for before its key"))?;
        let place = JsonPath::At(self.place, key);
        let read = seed.deserialize(Given {
            value,
            place: &place,
            siblings: self.fields,
            notes: self.notes,
        });
        read.inspect_err(|_| self.notes.failed_at(&place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ArticleDraft, Event, EventKind};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    enum Shape {
        Point,
        Line(f64),
        Box { width: u8, height: Option<u8> },
    }

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct All {
        flag: bool,
        small: i8,
        float: f32,
        letter: char,
        pair: (u16, String),
        shapes: Vec<Shape>,
        nothing: (),
        map: BTreeMap<String, Option<i64>>,
    }

    const ALL: &str = r#"{"flag":true,"small":-5,"float":2,"letter":"ß","pair":[7,"x"],
        "shapes":["Point",{"Line":1.5},{"Box":{"width":3,"height":null}}],"nothing":null,"map":{"a":-1,"b":null}}"#;

    #[test]
    fn values_are_read_as_serde_json_reads_them() {
        let ours: All = typed(&json(ALL).unwrap()).unwrap();
        assert_eq!(ours, serde_json::from_str::<All>(ALL).unwrap());
        for (from, to) in [
            ("true", "1"),
            ("-5", "-500"),
            ("-5", "\"x\""),
            ("\"ß\"", "\"ab\""),
            ("[7,\"x\"]", "[7]"),
            ("[7,\"x\"]", "[7,\"x\",8]"),
            ("\"Point\"", "\"Circle\""),
            ("\"Point\"", "[]"),
            ("\"width\":3", "\"width\":300"),
            ("{\"Line\":1.5}", "{\"Line\":1.5,\"Point\":null}"),
            ("\"nothing\":null", "\"nothing\":0"),
            ("\"flag\":true,", ""),
        ] {
            let text = ALL.replace(from, to);
            assert_ne!(text, ALL);
            assert!(serde_json::from_str::<All>(&text).is_err(), "{text}");
            assert!(typed::<All>(&json(&text).unwrap()).is_err(), "{text}");
        }
    }

    #[test]
    fn the_first_key_that_means_nothing_is_named_by_its_path() {
        let text = r#"{"id":"a","kind":"product","title":"A","scope":{"rejions":[]},
            "sections":[{"role":"note","text":"x"},{"role":"note","text":"y","rol":1}]}"#;
        let unknown = |text: &str| {
            let (draft, unknown) = exact::<ArticleDraft>(&json(text).unwrap()).unwrap();
            assert_eq!(draft.sections.len(), 2);
            unknown.map(|key| (key.path, key.meant))
        };
        assert_eq!(
            unknown(text),
            Some(("scope.rejions".to_owned(), Some("regions")))
        );
        let text = text.replace("rejions", "regions");
        assert_eq!(
            unknown(&text),
            Some(("sections.1.rol".to_owned(), Some("role")))
        );
        let text = text.replace("\"rol\"", "\"colour\"");
        assert_eq!(unknown(&text), Some(("sections.1.colour".to_owned(), None)));
    }

    #[test]
    fn the_place_of_a_wrong_value_is_named_and_a_misspelt_field_too() {
        let misread = |text: &str| {
            let misread = exact::<ArticleDraft>(&json(text).unwrap()).unwrap_err();
            let misspelt = misread.misspelt.map(|key| (key.path, key.meant));
            (misread.path, misspelt, misread.error.to_string())
        };
        let (path, misspelt, error) = misread(
            r#"{"id":"a","kind":"product","title":"A","sections":[{"role":"note","text":5}]}"#,
        );
        assert_eq!((path.as_str(), misspelt), ("sections.0.text", None));
        assert!(error.contains("expected a string"), "{error}");
        let (path, misspelt, error) = misread(r#"{"id":"a","kind":"product","titel":"A"}"#);
        assert_eq!(path, "");
        assert_eq!(misspelt, Some(("titel".to_owned(), Some("title"))));
        assert!(error.contains("missing field `title`"), "{error}");
        let (path, misspelt, _) = misread(
            r#"{"id":"a","kind":"product","title":"A","sections":[{"role":"note","txet":"x"}]}"#,
        );
        assert_eq!(path, "sections.0");
        assert_eq!(misspelt, Some(("txet".to_owned(), Some("text"))));
    }

    #[test]
    fn a_list_is_no_struct() {
        let error = typed::<crate::model::Actor>(&serde_json::json!(["ann", "publisher"]));
        assert!(error.unwrap_err().to_string().contains("sequence"));
    }

    #[test]
    fn a_key_given_twice_is_refused() {
        let error = json(r#"{"a":1,"b":{"c":1,"c":2}}"#).unwrap_err();
        assert!(
            error.to_string().contains("\"c\" is given twice"),
            "{error}"
        );
    }

    proptest! {
        #[test]
        fn events_are_read_as_serde_json_reads_them(seconds in any::<u32>(), after_s in -1.0e9..1.0e9f64, article in ".{0,20}") {
            for what in [EventKind::Dwelt { article: article.clone(), seconds }, EventKind::Returned { article: article.clone(), after_s }, EventKind::Escalated {}] {
                let event = Event::new(crate::Timestamp::default(), what).id(article.clone());
                let text = serde_json::to_string(&event).unwrap();
                prop_assert_eq!(typed::<Event>(&json(&text).unwrap()).unwrap(), serde_json::from_str(&text).unwrap());
            }
        }
    }
}
