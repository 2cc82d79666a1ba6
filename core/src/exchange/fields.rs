//! The keys of an article, a case or a scope, taken one by one from a mapping of any source format. A wrong value is
//! an error that names key, value and rule; keys that remain are unknown.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::headings;
use super::options::ImportOptions;
use super::value::invalid_record;
use crate::error::{Error, ErrorCode, Result};
use crate::model::{ArticleDraft, ProductItem, ProductScope, Role, Scope, Section, Source};
use crate::time::{SpanEnd, Timestamp};

/// A declared date below this number is not milliseconds but a date such as 20260131.
const LEAST_DECLARED_MS: i64 = 100_000_000_000;

/// A mapping from which keys are taken as they are read.
pub(super) struct Fields {
    map: Map<String, Value>,
}

impl Fields {
    pub(super) fn new(map: Map<String, Value>) -> Fields {
        Fields { map }
    }

    /// Takes a key; null counts as absent.
    pub(super) fn take(&mut self, key: &str) -> Option<Value> {
        self.map.remove(key).filter(|value| !value.is_null())
    }

    /// Takes a text. Whole numbers and booleans count as texts without quotes.
    pub(super) fn text(&mut self, key: &str) -> Result<Option<String>> {
        self.take(key).map(|value| as_text(key, value)).transpose()
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
        let items = match self.take("products") {
            None => Vec::new(),
            Some(Value::Array(items)) => items,
            Some(one) => vec![one],
        };
        items
            .into_iter()
            .map(|item| match item {
                Value::Object(map) => Ok(Fields::new(map)),
                Value::String(id) => {
                    let mut map = Map::new();
                    map.insert("id".to_owned(), Value::String(id.trim().to_owned()));
                    Ok(Fields::new(map))
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

    fn product_scopes(&mut self) -> Result<Vec<ProductScope>> {
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

/// The default id and title of an article without these keys.
pub(super) struct Fallback<'a> {
    pub(super) id: Option<&'a str>,
    pub(super) title: Option<&'a str>,
    pub(super) source_key: Option<&'a str>,
}

/// Makes an article from its keys and its body; also returns the unknown keys.
pub(super) fn article(
    mut fields: Fields,
    body: Body,
    fallback: &Fallback<'_>,
    options: &ImportOptions,
) -> Result<(ArticleDraft, Vec<String>)> {
    let id = fields
        .text("id")?
        .or_else(|| fallback.id.map(str::to_owned))
        .ok_or_else(|| missing("id"))?;
    let title = fields
        .text("title")?
        .or(body.title)
        .or_else(|| fallback.title.map(str::to_owned))
        .ok_or_else(|| missing("title"))?;
    let kind = fields.parsed("kind")?.unwrap_or(options.kind);
    let mut draft = ArticleDraft::new(id, kind, title.trim());
    draft.sections = body.sections;
    for section in &mut draft.sections {
        section.audience = section
            .audience
            .as_deref()
            .map(|label| options.label(label));
    }
    draft.language = fields
        .text("language")?
        .or(body.language)
        .unwrap_or_else(|| options.language.clone());
    draft.audience = fields
        .text("audience")?
        .map_or_else(|| options.audience.clone(), |label| options.label(&label));
    draft.confidence = fields.parsed("confidence")?.unwrap_or(options.confidence);
    if let Some(governance) = fields.parsed("governance")? {
        draft.governance = governance;
    }
    if let Some(change) = fields.parsed("change")? {
        draft.change = change;
    }
    draft.owner = fields.text("owner")?;
    draft.author = fields.text("author")?;
    draft.family = fields.text("family")?;
    draft.tags = fields.list("tags", true)?;
    if draft.tags.is_empty() {
        draft.tags = fields.list("keywords", true)?;
    }
    draft.created = fields.time("created")?;
    draft.updated = fields.time("updated")?;
    draft.verified = fields.time("verified")?;
    // A declared date is a day on which somebody touched the file; it serves as `updated` at most.
    for key in ["ms.date", "date"] {
        let declared = fields.take(key);
        if draft.updated.is_none() {
            draft.updated = declared.and_then(|value| match value {
                Value::String(text) => declared_date(&text),
                other => other
                    .as_i64()
                    .filter(|ms| ms.abs() >= LEAST_DECLARED_MS)
                    .and_then(|ms| Timestamp::from_ms(ms).ok()),
            });
        }
    }
    draft.freshness = fields.typed("freshness")?;
    draft.scope = scope(&mut fields)?;
    if let Some(summary) = fields.text("description")?
        && !summary.trim().is_empty()
    {
        let summary = Section::new(Role::Summary, summary.trim());
        draft.sections.insert(0, summary);
    }
    draft.source = Some(match fields.take("source") {
        Some(Value::Object(map)) => {
            let mut inner = Fields::new(map);
            Source {
                system: inner
                    .text("system")?
                    .unwrap_or_else(|| options.system.clone()),
                key: inner.required("key").map_err(|e| e.at("source"))?,
            }
        }
        Some(value) => Source {
            system: options.system.clone(),
            key: as_text("source", value)?,
        },
        None => Source {
            system: options.system.clone(),
            key: fallback.source_key.unwrap_or(&draft.id).to_owned(),
        },
    });
    draft.check()?;
    Ok((draft, fields.rest()))
}

/// Takes the scope from a key of that name and from flat keys; a flat key wins.
fn scope(fields: &mut Fields) -> Result<Scope> {
    let mut inner = match fields.take("scope") {
        None => Fields::new(Map::new()),
        Some(Value::Object(map)) => Fields::new(map),
        Some(other) => return Err(bad("scope", &other, "it is a mapping")),
    };
    for key in [
        "products",
        "components",
        "regions",
        "channels",
        "valid_from",
        "valid_to",
        "entitlement",
    ] {
        if let Some(value) = fields.take(key) {
            inner.map.insert(key.to_owned(), value);
        }
    }
    Ok(Scope {
        products: inner.product_scopes()?,
        components: inner.list("components", true)?,
        regions: inner.list("regions", true)?,
        channels: inner.list("channels", true)?,
        valid_from: inner.time("valid_from")?,
        valid_to: inner.typed::<SpanEnd>("valid_to")?.map(|end| end.0),
        entitlement: inner.list("entitlement", true)?,
    })
}

/// Parses a foreign date: our form, or month/day/year as in `ms.date`. `None` for any other form.
fn declared_date(text: &str) -> Option<Timestamp> {
    if let Ok(at) = text.parse() {
        return Some(at);
    }
    let mut parts = text.trim().split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    let number = |text: &str| text.parse::<u16>().ok();
    format!(
        "{:04}-{:02}-{:02}",
        number(year)?,
        number(month)?,
        number(day)?
    )
    .parse()
    .ok()
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

/// Formats a value for a message: a text without its quotes, other values as JSON, cut to 100 characters.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.chars().take(100).collect(),
        other => other.to_string().chars().take(100).collect(),
    }
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
