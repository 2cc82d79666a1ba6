//! Bars of learning: users who search, read and go, simulated.

use crate::bars::Bars;

/// To come.
pub fn users(_bars: &mut Bars) -> Result<(), String> {
    Ok(())
}
