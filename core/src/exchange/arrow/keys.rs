//! The keys that the rows of a table may have. A column under another name is most likely a slip, so it is an error before
//! the first row, unless the mapping allows it.

use serde_json::{Map, Value};

use super::in_table::InTable;
use super::output::batch_of;
use super::tables;
use crate::codec::nearest::nearest;
use crate::error::{Error, ErrorCode, Result};
use crate::exchange::ImportOptions;
use crate::exchange::jsonl::{self, Line};

/// The keys of facts and actors, and those of events: an event's own and those of all kinds.
const FACT: &[&str] = &[
    "subject",
    "predicate",
    "value",
    "as_of",
    "ttl_days",
    "source",
    "kind",
    "audience",
    "title",
];
const ACTOR: &[&str] = &["id", "licence"];
const EVENT: &[&str] = &[
    "id",
    "at",
    "what",
    "actor",
    "party",
    "session",
    "case",
    "channel",
    "audience",
    "details",
    "after_s",
    "article",
    "confidence",
    "draft",
    "ended",
    "entry",
    "expects",
    "fact",
    "first_contact",
    "governance",
    "impression",
    "into",
    "key",
    "link",
    "name",
    "policy",
    "product",
    "query",
    "rank",
    "reason",
    "relation",
    "score",
    "seconds",
    "text",
    "to",
    "value",
    "verdict",
    "version",
    "waiting",
    "who",
];

/// Checks the keys of a table's columns, each with its column. Fails with `UnknownName` for the first that no row can have.
///
/// The columns of our own exports pass, though rows do not read all of them: the report has those.
pub(super) fn check(table: InTable, keys: &[(&str, &str)]) -> Result<()> {
    let exported = exported(table)?;
    let unknown = unknown(table, keys)?;
    let Some((key, column)) = keys.iter().find(|(key, _)| {
        unknown.iter().any(|one| one == key) && !exported.iter().any(|e| e == key)
    }) else {
        return Ok(());
    };
    let listed = listed(table).unwrap_or_default();
    let known = exported
        .iter()
        .map(String::as_str)
        .chain(listed.iter().copied());
    let meant =
        nearest(key, known).map_or(String::new(), |meant| format!("; did you mean {meant:?}?"));
    let of = if key == column {
        String::new()
    } else {
        format!("key {key:?}: ")
    };
    Err(Error::new(
        ErrorCode::UnknownName,
        format!(
            "column {column:?}: {of}{table} have no such key{meant} Map the column to a key, leave it out, or allow unknown columns"
        ),
    ))
}

/// The keys of a table whose record is read by its type.
fn listed(table: InTable) -> Option<&'static [&'static str]> {
    match table {
        InTable::Facts => Some(FACT),
        InTable::Events => Some(EVENT),
        InTable::Actors => Some(ACTOR),
        InTable::Articles | InTable::Cases | InTable::Links => None,
    }
}

/// Returns those keys that the reader of the table's records does not take: it reads a row of nothing but nulls.
fn unknown(table: InTable, keys: &[(&str, &str)]) -> Result<Vec<String>> {
    if let Some(listed) = listed(table) {
        let unknown = keys.iter().filter(|(key, _)| !listed.contains(key));
        return Ok(unknown.map(|(key, _)| (*key).to_owned()).collect());
    }
    let needed: &[(&str, &str)] = match table {
        InTable::Cases => &[("id", "x")],
        InTable::Links => &[("case", "x"), ("article", "x"), ("link", "resolved")],
        _ => &[("id", "x"), ("title", "x")],
    };
    let mut row: Map<String, Value> = keys
        .iter()
        .map(|(key, _)| ((*key).to_owned(), Value::Null))
        .collect();
    for (key, value) in needed {
        row.insert((*key).to_owned(), (*value).into());
    }
    row.insert("type".to_owned(), table.record().into());
    match jsonl::object(row, &ImportOptions::new())? {
        Line::Record(_, unknown) => Ok(unknown),
        Line::Header | Line::HeldBack(_) => Err(Error::internal("a row of nulls is no record")),
    }
}

/// The columns of the table in an export.
fn exported(table: InTable) -> Result<Vec<String>> {
    let batch = match table {
        InTable::Articles => batch_of(&[], tables::articles_with_text)?,
        InTable::Cases => batch_of(&[], tables::cases_with_text)?,
        InTable::Links => batch_of(&[], tables::links)?,
        InTable::Events => batch_of(&[], tables::events)?,
        InTable::Facts | InTable::Actors => return Ok(Vec::new()),
    };
    let schema = batch.schema();
    Ok(schema
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(table: InTable, key: &str) -> Option<String> {
        check(table, &[(key, key)])
            .err()
            .map(|error| error.message().to_owned())
    }

    #[test]
    fn a_key_is_known_to_its_table_alone() {
        for (table, known, slip, meant) in [
            (InTable::Articles, "title", "titel", Some("title")),
            (InTable::Articles, "body", "colour", None),
            (InTable::Articles, "resolution", "resolutoin", None),
            (InTable::Cases, "subject", "mood", None),
            (InTable::Cases, "opened", "openend", Some("opened")),
            (InTable::Links, "actor", "artcle", Some("article")),
            (InTable::Facts, "ttl_days", "ttl_day", Some("ttl_days")),
            (InTable::Events, "seconds", "secnds", Some("seconds")),
            (InTable::Actors, "licence", "license", Some("licence")),
        ] {
            assert_eq!(refused(table, known), None, "{table} {known}");
            let message = refused(table, slip).unwrap_or_else(|| panic!("{table} {slip}"));
            match meant {
                Some(meant) => assert!(
                    message.contains(&format!("did you mean {meant:?}?")),
                    "{message}"
                ),
                None => assert!(message.contains(slip), "{message}"),
            }
        }
        // Exported, and read by no import.
        assert_eq!(refused(InTable::Articles, "merged_into"), None);
    }

    /// The list of an event's keys has every member that the kinds declare.
    #[test]
    fn the_members_of_all_event_kinds_are_listed() {
        let declared = include_str!("../../model/event_kind.rs");
        let members = declared
            .lines()
            .filter_map(|line| line.strip_prefix("            "))
            .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
            .filter_map(|line| line.split_once(": "))
            .map(|(name, _)| name);
        let mut n = 0;
        for name in members.filter(|name| !name.contains(' ')) {
            assert!(EVENT.contains(&name), "{name}");
            n += 1;
        }
        assert!(n > 30, "{n}");
    }
}
