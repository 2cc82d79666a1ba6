//! Gives the shared library its name and keeps it in memory once it is loaded.

#![allow(
    clippy::disallowed_methods,
    reason = "clippy.toml is the library's: cargo tells a build script by the environment"
)]

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // The number in the soname is `KEN_ABI_VERSION`; `src/version.rs` compares the two when compiled.
    let abi = "0";
    println!("cargo::rustc-env=KEN_SONAME_ABI={abi}");
    let target = env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    match target.as_str() {
        "linux" | "android" | "freebsd" | "netbsd" | "openbsd" => {
            println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libkenpoint.so.{abi}");
            // Thread-local destructors of Rust's library would run code that is gone after `dlclose`.
            println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
        }
        "macos" | "ios" => {
            println!(
                "cargo::rustc-cdylib-link-arg=-Wl,-install_name,@rpath/libkenpoint.{abi}.dylib"
            );
        }
        _ => {}
    }
}
