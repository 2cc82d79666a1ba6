//! Bars of `search` beside `suggest`: the same text typed as a query and given as the text of a case.

use kenpoint::Base;

use crate::articles::{filled, of_kind, searched, suggested};
use crate::bars::{Bars, Goal};
use crate::data::{self, Parts, text};
use crate::stats::{Grades, mean, ndcg};

/// The greatest loss of nDCG@10 by typing a text as a query. Source: our choice.
const MOST_LOST: f64 = 0.005;

/// Compares both ways on every set of articles.
pub fn typed(bars: &mut Bars) -> Result<(), String> {
    let rows = data::rows("msoffice-kb/corpus.jsonl")?;
    let queries = data::rows("msoffice-kb/queries.jsonl")?;
    let grades = data::grades("msoffice-kb/qrels.tsv")?;
    for (description, symptoms, kinds) in [
        (false, false, &["symptom"][..]),
        (true, false, &["symptom"]),
        (false, true, &["oldtitle", "anchor", "descr"]),
    ] {
        let parts = Parts {
            description,
            symptoms,
        };
        let base = filled(data::msoffice(&rows, parts).0)?;
        for kind in kinds {
            let asked = of_kind(&queries, &grades, kind);
            let with = if description {
                ", with descriptions"
            } else {
                ""
            };
            compare(bars, &format!("typed msoffice {kind}{with}"), &base, &asked)?;
        }
    }
    for set in ["cacm", "banking77", "workarena-kb"] {
        let base = filled(data::simple(&data::rows(&format!("{set}/corpus.jsonl"))?).0)?;
        let grades = data::grades(&format!("{set}/qrels.tsv"))?;
        let queries = data::rows(&format!("{set}/queries.jsonl"))?;
        let asked: Vec<(&str, &Grades)> = queries
            .iter()
            .filter_map(|row| Some((text(row, "text"), grades.get(text(row, "id"))?)))
            .collect();
        compare(bars, &format!("typed {set}"), &base, &asked)?;
    }
    Ok(())
}

fn compare(
    bars: &mut Bars,
    what: &str,
    base: &Base,
    asked: &[(&str, &Grades)],
) -> Result<(), String> {
    let (mut as_query, mut as_case) = (Vec::new(), Vec::new());
    let mut n_empty = 0;
    for (query, grades) in asked {
        let found = searched(base, query, "internal", 10)?;
        n_empty += usize::from(found.is_empty());
        as_query.push(ndcg(&found, grades, 10));
        as_case.push(ndcg(&suggested(base, query, "internal", 10)?, grades, 10));
    }
    let suggest = mean(&as_case);
    let goal = Goal::bar(suggest - MOST_LOST);
    bars.line(what, mean(&as_query), Some(suggest), goal);
    if n_empty > 0 {
        println!(
            "# {what}: {n_empty} of {} queries find nothing",
            asked.len()
        );
    }
    Ok(())
}
