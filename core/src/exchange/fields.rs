//! The keys of an article, a case or a scope, taken one by one from a mapping of any source format. A wrong value is
//! an error that names key, value and rule; keys that remain are unknown. In the front matter of a foreign file a wrong
//! value is dropped and noted instead, unless it decides who may see the article.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::foreign::{self, Adjustment, shown};
use super::headings;
use super::value::invalid_record;
use crate::error::{Error, ErrorCode, Result};
use crate::model::{ProductItem, ProductScope, Section, validate};
use crate::time::Timestamp;

/// A mapping from which keys are taken as they are read.
pub(super) struct Fields {
    map: Map<String, Value>,
    /// The values that were not taken as they stand; `None` if a wrong value is an error.
    adjusted: Option<Vec<Adjustment>>,
}

impl Fields {
    pub(super) fn new(map: Map<String, Value>) -> Fields {
        Fields {
            map,
            adjusted: None,
        }
    }

    /// The front matter of a foreign file.
    pub(super) fn foreign(map: Map<String, Value>) -> Fields {
        Fields {
            map,
            adjusted: Some(Vec::new()),
        }
    }

    /// A mapping inside this one, read in the same way.
    pub(super) fn inner(&self, map: Map<String, Value>) -> Fields {
        Fields {
            map,
            adjusted: self.adjusted.as_ref().map(|_| Vec::new()),
        }
    }

    pub(super) fn is_foreign(&self) -> bool {
        self.adjusted.is_some()
    }

    /// Notes a value that was not taken as it stands.
    pub(super) fn note(&mut self, adjustment: Adjustment) {
        if let Some(adjusted) = &mut self.adjusted {
            adjusted.push(adjustment);
        }
    }

    /// Takes the notes so far.
    pub(super) fn notes(&mut self) -> Vec<Adjustment> {
        self.adjusted
            .as_mut()
            .map(std::mem::take)
            .unwrap_or_default()
    }

    /// Reads a key that does not decide who may see the article. A wrong value in a foreign file is dropped and noted.
    pub(super) fn lenient<T: Default>(
        &mut self,
        key: &str,
        read: impl FnOnce(&mut Fields, &str) -> Result<T>,
    ) -> Result<T> {
        if !self.is_foreign() {
            return read(self, key);
        }
        let Some(value) = self.map.get(key).cloned() else {
            return Ok(T::default());
        };
        read(self, key).or_else(|error| {
            // The key may still be there, or may have been taken.
            self.map.remove(key);
            self.note(Adjustment::dropped(key, &value, &error));
            Ok(T::default())
        })
    }

    /// Takes a key; null counts as absent.
    pub(super) fn take(&mut self, key: &str) -> Option<Value> {
        self.map.remove(key).filter(|value| !value.is_null())
    }

    /// Takes a text. Whole numbers and booleans count as texts without quotes.
    pub(super) fn text(&mut self, key: &str) -> Result<Option<String>> {
        let is_foreign = self.is_foreign();
        self.take(key)
            .map(|value| match value {
                // Front matter keeps a number only if this is its source text.
                Value::Number(number) if is_foreign => Ok(number.to_string()),
                value => as_text(key, value),
            })
            .transpose()
    }

    /// Takes a required text.
    pub(super) fn required(&mut self, key: &str) -> Result<String> {
        self.text(key)?.ok_or_else(|| missing(key))
    }

    /// Takes a text and parses it with `FromStr`.
    pub(super) fn parsed<T: std::str::FromStr<Err = Error>>(
        &mut self,
        key: &str,
    ) -> Result<Option<T>> {
        self.text(key)?
            .map(|text| text.parse().map_err(|e: Error| e.at(key)))
            .transpose()
    }

    pub(super) fn time(&mut self, key: &str) -> Result<Option<Timestamp>> {
        self.typed(key)
    }

    /// Takes a time. A foreign one may lack its offset, which is noted.
    pub(super) fn lenient_time(&mut self, key: &str) -> Result<Option<Timestamp>> {
        self.lenient(key, |fields, key| {
            if !fields.is_foreign() {
                return fields.time(key);
            }
            let Some(value) = fields.take(key) else {
                return Ok(None);
            };
            let (at, is_exact) = foreign::instant(&value).ok_or_else(|| {
                bad(
                    key,
                    &value,
                    "it is a date (2026-11-20) or an instant with an offset",
                )
            })?;
            if !is_exact {
                let reason = "it has no offset from UTC, so it is taken as UTC";
                fields.note(Adjustment::read_as(key, &value, at.to_string(), reason));
            }
            Ok(Some(at))
        })
    }

    /// Takes the id of a person. Of several foreign people the first counts, which is noted.
    pub(super) fn person(&mut self, key: &str) -> Result<Option<String>> {
        self.lenient(key, |fields, key| {
            let value = fields.map.get(key).filter(|_| fields.is_foreign()).cloned();
            let person = match value {
                Some(value @ (Value::Array(_) | Value::Object(_))) => {
                    fields.take(key);
                    let rule = "it is the id of one person";
                    let name = foreign::first_name(&value).ok_or_else(|| bad(key, &value, rule))?;
                    fields.note(Adjustment::read_as(key, &value, name, rule));
                    Some(name.to_owned())
                }
                _ => fields.text(key)?,
            };
            if fields.is_foreign() {
                validate::optional_id(key, person.as_deref())?;
            }
            Ok(person)
        })
    }

    /// Takes a list of labels. Of a foreign list the items that are labels are taken and the others noted.
    pub(super) fn labels(&mut self, key: &str) -> Result<Vec<String>> {
        self.lenient(key, |fields, key| {
            if !fields.is_foreign() {
                return fields.list(key, true);
            }
            if let Some(Value::Array(items)) = fields.map.get(key).cloned() {
                fields.take(key);
                let mut labels = Vec::new();
                for item in items {
                    if item.is_null() {
                        continue;
                    }
                    let mut one = Fields::foreign(Map::from_iter([(key.to_owned(), item.clone())]));
                    let label = one.text(key).and_then(|label| {
                        let label = label.unwrap_or_default();
                        // Obsidian writes a tag as in a text: `#network`.
                        let label = label.trim().trim_start_matches('#').to_owned();
                        validate::label(key, &label)?;
                        validate::count(key, labels.len() + 1, validate::MAX_LIST, "items")?;
                        Ok(label)
                    });
                    match label {
                        Ok(label) => labels.push(label),
                        Err(error) => fields.note(Adjustment::dropped(key, &item, &error)),
                    }
                }
                return Ok(labels);
            }
            let labels = fields.list(key, true)?;
            validate::labels(key, &labels)?;
            Ok(labels)
        })
    }

    pub(super) fn flag(&mut self, key: &str) -> Result<Option<bool>> {
        self.take(key)
            .map(|value| match value {
                Value::Bool(flag) => Ok(flag),
                other => Err(bad(key, &other, "it is true or false")),
            })
            .transpose()
    }

    /// Takes a list of texts. A single text is a list of one, or is split at commas if `commas` is set.
    pub(super) fn list(&mut self, key: &str, commas: bool) -> Result<Vec<String>> {
        match self.take(key) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => items
                .into_iter()
                .map(|item| as_text(key, item).map(|text| text.trim().to_owned()))
                .collect(),
            Some(value) => {
                let text = as_text(key, value)?;
                let parts: Vec<&str> = if commas {
                    text.split(',').collect()
                } else {
                    vec![&text]
                };
                Ok(parts
                    .into_iter()
                    .map(|part| part.trim().to_owned())
                    .filter(|part| !part.is_empty())
                    .collect())
            }
        }
    }

    /// Turns the whole numbers and booleans at these keys into texts, as [`Fields::text`] does.
    pub(super) fn quote(&mut self, keys: &[&str]) -> Result<()> {
        for key in keys {
            if self.map.get(*key).is_some_and(|value| !value.is_string())
                && let Some(text) = self.text(key)?
            {
                self.put(key, Value::String(text));
            }
        }
        Ok(())
    }

    /// Takes a value and deserializes it with serde.
    pub(super) fn typed<T: DeserializeOwned>(&mut self, key: &str) -> Result<Option<T>> {
        self.take(key)
            .map(|value| {
                crate::codec::value::typed(&value)
                    .map_err(|e| Error::invalid(key, shown(&value), &one_line(&e.to_string())))
            })
            .transpose()
    }

    /// Takes the items of a list of products: `[{id, ...}]`, `[name]`, or one name.
    fn products(&mut self) -> Result<Vec<Fields>> {
        let is_foreign = self.is_foreign();
        let fields_of = |map| {
            if is_foreign {
                Fields::foreign(map)
            } else {
                Fields::new(map)
            }
        };
        let items = match self.take("products") {
            None => Vec::new(),
            Some(Value::Array(items)) => items,
            Some(one) => vec![one],
        };
        items
            .into_iter()
            .map(|item| match item {
                Value::Object(map) => Ok(fields_of(map)),
                Value::String(id) => {
                    let mut map = Map::new();
                    map.insert("id".to_owned(), Value::String(id.trim().to_owned()));
                    Ok(fields_of(map))
                }
                other => Err(bad(
                    "products",
                    &other,
                    "a product is a name or {id, versions}",
                )),
            })
            .collect()
    }

    /// Takes installed products: `{id, version}`.
    pub(super) fn product_items(&mut self) -> Result<Vec<ProductItem>> {
        self.products()?
            .into_iter()
            .map(|mut fields| {
                Ok(ProductItem {
                    id: fields.required("id").map_err(|e| e.at("products"))?,
                    version: fields.parsed("version").map_err(|e| e.at("products"))?,
                })
            })
            .collect()
    }

    pub(super) fn product_scopes(&mut self) -> Result<Vec<ProductScope>> {
        self.products()?
            .into_iter()
            .map(|mut fields| {
                let versions = fields.parsed("versions").map_err(|e| e.at("products"))?;
                Ok(ProductScope {
                    id: fields.required("id").map_err(|e| e.at("products"))?,
                    versions,
                })
            })
            .collect()
    }

    /// Returns the keys that were not taken.
    pub(super) fn rest(self) -> Vec<String> {
        self.map
            .into_iter()
            .map(|(key, _)| key.chars().take(100).collect())
            .collect()
    }

    /// Returns the remaining keys and values.
    pub(super) fn into_map(self) -> Map<String, Value> {
        self.map
    }

    pub(super) fn put(&mut self, key: &str, value: Value) {
        self.map.insert(key.to_owned(), value);
    }

    pub(super) fn map(&self) -> &Map<String, Value> {
        &self.map
    }
}

/// Text of an article that is not under one of its keys.
#[derive(Default)]
pub(super) struct Body {
    pub(super) title: Option<String>,
    pub(super) language: Option<String>,
    pub(super) sections: Vec<Section>,
}

impl Body {
    /// Splits CommonMark at its headings.
    pub(super) fn of_markdown(text: &str) -> Body {
        let split = headings::split(text);
        Body {
            title: split.title,
            language: None,
            sections: split.sections,
        }
    }
}

/// The default id, title and language of an article without these keys.
#[derive(Default)]
pub(super) struct Fallback<'a> {
    pub(super) id: Option<&'a str>,
    pub(super) title: Option<&'a str>,
    pub(super) source_key: Option<&'a str>,
    /// The language that the place of a file states.
    pub(super) language: Option<&'a str>,
}

pub(super) fn as_text(key: &str, value: Value) -> Result<String> {
    match value {
        Value::String(text) => Ok(text),
        Value::Bool(flag) => Ok(flag.to_string()),
        Value::Number(number) if !number.is_f64() => Ok(number.to_string()),
        other => Err(bad(
            key,
            &other,
            "it is a text; put a number with a point in quotes",
        )),
    }
}

pub(super) fn bad(key: &str, value: &Value, rule: &str) -> Error {
    Error::invalid(key, shown(value), rule)
}

pub(super) fn missing(key: &str) -> Error {
    Error::new(
        ErrorCode::InvalidRecord,
        format!("{key}: it is missing; add it"),
    )
}

/// Puts an error of serde on one line and removes the code of our own error inside it.
fn one_line(text: &str) -> String {
    let text = match text.rsplit_once(" [") {
        Some((before, code)) if code.ends_with(")]") => before,
        _ => text,
    };
    invalid_record("reason", text)
        .message()
        .trim_start_matches("reason: ")
        .to_owned()
}
