//! Bars of the text score on scifact, cacm, msoffice-kb and hint3, without feedback and cases.

use std::collections::BTreeMap;

use kenpoint::model::Viewer;
use kenpoint::{Base, SearchRequest, SuggestRequest};
use serde_json::Value;

use crate::bars::{Bars, Goal};
use crate::data::{self, Parts, failed, text};
use crate::plain::Plain;
use crate::stats::{Grades, auroc, mean, ndcg, paired, precision};

/// Returns the ids of a search, best first.
pub fn searched(base: &Base, query: &str, viewer: &str, k: usize) -> Result<Vec<String>, String> {
    let request = SearchRequest::new(query, Viewer::new(viewer)).limit(k);
    let answer = base.search(&request).map_err(failed)?;
    Ok(answer.hits.into_iter().map(|hit| hit.id).collect())
}

/// Returns the ids that `suggest` gives for a text, best first, without a threshold.
pub fn suggested(base: &Base, text: &str, viewer: &str, k: usize) -> Result<Vec<String>, String> {
    let request = SuggestRequest::for_text(text, Viewer::new(viewer))
        .limit(k)
        .threshold(0.0);
    let answer = base.suggest(&request).map_err(failed)?;
    Ok(answer.suggestions.into_iter().map(|s| s.id).collect())
}

/// Makes a base of these articles.
pub fn filled(drafts: Vec<kenpoint::model::ArticleDraft>) -> Result<Base, String> {
    let base = data::empty(data::clock())?;
    data::put(&base, drafts)?;
    Ok(base)
}

/// The title is the title, the abstract a note.
pub fn scifact(bars: &mut Bars) -> Result<(), String> {
    let (drafts, texts) = data::simple(&data::rows("scifact/corpus.jsonl")?);
    let (base, plain) = (filled(drafts)?, Plain::new(texts));
    for (what, queries, grades, goal) in [
        (
            "scifact nDCG@10",
            "scifact/queries.jsonl",
            "scifact/qrels.tsv",
            Some(Goal::bar(0.675)),
        ),
        (
            "scifact, training queries",
            "scifact/queries.train.jsonl",
            "scifact/qrels.train.tsv",
            None,
        ),
    ] {
        let grades = data::grades(grades)?;
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for row in data::rows(queries)? {
            let Some(grades) = grades.get(text(&row, "id")) else {
                continue;
            };
            let query = text(&row, "text");
            ours.push(ndcg(&searched(&base, query, "public", 10)?, grades, 10));
            theirs.push(ndcg(&plain.ids(query, 10), grades, 10));
        }
        match goal {
            Some(goal) => bars.line(what, mean(&ours), Some(mean(&theirs)), goal),
            None => bars.beside(what, mean(&ours), Some(mean(&theirs))),
        }
    }
    Ok(())
}

/// The 52 judged queries of cacm.
pub fn cacm(bars: &mut Bars) -> Result<(), String> {
    let (drafts, texts) = data::simple(&data::rows("cacm/corpus.jsonl")?);
    let (base, plain) = (filled(drafts)?, Plain::new(texts));
    let grades = data::grades("cacm/qrels.tsv")?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for row in data::rows("cacm/queries.jsonl")? {
        let Some(grades) = grades.get(text(&row, "id")) else {
            continue;
        };
        let query = text(&row, "text");
        ours.push(precision(
            &searched(&base, query, "internal", 30)?,
            grades,
            30,
        ));
        theirs.push(precision(&plain.ids(query, 30), grades, 30));
    }
    bars.line(
        "cacm P@30",
        mean(&ours),
        Some(mean(&theirs)),
        Goal::bar(0.19),
    );
    Ok(())
}

/// Returns the queries of one kind with their grades.
pub fn of_kind<'v>(
    queries: &'v [Value],
    grades: &'v BTreeMap<String, Grades>,
    kind: &str,
) -> Vec<(&'v str, &'v Grades)> {
    queries
        .iter()
        .filter(|row| text(row, "kind") == kind)
        .filter_map(|row| Some((text(row, "text"), grades.get(text(row, "id"))?)))
        .collect()
}

/// Measures each kind of query over the sections that the set's README names for it.
pub fn msoffice(bars: &mut Bars) -> Result<(), String> {
    let rows = data::rows("msoffice-kb/corpus.jsonl")?;
    let queries = data::rows("msoffice-kb/queries.jsonl")?;
    let grades = data::grades("msoffice-kb/qrels.tsv")?;
    let all = Parts {
        description: true,
        symptoms: true,
    };
    let (drafts, texts) = data::msoffice(&rows, all);
    let (base, plain) = (filled(drafts)?, Plain::new(texts));
    type Form = fn(&str) -> String;
    let forms: [(&str, Form); 3] = [
        ("msoffice kbid nDCG@10", |q| q.to_owned()),
        ("msoffice kbid, lower case", |q| q.to_lowercase()),
        ("msoffice kbid, in a sentence", |q| {
            format!("please help with {q} on my server")
        }),
    ];
    for (what, form) in forms {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for (query, grades) in of_kind(&queries, &grades, "kbid") {
            let query = form(query);
            ours.push(ndcg(&searched(&base, &query, "public", 10)?, grades, 10));
            theirs.push(ndcg(&plain.ids(&query, 10), grades, 10));
        }
        bars.line(what, mean(&ours), Some(mean(&theirs)), Goal::bar(0.99));
    }
    for (kind, aim) in [("oldtitle", 0.88), ("anchor", 0.85)] {
        let (mut ours, mut typed, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
        for (query, grades) in of_kind(&queries, &grades, kind) {
            ours.push(ndcg(&searched(&base, query, "public", 10)?, grades, 10));
            typed.push(ndcg(&suggested(&base, query, "public", 10)?, grades, 10));
            theirs.push(ndcg(&plain.ids(query, 10), grades, 10));
        }
        let what = format!("msoffice {kind} nDCG@10");
        bars.not_below(&what, &paired(&ours, &theirs), Some(aim));
        let what = format!("msoffice {kind}, as case text");
        bars.beside(&what, mean(&typed), Some(mean(&theirs)));
    }
    let without = Parts {
        description: false,
        symptoms: true,
    };
    let (drafts, texts) = data::msoffice(&rows, without);
    let (base, plain) = (filled(drafts)?, Plain::new(texts));
    for (kind, aim) in [
        ("oldtitle", Some(0.88)),
        ("anchor", Some(0.85)),
        ("descr", None),
    ] {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for (query, grades) in of_kind(&queries, &grades, kind) {
            ours.push(ndcg(&searched(&base, query, "public", 10)?, grades, 10));
            theirs.push(ndcg(&plain.ids(query, 10), grades, 10));
        }
        let what = format!("msoffice {kind}, no descriptions");
        bars.not_below(&what, &paired(&ours, &theirs), aim);
    }
    for (description, what) in [
        (false, "msoffice symptom nDCG@10"),
        (true, "msoffice symptom, with descriptions"),
    ] {
        let parts = Parts {
            description,
            symptoms: false,
        };
        let (drafts, texts) = data::msoffice(&rows, parts);
        let (base, plain) = (filled(drafts)?, Plain::new(texts));
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for (query, grades) in of_kind(&queries, &grades, "symptom") {
            ours.push(ndcg(&suggested(&base, query, "public", 10)?, grades, 10));
            theirs.push(ndcg(&plain.ids(query, 10), grades, 10));
        }
        if description {
            bars.beside(what, mean(&ours), Some(mean(&theirs)));
        } else {
            bars.line(
                what,
                mean(&ours),
                Some(mean(&theirs)),
                Goal::aim(0.69, 0.73),
            );
        }
    }
    Ok(())
}

/// Measures how well `answerable` of a search separates questions with an answer from those without.
pub fn hint3(bars: &mut Bars) -> Result<(), String> {
    for (set, goal) in [
        ("curekart", Goal::aim(0.825, 0.85)),
        ("powerplay11", Goal::aim(0.76, 0.785)),
    ] {
        let (drafts, texts) = data::simple(&data::rows(&format!("hint3-{set}/corpus.jsonl"))?);
        let (base, plain) = (filled(drafts)?, Plain::new(texts));
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for row in data::rows(&format!("hint3-{set}/queries.jsonl"))? {
            let query = text(&row, "text");
            let is_answerable = row["answerable"].as_bool().unwrap_or(false);
            let request = SearchRequest::new(query, Viewer::new("public")).limit(1);
            let answer = base.search(&request).map_err(failed)?;
            ours.push((answer.answerable, is_answerable));
            let best = plain.search(query, 1).first().map_or(0.0, |(_, s)| *s);
            theirs.push((best, is_answerable));
        }
        let what = format!("hint3 {set} AUROC of `answerable`");
        bars.line(&what, auroc(&ours), Some(auroc(&theirs)), goal);
    }
    Ok(())
}
