//! Tells a child process that a handle was opened before the fork.
//!
//! After a fork, the child has the memory of its parent without the parent's threads: locks may be held
//! by nobody, and the thread of a base is gone. A base must be opened in the process that uses it, so
//! each handle knows its process, and a call in another one is refused before it touches any lock.
//!
//! Asking for the process id is a system call, too dear for each search. On Linux the handle owns a page
//! that the kernel fills with zeros in the child (`MADV_WIPEONFORK`, Linux 4.14): reading it is a load.
//! Elsewhere, and where the kernel refuses, the process id is asked for.

use std::sync::atomic::{AtomicU32, Ordering};

/// Knows the process it was made in.
pub(crate) struct Birthplace {
    #[cfg(target_os = "linux")]
    page: Option<wiped::Page>,
    process: u32,
}

impl Birthplace {
    /// The present process.
    pub fn here() -> Birthplace {
        Birthplace {
            #[cfg(target_os = "linux")]
            page: wiped::Page::new(),
            process: std::process::id(),
        }
    }

    /// Tells if this is the process that made it.
    pub fn is_here(&self) -> bool {
        #[cfg(target_os = "linux")]
        if let Some(page) = &self.page {
            return page.word().load(Ordering::Relaxed) == PRESENT;
        }
        self.process == std::process::id()
    }
}

/// Closes the number of a descriptor that a child inherited and does not use. Its file, and with it the lock, stays
/// open for as long as another process has it.
pub(crate) fn close_inherited(descriptor: i32) {
    #[cfg(unix)]
    // SAFETY: the number is that of a file inside a base of the parent's, whose memory nobody uses in this process.
    unsafe {
        libc::close(descriptor)
    };
    #[cfg(not(unix))]
    let _ = descriptor;
}

/// The value of the page in the process that made it: any number but 0.
const PRESENT: u32 = 0x6b65_6e31;

#[cfg(target_os = "linux")]
mod wiped {
    use super::{AtomicU32, Ordering, PRESENT};

    /// A page of memory that is all zeros in a forked child.
    pub(super) struct Page {
        address: *mut libc::c_void,
        size: usize,
    }

    // SAFETY: the page is a number behind a pointer that nobody else has; it is read and written
    // atomically.
    unsafe impl Send for Page {}
    // SAFETY: as above.
    unsafe impl Sync for Page {}

    impl Page {
        /// `None` where the kernel does not have it.
        pub fn new() -> Option<Page> {
            // SAFETY: asks for a number.
            let size = usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).ok()?;
            let access = libc::PROT_READ | libc::PROT_WRITE;
            let kind = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
            // SAFETY: a new mapping of our own, over no other memory.
            let address = unsafe { libc::mmap(std::ptr::null_mut(), size, access, kind, -1, 0) };
            if address == libc::MAP_FAILED {
                return None;
            }
            let page = Page { address, size };
            // SAFETY: the mapping is ours, whole, private and anonymous, as the advice wants it.
            let advised = unsafe { libc::madvise(address, size, libc::MADV_WIPEONFORK) };
            if advised != 0 {
                return None;
            }
            page.word().store(PRESENT, Ordering::Relaxed);
            Some(page)
        }

        pub fn word(&self) -> &AtomicU32 {
            // SAFETY: the mapping is at least four bytes, aligned to a page, and lives as long as we do.
            unsafe { &*self.address.cast::<AtomicU32>() }
        }
    }

    impl Drop for Page {
        fn drop(&mut self) {
            // SAFETY: the mapping is ours and nobody has a pointer into it any more.
            unsafe { libc::munmap(self.address, self.size) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_child_is_told_and_the_parent_is_not() {
        let born = Birthplace::here();
        assert!(born.page.is_some() && born.is_here());
        // SAFETY: the child calls nothing but `is_here`, a load, and `_exit`.
        let child = unsafe { libc::fork() };
        if child == 0 {
            // SAFETY: ends the child at once.
            unsafe { libc::_exit(i32::from(born.is_here())) };
        }
        let mut status = -1;
        // SAFETY: waits for the child just made.
        unsafe { libc::waitpid(child, &mut status, 0) };
        assert_eq!(status, 0, "the child took itself for the parent");
        assert!(born.is_here());
    }
}
