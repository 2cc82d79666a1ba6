//! Arguments from JavaScript: an object arrives as a flat list of paths and values, such as `filter.tags[0]`, `wifi`.
//!
//! A JSON reader would take a tenth of the engine, and a binding per member a tenth of the worker's scripts.

use kenpoint::model::ProductItem;
use kenpoint::{Error, ErrorCode, Result, Timestamp};
use wasm_bindgen::JsValue;

/// The members of an object that are not read yet.
pub struct Args(Vec<(String, JsValue)>);

/// Converts milliseconds since 1970 to an instant.
pub fn instant(field: &str, ms: f64) -> Result<Timestamp> {
    if ms.fract() == 0.0 && ms.abs() < 9e15 {
        return Timestamp::from_ms(ms as i64);
    }
    let rule = "it is a whole number of milliseconds since 1970";
    Err(Error::invalid_number(field, ms, rule))
}

/// Converts a JavaScript number to a count.
pub fn count(field: &str, n: f64) -> Result<usize> {
    if n.fract() == 0.0 && (0.0..=4e9).contains(&n) {
        return Ok(n as usize);
    }
    let rule = "it is a whole number from 0 on";
    Err(Error::invalid_number(field, n, rule))
}

fn wrong(name: &str, rule: &str) -> Error {
    Error::new(ErrorCode::InvalidRecord, format!("{name}: {rule}"))
}

impl Args {
    /// Reads a list that alternates paths and values.
    pub fn new(list: Vec<JsValue>) -> Args {
        let mut members = Vec::with_capacity(list.len() / 2);
        let mut rest = list.into_iter();
        while let (Some(name), Some(value)) = (rest.next(), rest.next()) {
            members.push((name.as_string().unwrap_or_default(), value));
        }
        Args(members)
    }

    fn take(&mut self, name: &str) -> Option<JsValue> {
        let at = self.0.iter().position(|(path, _)| path == name)?;
        Some(self.0.remove(at).1)
    }

    /// Takes an optional text.
    pub fn text(&mut self, name: &str) -> Result<Option<String>> {
        let text = |value: JsValue| {
            let text = value.as_string();
            text.ok_or_else(|| wrong(name, "it is a text"))
        };
        self.take(name).map(text).transpose()
    }

    /// Takes an optional number.
    pub fn number(&mut self, name: &str) -> Result<Option<f64>> {
        let number = |value: JsValue| {
            let number = value.as_f64();
            number.ok_or_else(|| wrong(name, "it is a number"))
        };
        self.take(name).map(number).transpose()
    }

    /// Takes a boolean; false if it is absent.
    pub fn flag(&mut self, name: &str) -> Result<bool> {
        let Some(value) = self.take(name) else {
            return Ok(false);
        };
        let flag = value.as_bool();
        flag.ok_or_else(|| wrong(name, "it is true or false"))
    }

    /// Takes an optional count.
    pub fn count(&mut self, name: &str) -> Result<Option<usize>> {
        let n = self.number(name)?;
        n.map(|n| count(name, n)).transpose()
    }

    /// Takes an optional instant.
    pub fn instant(&mut self, name: &str) -> Result<Option<Timestamp>> {
        let ms = self.number(name)?;
        ms.map(|ms| instant(name, ms)).transpose()
    }

    /// Fails with `InvalidRecord` if a required member is absent.
    pub fn needed<T>(name: &str, value: Option<T>) -> Result<T> {
        value.ok_or_else(|| wrong(name, "it is missing"))
    }

    /// Takes a text that must be there.
    pub fn needed_text(&mut self, name: &str) -> Result<String> {
        let text = self.text(name)?;
        Args::needed(name, text)
    }

    /// Takes an instant that must be there.
    pub fn needed_instant(&mut self, name: &str) -> Result<Timestamp> {
        let at = self.instant(name)?;
        Args::needed(name, at)
    }

    /// Takes a list of texts.
    pub fn texts(&mut self, name: &str) -> Result<Vec<String>> {
        let mut all = Vec::new();
        while let Some(text) = self.text(&format!("{name}[{}]", all.len()))? {
            all.push(text);
        }
        Ok(all)
    }

    /// Takes an optional product with an optional version.
    pub fn item(&mut self, name: &str) -> Result<Option<ProductItem>> {
        let Some(id) = self.text(&format!("{name}.id"))? else {
            return Ok(None);
        };
        let item = ProductItem::new(id);
        match self.text(&format!("{name}.version"))? {
            Some(version) => item.version(&version).map(Some),
            None => Ok(Some(item)),
        }
    }

    /// Takes a list of products.
    pub fn items(&mut self, name: &str) -> Result<Vec<ProductItem>> {
        let mut all = Vec::new();
        while let Some(item) = self.item(&format!("{name}[{}]", all.len()))? {
            all.push(item);
        }
        Ok(all)
    }

    /// Fails if an unread member is left: an unknown or misspelt name is an error.
    pub fn end(&self) -> Result<()> {
        let rule = "it means nothing here; correct its name or its form, or leave it out";
        match self.0.first() {
            Some((name, _)) => Err(wrong(name, rule)),
            None => Ok(()),
        }
    }
}
