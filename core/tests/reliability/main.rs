//! Reliability: killed processes, failing stores, full disks, bad input, damaged and moved files, and fifty thousand
//! random operations.
//!
//! Each module names the command of its larger run. Nothing here measures time.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::should_implement_trait,
    missing_docs,
    reason = "a test"
)]

use std::path::Path;
use std::process::Command;

mod bad_input;
mod disk;
mod faults;
mod folder;
mod kill;
mod model;

/// A small random generator (splitmix64); a failure can be repeated by its seed.
pub struct Rng(pub u64);

impl Rng {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Draws a number below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }

    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len() as u64) as usize]
    }
}

/// A small mounted file system, unmounted on drop.
pub struct Mount(tempfile::TempDir);

impl Mount {
    /// Mounts it; `None` where the test may not.
    pub fn new(size: &str) -> Option<Mount> {
        let dir = tempfile::tempdir().unwrap();
        mount(&format!("size={size}"), dir.path()).then_some(Mount(dir))
    }

    /// Mounts it again, for reading only.
    pub fn make_read_only(&self) -> bool {
        mount("remount,ro", self.path())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

fn mount(options: &str, path: &Path) -> bool {
    let done = Command::new("mount")
        .args(["-t", "tmpfs", "-o", options, "tmpfs"])
        .arg(path)
        .output();
    done.is_ok_and(|out| out.status.success())
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.path()).output();
    }
}

/// Reads a number from the environment, for larger runs.
pub fn from_env(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}
