//! A tour of kenpoint on a sample help centre: a customer writes and the right article appears with its reasons; one
//! recorded outcome improves the next answer; a reader outside the company sees only permitted articles.
//!
//! `cargo run --release --example point_of_action -- --help`
#![allow(
    clippy::disallowed_methods,
    reason = "a program at the edge may look at its own clock"
)]
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use kenpoint::exchange::{self, Arrivals, ImportOptions, ImportReport, Outcome, Record};
use kenpoint::model::{
    CaseDraft, CaseKind, Context, DismissReason, LinkDraft, LinkType, ProductItem, Reuse, Viewer,
};
use kenpoint::{
    Base, FixedClock, ReviewRequest, SearchRequest, SuggestAnswer, SuggestRequest, Timestamp,
};

type Done = Result<(), Box<dyn Error>>;

const HELP: &str = "\
kenpoint at the point of action: the right knowledge for the case on the screen

  cargo run --release --example point_of_action [-- OPTIONS]

  --verbose        also: a sales case, a look at the past, the review queue, all the reasons
  --import PATH    your own folder of Markdown, HTML or JSON lines in place of the sample help centre
  --help           this text

The base is made in a temporary folder and is gone afterwards. Nothing is sent anywhere.";

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/data");
const TODAY: &str = "2026-11-20T00:00:00Z";

const RED_LIGHT: &str = "Our router shows a red light since the update last night and there is no \
internet on any device. I held the reset button for ten seconds like your website says and nothing \
happens. The provider says the line is fine.";
const STORM: &str = "Storm last night, the power was out for two hours. The battery kept the fridge \
running, but in the app it was offline all the time.";
const NEXT_STORM: &str = "After the storm our battery shows offline in the app, though it worked the \
whole time.";
const WALLBOX: &str = "CHG-44 wallbox clicks";
const OBJECTION: &str = "They like the Hearth battery but say Voltarbor gives fifteen years and we \
only ten. The board also read that ours is throttled in winter.";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let (mut verbose, mut own) = (false, None);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "-h" | "--help" => {
                let _ = writeln!(io::stdout(), "{HELP}");
                return ExitCode::SUCCESS;
            }
            "-v" | "--verbose" => verbose = true,
            "--import" => match args.next() {
                Some(path) => own = Some(PathBuf::from(path)),
                None => return usage("--import needs the path of a folder or file"),
            },
            other => return usage(&format!("{other:?} is not an option")),
        }
    }
    let mut out = io::stdout().lock();
    let done = match &own {
        Some(path) => own_knowledge(&mut out, path),
        None => sample(&mut out, verbose),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => match error.downcast_ref::<io::Error>() {
            // The reader of the output closed the pipe.
            Some(e) if e.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            _ => {
                eprintln!("point_of_action: {error}");
                ExitCode::FAILURE
            }
        },
    }
}

fn usage(what: &str) -> ExitCode {
    eprintln!("point_of_action: {what}\n\n{HELP}");
    ExitCode::from(2)
}

// ---------------------------------------------------------------------------------------------------
// The sample help centre

fn sample(out: &mut dyn Write, verbose: bool) -> Done {
    let today: Timestamp = TODAY.parse()?;
    let folder = tempfile::tempdir()?;
    let base = Base::on_disk(folder.path().join("halvorn"))
        .clock(FixedClock::at(today))
        .open()?;
    // Import the year as dated, so that `as_of` works for any day in it.
    let options = ImportOptions::new()
        .survey_scale(1.0, 5.0)
        .arrivals(Arrivals::AsDated);
    eprintln!(
        "Importing a year of the sample help centre into {} ...",
        folder.path().display()
    );
    let started = Instant::now();
    let report = base.import(SAMPLE, &options, &mut |_| ControlFlow::Continue(()))?;
    eprintln!("Done in {:.1} s.\n", started.elapsed().as_secs_f64());
    // The same articles without a history: ranking by words alone.
    let words = Base::in_memory().clock(FixedClock::at(today)).open()?;
    words.import(Path::new(SAMPLE).join("articles"), &options, &mut |_| {
        ControlFlow::Continue(())
    })?;

    title(
        out,
        "KENPOINT AT THE POINT OF ACTION",
        "Halvorn help centre, 2026-11-20",
    )?;
    writeln!(
        out,
        "   {} records of a year, articles, cases, links, visits, in one folder; {} refused",
        thousands(report.taken()),
        report.n_skipped
    )?;
    the_case_on_the_screen(out, &base, &words, verbose)?;
    an_outcome(out, &base)?;
    somebody_outside(out, &base)?;
    if verbose {
        a_prospect(out, &base)?;
        an_earlier_day(out, &base)?;
        what_to_review(out, &base)?;
    }
    base.close()?;
    Ok(())
}

/// Scene a: evidence of past cases ranks better than words alone.
fn the_case_on_the_screen(out: &mut dyn Write, base: &Base, words: &Base, verbose: bool) -> Done {
    title(
        out,
        "1  A CUSTOMER WRITES",
        "aurora-router 4.0.2, agent's screen",
    )?;
    quote(out, RED_LIGHT)?;
    let case = CaseDraft::new("today-1", CaseKind::Service)
        .party("acc-9001")
        .product(ProductItem::new("aurora-router").version("4.0.2")?)
        .entry(Reuse::Section(kenpoint::model::Role::Issue), RED_LIGHT);
    words.open_case(case.clone())?;
    base.open_case(case)?;
    let request = SuggestRequest::for_case("today-1", Viewer::new("internal"));
    let plain = words.suggest(&request)?;
    let answer = base.suggest(&request)?;
    writeln!(out, "\n   By words alone")?;
    for (place, suggestion) in (1..).zip(plain.suggestions.iter().take(2)) {
        row(out, place, &suggestion.title, suggestion.score)?;
    }
    writeln!(out, "   With a year of outcomes")?;
    list(out, &answer)?;
    reasons(out, &answer, if verbose { 3 } else { 1 })
}

/// Scene b: one outcome changes the order; retracting it restores the order.
fn an_outcome(out: &mut dyn Write, base: &Base) -> Done {
    title(
        out,
        "2  ONE OUTCOME, AND THE NEXT ANSWER DIFFERS",
        "hearth-battery 2.4.1",
    )?;
    quote(out, NEXT_STORM)?;
    let battery = ProductItem::new("hearth-battery").version("2.4.1")?;
    let next = SuggestRequest::for_text(NEXT_STORM, Viewer::new("internal"))
        .context(Context::new().item(battery.clone()));

    // Another customer has the same problem. An agent dismisses one suggestion and finds the one that helps.
    let case = CaseDraft::new("today-2", CaseKind::Service)
        .party("acc-9002")
        .product(battery)
        .entry(Reuse::Section(kenpoint::model::Role::Issue), STORM);
    base.open_case(case)?;
    let mut wrong = LinkDraft::new("today-2", "wren-camera-offline", LinkType::Dismissed);
    wrong.reason = Some(DismissReason::NotRelevant);
    base.link(wrong, "tom.baker")?;
    let before = base.suggest(&next)?;
    let article = "hearth-battery-backup-test";
    let right = LinkDraft::new("today-2", article, LinkType::Resolved);
    base.link(right, "tom.baker")?;
    base.resolve_case("today-2", Some(true))?;
    let after = base.suggest(&next)?;
    base.retract_link("today-2", article, LinkType::Resolved)?;
    let back = base.suggest(&next)?;
    let scores = |answer: &SuggestAnswer| -> Vec<u64> {
        answer
            .suggestions
            .iter()
            .map(|s| s.score.to_bits())
            .collect()
    };
    let is_restored = scores(&before) == scores(&back);

    for (when, answer) in [
        ("before anybody knew", &before),
        (
            "an agent closes yesterday's case: Resolved by hearth-battery-backup-test",
            &after,
        ),
        ("the link is taken back", &back),
    ] {
        writeln!(out, "   {when}")?;
        for (place, suggestion) in (1..).zip(answer.suggestions.iter().take(2)) {
            row(out, place, &suggestion.title, suggestion.score)?;
        }
    }
    let said = if is_restored {
        "to the bit"
    } else {
        "NOT as before"
    };
    writeln!(out, "   restored: {said}")?;
    Ok(())
}

/// Scene c: hidden articles do not exist for a viewer who may not see them.
fn somebody_outside(out: &mut dyn Write, base: &Base) -> Done {
    title(out, "3  WHAT A CUSTOMER SEES OF IT", "hearth-charger 2.1.0")?;
    quote(out, WALLBOX)?;
    let charger = ProductItem::new("hearth-charger").version("2.1.0")?;
    let ask = |query: &str, label: &str, limit: usize| {
        let context = Context::new().item(charger.clone());
        let request = SearchRequest::new(query, Viewer::new(label)).context(context);
        base.search(&request.limit(limit))
    };
    for (who, label) in [("an agent finds", "internal"), ("the customer", "customer")] {
        writeln!(out, "   {who}")?;
        for (place, hit) in (1..).zip(ask(WALLBOX, label, 2)?.hits) {
            row(out, place, &hit.title, hit.score)?;
        }
    }
    writeln!(
        out,
        "   FW-8812, a defect number in internal notes: agents find {} articles, customers {}",
        ask("FW-8812", "internal", 10)?.hits.len(),
        ask("FW-8812", "customer", 10)?.hits.len()
    )?;
    Ok(())
}

/// Scene d: competitive knowledge and live facts for a sales case.
fn a_prospect(out: &mut dyn Write, base: &Base) -> Done {
    title(out, "4  A PROSPECT OBJECTS", "hearth-battery, sales")?;
    quote(out, OBJECTION)?;
    let context = Context::new().item(ProductItem::new("hearth-battery"));
    let request = SuggestRequest::for_text(OBJECTION, Viewer::new("internal")).context(context);
    list(out, &base.suggest(&request)?)?;
    writeln!(out, "   live facts beside it")?;
    for (subject, predicate) in [
        ("voltarbor battery warranty", "condition"),
        ("hearth-battery delivery time", "weeks"),
    ] {
        let query = SearchRequest::new(format!("{subject} {predicate}"), Viewer::new("internal"));
        let found = base.search(&query.limit(5))?;
        for hit in &found.hits {
            let article = base.article(&hit.id)?;
            let Some(fact) = article.fact.filter(|fact| fact.subject == subject) else {
                continue;
            };
            let value = article.sections.first().map_or("", |section| &section.text);
            let line = format!("{}: {value} (as of {})", hit.title, day(fact.as_of));
            writeln!(out, "      {}", fit(&line, 92))?;
        }
    }
    Ok(())
}

/// Scene e: the base as of an earlier day, and its answer then.
fn an_earlier_day(out: &mut dyn Write, base: &Base) -> Done {
    title(
        out,
        "5  THE SAME QUESTION AS OF 2026-08-01",
        "aurora-router 3.3.0",
    )?;
    let then = base.as_of("2026-08-01T00:00:00Z".parse::<Timestamp>()?)?;
    let router = ProductItem::new("aurora-router").version("3.3.0")?;
    let request = SuggestRequest::for_text(RED_LIGHT, Viewer::new("internal"))
        .context(Context::new().item(router));
    for (place, suggestion) in (1..).zip(&then.suggest(&request)?.suggestions) {
        row(out, place, &suggestion.title, suggestion.score)?;
        // The sample has only the latest verification date of each article, so freshness is left out.
        let reason = suggestion.explanation.summary.split(';').next();
        writeln!(out, "      {}", fit(reason.unwrap_or_default(), 92))?;
    }
    let later = "aurora-router-pppoe-vlan-4-0";
    if then.article(later).is_err() {
        writeln!(out, "   {later} was not written yet")?;
    }
    Ok(())
}

/// Scene f: the review queue, by risk.
fn what_to_review(out: &mut dyn Write, base: &Base) -> Done {
    title(
        out,
        "6  WHAT TO REVIEW FIRST",
        "risk = chance wrong x use x harm",
    )?;
    for item in base.reviews().queue(&ReviewRequest::new().limit(6))? {
        let why = match &item.suspect {
            Some(suspect) => format!("flagged as {} on {}", suspect.reason, day(suspect.since)),
            None => format!("due {}", day(item.due)),
        };
        writeln!(
            out,
            "   {:<44} {:>8.1}  {:<9} {}",
            fit(&item.id, 44),
            item.risk,
            item.state.as_str(),
            why
        )?;
    }
    Ok(())
}

// ---------------------------------------------------------------------------------------------------
// A folder of the user

fn own_knowledge(out: &mut dyn Write, path: &Path) -> Done {
    let folder = tempfile::tempdir()?;
    let base = Base::on_disk(folder.path().join("base")).open()?;
    let options = ImportOptions::new()
        .survey_scale(1.0, 5.0)
        .arrivals(Arrivals::AsDated);
    let started = Instant::now();
    let report = base.import(path, &options, &mut |so_far| {
        if so_far.records % 10_000 == 9_999 {
            eprintln!("{} records ...", so_far.records);
        }
        ControlFlow::Continue(())
    })?;
    eprintln!("Done in {:.1} s.\n", started.elapsed().as_secs_f64());
    title(out, "WHAT WAS READ", &path.display().to_string())?;
    tell(out, &report)?;

    // Read the folder again for a few titles to search for.
    let mut titles = Vec::new();
    let mut sink = |record: Record| {
        if let Record::Article { draft, .. } = record {
            titles.push(draft.title);
        }
        Ok(Outcome::Unchanged)
    };
    let plain = ImportOptions::new().survey_scale(1.0, 5.0);
    exchange::import_path(path, &plain, &mut sink, &mut |_| ControlFlow::Continue(()))?;
    if titles.is_empty() {
        writeln!(
            out,
            "\n   No article was found, so there is nothing to ask. An article is a Markdown or HTML file,\n   \
             or a JSON line with an id, a title and a text."
        )?;
        return Ok(());
    }
    let step = titles.len().div_ceil(3);
    for asked in titles.iter().step_by(step) {
        title(out, "SUGGESTED FOR", &fit(asked, 70))?;
        let answer = base.suggest(&SuggestRequest::for_text(asked, Viewer::new("internal")))?;
        if answer.suggestions.is_empty() {
            writeln!(out, "   nothing that is likely to answer it")?;
        }
        list(out, &answer)?;
    }
    base.close()?;
    Ok(())
}

fn tell(out: &mut dyn Write, report: &ImportReport) -> Done {
    writeln!(
        out,
        "   {} new, {} updated, {} unchanged, {} refused, {} files left out",
        thousands(report.created),
        thousands(report.updated),
        thousands(report.unchanged),
        thousands(report.n_skipped),
        thousands(report.files_ignored)
    )?;
    for skipped in report.skipped.iter().take(5) {
        writeln!(
            out,
            "   {}",
            fit(&format!("{}: {}", skipped.place, skipped.reason), 97)
        )?;
    }
    if report.n_skipped > 5 {
        writeln!(out, "   ... and {} more", thousands(report.n_skipped - 5))?;
    }
    if !report.unknown_keys.is_empty() {
        let keys: Vec<&str> = report.unknown_keys.keys().map(String::as_str).collect();
        writeln!(
            out,
            "   {}",
            fit(&format!("keys left out: {}", keys.join(", ")), 97)
        )?;
    }
    Ok(())
}

// ---------------------------------------------------------------------------------------------------
// Layout: 100 columns

fn title(out: &mut dyn Write, left: &str, right: &str) -> Done {
    let right = fit(right, 97 - left.chars().count());
    let gap = 100 - left.chars().count() - right.chars().count();
    writeln!(out, "\n{left}{}{right}", " ".repeat(gap))?;
    writeln!(out, "{}", "─".repeat(100))?;
    Ok(())
}

fn quote(out: &mut dyn Write, text: &str) -> Done {
    let mut line = String::new();
    let mut lines = Vec::new();
    for word in text.split_whitespace() {
        if line.chars().count() + word.chars().count() > 90 {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    for line in lines {
        writeln!(out, "   │ {line}")?;
    }
    Ok(())
}

fn row(out: &mut dyn Write, place: usize, title: &str, score: f64) -> Done {
    let title = fit(title, 70);
    let bar = "█".repeat((score * 12.0).round().clamp(0.0, 12.0) as usize);
    writeln!(out, "   {place}  {title:<70}  {score:>6.3}  {bar}")?;
    Ok(())
}

fn list(out: &mut dyn Write, answer: &SuggestAnswer) -> Done {
    for (place, suggestion) in (1..).zip(&answer.suggestions) {
        row(out, place, &suggestion.title, suggestion.score)?;
        writeln!(out, "      {}", fit(&suggestion.explanation.summary, 92))?;
    }
    Ok(())
}

fn reasons(out: &mut dyn Write, answer: &SuggestAnswer, n_articles: usize) -> Done {
    for suggestion in answer.suggestions.iter().take(n_articles) {
        let explanation = &suggestion.explanation;
        writeln!(
            out,
            "   Why: {} (the factors, multiplied, are its score)",
            suggestion.id
        )?;
        for factor in &explanation.factors {
            let name = factor.name.as_str();
            writeln!(
                out,
                "      {name:<11} × {:<5.3}  {}",
                factor.value,
                fit(&factor.words, 73)
            )?;
        }
    }
    Ok(())
}

fn day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

/// Cuts a text to a number of characters.
fn fit(text: &str, width: usize) -> String {
    let text = text.replace('\n', " ");
    if text.chars().count() <= width {
        return text;
    }
    let cut: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
