//! Writes a segment in memory as a packed one.

use super::ints::{pack, put, width};
use super::{Packed, SortedTableBuilder, name};
use crate::index::impacts::Impacts;
use crate::index::memory::MemSegment;
use crate::index::partition::{FIELDS, Window};
use crate::index::postings::BLOCK;
use crate::index::segment::{Columns, Segment};

/// Packs a segment. Equal segments give equal bytes.
pub fn write(segment: &MemSegment) -> Packed {
    let mut terms = SortedTableBuilder::default();
    let mut in_blocks = Vec::new();
    let mut places = Vec::new();
    for part in 0..segment.parts().len() {
        segment.terms(part, "", &mut |term| {
            let entry = entry(segment, part, term, places.len());
            places_of(segment, part, term, &mut places);
            if terms.add(&name(part, term), &entry) {
                in_blocks.push(std::mem::take(&mut places));
            }
            true
        });
    }
    if !places.is_empty() {
        in_blocks.push(places);
    }
    Packed {
        columns: columns(segment),
        terms: terms.finish(),
        places: in_blocks,
    }
}

fn columns(segment: &MemSegment) -> Vec<u8> {
    let columns = segment.columns();
    let mut bytes = Vec::new();
    put(&mut bytes, segment.parts().len() as u64);
    for key in segment.parts() {
        bytes.extend_from_slice(&key.to_bytes());
    }
    put(&mut bytes, columns.ordinal.len() as u64);
    let parts: Vec<u32> = columns.part.iter().map(|part| u32::from(*part)).collect();
    for column in [&columns.ordinal, &columns.stamp, &parts, &columns.length] {
        let width = width(column);
        bytes.push(width);
        pack(&mut bytes, column, width);
    }
    windows(columns, &mut bytes);
    bytes
}

fn windows(columns: &Columns, bytes: &mut Vec<u8>) {
    put(bytes, columns.windows.len() as u64);
    for &(doc, Window { from, to }) in &columns.windows {
        put(bytes, u64::from(doc));
        bytes.extend_from_slice(&from.ms().to_le_bytes());
        bytes.extend_from_slice(&to.ms().to_le_bytes());
    }
}

/// The value of a term: its postings, and the offset of its positions.
fn entry(segment: &MemSegment, part: usize, term: &str, places: usize) -> Vec<u8> {
    let mut into = Vec::new();
    let Some(mut postings) = segment.postings(part, term) else {
        return into;
    };
    let n = segment.doc_freq(part, term);
    put(&mut into, u64::from(n));
    put(&mut into, places as u64);
    let is_long = n as usize > BLOCK;
    let impacts = is_long
        .then(|| segment.postings(part, term))
        .flatten()
        .map(|mut postings| Impacts::scan(postings.as_mut(), &segment.columns().fieldnorm_id));
    let (mut heads, mut bodies) = (Vec::new(), Vec::new());
    let mut last = None;
    let mut run = 0;
    loop {
        let (docs, tfs) = postings.block();
        let (Some(first), Some(end)) = (docs.first(), docs.last()) else {
            break;
        };
        // Gaps less 1, since a list has each document once.
        let mut gaps = vec![gap(last, *first)];
        gaps.extend(docs.windows(2).map(|pair| match pair {
            [a, b] => gap(Some(*a), *b),
            _ => 0,
        }));
        let tfs: Vec<u32> = tfs.iter().map(|tf| tf - 1).collect();
        let widths = [width(&gaps), width(&tfs)];
        if let Some(impacts) = &impacts {
            put(&mut heads, u64::from(gap(last, *end)));
            heads.extend_from_slice(&widths);
            let pairs = impacts.impacts_of(run);
            put(&mut heads, pairs.len() as u64);
            for (tf, fieldnorm_id) in pairs {
                put(&mut heads, u64::from(tf));
                heads.push(fieldnorm_id);
            }
        } else {
            heads.extend_from_slice(&widths);
        }
        let [of_gaps, of_tfs] = widths;
        pack(&mut bodies, &gaps, of_gaps);
        pack(&mut bodies, &tfs, of_tfs);
        last = Some(*end);
        run += 1;
        if !postings.advance() {
            break;
        }
    }
    if is_long {
        put(&mut into, heads.len() as u64);
    }
    into.append(&mut heads);
    into.append(&mut bodies);
    into
}

fn gap(before: Option<u32>, doc: u32) -> u32 {
    before.map_or(doc, |before| doc - before - 1)
}

/// Writes the positions by field: its number, the number of bytes, and the documents with their positions.
fn places_of(segment: &MemSegment, part: usize, term: &str, into: &mut Vec<u8>) {
    let mut fields = Vec::new();
    for field in 0..FIELDS as u8 {
        let Some(mut places) = segment.positions(part, field, term) else {
            continue;
        };
        let mut bytes = Vec::new();
        let (mut last, mut positions) = (None, Vec::new());
        while let Some(doc) = places.doc() {
            places.positions(&mut positions);
            put(&mut bytes, u64::from(gap(last, doc)));
            put(&mut bytes, positions.len() as u64);
            let mut before = 0;
            for &position in &positions {
                put(&mut bytes, u64::from(position - before));
                before = position;
            }
            last = Some(doc);
            if places.seek(doc.saturating_add(1)).is_none() {
                break;
            }
        }
        fields.push((field, bytes));
    }
    put(into, fields.len() as u64);
    for (field, bytes) in fields {
        into.push(field);
        put(into, bytes.len() as u64);
        into.extend_from_slice(&bytes);
    }
}
