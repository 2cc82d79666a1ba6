//! The stemmers that the page loaded, one file per language.

use std::sync::Arc;

use kenpoint::HostStemmer;
use wasm_bindgen::JsValue;

/// Wraps a JavaScript function as a stemmer of the core.
pub fn host_stemmer(stem: js_sys::Function) -> HostStemmer {
    let stem = OneThread(stem);
    Arc::new(move |lang, word| stem.call(lang, word))
}

/// A JavaScript function, called from one thread only.
struct OneThread(js_sys::Function);

// SAFETY: the crate is compiled for WebAssembly without threads; no other target can call JavaScript.
unsafe impl Send for OneThread {}
// SAFETY: the same.
unsafe impl Sync for OneThread {}

impl OneThread {
    /// Returns the stem of a word, or the word itself if the page's stemmer throws.
    fn call(&self, lang: &str, word: &str) -> String {
        let (lang, text) = (JsValue::from_str(lang), JsValue::from_str(word));
        let stem = self.0.call2(&JsValue::NULL, &lang, &text).ok();
        let stem = stem.and_then(|stem| stem.as_string());
        stem.unwrap_or_else(|| word.to_owned())
    }
}
