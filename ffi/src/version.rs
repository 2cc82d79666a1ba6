//! Versions: the library's, and that of its binary interface.

use crate::guard::guard_value;
use crate::text::ken_str;

/// The version of the binary interface this header describes. Adding a function, or a field behind the last of a struct
/// that begins with its size, keeps it; changing or removing a function, or changing another struct, raises it, and with
/// it the number in the name of the shared library.
pub const KEN_ABI_VERSION: u32 = 0;

/// The version of the library this header was made from: 10000 · major + 100 · minor + patch.
pub const KEN_VERSION_NUMBER: u32 = 100;

const _: () = {
    let number = number(env!("CARGO_PKG_VERSION_MAJOR")) * 10_000
        + number(env!("CARGO_PKG_VERSION_MINOR")) * 100
        + number(env!("CARGO_PKG_VERSION_PATCH"));
    assert!(
        KEN_VERSION_NUMBER == number,
        "KEN_VERSION_NUMBER is not the version in Cargo.toml"
    );
    assert!(
        KEN_ABI_VERSION == self::number(env!("KEN_SONAME_ABI")),
        "KEN_ABI_VERSION is not the number in build.rs"
    );
};

/// A number in decimal digits.
const fn number(text: &str) -> u32 {
    match u32::from_str_radix(text, 10) {
        Ok(number) => number,
        Err(_) => u32::MAX,
    }
}

/// The version of the binary interface of the library that is loaded. A program compares it once with
/// `KEN_ABI_VERSION`, or calls `ken_check_abi`, which does.
///
/// Returns the number.
#[unsafe(no_mangle)]
pub extern "C" fn ken_abi_version() -> u32 {
    guard_value(0, || Ok(KEN_ABI_VERSION))
}

/// The version of the library that is loaded, as `KEN_VERSION_NUMBER` counts it.
///
/// Returns the number.
#[unsafe(no_mangle)]
pub extern "C" fn ken_version_number() -> u32 {
    guard_value(0, || Ok(KEN_VERSION_NUMBER))
}

/// The version of the library that is loaded: `0.1.0`.
///
/// Returns a view that lives for ever.
#[unsafe(no_mangle)]
pub extern "C" fn ken_version() -> ken_str {
    guard_value(ken_str::empty(), || {
        Ok(ken_str::of(env!("CARGO_PKG_VERSION")))
    })
}
