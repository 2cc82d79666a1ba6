//! Objects of JavaScript on their way in: a list of paths and values, `filter.tags[0]`, `wifi`.
//!
//! Not as JSON, since a reader of JSON would be a tenth of the engine; and not call by call, since the script
//! around each would be a tenth of what the worker loads.

use kenpoint::model::ProductItem;
use kenpoint::{Error, ErrorCode, Result, Timestamp};
use wasm_bindgen::JsValue;

/// The members of an object that were not asked for yet.
pub struct Told(Vec<(String, JsValue)>);

/// An instant that JavaScript gives: milliseconds since 1970.
pub fn instant(field: &str, ms: f64) -> Result<Timestamp> {
    if ms.fract() == 0.0 && ms.abs() < 9e15 {
        return Timestamp::from_ms(ms as i64);
    }
    let rule = "it is a whole number of milliseconds since 1970";
    Err(Error::invalid_number(field, ms, rule))
}

/// A count that JavaScript gives.
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

impl Told {
    /// The members of a list in which each path stands in front of its value.
    pub fn new(list: Vec<JsValue>) -> Told {
        let mut members = Vec::with_capacity(list.len() / 2);
        let mut rest = list.into_iter();
        while let (Some(name), Some(value)) = (rest.next(), rest.next()) {
            members.push((name.as_string().unwrap_or_default(), value));
        }
        Told(members)
    }

    fn take(&mut self, name: &str) -> Option<JsValue> {
        let at = self.0.iter().position(|(path, _)| path == name)?;
        Some(self.0.remove(at).1)
    }

    /// A text, if there is one.
    pub fn text(&mut self, name: &str) -> Result<Option<String>> {
        let text = |value: JsValue| {
            let text = value.as_string();
            text.ok_or_else(|| wrong(name, "it is a text"))
        };
        self.take(name).map(text).transpose()
    }

    /// A number, if there is one.
    pub fn number(&mut self, name: &str) -> Result<Option<f64>> {
        let number = |value: JsValue| {
            let number = value.as_f64();
            number.ok_or_else(|| wrong(name, "it is a number"))
        };
        self.take(name).map(number).transpose()
    }

    /// Whether something is so; not, where nothing is said.
    pub fn flag(&mut self, name: &str) -> Result<bool> {
        let Some(value) = self.take(name) else {
            return Ok(false);
        };
        let flag = value.as_bool();
        flag.ok_or_else(|| wrong(name, "it is true or false"))
    }

    /// A count, if there is one.
    pub fn count(&mut self, name: &str) -> Result<Option<usize>> {
        let n = self.number(name)?;
        n.map(|n| count(name, n)).transpose()
    }

    /// An instant, if there is one.
    pub fn instant(&mut self, name: &str) -> Result<Option<Timestamp>> {
        let ms = self.number(name)?;
        ms.map(|ms| instant(name, ms)).transpose()
    }

    /// A member that must be there.
    pub fn needed<T>(name: &str, value: Option<T>) -> Result<T> {
        value.ok_or_else(|| wrong(name, "it is missing"))
    }

    /// A list of texts.
    pub fn texts(&mut self, name: &str) -> Result<Vec<String>> {
        let mut all = Vec::new();
        while let Some(text) = self.text(&format!("{name}[{}]", all.len()))? {
            all.push(text);
        }
        Ok(all)
    }

    /// A product, perhaps in a version, if there is one.
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

    /// A list of products.
    pub fn items(&mut self, name: &str) -> Result<Vec<ProductItem>> {
        let mut all = Vec::new();
        while let Some(item) = self.item(&format!("{name}[{}]", all.len()))? {
            all.push(item);
        }
        Ok(all)
    }

    /// Refuses what nobody asked for: a misspelt name is an error, and not passed over.
    pub fn end(&self) -> Result<()> {
        let rule = "it means nothing here; correct its name or its form, or leave it out";
        match self.0.first() {
            Some((name, _)) => Err(wrong(name, rule)),
            None => Ok(()),
        }
    }
}
