//! Errors on their way to JavaScript.

use kenpoint::Error;
use wasm_bindgen::JsValue;

/// What a call of this crate gives.
pub type Result<T> = std::result::Result<T, JsValue>;

/// An error as one text, `number name message`: the package makes a `KenpointError` of it. It is text, since an
/// object with three members would cost more code than all calls together.
pub fn thrown(error: Error) -> JsValue {
    let (code, message) = (error.code(), error.message());
    JsValue::from_str(&format!("{} {} {message}", code.number(), code.name()))
}
