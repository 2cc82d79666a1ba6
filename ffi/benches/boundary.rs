//! The cost of the C boundary: a call through the C functions beside the same call of the core, on the same
//! base, in turns, in one process. `cargo xtask bench boundary`.
//!
//! Bar: at most 100 ns a call and 10 ns a result, so 200 ns for a search with 10 results. The figure is the
//! median of the differences of pairs of calls, with an interval of 99 %.
//!
//! `boundary core N` and `boundary c N` run one side alone N times, to be counted by callgrind where the
//! clock is too noisy.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a bench: it reads the clock, and stops at what should not be"
)]

use std::hint::black_box;
use std::mem::MaybeUninit;
use std::ptr::null_mut;
use std::time::Instant;

use kenpoint::model::{ArticleDraft, Confidence, Kind, Role, Viewer};
use kenpoint::{Base, SearchRequest, SuggestRequest};
use kenpoint_ffi::{
    KEN_OK, ken_base, ken_base_destroy, ken_base_search, ken_base_suggest, ken_hit, ken_results,
    ken_results_count, ken_results_destroy, ken_results_hit, ken_search_request,
    ken_search_request_init, ken_str, ken_suggest_request, ken_suggest_request_init,
};

/// Results of each call.
const RESULTS: usize = 10;
/// The bar for a call with that many results, in nanoseconds.
const BAR_NS: f64 = 100.0 + 10.0 * RESULTS as f64;
/// Pairs of calls that are timed.
const PAIRS: usize = 20_000;
const QUERY: &str = "lamp without light";

fn view(text: &str) -> ken_str {
    ken_str {
        ptr: text.as_ptr().cast(),
        len: text.len(),
    }
}

/// Twelve short articles, so that the core's own work is little and the border shows.
fn base() -> Base {
    let base = Base::in_memory().threads(0).open().unwrap();
    for n in 0..12 {
        let draft = ArticleDraft::new(
            format!("lamp-{n}"),
            Kind::Product,
            format!("Lamp {n} stays dark"),
        )
        .audience("public")
        .confidence(Confidence::Validated)
        .section(Role::Issue, "The lamp gives no light.");
        base.put(draft).unwrap();
    }
    base
}

/// The two sides of one kind of call. Each answers how many results it read.
struct Sides<'a> {
    name: &'static str,
    core: Box<dyn FnMut() -> usize + 'a>,
    c: Box<dyn FnMut() -> usize + 'a>,
}

fn read_c(mut results: *mut ken_results) -> usize {
    // SAFETY: the results of a call that succeeded, read and then destroyed.
    unsafe {
        let n = ken_results_count(results);
        for i in 0..n {
            let mut hit = MaybeUninit::<ken_hit>::uninit();
            assert_eq!(
                ken_results_hit(results, i, hit.as_mut_ptr(), null_mut()),
                KEN_OK
            );
            black_box(hit.assume_init());
        }
        ken_results_destroy(&mut results);
        n
    }
}

fn search<'a>(base: &'a Base, handle: *const ken_base) -> Sides<'a> {
    let asked = SearchRequest::new(QUERY, Viewer::new("internal"));
    let mut request = MaybeUninit::<ken_search_request>::uninit();
    // SAFETY: filled by its init function.
    let mut request = unsafe {
        ken_search_request_init(request.as_mut_ptr());
        request.assume_init()
    };
    request.query = view(QUERY);
    request.audience = view("internal");
    Sides {
        name: "search",
        core: Box::new(move || {
            let answer = base.search(black_box(&asked)).unwrap();
            for hit in &answer.hits {
                black_box((&hit.id, &hit.title, hit.score, &hit.snippet.text));
            }
            answer.hits.len()
        }),
        c: Box::new(move || {
            let mut results = null_mut();
            // SAFETY: a handle that lives, a request whose texts live, places on the stack.
            let status =
                unsafe { ken_base_search(handle, black_box(&request), &mut results, null_mut()) };
            assert_eq!(status, KEN_OK);
            read_c(results)
        }),
    }
}

fn suggest<'a>(base: &'a Base, handle: *const ken_base) -> Sides<'a> {
    let mut asked = SuggestRequest::for_text(QUERY, Viewer::new("internal"));
    asked.limit = RESULTS;
    asked.threshold = Some(0.0);
    let mut request = MaybeUninit::<ken_suggest_request>::uninit();
    // SAFETY: filled by its init function.
    let mut request = unsafe {
        ken_suggest_request_init(request.as_mut_ptr());
        request.assume_init()
    };
    request.text = view(QUERY);
    request.audience = view("internal");
    request.limit = RESULTS;
    request.threshold = 0.0;
    Sides {
        name: "suggest",
        core: Box::new(move || {
            let answer = base.suggest(black_box(&asked)).unwrap();
            for hit in &answer.suggestions {
                black_box((&hit.id, &hit.title, hit.score, &hit.snippet.text));
            }
            answer.suggestions.len()
        }),
        c: Box::new(move || {
            let mut results = null_mut();
            // SAFETY: as for a search.
            let status =
                unsafe { ken_base_suggest(handle, black_box(&request), &mut results, null_mut()) };
            assert_eq!(status, KEN_OK);
            read_c(results)
        }),
    }
}

/// Nanoseconds of one call.
fn time(call: &mut dyn FnMut() -> usize) -> f64 {
    let began = Instant::now();
    let n = call();
    let took = began.elapsed().as_nanos() as f64;
    assert_eq!(n, RESULTS);
    took
}

/// Times the two sides in turns, the first of each pair now the one and now the other. Whether the bar holds.
fn measure(mut sides: Sides<'_>) -> bool {
    for _ in 0..2000 {
        time(&mut *sides.core);
        time(&mut *sides.c);
    }
    let (mut core, mut c, mut differences) = (Vec::new(), Vec::new(), Vec::new());
    for pair in 0..PAIRS {
        let (of_core, of_c) = if pair % 2 == 0 {
            let of_core = time(&mut *sides.core);
            (of_core, time(&mut *sides.c))
        } else {
            let of_c = time(&mut *sides.c);
            (time(&mut *sides.core), of_c)
        };
        core.push(of_core);
        c.push(of_c);
        differences.push(of_c - of_core);
    }
    // The median lies between these ranks with a probability of 99 %, for any distribution.
    let half = (2.576 * (PAIRS as f64).sqrt() / 2.0) as usize;
    let (median, low, high) = (
        at(&mut differences, PAIRS / 2),
        at(&mut differences, PAIRS / 2 - half),
        at(&mut differences, PAIRS / 2 + half),
    );
    let holds = median <= BAR_NS;
    println!(
        "{:<8} {RESULTS} results: core {:>8.0} ns, C {:>8.0} ns, over the core {median:>6.0} ns ({low:.0} to {high:.0}), bar {BAR_NS:.0} ns: {}",
        sides.name,
        at(&mut core, PAIRS / 2),
        at(&mut c, PAIRS / 2),
        if holds { "holds" } else { "MISSED" },
    );
    holds
}

/// The value at a rank.
fn at(values: &mut [f64], rank: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    values[rank]
}

fn main() {
    let base = base();
    let mut handle = kenpoint_ffi::handle_of(base.clone());
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| arg != "--bench")
        .collect();
    let holds = match args
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [] => {
            let search = measure(search(&base, handle));
            measure(suggest(&base, handle)) && search
        }
        [side @ ("core" | "c"), n] => {
            let mut sides = search(&base, handle);
            let call = if *side == "core" {
                &mut sides.core
            } else {
                &mut sides.c
            };
            for _ in 0..n.parse::<usize>().unwrap() {
                call();
            }
            true
        }
        _ => panic!("boundary [core N | c N]"),
    };
    // SAFETY: the handle made above, used no more.
    unsafe { ken_base_destroy(&mut handle) };
    assert!(holds, "the border costs more than its bar");
}
