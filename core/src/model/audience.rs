//! Audiences: labels in a partial order that decide the articles a viewer may see.
//!
//! A viewer's *class* is the label under which it reads. Viewers at label `a` or inward of it see the
//! articles of label `a`. In the default chain Team < Internal < Partner < Customer < Public, all see an
//! article for Public, and only Internal and Team see one for Internal.

use serde::{Deserialize, Serialize};

use super::article::Confidence;
use super::validate;
use crate::error::{Error, ErrorCode, Result, quote};

/// The maximum number of labels of a scheme; a set of classes is one 32-bit word.
pub const MAX_LABELS: usize = 16;

/// A class of viewers: the position of its label in the base's [`AudienceScheme`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Class(pub u8);

/// A set of classes, one bit each.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct ClassSet(pub u32);

impl ClassSet {
    /// The empty set.
    pub const NONE: ClassSet = ClassSet(0);

    /// Returns true if the set contains the class.
    pub const fn contains(self, class: Class) -> bool {
        self.0 >> class.0 & 1 == 1
    }

    /// Returns the set with the class added.
    pub const fn with(self, class: Class) -> ClassSet {
        ClassSet(self.0 | 1 << class.0)
    }

    /// Returns the intersection of both sets.
    pub const fn and(self, other: ClassSet) -> ClassSet {
        ClassSet(self.0 & other.0)
    }

    /// Returns true if the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns the classes in ascending order.
    pub fn iter(self) -> impl Iterator<Item = Class> {
        (0..32)
            .map(Class)
            .filter(move |class| self.contains(*class))
    }
}

/// One label of a scheme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AudienceLabel {
    /// The name that articles and viewers use. Lower case by convention.
    pub name: String,
    /// The labels directly inward of this one. Their viewers see everything that viewers of this label see.
    pub inward: Vec<String>,
    /// The minimum confidence of an article that viewers of this label may see.
    pub floor: Confidence,
    /// True if viewers of this label read past cases and their evidence.
    pub reads_cases: bool,
    /// True if viewers of this label see expired articles.
    pub sees_expired: bool,
}

/// The labels of a base and their order. Chosen at creation and permanent from then on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AudienceScheme {
    labels: Vec<AudienceLabel>,
    /// For each label, the classes that see an article of that label.
    viewers: Vec<ClassSet>,
}

impl Default for AudienceScheme {
    /// The chain Team < Internal < Partner < Customer < Public. Partner, Customer and Public see validated
    /// articles only.
    fn default() -> AudienceScheme {
        let chain = ["team", "internal", "partner", "customer", "public"];
        let labels = chain
            .iter()
            .enumerate()
            .map(|(i, name)| AudienceLabel {
                name: (*name).to_owned(),
                inward: i
                    .checked_sub(1)
                    .and_then(|p| chain.get(p))
                    .map(|p| (*p).to_owned())
                    .into_iter()
                    .collect(),
                floor: if i < 2 {
                    Confidence::WorkInProgress
                } else {
                    Confidence::Validated
                },
                reads_cases: i < 2,
                sees_expired: i < 2,
            })
            .collect();
        let viewers = (0..chain.len())
            .map(|i| ClassSet((1 << (i + 1)) - 1))
            .collect();
        AudienceScheme { labels, viewers }
    }
}

impl AudienceScheme {
    /// Creates a scheme from the host's own labels, each with the labels directly inward of it.
    ///
    /// Fails if a name repeats or is unknown, if the order has a cycle ([`ErrorCode::Contradiction`]), or
    /// if there are more than 16 labels.
    pub fn new(labels: Vec<AudienceLabel>) -> Result<AudienceScheme> {
        if labels.is_empty() {
            return Err(Error::invalid(
                "audiences",
                "",
                "a scheme has at least one label",
            ));
        }
        validate::count("audiences", labels.len(), MAX_LABELS, "labels")?;
        let position = |name: &str| {
            labels
                .iter()
                .position(|label| label.name == name)
                .ok_or_else(|| {
                    Error::new(
                        ErrorCode::UnknownName,
                        format!("audiences: no label is named {}", quote(name)),
                    )
                })
        };
        for (i, label) in labels.iter().enumerate() {
            validate::label("audience", &label.name)?;
            if position(&label.name)? != i {
                return Err(Error::invalid(
                    "audiences",
                    &label.name,
                    "each label is named once",
                ));
            }
        }
        // The viewers of a label are the label itself and the transitive closure of its inward labels.
        let mut viewers: Vec<ClassSet> = (0..labels.len())
            .map(|i| ClassSet::NONE.with(Class(i as u8)))
            .collect();
        for _ in 0..labels.len() {
            for (i, label) in labels.iter().enumerate() {
                for inner in &label.inward {
                    let inner = position(inner)?;
                    let joined = ClassSet(get(&viewers, i).0 | get(&viewers, inner).0);
                    if let Some(slot) = viewers.get_mut(i) {
                        *slot = joined;
                    }
                }
            }
        }
        for (i, a) in viewers.iter().enumerate() {
            for (j, b) in viewers.iter().enumerate().skip(i + 1) {
                if a.contains(Class(j as u8)) && b.contains(Class(i as u8)) {
                    return Err(Error::new(
                        ErrorCode::Contradiction,
                        format!(
                            "audiences: label {j} and label {i} are each inward of the other; remove one arrow"
                        ),
                    ));
                }
            }
        }
        Ok(AudienceScheme { labels, viewers })
    }

    /// Returns the labels, in the order of their classes.
    pub fn labels(&self) -> &[AudienceLabel] {
        &self.labels
    }

    /// Returns the part of the scheme that is visible to a class: its own label and all labels outward of
    /// it.
    pub fn seen_from(&self, class: Class) -> Result<AudienceScheme> {
        let seen = |name: &str| {
            self.class(name)
                .is_ok_and(|label| self.viewers(label).contains(class))
        };
        let mut labels: Vec<AudienceLabel> = self.labels.clone();
        labels.retain(|label| seen(&label.name));
        for label in &mut labels {
            label.inward.retain(|inner| seen(inner));
        }
        AudienceScheme::new(labels)
    }

    /// Returns the class of a label. Fails with [`ErrorCode::UnknownName`] and lists the labels.
    pub fn class(&self, name: &str) -> Result<Class> {
        self.labels
            .iter()
            .position(|label| label.name.eq_ignore_ascii_case(name))
            .map(|i| Class(i as u8))
            .ok_or_else(|| {
                let names: Vec<&str> = self
                    .labels
                    .iter()
                    .map(|label| label.name.as_str())
                    .collect();
                Error::new(
                    ErrorCode::UnknownName,
                    format!(
                        "audience: no label is named {}; this base has: {}",
                        quote(name),
                        names.join(", ")
                    ),
                )
            })
    }

    /// Returns the label of a class.
    pub fn label(&self, class: Class) -> Option<&AudienceLabel> {
        self.labels.get(usize::from(class.0))
    }

    /// Returns the classes that may see this label, before confidence floors and dates apply.
    pub fn viewers(&self, class: Class) -> ClassSet {
        get(&self.viewers, usize::from(class.0))
    }

    /// Returns true if `inner` sees all that `outer` sees, because it is the same label or inward of it.
    pub fn is_inward(&self, inner: Class, outer: Class) -> bool {
        self.viewers(outer).contains(inner)
    }

    /// Returns the classes that may see an article of this label and confidence.
    pub(crate) fn reached(&self, audience: Class, confidence: Confidence) -> ClassSet {
        self.viewers(audience).and(self.reached_by(confidence))
    }

    /// Returns the classes whose confidence floor is at or below this confidence.
    pub fn reached_by(&self, confidence: Confidence) -> ClassSet {
        self.select(|label| confidence.reaches(label.floor))
    }

    /// Returns the classes that see expired articles.
    pub fn sees_expired(&self) -> ClassSet {
        self.select(|label| label.sees_expired)
    }

    /// Returns the classes that read past cases.
    pub fn reads_cases(&self) -> ClassSet {
        self.select(|label| label.reads_cases)
    }

    /// Returns all classes.
    pub fn all(&self) -> ClassSet {
        self.select(|_| true)
    }

    fn select(&self, keep: impl Fn(&AudienceLabel) -> bool) -> ClassSet {
        self.labels
            .iter()
            .enumerate()
            .filter(|(_, label)| keep(label))
            .fold(ClassSet::NONE, |set, (i, _)| set.with(Class(i as u8)))
    }
}

fn get(sets: &[ClassSet], i: usize) -> ClassSet {
    sets.get(i).copied().unwrap_or(ClassSet::NONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_chain_is_the_scheme_one_would_write_by_hand() {
        let chain = AudienceScheme::default();
        assert_eq!(AudienceScheme::new(chain.labels.clone()).unwrap(), chain);
        let (team, public) = (chain.class("team").unwrap(), chain.class("Public").unwrap());
        assert_eq!(chain.viewers(public), chain.all());
        assert_eq!(chain.viewers(team), ClassSet(1));
        assert!(chain.is_inward(team, public) && !chain.is_inward(public, team));
    }

    #[test]
    fn a_cycle_is_refused() {
        let mut labels = AudienceScheme::default().labels;
        labels[0].inward.push("public".into());
        assert_eq!(
            AudienceScheme::new(labels).unwrap_err().code(),
            ErrorCode::Contradiction
        );
    }

    #[test]
    fn siblings_do_not_see_each_other() {
        let label = |name: &str, inward: &[&str]| AudienceLabel {
            name: name.into(),
            inward: inward.iter().map(|s| (*s).into()).collect(),
            floor: Confidence::WorkInProgress,
            reads_cases: true,
            sees_expired: true,
        };
        let scheme = AudienceScheme::new(vec![
            label("staff", &[]),
            label("dealers", &["staff"]),
            label("press", &["staff"]),
            label("all", &["dealers", "press"]),
        ])
        .unwrap();
        let class = |name| scheme.class(name).unwrap();
        assert!(!scheme.is_inward(class("press"), class("dealers")));
        assert!(scheme.is_inward(class("staff"), class("all")));
        assert_eq!(scheme.viewers(class("all")), scheme.all());
    }
}
