//! An article from its keys and its body, the same for all source formats.
//!
//! It takes keys through [`Fields`], which decides for each source if a wrong value is an error or is dropped.

use serde_json::{Map, Value};

use super::fields::{Body, Fallback, Fields, as_text, bad, missing};
use super::foreign::{self, Adjustment};
use super::options::ImportOptions;
use crate::error::Result;
use crate::model::{ArticleDraft, Confidence, Role, Scope, Section, Source, validate};
use crate::time::{SpanEnd, Timestamp};

/// Keys of other systems that name the day of the last change, in order of trust. Such a day serves as `updated` at
/// most, since a bulk change may have touched it.
const DECLARED: &[&str] = &[
    "lastmod",
    "last_modified_at",
    "last_update",
    "modified",
    "ms.date",
    "date",
];

/// Keys of other systems that name the language.
const LANGUAGES: &[&str] = &["lang", "locale"];

/// An article as it was read.
pub(super) struct ReadArticle {
    pub(super) draft: ArticleDraft,
    /// The keys that mean nothing to us.
    pub(super) unknown: Vec<String>,
    /// The values that were not taken as they stand.
    pub(super) adjusted: Vec<Adjustment>,
    /// False for a page without text and without a heading.
    pub(super) has_text: bool,
    /// The id in the source, if it is not one that the path gave.
    pub(super) own_id: Option<String>,
}

/// Makes an article from its keys and its body.
pub(super) fn article(
    mut fields: Fields,
    body: Body,
    fallback: &Fallback<'_>,
    options: &ImportOptions,
) -> Result<ReadArticle> {
    let own_id = fields.lenient("id", |fields, key| {
        let id = fields.text(key)?;
        if fields.is_foreign() {
            validate::optional_id(key, id.as_deref())?;
        }
        Ok(id)
    })?;
    let id = own_id
        .clone()
        .or_else(|| fallback.id.map(str::to_owned))
        .ok_or_else(|| missing("id"))?;
    let title = fields
        .lenient("title", |fields, key| fields.text(key))?
        .filter(|title| !fields.is_foreign() || !title.trim().is_empty())
        .or(body.title)
        .or_else(|| fallback.title.map(str::to_owned))
        .ok_or_else(|| missing("title"))?;
    let kind = fields
        .lenient("kind", |fields, key| fields.parsed(key))?
        .unwrap_or(options.kind);
    let mut draft = ArticleDraft::new(id, kind, title.trim());
    draft.sections = body.sections;
    for section in &mut draft.sections {
        section.audience = section
            .audience
            .as_deref()
            .map(|label| options.label(label));
    }
    draft.language = language(&mut fields)?
        .or(body.language)
        .or_else(|| fallback.language.map(str::to_owned))
        .unwrap_or_else(|| options.language.clone());
    draft.audience = fields
        .text("audience")?
        .map_or_else(|| options.audience.clone(), |label| options.label(&label));
    draft.confidence = confidence(&mut fields, options)?;
    if let Some(governance) = fields.lenient("governance", |fields, key| fields.parsed(key))? {
        draft.governance = governance;
    }
    if let Some(change) = fields.lenient("change", |fields, key| fields.parsed(key))? {
        draft.change = change;
    }
    draft.owner = fields.person("owner")?;
    draft.author = fields.person("author")?;
    draft.family = fields.person("family")?;
    draft.tags = fields.labels("tags")?;
    if draft.tags.is_empty() {
        draft.tags = fields.labels("keywords")?;
    }
    draft.created = fields.lenient_time("created")?;
    draft.updated = fields.lenient_time("updated")?;
    draft.verified = fields.lenient_time("verified")?;
    for key in DECLARED {
        let declared = declared(&mut fields, key);
        draft.updated = draft.updated.or(declared);
    }
    draft.freshness = fields.lenient("freshness", |fields, key| {
        let policy: Option<crate::model::FreshnessPolicy> = fields.typed(key)?;
        policy.iter().try_for_each(|policy| policy.check())?;
        Ok(policy)
    })?;
    draft.scope = scope(&mut fields)?;
    let summary = fields.lenient("description", |fields, key| fields.text(key))?;
    if let Some(summary) = summary
        && !summary.trim().is_empty()
    {
        let summary = Section::new(Role::Summary, summary.trim());
        draft.sections.insert(0, summary);
    }
    let own_source = fields.lenient("source", |fields, key| source(fields, key, options))?;
    draft.source = Some(own_source.unwrap_or_else(|| Source {
        system: options.system.clone(),
        key: fallback.source_key.unwrap_or(&draft.id).to_owned(),
    }));
    if fields.is_foreign() {
        fit(&mut draft, &mut fields);
    }
    draft.check()?;
    let adjusted = fields.notes();
    Ok(ReadArticle {
        draft,
        unknown: fields.rest(),
        adjusted,
        has_text: true,
        own_id,
    })
}

/// Takes the language: our key, else the keys of other systems, whose wrong values are no error anywhere.
fn language(fields: &mut Fields) -> Result<Option<String>> {
    let is_foreign = fields.is_foreign();
    let own = fields.lenient("language", |fields, key| match fields.text(key)? {
        Some(tag) if is_foreign => {
            let tag = foreign::language_tag(&tag);
            validate::language(key, &tag)?;
            Ok(Some(tag))
        }
        tag => Ok(tag),
    })?;
    let mut found = own;
    for key in LANGUAGES {
        let Some(Value::String(text)) = fields.map().get(*key) else {
            continue;
        };
        let tag = foreign::language_tag(text);
        match validate::language(key, &tag) {
            Ok(()) => {
                fields.take(key);
                found = found.or(Some(tag));
            }
            Err(error) if is_foreign => {
                let value = fields.take(key).unwrap_or_default();
                fields.note(Adjustment::dropped(key, &value, &error));
            }
            // In a strict source the key stays unknown.
            Err(_) => {}
        }
    }
    Ok(found)
}

/// Takes the confidence. Viewers see an article from a confidence on, so a foreign value that means nothing to us makes
/// the article work in progress: it must not raise the trust in it.
fn confidence(fields: &mut Fields, options: &ImportOptions) -> Result<Confidence> {
    if !fields.map().contains_key("confidence") {
        return Ok(options.confidence);
    }
    let value = fields.map().get("confidence").cloned().unwrap_or_default();
    match fields.parsed("confidence") {
        Ok(read) => Ok(read.unwrap_or(options.confidence)),
        Err(error) if fields.is_foreign() => {
            let least = Confidence::WorkInProgress;
            fields.take("confidence");
            let reason = error.message();
            fields.note(Adjustment::read_as(
                "confidence",
                &value,
                least.as_str(),
                reason,
            ));
            Ok(least)
        }
        Err(error) => Err(error),
    }
}

/// Takes a declared date. `None` for a form that is not read.
fn declared(fields: &mut Fields, key: &str) -> Option<Timestamp> {
    let value = match fields.take(key)? {
        // Docusaurus gives the date of the last update beside its author.
        Value::Object(mut map) => map.remove("date")?,
        value => value,
    };
    let found = foreign::instant(&value);
    let note = match found {
        None => {
            let error = bad(key, &value, "it is a date such as 2026-11-20");
            Some(Adjustment::dropped(key, &value, &error))
        }
        Some((at, false)) => {
            let reason = "it has no offset from UTC, so it is taken as UTC";
            Some(Adjustment::read_as(key, &value, at.to_string(), reason))
        }
        Some(_) => None,
    };
    note.into_iter().for_each(|note| fields.note(note));
    found.map(|(at, _)| at)
}

/// Returns the origin of an article that is not taken.
pub(super) fn source_of(map: Map<String, Value>, key: &str, options: &ImportOptions) -> Source {
    let mut fields = Fields::foreign(map);
    let own = source(&mut fields, "source", options);
    own.ok().flatten().unwrap_or_else(|| Source {
        system: options.system.clone(),
        key: key.to_owned(),
    })
}

/// Takes the origin in another system: a mapping, or the key alone.
fn source(fields: &mut Fields, key: &str, options: &ImportOptions) -> Result<Option<Source>> {
    let found = match fields.take(key) {
        None => return Ok(None),
        Some(Value::Object(map)) => {
            let mut inner = fields.inner(map);
            Source {
                system: inner
                    .text("system")?
                    .unwrap_or_else(|| options.system.clone()),
                key: inner.required("key").map_err(|e| e.at(key))?,
            }
        }
        Some(value) => Source {
            system: options.system.clone(),
            key: as_text(key, value)?,
        },
    };
    if fields.is_foreign() {
        validate::label("source.system", &found.system)?;
        validate::text_of("source.key", &found.key, validate::MAX_TITLE_BYTES)?;
    }
    Ok(Some(found))
}

/// Takes the scope from a key of that name and from flat keys; a flat key wins. Entitlement and validity decide who may
/// see the article, so their wrong values are always errors.
fn scope(fields: &mut Fields) -> Result<Scope> {
    let map = fields.lenient("scope", |fields, key| match fields.take(key) {
        None => Ok(Map::new()),
        Some(Value::Object(map)) => Ok(map),
        Some(other) => Err(bad(key, &other, "it is a mapping")),
    })?;
    let mut inner = fields.inner(map);
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
            inner.put(key, value);
        }
    }
    let scope = Scope {
        products: inner.lenient("products", |inner, _| {
            let products = inner.product_scopes()?;
            if inner.is_foreign() {
                let mut ids = products.iter();
                ids.try_for_each(|product| validate::id("products.id", &product.id))?;
                validate::count("products", products.len(), validate::MAX_LIST, "products")?;
            }
            Ok(products)
        })?,
        components: inner.labels("components")?,
        regions: inner.labels("regions")?,
        channels: inner.labels("channels")?,
        valid_from: inner.time("valid_from")?,
        valid_to: inner.typed::<SpanEnd>("valid_to")?.map(|end| end.0),
        entitlement: inner.list("entitlement", true)?,
    };
    for note in inner.notes() {
        fields.note(note);
    }
    for (key, value) in inner.into_map() {
        fields.put(&format!("scope.{key}"), value);
    }
    Ok(scope)
}

/// Cuts what is longer than the model allows, so that the text of a foreign file is not lost for a long name.
fn fit(draft: &mut ArticleDraft, fields: &mut Fields) {
    if let Some(id) = short_id(&draft.id) {
        let reason = "an id has at most 256 bytes and no control characters, so it is shortened";
        fields.note(Adjustment::read_as(
            "id",
            &draft.id.clone().into(),
            &id,
            reason,
        ));
        draft.id = id;
    }
    if let Some(source) = &mut draft.source
        && source.key.len() > validate::MAX_TITLE_BYTES
    {
        // The id of a long path is made of the whole path, so it names the file as well.
        source.key.clone_from(&draft.id);
    }
    let title = one_line(&draft.title, validate::MAX_TITLE_BYTES);
    if draft.title.len() > validate::MAX_TITLE_BYTES {
        let reason = format!(
            "it has more than {} bytes, so it is cut",
            validate::MAX_TITLE_BYTES
        );
        let (whole, cut) = (
            draft.title.clone().into(),
            foreign::shown(&title.clone().into()),
        );
        fields.note(Adjustment::read_as("title", &whole, cut, &reason));
    }
    draft.title = title;
    for section in &mut draft.sections {
        let Some(heading) = section.heading.take() else {
            continue;
        };
        let short = one_line(&heading, validate::MAX_TITLE_BYTES);
        if heading.len() > validate::MAX_TITLE_BYTES {
            // The whole heading stays in the text.
            section.text = format!("{heading}\n\n{}", section.text);
        }
        section.heading = Some(short).filter(|short| !short.is_empty());
    }
}

/// Returns a text on one line, cut between characters at a limit in bytes.
fn one_line(text: &str, limit: usize) -> String {
    let plain: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let mut end = plain.len().min(limit);
    while !plain.is_char_boundary(end) {
        end -= 1;
    }
    plain.get(..end).unwrap_or_default().trim().to_owned()
}

/// Returns an id in place of one that the model does not allow: its end, and a hash of the whole. `None` if it is
/// allowed.
fn short_id(id: &str) -> Option<String> {
    if validate::id("id", id).is_ok() {
        return None;
    }
    let hash = blake3::hash(id.as_bytes()).to_hex();
    let plain: String = id.chars().filter(|c| !c.is_control()).collect();
    // The end of a path says more than its beginning; the hash has 16 characters.
    let mut from = plain.len().saturating_sub(validate::MAX_ID_BYTES - 17);
    while !plain.is_char_boundary(from) {
        from += 1;
    }
    let end = plain.get(from..).unwrap_or_default().trim_start();
    Some(format!("{end}~{}", hash.get(..16).unwrap_or_default()))
}
