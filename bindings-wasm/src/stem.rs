//! The stemmers that the page loaded, one file each.

use std::sync::Arc;

use kenpoint::HostStemmer;
use wasm_bindgen::JsValue;

/// A function of the page's, for the core.
pub fn host_s(stem: js_sys::Function) -> HostStemmer {
    let stem = OneThread(stem);
    Arc::new(move |lang, word| stem.call(lang, word))
}

/// A function of JavaScript, where there is one thread.
struct OneThread(js_sys::Function);

// SAFETY: this is compiled for WebAssembly without threads; elsewhere nothing of JavaScript can be called.
unsafe impl Send for OneThread {}
// SAFETY: the same.
unsafe impl Sync for OneThread {}

impl OneThread {
    /// The stem of a word. Where the page's stemmer throws, the word is searched as it is.
    fn call(&self, lang: &str, word: &str) -> String {
        let (lang, text) = (JsValue::from_str(lang), JsValue::from_str(word));
        let stem = self.0.call2(&JsValue::NULL, &lang, &text).ok();
        let stem = stem.and_then(|stem| stem.as_string());
        stem.unwrap_or_else(|| word.to_owned())
    }
}
