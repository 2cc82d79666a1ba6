//! Access to the members of an event by their JSON names.
//!
//! A host that holds an event as a C struct or a JavaScript object implements this trait. The declaration of the
//! event kinds states the members of each kind.

use super::flag::FlagReason;
use super::link::DismissReason;
use crate::error::{Error, Result};

/// A source of members. Each member can be taken once; a second call returns `None`.
pub trait EventMembers {
    /// Takes a text.
    fn text(&mut self, name: &'static str) -> Result<Option<String>>;

    /// Takes a number.
    fn number(&mut self, name: &'static str) -> Result<Option<f64>>;

    /// Takes a non-negative integer.
    fn count(&mut self, name: &'static str) -> Result<Option<u32>>;

    /// Returns the host's own name of a member, for error messages.
    fn label(&self, name: &str) -> String {
        format!("event.{name}")
    }
}

/// A type of a member.
pub(super) trait Member: Sized {
    /// Takes the member of this name.
    fn take(members: &mut dyn EventMembers, name: &'static str) -> Result<Self>;
}

fn needed<T>(members: &dyn EventMembers, name: &str, value: Option<T>) -> Result<T> {
    value.ok_or_else(|| {
        let rule = "this kind of event needs it; see the shapes in docs/json.md";
        Error::invalid(&members.label(name), "nothing", rule)
    })
}

impl Member for String {
    fn take(members: &mut dyn EventMembers, name: &'static str) -> Result<String> {
        let text = members.text(name)?;
        needed(members, name, text)
    }
}

impl Member for Option<String> {
    fn take(members: &mut dyn EventMembers, name: &'static str) -> Result<Option<String>> {
        members.text(name)
    }
}

impl Member for f64 {
    fn take(members: &mut dyn EventMembers, name: &'static str) -> Result<f64> {
        let number = members.number(name)?;
        needed(members, name, number)
    }
}

impl Member for u32 {
    fn take(members: &mut dyn EventMembers, name: &'static str) -> Result<u32> {
        let count = members.count(name)?;
        needed(members, name, count)
    }
}

impl Member for Option<u32> {
    fn take(members: &mut dyn EventMembers, name: &'static str) -> Result<Option<u32>> {
        members.count(name)
    }
}

impl Member for FlagReason {
    fn take(members: &mut dyn EventMembers, name: &'static str) -> Result<FlagReason> {
        String::take(members, name)?.parse()
    }
}

impl Member for DismissReason {
    fn take(members: &mut dyn EventMembers, name: &'static str) -> Result<DismissReason> {
        String::take(members, name)?.parse()
    }
}
