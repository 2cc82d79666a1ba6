//! Which column of the caller's rows is which key of ours, and how errors name the column again.

use std::collections::{BTreeMap, BTreeSet};

use arrow_schema::Schema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Error, ErrorCode, Result};
use crate::exchange::ImportReport;

/// How the columns of the caller's rows become the keys of a record. Without any, each column is the key
/// of its name; a column whose name means nothing is reported and left out, as a key in a JSON line is.
///
/// Keys of ours are those of a JSON line of the same table, and `cases` read `subject`, `articles`
/// `issue`, `resolution` and `body`, too.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Mapping {
    /// Our key and the column it is read from. A column that has the name of our key is then left out.
    pub columns: BTreeMap<String, String>,
    /// A key of ours with the value it has in every row, whatever a column of that name says.
    pub constants: BTreeMap<String, Value>,
    /// Columns that are not read.
    pub left_out: BTreeSet<String>,
    /// Whether columns that `columns` does not name are left out, too. Default no.
    pub only_mapped: bool,
}

impl Mapping {
    /// Each column is the key of its name.
    pub fn new() -> Mapping {
        Mapping::default()
    }

    /// Reads our key `ours` from the column `theirs`.
    pub fn column(mut self, ours: impl Into<String>, theirs: impl Into<String>) -> Mapping {
        self.columns.insert(ours.into(), theirs.into());
        self
    }

    /// Gives our key a value in every row.
    pub fn constant(mut self, ours: impl Into<String>, value: impl Into<Value>) -> Mapping {
        self.constants.insert(ours.into(), value.into());
        self
    }

    /// Does not read a column.
    pub fn leave_out(mut self, theirs: impl Into<String>) -> Mapping {
        self.left_out.insert(theirs.into());
        self
    }

    /// Reads no column but those named by [`Mapping::column`].
    pub fn only_mapped(mut self) -> Mapping {
        self.only_mapped = true;
        self
    }
}

/// A column that is read.
pub(super) struct Column {
    pub(super) ours: String,
    pub(super) theirs: String,
    /// Its place in the rows.
    pub(super) index: usize,
}

/// A mapping over the columns there are.
pub(super) struct Plan {
    pub(super) columns: Vec<Column>,
    pub(super) constants: BTreeMap<String, Value>,
    /// Columns that stand aside for a key the mapping gives otherwise. Reported, so that nothing that
    /// looks like a key of ours is passed over in silence.
    set_aside: Vec<String>,
}

impl Plan {
    /// Fails with `UnknownName` if the mapping names a column that is not there, with `Contradiction` if
    /// a key is given twice or two columns have one name.
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
            // The table says what its rows are; a column of this name is the source's own business.
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

    /// Names the columns in a report as the caller does.
    pub(super) fn name_columns(&self, report: &mut ImportReport) {
        for skipped in &mut report.skipped {
            skipped.reason = self.named(&skipped.reason);
        }
        let keys = std::mem::take(&mut report.unknown_keys);
        for (key, n_records) in keys {
            let column = self.columns.iter().find(|column| column.ours == key);
            let name = column.map_or(key, |column| column.theirs.clone());
            *report.unknown_keys.entry(name).or_default() += n_records;
        }
        for name in &self.set_aside {
            report.unknown_keys.insert(name.clone(), report.taken());
        }
    }

    /// An error as the reader of a record puts it (`case.id: ...`, `entries[0]: at: ...`), with the column
    /// its field was read from in front.
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
