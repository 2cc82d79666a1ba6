//! The observations on a value while a type is read from it: where it failed, and which key is unknown. It reads nothing
//! itself, and is compiled once and not per type.

use std::cell::RefCell;
use std::fmt;

use serde_json::{Error, Map, Value};

use crate::codec::nearest::nearest;

/// A key that its struct does not have, with its path, `sections.0.rol`, and the key that is probably meant.
#[derive(Debug, PartialEq)]
pub struct UnknownKey {
    pub path: String,
    pub meant: Option<&'static str>,
}

/// A value that is not of its type: the path of the part that is not, empty for the whole, and the error. If a field is
/// missing and a key of nearly its name is there, this is the key.
#[derive(Debug)]
pub struct Misread {
    pub path: String,
    pub misspelt: Option<UnknownKey>,
    pub error: Error,
}

/// The path of a value from the root.
pub enum JsonPath<'p> {
    Whole,
    At(&'p JsonPath<'p>, &'p str),
    Item(&'p JsonPath<'p>, usize),
}

impl fmt::Display for JsonPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JsonPath::Whole => Ok(()),
            JsonPath::At(JsonPath::Whole, key) => f.write_str(key),
            JsonPath::At(outer, key) => write!(f, "{outer}.{key}"),
            JsonPath::Item(JsonPath::Whole, i) => write!(f, "{i}"),
            JsonPath::Item(outer, i) => write!(f, "{outer}.{i}"),
        }
    }
}

/// The observations on a value while it is read.
#[derive(Default)]
pub struct Notes {
    /// The first key that no field takes.
    unknown: RefCell<Option<UnknownKey>>,
    /// The innermost place where reading failed.
    failed: RefCell<Option<String>>,
    /// A key that may be the misspelt name of a missing field.
    misspelt: RefCell<Option<UnknownKey>>,
}

impl Notes {
    /// The first unknown key of a value that was read.
    pub fn into_unknown(self) -> Option<UnknownKey> {
        self.unknown.into_inner()
    }

    /// Notes the place of a failure; the innermost comes first.
    #[cold]
    pub fn failed_at(&self, place: &JsonPath<'_>) {
        self.failed
            .borrow_mut()
            .get_or_insert_with(|| place.to_string());
    }

    /// Looks in a struct that could not be read for a key that is none of its fields but nearly one.
    #[cold]
    pub fn failed_in(&self, value: &Value, place: &JsonPath<'_>, fields: &'static [&'static str]) {
        if self.failed.borrow().is_some() {
            return;
        }
        self.failed_at(place);
        let keys = value.as_object().into_iter().flat_map(Map::keys);
        let mut unknown = keys.filter(|key| !fields.contains(&key.as_str()));
        let misspelt = unknown.find_map(|key| {
            Some(UnknownKey {
                path: key.clone(),
                meant: Some(nearest(key, fields.iter().copied())?),
            })
        });
        *self.misspelt.borrow_mut() = misspelt;
    }

    /// Notes a key that no field takes.
    #[cold]
    pub fn unknown_at(&self, place: &JsonPath<'_>, siblings: &'static [&'static str]) {
        self.unknown.borrow_mut().get_or_insert_with(|| UnknownKey {
            path: place.to_string(),
            meant: match place {
                JsonPath::At(_, key) => nearest(key, siblings.iter().copied()),
                _ => None,
            },
        });
    }

    /// The failure with what was noted of it.
    #[cold]
    pub fn misread(self, error: Error) -> Misread {
        Misread {
            path: self.failed.into_inner().unwrap_or_default(),
            misspelt: self.misspelt.into_inner(),
            error,
        }
    }
}
