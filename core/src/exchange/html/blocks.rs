//! The blocks of a CommonMark text, indented and quoted as the open lists and quotes require.
//!
//! Beyond a depth it omits containers and keeps their text, so that no line grows with the depth of the page. It knows no
//! tags.

/// Greatest nesting of lists and quotes in the output.
const MAX_CONTAINERS: usize = 16;

enum Container {
    Quote,
    List {
        next: Option<u64>,
    },
    /// A list item: its marker until it is written, and the indentation of its content.
    Item {
        marker: Option<String>,
        width: usize,
    },
}

/// Blocks, and the containers open at their end.
#[derive(Default)]
pub(super) struct Blocks {
    out: String,
    containers: Vec<Container>,
    /// Number of open containers beyond the greatest nesting.
    beyond: usize,
    /// True if the last block was in a list; the next item then follows without a blank line.
    after_item: bool,
    /// True if the open containers are lists of Microsoft Word, which no tag ends.
    is_office: bool,
}

impl Blocks {
    /// Returns true outside lists and quotes.
    pub(super) fn is_outermost(&self) -> bool {
        self.containers.is_empty() && self.beyond == 0
    }

    /// Opens a list; `next` is the number of its first item, if it has numbers.
    pub(super) fn open_list(&mut self, next: Option<u64>) {
        self.open(Container::List { next });
    }

    pub(super) fn open_quote(&mut self) {
        self.open(Container::Quote);
    }

    /// Begins an item of the innermost list.
    pub(super) fn start_item(&mut self) {
        if self.beyond > 0 {
            return;
        }
        self.close_item();
        let marker = match self.containers.last_mut() {
            Some(Container::List { next }) => marker(next),
            _ => "-".to_owned(),
        };
        self.open_item(&marker);
    }

    fn open_item(&mut self, marker: &str) {
        self.open(Container::Item {
            width: marker.len() + 1,
            marker: Some(format!("{marker} ")),
        });
    }

    pub(super) fn end_item(&mut self) {
        if self.beyond == 0 {
            self.close_item();
        }
    }

    pub(super) fn close_list(&mut self) {
        self.close(|container| matches!(container, Container::List { .. }));
    }

    pub(super) fn close_quote(&mut self) {
        self.close(|container| matches!(container, Container::Quote));
    }

    pub(super) fn close_all(&mut self) {
        self.containers.clear();
        self.beyond = 0;
        self.after_item = false;
        self.is_office = false;
    }

    /// Begins an item at a level, from 1, of a list of Microsoft Word. Inside other lists it is a paragraph.
    pub(super) fn start_office_item(&mut self, level: usize, marker: &str) {
        if !self.is_outermost() && !self.is_office {
            return;
        }
        self.is_office = true;
        // A list and an item for each level. A level that was passed over would be indented as code is.
        let above = self.containers.len().min(2 * level.saturating_sub(1));
        self.containers.truncate(above.min(MAX_CONTAINERS - 2));
        self.open_list(None);
        self.open_item(marker);
    }

    /// Ends the lists of Microsoft Word before a block that is no item of them.
    pub(super) fn end_office_list(&mut self) {
        if self.is_office {
            self.close_all();
        }
    }

    /// Returns the text.
    pub(super) fn finish(mut self) -> String {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        self.out
    }

    fn open(&mut self, container: Container) {
        if self.containers.len() < MAX_CONTAINERS {
            self.containers.push(container);
        } else if !matches!(container, Container::Item { .. }) {
            self.beyond += 1;
        }
    }

    /// Closes the innermost container of a kind, and those inside it.
    fn close(&mut self, is: impl Fn(&Container) -> bool) {
        if self.beyond > 0 {
            self.beyond -= 1;
        } else if let Some(at) = self.containers.iter().rposition(is) {
            self.containers.truncate(at);
            if self.containers.is_empty() {
                self.after_item = false;
            }
        }
    }

    /// Closes the open item of the innermost list.
    fn close_item(&mut self) {
        let list = self
            .containers
            .iter()
            .rposition(|c| !matches!(c, Container::Item { .. }));
        self.containers.truncate(list.map_or(0, |at| at + 1));
    }

    /// Writes a block, indented and quoted as the open containers require.
    pub(super) fn write(&mut self, text: &str) {
        let mut first = String::new();
        let mut later = String::new();
        let mut is_item = false;
        for container in &mut self.containers {
            match container {
                Container::Quote => {
                    first.push_str("> ");
                    later.push_str("> ");
                }
                Container::List { .. } => {}
                Container::Item { marker, width } => {
                    let indent = " ".repeat(*width);
                    is_item |= marker.is_some();
                    first.push_str(&marker.take().unwrap_or_else(|| indent.clone()));
                    later.push_str(&indent);
                }
            }
        }
        if !self.out.is_empty() {
            self.out.push('\n');
            if !(is_item && self.after_item) {
                self.out.push_str(later.trim_end());
                if !later.is_empty() || !self.out.ends_with("\n\n") {
                    self.out.push('\n');
                }
            }
        }
        for (i, line) in text.lines().enumerate() {
            if i > 0 {
                self.out.push('\n');
            }
            self.out.push_str(if i == 0 { &first } else { &later });
            self.out.push_str(line);
        }
        self.after_item = self
            .containers
            .iter()
            .any(|c| matches!(c, Container::Item { .. }));
    }
}

/// Returns the marker of the next item of a list.
pub(super) fn marker(next: &mut Option<u64>) -> String {
    match next {
        Some(n) => {
            let marker = format!("{n}.");
            *n += 1;
            marker
        }
        None => "-".to_owned(),
    }
}
