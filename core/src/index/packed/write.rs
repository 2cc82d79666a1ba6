//! A segment in memory as the bytes of a packed one.

use super::ints::{pack, put, width};
use super::{Packed, name};
use crate::error::{Error, ErrorCode, Result};
use crate::index::impacts::Impacts;
use crate::index::memory::MemSegment;
use crate::index::part::{FIELDS, Window};
use crate::index::segment::{BLOCK, Columns, Segment};

/// Makes the bytes. Equal segments give equal bytes.
pub fn write(segment: &MemSegment) -> Result<Packed> {
    let mut packed = Packed {
        columns: columns(segment),
        ..Packed::default()
    };
    let mut terms = fst::MapBuilder::memory();
    for part in 0..segment.parts().len() {
        let mut failure = None;
        segment.terms(part, "", &mut |term| {
            let offset = packed.postings.len() as u64;
            failure = terms.insert(name(part, term), offset).err();
            term_of(segment, part, term, &mut packed);
            failure.is_none()
        });
        if let Some(cause) = failure {
            return Err(failed(cause));
        }
    }
    packed.terms = terms.into_inner().map_err(failed)?;
    Ok(packed)
}

fn failed(cause: fst::Error) -> Error {
    let message = "the terms of a snapshot cannot be written";
    Error::with_source(ErrorCode::Internal, message, cause)
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

fn term_of(segment: &MemSegment, part: usize, term: &str, packed: &mut Packed) {
    let Some(mut postings) = segment.postings(part, term) else {
        return;
    };
    let n = segment.doc_freq(part, term);
    let into = &mut packed.postings;
    put(into, u64::from(n));
    put(into, packed.places.len() as u64);
    let is_long = n as usize > BLOCK;
    let impacts = is_long
        .then(|| segment.postings(part, term))
        .flatten()
        .map(|mut postings| Impacts::scan(postings.as_mut(), &segment.columns().code));
    let (mut heads, mut bodies) = (Vec::new(), Vec::new());
    let mut last = None;
    let mut run = 0;
    loop {
        let (docs, tfs) = postings.block();
        let (Some(first), Some(end)) = (docs.first(), docs.last()) else {
            break;
        };
        // Gaps less 1: no document stands twice in a list.
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
            let pairs = impacts.pairs_of(run);
            put(&mut heads, pairs.len() as u64);
            for (tf, code) in pairs {
                put(&mut heads, u64::from(tf));
                heads.push(code);
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
        put(into, heads.len() as u64);
    }
    into.append(&mut heads);
    into.append(&mut bodies);
    places_of(segment, part, term, &mut packed.places);
}

fn gap(before: Option<u32>, doc: u32) -> u32 {
    before.map_or(doc, |before| doc - before - 1)
}

/// By field: its number, how many bytes follow, and the documents with their positions.
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
