//! One line per bar: figure, baseline of the same run, ratio, bar, aim, verdict.

use crate::stats::Paired;

/// Prints the bars and counts those met and missed.
pub struct Bars {
    n_missed: usize,
    n_met: usize,
}

/// The targets of a figure.
#[derive(Clone, Copy)]
pub struct Goal {
    /// The least figure that passes.
    pub bar: f64,
    /// A higher figure to work towards, if any.
    pub aim: Option<f64>,
}

impl Goal {
    /// A goal with a bar only.
    pub fn bar(bar: f64) -> Goal {
        Goal { bar, aim: None }
    }

    /// A goal with a bar and an aim.
    pub fn aim(bar: f64, aim: f64) -> Goal {
        Goal {
            bar,
            aim: Some(aim),
        }
    }
}

impl Bars {
    /// Prints the head of the table.
    pub fn begin() -> Bars {
        println!(
            "{:<46} {:>8} {:>8} {:>7} {:>7} {:>6}  verdict",
            "what", "figure", "baseline", "ratio", "bar", "aim"
        );
        Bars {
            n_missed: 0,
            n_met: 0,
        }
    }

    /// Prints a figure that must reach its bar. The comparison uses the exact figure, not the printed one.
    pub fn line(&mut self, what: &str, figure: f64, baseline: Option<f64>, goal: Goal) {
        let met = figure >= goal.bar - 1e-9;
        self.print(what, figure, baseline, Some(goal), met, "");
    }

    /// Prints a figure that must not exceed its bar.
    pub fn at_most(&mut self, what: &str, figure: f64, bar: f64) {
        let met = figure <= bar + 1e-9;
        self.print(what, figure, None, Some(Goal::bar(bar)), met, "at most");
    }

    /// Prints a figure that must not be below its baseline by a paired one-sided test at 5 %.
    pub fn not_below(&mut self, what: &str, pairs: &Paired, aim: Option<f64>) {
        let goal = Goal {
            bar: pairs.baseline,
            aim,
        };
        let note = format!(
            "(t {:+.2}, n {}; not below {})",
            pairs.t, pairs.n, "plain BM25"
        );
        self.print(
            what,
            pairs.figure,
            Some(pairs.baseline),
            Some(goal),
            pairs.t > -1.67,
            &note,
        );
    }

    /// Prints a figure without a bar, for comparison.
    pub fn beside(&mut self, what: &str, figure: f64, baseline: Option<f64>) {
        self.print(what, figure, baseline, None, true, "");
    }

    fn print(
        &mut self,
        what: &str,
        figure: f64,
        baseline: Option<f64>,
        goal: Option<Goal>,
        met: bool,
        note: &str,
    ) {
        let number = |x: Option<f64>| x.map_or_else(|| "-".to_owned(), |x| format!("{x:.3}"));
        let ratio = baseline.filter(|b| *b > 0.0).map(|b| figure / b);
        let verdict = match goal {
            None => "beside",
            Some(_) if !met => "FALLS SHORT",
            Some(goal) if goal.aim.is_some_and(|aim| figure >= aim - 1e-9) => "pass, aim",
            Some(_) => "pass",
        };
        if goal.is_some() {
            if met {
                self.n_met += 1;
            } else {
                self.n_missed += 1;
            }
        }
        println!(
            "{what:<46} {figure:>8.4} {:>8} {:>7} {:>7} {:>6}  {verdict} {note}",
            number(baseline),
            number(ratio),
            number(goal.map(|g| g.bar)),
            number(goal.and_then(|g| g.aim)),
        );
    }

    /// Prints the reason a set was not measured.
    pub fn skipped(&mut self, set: &str, why: &str) {
        println!("{set:<46} skipped: {why}");
    }

    /// Prints the duration of a set.
    pub fn took(&mut self, set: &str, seconds: f64) {
        println!("# {set}: {seconds:.1} s");
    }

    /// Prints the totals and returns true if every measured bar was met.
    pub fn end(&self) -> bool {
        println!(
            "# {} of {} bars met",
            self.n_met,
            self.n_met + self.n_missed
        );
        self.n_missed == 0
    }
}
