//! Conversion of a column's cell to the value that its key has in a JSON line.
//!
//! Null is absent. An instant is milliseconds since 1970, rounded down; a date is its text; a decimal and a
//! whole float are the number itself. Rejected by column type: instants without a time zone, binary data, durations,
//! intervals, times of day, unions.

use arrow_array::array::ListLikeArray;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type,
    DecimalType, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayAccessor, PrimitiveArray};
use arrow_schema::{DataType, TimeUnit};
use serde_json::{Map, Number, Value};

use crate::error::{Error, ErrorCode, Result};
use crate::time::{DAY_MS, Timestamp};

/// Reads the cell of a row. The row must lie within the column.
pub(super) type Cell<'a> = Box<dyn Fn(usize) -> Result<Option<Value>> + 'a>;

/// Up to this number every whole number is a float of 64 bits.
const MAX_WHOLE_FLOAT: f64 = 9_007_199_254_740_992.0;

/// Returns the reader of a column's cells. `levels` limits the nesting of lists and structs.
///
/// Fails with `InvalidValue` for an unsupported type, and with `TooLarge` for one nested too deeply. The check uses
/// the type alone, so an empty column fails like a full one.
pub(super) fn cells(array: &dyn Array, levels: usize) -> Result<Cell<'_>> {
    if levels == 0 {
        return Err(Error::new(
            ErrorCode::TooLarge,
            "lists and structs are nested more deeply than max_nesting allows; flatten the column",
        ));
    }
    Ok(match array.data_type() {
        DataType::Null => Box::new(|_| Ok(None)),
        DataType::Boolean => given(array, {
            let array = array.as_boolean();
            move |i| Ok(Value::Bool(array.value(i)))
        }),
        DataType::Utf8 => texts(array, array.as_string::<i32>()),
        DataType::LargeUtf8 => texts(array, array.as_string::<i64>()),
        DataType::Utf8View => texts(array, array.as_string_view()),
        DataType::Int8 => numbers::<Int8Type>(array, |n| Ok(n.into())),
        DataType::Int16 => numbers::<Int16Type>(array, |n| Ok(n.into())),
        DataType::Int32 => numbers::<Int32Type>(array, |n| Ok(n.into())),
        DataType::Int64 => numbers::<Int64Type>(array, |n| Ok(n.into())),
        DataType::UInt8 => numbers::<UInt8Type>(array, |n| Ok(n.into())),
        DataType::UInt16 => numbers::<UInt16Type>(array, |n| Ok(n.into())),
        DataType::UInt32 => numbers::<UInt32Type>(array, |n| Ok(n.into())),
        DataType::UInt64 => numbers::<UInt64Type>(array, |n| Ok(n.into())),
        DataType::Float16 => numbers::<Float16Type>(array, |n| float(n.to_f64())),
        DataType::Float32 => numbers::<Float32Type>(array, |n| float(widen(n))),
        DataType::Float64 => numbers::<Float64Type>(array, float),
        DataType::Decimal32(..) => decimals::<Decimal32Type>(array),
        DataType::Decimal64(..) => decimals::<Decimal64Type>(array),
        DataType::Decimal128(..) => decimals::<Decimal128Type>(array),
        DataType::Date32 => numbers::<Date32Type>(array, |days| date(i64::from(days) * DAY_MS)),
        DataType::Date64 => numbers::<Date64Type>(array, date),
        DataType::Timestamp(_, None) => return Err(without_zone()),
        DataType::Timestamp(TimeUnit::Second, _) => {
            numbers::<TimestampSecondType>(array, |s| instant(s, 1_000))
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            numbers::<TimestampMillisecondType>(array, |ms| Ok(ms.into()))
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            numbers::<TimestampMicrosecondType>(array, |us| Ok(us.div_euclid(1_000).into()))
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            numbers::<TimestampNanosecondType>(array, |ns| Ok(ns.div_euclid(1_000_000).into()))
        }
        DataType::Dictionary(..) => dictionary(array, levels)?,
        DataType::List(_) => list(array, array.as_list::<i32>(), levels)?,
        DataType::LargeList(_) => list(array, array.as_list::<i64>(), levels)?,
        DataType::FixedSizeList(..) => list(array, array.as_fixed_size_list(), levels)?,
        DataType::ListView(_) => list(array, array.as_list_view::<i32>(), levels)?,
        DataType::LargeListView(_) => list(array, array.as_list_view::<i64>(), levels)?,
        DataType::Struct(_) => structs(array, levels)?,
        DataType::Map(..) => maps(array, levels)?,
        other => return Err(refused(other)),
    })
}

/// Wraps `value` so that null cells are absent.
fn given<'a>(array: &'a dyn Array, value: impl Fn(usize) -> Result<Value> + 'a) -> Cell<'a> {
    match array.nulls() {
        None => Box::new(move |i| value(i).map(Some)),
        Some(nulls) => Box::new(move |i| {
            if nulls.is_null(i) {
                Ok(None)
            } else {
                value(i).map(Some)
            }
        }),
    }
}

fn texts<'a, T: ArrayAccessor<Item = &'a str> + 'a>(array: &'a dyn Array, texts: T) -> Cell<'a> {
    given(array, move |i| Ok(Value::String(texts.value(i).to_owned())))
}

fn numbers<'a, T: ArrowPrimitiveType>(
    array: &'a dyn Array,
    value: impl Fn(T::Native) -> Result<Value> + 'a,
) -> Cell<'a> {
    let numbers: &PrimitiveArray<T> = array.as_primitive();
    given(array, move |i| value(numbers.value(i)))
}

/// Widens a float of 32 bits by its shortest decimal form: .9 stays .9.
fn widen(number: f32) -> f64 {
    number.to_string().parse().unwrap_or(f64::from(number))
}

/// Converts a float to a JSON number. A whole float becomes a whole number, because many data frames turn a column of
/// whole numbers into floats as soon as one cell is empty.
fn float(number: f64) -> Result<Value> {
    if number.trunc() == number && number.abs() <= MAX_WHOLE_FLOAT {
        return Ok((number as i64).into());
    }
    Number::from_f64(number)
        .map(Value::Number)
        .ok_or_else(|| Error::invalid_cell(number, "a number is finite; leave the cell null"))
}

fn decimals<T: DecimalType + ArrowPrimitiveType>(array: &dyn Array) -> Cell<'_> {
    let decimals: &PrimitiveArray<T> = array.as_primitive();
    given(array, move |i| {
        let text = decimals.value_as_string(i);
        let whole = text
            .split_once('.')
            .map_or(Some(text.as_str()), |(whole, rest)| {
                rest.bytes().all(|digit| digit == b'0').then_some(whole)
            });
        match whole.and_then(|whole| whole.parse::<i64>().ok()) {
            Some(whole) => Ok(whole.into()),
            None => float(text.parse().unwrap_or(f64::NAN)),
        }
    })
}

/// A date as text, so that one that ends a span lasts through its day. Out of the years 0 to 9999 it is its midnight.
fn date(ms: i64) -> Result<Value> {
    let at = Timestamp::from_ms(ms)
        .map_err(|_| Error::invalid_cell(ms, "the time lies beyond the year 9999"))?;
    let text = at.to_string();
    match text.split_once('T') {
        Some((date, _)) if ms % DAY_MS == 0 && date.len() == 10 => {
            Ok(Value::String(date.to_owned()))
        }
        _ => Ok(ms.into()),
    }
}

/// Converts a number of units since 1970 to an instant.
fn instant(units: i64, unit_ms: i64) -> Result<Value> {
    units
        .checked_mul(unit_ms)
        .map(Value::from)
        .ok_or_else(|| Error::invalid_cell(units, "the time lies beyond the year 9999"))
}

fn dictionary(array: &dyn Array, levels: usize) -> Result<Cell<'_>> {
    let dictionary = array.as_any_dictionary();
    let value = cells(&**dictionary.values(), levels)?;
    if dictionary.values().is_empty() {
        return Ok(Box::new(|_| Ok(None)));
    }
    let keys = dictionary.normalized_keys();
    let nulls = dictionary.keys().nulls();
    Ok(Box::new(move |i| match keys.get(i) {
        Some(key) if nulls.is_none_or(|nulls| nulls.is_valid(i)) => value(*key),
        _ => Ok(None),
    }))
}

fn list<'a>(array: &'a dyn Array, list: &'a impl ListLikeArray, levels: usize) -> Result<Cell<'a>> {
    let item = cells(&**list.values(), levels - 1)?;
    Ok(given(array, move |i| {
        let items = list.element_range(i);
        items
            .map(|i| item(i).map(|value| value.unwrap_or(Value::Null)))
            .collect::<Result<Vec<Value>>>()
            .map(Value::Array)
    }))
}

fn structs(array: &dyn Array, levels: usize) -> Result<Cell<'_>> {
    let structs = array.as_struct();
    let mut fields = Vec::with_capacity(structs.num_columns());
    for (field, column) in structs.fields().iter().zip(structs.columns()) {
        let cell = cells(&**column, levels - 1).map_err(|e| e.at(field.name()))?;
        fields.push((field.name(), cell));
    }
    Ok(given(array, move |i| {
        let mut map = Map::new();
        for (name, cell) in &fields {
            if let Some(value) = cell(i).map_err(|e| e.at(name))? {
                map.insert((*name).clone(), value);
            }
        }
        Ok(Value::Object(map))
    }))
}

fn maps(array: &dyn Array, levels: usize) -> Result<Cell<'_>> {
    let maps = array.as_map();
    let key = cells(&**maps.keys(), levels - 1)?;
    let value = cells(&**maps.values(), levels - 1)?;
    let offsets = maps.value_offsets();
    Ok(given(array, move |i| {
        let at = |i: usize| offsets.get(i).map_or(0, |offset| *offset as usize);
        let mut map = Map::new();
        for entry in at(i)..at(i + 1) {
            let name = match key(entry)? {
                Some(Value::String(name)) => name,
                other => {
                    let found = other.unwrap_or_default();
                    return Err(Error::invalid_cell(found, "the keys of a map are texts"));
                }
            };
            let Some(value) = value(entry).map_err(|e| e.at(&name))? else {
                continue;
            };
            if map.contains_key(&name) {
                return Err(Error::invalid_cell(name, "a map has each key once"));
            }
            map.insert(name, value);
        }
        Ok(Value::Object(map))
    }))
}

impl Error {
    /// The error for an invalid cell. The caller puts the column in front.
    fn invalid_cell(value: impl std::fmt::Display, rule: &str) -> Error {
        Error::invalid("cell", value, rule)
    }
}

fn without_zone() -> Error {
    Error::new(
        ErrorCode::InvalidValue,
        "a timestamp without a time zone names no instant; give it one (pandas: .dt.tz_localize(\"UTC\"), \
         polars: .dt.replace_time_zone(\"UTC\"), DuckDB: AT TIME ZONE 'UTC'), or leave the column out",
    )
}

fn refused(found: &DataType) -> Error {
    let advice = match found {
        DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => "cast it to text",
        DataType::Duration(_) => "give it as a number",
        _ => "cast it to text or to a number",
    };
    Error::new(
        ErrorCode::InvalidValue,
        format!("a column of type {found} cannot be read; {advice}, or leave the column out"),
    )
}
