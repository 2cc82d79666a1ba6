//! Enums with a stable text form.

/// Defines an enum with a stable text form, which JSON, queries and messages all use.
macro_rules! named_enum {
    ($(#[$outer:meta])* $name:ident ($noun:literal) { $($(#[$inner:meta])* $member:ident = $text:literal,)+ }) => {
        $(#[$outer])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name { $($(#[$inner])* $member,)+ }

        impl $name {
            /// All members, in the order of their declaration.
            pub const ALL: &'static [$name] = &[$($name::$member,)+];

            /// The stable text form.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$member => $text,)+ }
            }

            /// The position in [`Self::ALL`]. Records store it, so it is never renumbered.
            pub const fn index(self) -> usize {
                self as usize
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::error::Error;

            /// Reads the text form, ignoring case, with `_` or a space accepted for `-`.
            fn from_str(text: &str) -> crate::error::Result<$name> {
                let wanted = text.trim().to_ascii_lowercase().replace(['_', ' '], "-");
                match wanted.as_str() {
                    $($text => Ok($name::$member),)+
                    _ => Err(crate::codec::named_enum::unknown($noun, text, concat!("it is one of:", $(" ", $text),+))),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.serialize_str(self.as_str())
                } else {
                    serializer.serialize_u8(*self as u8)
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                use serde::de::Error as _;
                if deserializer.is_human_readable() {
                    let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                    text.parse().map_err(D::Error::custom)
                } else {
                    let index = u8::deserialize(deserializer)?;
                    $name::ALL.get(usize::from(index)).copied()
                        .ok_or_else(|| D::Error::custom(concat!($noun, ": unknown number in a record")))
                }
            }
        }
    };
}
pub(crate) use named_enum;

use super::nearest::nearest;
use crate::error::Error;

/// The error for a text that is no name of an enum. `rule` ends with the names, and the nearest one is offered.
pub(crate) fn unknown(noun: &str, text: &str, rule: &str) -> Error {
    let (_, names) = rule.split_once(": ").unwrap_or_default();
    match nearest(text.trim(), names.split(' ')) {
        Some(meant) => Error::invalid(noun, text, &format!("{rule}; did you mean {meant}?")),
        None => Error::invalid(noun, text, rule),
    }
}
