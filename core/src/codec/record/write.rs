//! Encodes records as bytes.

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

/// The error for a value that cannot be encoded: its own `Serialize` refused, or the format cannot represent it (a list
/// without a length, or in JSON a key that is not a string).
#[derive(Debug, thiserror::Error)]
#[error("a value refused to be written, or the format cannot hold it")]
pub struct EncodeError;

type Result<T = (), E = EncodeError> = std::result::Result<T, E>;

impl serde::ser::Error for EncodeError {
    fn custom<T: std::fmt::Display>(_: T) -> EncodeError {
        EncodeError
    }
}

/// Encodes a record.
pub fn encode(record: &(impl Serialize + ?Sized)) -> Result<Vec<u8>> {
    let mut output = Output(Vec::new());
    record.serialize(&mut output)?;
    Ok(output.0)
}

/// The bytes written so far.
struct Output(Vec<u8>);

impl Output {
    #[inline(never)]
    fn raw(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    #[inline(never)]
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    #[inline(never)]
    fn signed(&mut self, value: i64) {
        self.varint((value << 1 ^ value >> 63) as u64);
    }

    #[inline(never)]
    fn sized(&mut self, bytes: &[u8]) {
        self.varint(bytes.len() as u64);
        self.raw(bytes);
    }
}

/// Defines the methods for plain values: the method, its type, and the write.
macro_rules! plain {
    ($($method:ident($type:ty) |$out:ident, $value:ident| $write:expr;)*) => {$(
        fn $method(self, $value: $type) -> Result {
            let $out = self;
            $write;
            Ok(())
        }
    )*};
}

impl Serializer for &mut Output {
    type Ok = ();
    type Error = EncodeError;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    plain! {
        serialize_bool(bool) |out, value| out.0.push(value.into());
        serialize_u8(u8) |out, value| out.0.push(value);
        serialize_u16(u16) |out, value| out.varint(value.into());
        serialize_u32(u32) |out, value| out.varint(value.into());
        serialize_u64(u64) |out, value| out.varint(value);
        serialize_i8(i8) |out, value| out.0.push(value as u8);
        serialize_i16(i16) |out, value| out.signed(value.into());
        serialize_i32(i32) |out, value| out.signed(value.into());
        serialize_i64(i64) |out, value| out.signed(value);
        serialize_f32(f32) |out, value| out.raw(&value.to_le_bytes());
        serialize_f64(f64) |out, value| out.raw(&value.to_le_bytes());
        serialize_char(char) |out, value| out.sized(value.encode_utf8(&mut [0; 4]).as_bytes());
        serialize_str(&str) |out, value| out.sized(value.as_bytes());
        serialize_bytes(&[u8]) |out, value| out.sized(value);
    }

    fn is_human_readable(&self) -> bool {
        false
    }
    fn serialize_none(self) -> Result {
        self.serialize_u8(0)
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result {
        self.0.push(1);
        value.serialize(self)
    }
    fn serialize_unit(self) -> Result {
        Ok(())
    }
    fn serialize_unit_struct(self, _: &'static str) -> Result {
        Ok(())
    }
    fn serialize_unit_variant(self, _: &'static str, number: u32, _: &'static str) -> Result {
        self.serialize_u32(number)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        number: u32,
        _: &'static str,
        value: &T,
    ) -> Result {
        self.varint(number.into());
        value.serialize(self)
    }
    fn serialize_seq(self, len: Option<usize>) -> Result<Self> {
        self.varint(len.ok_or(EncodeError)? as u64);
        Ok(self)
    }
    fn serialize_map(self, len: Option<usize>) -> Result<Self> {
        self.serialize_seq(len)
    }
    fn serialize_tuple(self, _: usize) -> Result<Self> {
        Ok(self)
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self> {
        Ok(self)
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self> {
        Ok(self)
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        number: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self> {
        self.varint(number.into());
        Ok(self)
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        number: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self> {
        self.varint(number.into());
        Ok(self)
    }
}

/// Defines the traits for compound values: the trait, and its method for one field.
macro_rules! compound {
    ($($kind:ident $item:ident($($key:ty)?))*) => {$(
        impl $kind for &mut Output {
            type Ok = ();
            type Error = EncodeError;
            fn $item<T: Serialize + ?Sized>(&mut self, $(_: $key,)? value: &T) -> Result {
                value.serialize(&mut **self)
            }
            fn end(self) -> Result {
                Ok(())
            }
        }
    )*};
}

compound! {
    SerializeSeq serialize_element()
    SerializeTuple serialize_element()
    SerializeTupleStruct serialize_field()
    SerializeTupleVariant serialize_field()
    SerializeStruct serialize_field(&'static str)
    SerializeStructVariant serialize_field(&'static str)
}

impl SerializeMap for &mut Output {
    type Ok = ();
    type Error = EncodeError;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result {
        key.serialize(&mut **self)
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        value.serialize(&mut **self)
    }
    fn end(self) -> Result {
        Ok(())
    }
}
