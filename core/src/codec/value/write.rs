//! Writes JSON byte for byte as `serde_json` does, for maps with texts as keys and numbers of at most 64 bits.
//!
//! The code that serde derives is compiled for a writer field by field. Here each field is one call, and an error is
//! zero-sized; the writer of `serde_json` was a tenth of a page's download. `serde_json` still writes the scalars and
//! texts.

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use crate::codec::record::EncodeError;

type Result<T = (), E = EncodeError> = std::result::Result<T, E>;

/// Writes a value as JSON text.
pub fn text(value: &(impl Serialize + ?Sized)) -> Result<Vec<u8>> {
    let mut writer = JsonWriter(Vec::with_capacity(128));
    value.serialize(&mut writer)?;
    Ok(writer.0)
}

/// The text written so far.
struct JsonWriter(Vec<u8>);

impl JsonWriter {
    #[inline(never)]
    fn raw(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }

    /// Writes a number or a text, which never fails.
    fn scalar<T: Serialize + ?Sized>(&mut self, value: &T) {
        let written = serde_json::to_writer(&mut self.0, value);
        debug_assert!(written.is_ok(), "a scalar was refused");
    }

    #[inline(never)]
    fn str(&mut self, text: &str) {
        self.scalar(text);
    }

    #[inline(never)]
    fn unsigned(&mut self, value: u64) {
        self.scalar(&value);
    }

    #[inline(never)]
    fn signed(&mut self, value: i64) {
        self.scalar(&value);
    }

    #[inline(never)]
    fn float(&mut self, value: f64) {
        self.scalar(&value);
    }

    /// Writes a comma, except before the first item. Texts end with a quote, so a last byte `{` or `[` opens a list
    /// or object.
    #[inline(never)]
    fn item(&mut self) {
        if !matches!(self.0.last(), Some(b'{' | b'[')) {
            self.0.push(b',');
        }
    }

    #[inline(never)]
    fn key(&mut self, key: &str) {
        self.item();
        self.str(key);
        self.0.push(b':');
    }

    #[inline(never)]
    fn variant(&mut self, name: &str, open: &str) {
        self.raw("{");
        self.key(name);
        self.raw(open);
    }
}

impl Serializer for &mut JsonWriter {
    type Ok = ();
    type Error = EncodeError;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    fn serialize_bool(self, value: bool) -> Result {
        self.raw(if value { "true" } else { "false" });
        Ok(())
    }
    fn serialize_i8(self, value: i8) -> Result {
        self.serialize_i64(value.into())
    }
    fn serialize_i16(self, value: i16) -> Result {
        self.serialize_i64(value.into())
    }
    fn serialize_i32(self, value: i32) -> Result {
        self.serialize_i64(value.into())
    }
    fn serialize_i64(self, value: i64) -> Result {
        self.signed(value);
        Ok(())
    }
    fn serialize_u8(self, value: u8) -> Result {
        self.serialize_u64(value.into())
    }
    fn serialize_u16(self, value: u16) -> Result {
        self.serialize_u64(value.into())
    }
    fn serialize_u32(self, value: u32) -> Result {
        self.serialize_u64(value.into())
    }
    fn serialize_u64(self, value: u64) -> Result {
        self.unsigned(value);
        Ok(())
    }
    /// Writes a 32-bit float by its own digits: 0.1, and not the digits of the same number as 64-bit float.
    fn serialize_f32(self, value: f32) -> Result {
        self.scalar(&value);
        Ok(())
    }
    fn serialize_f64(self, value: f64) -> Result {
        self.float(value);
        Ok(())
    }
    fn serialize_char(self, value: char) -> Result {
        self.str(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }
    fn serialize_str(self, value: &str) -> Result {
        self.str(value);
        Ok(())
    }
    fn serialize_bytes(self, value: &[u8]) -> Result {
        value.serialize(self)
    }
    fn serialize_none(self) -> Result {
        self.serialize_unit()
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Result {
        self.raw("null");
        Ok(())
    }
    fn serialize_unit_struct(self, _: &'static str) -> Result {
        self.serialize_unit()
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Result {
        self.str(name);
        Ok(())
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Result {
        self.variant(name, "");
        value.serialize(&mut *self)?;
        self.raw("}");
        Ok(())
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<Self> {
        self.raw("[");
        Ok(self)
    }
    fn serialize_tuple(self, _: usize) -> Result<Self> {
        self.raw("[");
        Ok(self)
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self> {
        self.raw("[");
        Ok(self)
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Self> {
        self.variant(name, "[");
        Ok(self)
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Self> {
        self.raw("{");
        Ok(self)
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self> {
        self.raw("{");
        Ok(self)
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Self> {
        self.variant(name, "{");
        Ok(self)
    }
}

/// Defines the traits for lists: the trait, its method, and the closing bracket.
macro_rules! lists {
    ($($kind:ident $item:ident $close:literal)*) => {$(
        impl $kind for &mut JsonWriter {
            type Ok = ();
            type Error = EncodeError;
            fn $item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
                self.item();
                value.serialize(&mut **self)
            }
            fn end(self) -> Result {
                self.raw($close);
                Ok(())
            }
        }
    )*};
}

lists! {
    SerializeSeq serialize_element "]"
    SerializeTuple serialize_element "]"
    SerializeTupleStruct serialize_field "]"
    SerializeTupleVariant serialize_field "]}"
}

/// Defines the traits for objects whose keys are names in the code.
macro_rules! objects {
    ($($kind:ident $close:literal)*) => {$(
        impl $kind for &mut JsonWriter {
            type Ok = ();
            type Error = EncodeError;
            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result {
                self.key(key);
                value.serialize(&mut **self)
            }
            fn end(self) -> Result {
                self.raw($close);
                Ok(())
            }
        }
    )*};
}

objects! {
    SerializeStruct "}"
    SerializeStructVariant "}}"
}

impl SerializeMap for &mut JsonWriter {
    type Ok = ();
    type Error = EncodeError;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result {
        self.item();
        let begin = self.0.len();
        key.serialize(&mut **self)?;
        if self.0.get(begin) != Some(&b'"') {
            return Err(EncodeError);
        }
        self.0.push(b':');
        Ok(())
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        value.serialize(&mut **self)
    }
    fn end(self) -> Result {
        self.raw("}");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde::Serialize;

    use super::text;

    #[derive(Clone, Debug, Serialize)]
    struct Everything {
        flag: bool,
        small: (u8, i8, u16, i16, u32, i32),
        large: (u64, i64),
        real: (f32, f64),
        letter: char,
        text: String,
        maybe: Option<String>,
        list: Vec<Shape>,
        map: BTreeMap<String, Option<i32>>,
        unit: (),
        empty: (Vec<u8>, BTreeMap<String, u8>, [Nothing; 2]),
    }

    #[derive(Clone, Debug, Serialize)]
    struct Nothing;

    #[derive(Clone, Debug, Serialize)]
    enum Shape {
        Nothing,
        One(u64),
        Two(i64, String),
        Named { a: u8, b: Vec<String> },
    }

    fn shape() -> impl Strategy<Value = Shape> {
        prop_oneof![
            Just(Shape::Nothing),
            any::<u64>().prop_map(Shape::One),
            (any::<i64>(), ".{0,9}").prop_map(|(n, text)| Shape::Two(n, text)),
            (any::<u8>(), proptest::collection::vec(".{0,3}", 0..3))
                .prop_map(|(a, b)| Shape::Named { a, b }),
        ]
    }

    prop_compose! {
        fn everything()(
            flag: bool,
            small: (u8, i8, u16, i16, u32, i32),
            large: (u64, i64),
            real: (f32, f64),
            letter: char,
            text in "([\\PC\"\\\\{},:\u{0}-\u{1f}]|\\[){0,40}",
            maybe in proptest::option::of(".{0,9}"),
            list in proptest::collection::vec(shape(), 0..5),
            map in proptest::collection::btree_map(".{0,5}", any::<Option<i32>>(), 0..4),
        ) -> Everything {
            let empty = (Vec::new(), BTreeMap::new(), [Nothing, Nothing]);
            Everything { flag, small, large, real, letter, text, maybe, list, map, unit: (), empty }
        }
    }

    proptest! {
        #[test]
        fn the_text_is_that_of_serde_json(value in everything()) {
            prop_assert_eq!(
                String::from_utf8(text(&value).unwrap()).unwrap(),
                serde_json::to_string(&value).unwrap()
            );
        }
    }

    #[test]
    fn a_key_is_a_text() {
        let map = BTreeMap::from([("a", 1), ("b", 2)]);
        assert_eq!(text(&map).unwrap(), br#"{"a":1,"b":2}"#);
        assert!(text(&BTreeMap::from([(Some(1), 1)])).is_err());
    }
}
