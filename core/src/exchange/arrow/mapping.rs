//! The mapping of the caller's columns to the keys of a record, and back to column names in errors.

use std::collections::{BTreeMap, BTreeSet};

use arrow_schema::Schema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Error, ErrorCode, Result};
use crate::exchange::ImportReport;

/// A mapping of the caller's columns to the keys of a record. By default each column is the key of its name. A column
/// with an unknown name is an error, unless [`Mapping::allow_unknown`] has it reported and left out.
///
/// The keys are those of a JSON line of the same table. `cases` also read `subject`, and `articles` read `issue`,
/// `resolution` and `body`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Mapping {
    /// Key -> the column it is read from. A column with the same name as such a key is left out.
    pub columns: BTreeMap<String, String>,
    /// Key -> its value in every row. A column of that name is ignored.
    pub constants: BTreeMap<String, Value>,
    /// Columns that are not read.
    pub left_out: BTreeSet<String>,
    /// True if columns that `columns` does not name are left out, too. Default: false.
    pub only_mapped: bool,
    /// True if a column whose key the table does not have is reported and left out. Default: it is an error.
    pub allow_unknown: bool,
}

impl Mapping {
    /// A mapping in which each column is the key of its name.
    pub fn new() -> Mapping {
        Mapping::default()
    }

    /// Reads the key `ours` from the column `theirs`.
    pub fn column(mut self, ours: impl Into<String>, theirs: impl Into<String>) -> Mapping {
        self.columns.insert(ours.into(), theirs.into());
        self
    }

    /// Sets a key to the same value in every row.
    pub fn constant(mut self, ours: impl Into<String>, value: impl Into<Value>) -> Mapping {
        self.constants.insert(ours.into(), value.into());
        self
    }

    /// Leaves a column out.
    pub fn leave_out(mut self, theirs: impl Into<String>) -> Mapping {
        self.left_out.insert(theirs.into());
        self
    }

    /// Reports columns that the table does not have, in place of an error.
    pub fn allow_unknown(mut self) -> Mapping {
        self.allow_unknown = true;
        self
    }

    /// Leaves out all columns but those named by [`Mapping::column`].
    pub fn only_mapped(mut self) -> Mapping {
        self.only_mapped = true;
        self
    }
}

/// A column to read.
pub(super) struct Column {
    pub(super) ours: String,
    pub(super) theirs: String,
    /// Its position in the schema.
    pub(super) index: usize,
}

/// A mapping applied to a schema.
pub(super) struct Plan {
    pub(super) columns: Vec<Column>,
    pub(super) constants: BTreeMap<String, Value>,
    /// Columns with the name of a key that the mapping sets otherwise. They are reported, so that no column with a
    /// known name is dropped silently.
    set_aside: Vec<String>,
}

impl Plan {
    /// Applies a mapping. Fails with `UnknownName` if it names an absent column, and with `Contradiction` if it sets a
    /// key twice or two columns have one name.
    pub(super) fn new(mapping: &Mapping, schema: &Schema) -> Result<Plan> {
        let mut indices: BTreeMap<&str, usize> = BTreeMap::new();
        for (index, field) in schema.fields().iter().enumerate() {
            if indices.insert(field.name(), index).is_some() {
                return Err(Error::new(
                    ErrorCode::Contradiction,
                    format!(
                        "column {:?}: two columns have this name; rename or drop one",
                        field.name()
                    ),
                ));
            }
        }
        for theirs in mapping.columns.values().chain(&mapping.left_out) {
            if !indices.contains_key(theirs.as_str()) {
                return Err(unknown_column(theirs, &indices));
            }
        }
        let mut plan = Plan {
            columns: Vec::new(),
            constants: mapping.constants.clone(),
            set_aside: Vec::new(),
        };
        for (ours, theirs) in &mapping.columns {
            let contradicts = if mapping.constants.contains_key(ours) {
                Some("a constant")
            } else if mapping.left_out.contains(theirs) {
                Some("left out")
            } else {
                None
            };
            if let Some(other) = contradicts {
                return Err(Error::new(
                    ErrorCode::Contradiction,
                    format!(
                        "mapping: {ours} is read from column {theirs:?}, which contradicts that it is {other}; keep one"
                    ),
                ));
            }
            plan.columns
                .extend(indices.get(theirs.as_str()).map(|index| Column {
                    ours: ours.clone(),
                    theirs: theirs.clone(),
                    index: *index,
                }));
        }
        for (name, index) in indices {
            let is_mapped = mapping.columns.values().any(|theirs| theirs == name);
            if is_mapped || mapping.only_mapped || mapping.left_out.contains(name) {
                continue;
            }
            // The table determines the type of the records; a source may use this name for something else.
            let is_given = name == "type"
                || mapping.columns.contains_key(name)
                || mapping.constants.contains_key(name);
            if is_given {
                plan.set_aside.push(name.to_owned());
            } else {
                plan.columns.push(Column {
                    ours: name.to_owned(),
                    theirs: name.to_owned(),
                    index,
                });
            }
        }
        Ok(plan)
    }

    /// Returns the keys that are read, each with its column.
    pub(super) fn keys(&self) -> Vec<(&str, &str)> {
        let columns = self.columns.iter();
        columns
            .map(|column| (&*column.ours, &*column.theirs))
            .collect()
    }

    /// Returns the caller's name of the column that a key is read from.
    pub(super) fn name_of(&self, key: String) -> String {
        let column = self.columns.iter().find(|column| column.ours == key);
        column.map_or(key, |column| column.theirs.clone())
    }

    /// Replaces keys in the report about the rows of `table` by the caller's names of the columns, and adds the columns set
    /// aside, which each of the rows had.
    pub(super) fn name_columns(&self, table: &str, n_rows: u64, report: &mut ImportReport) {
        for skipped in &mut report.skipped {
            if skipped.place.file == table {
                skipped.reason = self.named(&skipped.reason);
            }
        }
        for name in &self.set_aside {
            *report.unknown_keys.entry(name.clone()).or_default() += n_rows;
        }
    }

    /// Puts the column in front of an error of the record reader (`case.id: ...`, `entries[0]: at: ...`).
    fn named(&self, reason: &str) -> String {
        let heads = reason.split(": ").take(3);
        let column = heads
            .flat_map(|head| head.split(['.', '[']).rev())
            .find_map(|word| self.columns.iter().find(|column| column.ours == word));
        match column {
            None => reason.to_owned(),
            Some(Column { ours, theirs, .. }) => {
                let rest = reason
                    .strip_prefix(ours.as_str())
                    .and_then(|rest| rest.strip_prefix(": "))
                    .map(|rest| rest.strip_prefix("cell: ").unwrap_or(rest));
                format!("column {theirs:?}: {}", rest.unwrap_or(reason))
            }
        }
    }
}

fn unknown_column(name: &str, there: &BTreeMap<&str, usize>) -> Error {
    let names: Vec<&str> = there.keys().copied().take(50).collect();
    Error::new(
        ErrorCode::UnknownName,
        format!(
            "mapping: there is no column {name:?}; there are: {}",
            names.join(", ")
        ),
    )
}
