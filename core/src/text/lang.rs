//! Languages.
use serde::{Deserialize, Serialize};

/// The primary subtag of a language tag, packed: `en\0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Lang(pub [u8; 3]);

impl Lang {
    /// The language of a tag.
    pub fn of(tag: &str) -> Lang {
        let mut code = [0; 3];
        for (slot, byte) in code
            .iter_mut()
            .zip(tag.bytes().take_while(u8::is_ascii_alphabetic))
        {
            *slot = byte.to_ascii_lowercase();
        }
        Lang(code)
    }
}
