//! A table of data as pipes. It knows only the finished text of its cells.

/// The cells of a table, row by row.
#[derive(Default)]
pub(super) struct PipeTable {
    /// Number of open `table` elements: this one, and those inside its cells.
    pub(super) depth: usize,
    /// True inside its caption.
    pub(super) in_caption: bool,
    pub(super) caption: String,
    rows: Vec<Vec<String>>,
}

impl PipeTable {
    pub(super) fn new() -> PipeTable {
        PipeTable {
            depth: 1,
            ..PipeTable::default()
        }
    }

    pub(super) fn start_row(&mut self) {
        self.rows.push(Vec::new());
    }

    pub(super) fn start_cell(&mut self) {
        if self.rows.is_empty() {
            self.start_row();
        }
        if let Some(row) = self.rows.last_mut() {
            row.push(String::new());
        }
    }

    /// Fills the open cell, or adds one for text outside cells.
    pub(super) fn fill(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        if self.in_caption {
            text.clone_into(&mut self.caption);
            return;
        }
        if self.rows.is_empty() {
            self.start_row();
        }
        if let Some(row) = self.rows.last_mut() {
            match row.last_mut() {
                Some(cell) if cell.is_empty() => text.clone_into(cell),
                _ => row.push(text.to_owned()),
            }
        }
    }

    /// Returns the table as one block; empty if no cell has text.
    pub(super) fn finish(self) -> String {
        let is_filled = |row: &Vec<String>| row.iter().any(|cell| !cell.is_empty());
        let mut rows: Vec<_> = self.rows.into_iter().filter(is_filled).collect();
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        let Some(head) = rows.first_mut() else {
            return String::new();
        };
        // A reader drops cells beyond those of the first row.
        head.resize(width, String::new());
        let mut text = String::new();
        for (i, row) in rows.iter().enumerate() {
            if i > 0 {
                text.push('\n');
            }
            text.push_str(&format!("| {} |", row.join(" | ")));
            if i == 0 {
                text.push_str(&format!("\n|{}", " --- |".repeat(width)));
            }
        }
        text
    }
}
