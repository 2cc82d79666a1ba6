//! Decodes records from bytes.

use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess,
    SeqAccess, VariantAccess, Visitor,
};

/// The error for bytes that are not a record of the type.
#[derive(Debug, thiserror::Error)]
#[error("its bytes are no record of this kind")]
pub struct DecodeError;

type Result<T, E = DecodeError> = std::result::Result<T, E>;

impl serde::de::Error for DecodeError {
    fn custom<T: std::fmt::Display>(_: T) -> DecodeError {
        DecodeError
    }
}

/// Decodes the record at the beginning of some bytes. Later bytes are ignored, as in `postcard::from_bytes`.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let mut input = Input {
        rest: bytes,
        is_valid: true,
    };
    let record = T::deserialize(&mut input)?;
    if input.is_valid {
        Ok(record)
    } else {
        Err(DecodeError)
    }
}

/// The bytes that are not read yet.
struct Input<'b> {
    rest: &'b [u8],
    is_valid: bool,
}

impl<'b> Input<'b> {
    #[inline(never)]
    fn fail(&mut self) {
        self.rest = &[];
        self.is_valid = false;
    }

    #[inline(never)]
    fn take(&mut self, n: usize) -> &'b [u8] {
        if let Some((taken, rest)) = self.rest.split_at_checked(n) {
            self.rest = rest;
            return taken;
        }
        self.fail();
        &[]
    }

    #[inline(never)]
    fn byte(&mut self) -> u8 {
        if let Some((byte, rest)) = self.rest.split_first() {
            self.rest = rest;
            return *byte;
        }
        self.fail();
        0
    }

    /// Reads seven bits per byte, the lowest first; `bits` is the width of the type.
    #[inline(never)]
    fn varint(&mut self, bits: u32) -> u64 {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = self.byte();
            let part = u64::from(byte & 0x7f);
            if shift >= bits || part >> (bits - shift).min(7) != 0 {
                self.fail();
                return 0;
            }
            value |= part << shift;
            shift += 7;
            if byte < 0x80 {
                return value;
            }
        }
    }

    /// Reads a zigzag integer, whose lowest bit is the sign.
    fn signed(&mut self, bits: u32) -> i64 {
        let value = self.varint(bits);
        (value >> 1) as i64 ^ -((value & 1) as i64)
    }

    /// Reads a length. It may not exceed the number of bytes left, so a list of items without bytes is rejected.
    fn len(&mut self) -> usize {
        let len = self.varint(32) as usize;
        if len > self.rest.len() {
            self.fail();
            return 0;
        }
        len
    }

    #[inline(never)]
    fn str(&mut self) -> &'b str {
        let len = self.len();
        match std::str::from_utf8(self.take(len)) {
            Ok(text) => text,
            Err(_) => {
                self.fail();
                ""
            }
        }
    }

    /// Reads a bool: a byte of 0 or 1.
    #[inline(never)]
    fn flag(&mut self) -> bool {
        let byte = self.byte();
        if byte > 1 {
            self.fail();
        }
        byte == 1
    }
}

/// The fields of a struct or tuple, in order, without a length.
struct StructFields<'i, 'b>(&'i mut Input<'b>);

impl<'b> SeqAccess<'b> for StructFields<'_, 'b> {
    type Error = DecodeError;
    #[inline]
    fn next_element_seed<S: DeserializeSeed<'b>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        seed.deserialize(&mut *self.0).map(Some)
    }
}

/// The items of a sequence or map, of known number.
struct Items<'i, 'b> {
    input: &'i mut Input<'b>,
    left: usize,
}

impl Items<'_, '_> {
    #[inline(never)]
    fn has_next(&mut self) -> bool {
        let has = self.left > 0 && self.input.is_valid;
        self.left = self.left.saturating_sub(1);
        has
    }
}

impl<'b> SeqAccess<'b> for Items<'_, 'b> {
    type Error = DecodeError;
    fn next_element_seed<S: DeserializeSeed<'b>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        if !self.has_next() {
            return Ok(None);
        }
        seed.deserialize(&mut *self.input).map(Some)
    }
    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

impl<'b> MapAccess<'b> for Items<'_, 'b> {
    type Error = DecodeError;
    fn next_key_seed<S: DeserializeSeed<'b>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        self.next_element_seed(seed)
    }
    fn next_value_seed<S: DeserializeSeed<'b>>(&mut self, seed: S) -> Result<S::Value> {
        seed.deserialize(&mut *self.input)
    }
    fn size_hint(&self) -> Option<usize> {
        SeqAccess::size_hint(self)
    }
}

impl<'b> EnumAccess<'b> for &mut Input<'b> {
    type Error = DecodeError;
    type Variant = Self;
    fn variant_seed<S: DeserializeSeed<'b>>(self, seed: S) -> Result<(S::Value, Self)> {
        let number = self.varint(32) as u32;
        let variant =
            seed.deserialize(IntoDeserializer::<DecodeError>::into_deserializer(number))?;
        Ok((variant, self))
    }
}

impl<'b> VariantAccess<'b> for &mut Input<'b> {
    type Error = DecodeError;
    fn unit_variant(self) -> Result<()> {
        Ok(())
    }
    fn newtype_variant_seed<S: DeserializeSeed<'b>>(self, seed: S) -> Result<S::Value> {
        seed.deserialize(self)
    }
    fn tuple_variant<V: Visitor<'b>>(self, _: usize, visitor: V) -> Result<V::Value> {
        visitor.visit_seq(StructFields(self))
    }
    fn struct_variant<V: Visitor<'b>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_seq(StructFields(self))
    }
}

/// Defines the methods for plain values: the method of the deserializer, the method of the visitor, and the read.
macro_rules! numbers {
    ($($method:ident $visit:ident |$input:ident| $read:expr;)*) => {$(
        #[inline]
        fn $method<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
            let $input = self;
            visitor.$visit($read)
        }
    )*};
}

impl<'b> Deserializer<'b> for &mut Input<'b> {
    type Error = DecodeError;

    numbers! {
        deserialize_bool visit_bool |input| input.flag();
        deserialize_u8 visit_u8 |input| input.byte();
        deserialize_u16 visit_u16 |input| input.varint(16) as u16;
        deserialize_u32 visit_u32 |input| input.varint(32) as u32;
        deserialize_u64 visit_u64 |input| input.varint(64);
        deserialize_i8 visit_i8 |input| input.byte() as i8;
        deserialize_i16 visit_i16 |input| input.signed(16) as i16;
        deserialize_i32 visit_i32 |input| input.signed(32) as i32;
        deserialize_i64 visit_i64 |input| input.signed(64);
        deserialize_f32 visit_f32 |input| f32::from_le_bytes(input.take(4).try_into().unwrap_or_default());
        deserialize_f64 visit_f64 |input| f64::from_le_bytes(input.take(8).try_into().unwrap_or_default());
        deserialize_str visit_borrowed_str |input| input.str();
        deserialize_string visit_borrowed_str |input| input.str();
        deserialize_char visit_borrowed_str |input| input.str();
        deserialize_bytes visit_borrowed_bytes |input| { let len = input.len(); input.take(len) };
        deserialize_byte_buf visit_borrowed_bytes |input| { let len = input.len(); input.take(len) };
        deserialize_seq visit_seq |input| { let left = input.len(); Items { input, left } };
        deserialize_map visit_map |input| { let left = input.len(); Items { input, left } };
    }

    fn is_human_readable(&self) -> bool {
        false
    }
    fn deserialize_option<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
        if self.flag() {
            visitor.visit_some(self)
        } else {
            visitor.visit_none()
        }
    }
    fn deserialize_unit<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }
    fn deserialize_unit_struct<V: Visitor<'b>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_unit()
    }
    fn deserialize_newtype_struct<V: Visitor<'b>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }
    fn deserialize_tuple<V: Visitor<'b>>(self, _: usize, visitor: V) -> Result<V::Value> {
        visitor.visit_seq(StructFields(self))
    }
    fn deserialize_tuple_struct<V: Visitor<'b>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_seq(StructFields(self))
    }
    fn deserialize_struct<V: Visitor<'b>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_seq(StructFields(self))
    }
    fn deserialize_enum<V: Visitor<'b>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_enum(self)
    }
    fn deserialize_identifier<V: Visitor<'b>>(self, _: V) -> Result<V::Value> {
        Err(DecodeError)
    }
    fn deserialize_any<V: Visitor<'b>>(self, _: V) -> Result<V::Value> {
        Err(DecodeError)
    }
    fn deserialize_ignored_any<V: Visitor<'b>>(self, _: V) -> Result<V::Value> {
        Err(DecodeError)
    }
}
