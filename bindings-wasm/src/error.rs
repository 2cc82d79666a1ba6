//! Errors on their way to JavaScript.

use kenpoint::Error;
use wasm_bindgen::JsValue;

/// The result of a call of this crate.
pub type Result<T> = std::result::Result<T, JsValue>;

/// Converts an error to text, `number name message`, from which the package makes a `KenpointError`.
///
/// It is text because an object with three members would cost more code than all calls together.
pub fn thrown(error: Error) -> JsValue {
    let (code, message) = (error.code(), error.message());
    JsValue::from_str(&format!("{} {} {message}", code.number(), code.name()))
}
