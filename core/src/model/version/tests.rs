//! The order of versions and the notations of ranges.

use super::*;
use proptest::prelude::*;

fn version(text: &str) -> Version {
    text.parse().unwrap()
}

fn range(text: &str) -> VersionRange {
    text.parse().unwrap()
}

fn is_in(range: &str, version: &str) -> bool {
    let place = self::range(range).place(&self::version(version));
    matches!(place, VersionPlace::Exact | VersionPlace::InRange)
}

#[test]
fn a_range_places_versions() {
    let place = |of: &str, text: &str| range(of).place(&version(text));
    assert_eq!(place(">=3.1 <4", "3.1.0"), VersionPlace::InRange);
    assert_eq!(place(">=3.1 <4", "3.0.9"), VersionPlace::Adjacent);
    assert_eq!(place(">=3.1 <4", "4.0"), VersionPlace::Adjacent);
    assert_eq!(place(">=3.1 <4", "7.2"), VersionPlace::Outside);
    assert_eq!(place("=2.1", "2.1"), VersionPlace::Exact);
    assert_eq!(place("*", "9"), VersionPlace::InRange);
}

/// Each list is one habit, in ascending order.
#[test]
fn each_habit_has_its_order() {
    for habit in [
        "1.0.0-0 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.0.1",
        "1.0.0-rc.2 1.0.0-rc.10 1.0.0 1.0.1-x",
        "1.0.2 1.0.2a 1.0.2k 1.0.2zg 1.1.0 1.1.1 1.1.1k 1.1.2",
        "3.12.0a1 3.12.0b2 3.12.0b10 3.12.0rc1 3.12.0 3.12.0.post1 3.12.1.dev1 3.12.1",
        "5.10.0-9 5.10.0-14-generic 6.1.0~rc1-1 6.1.0 6.1.0-9 6.1.0-14 6.1.0-14-generic 6.1.1",
        "2.36-9 2.36-9+deb12u4 2.36-9+deb12u10 2.36-10 1:1.0",
        "1.8.0_40 1.8.0_392 1.9",
        "9.6 9.6p1 9.6p2 9.7",
        "15 15-SP1 15-SP5 16",
        "16.0.17928.20114 16.0.17928.20115 16.0.18000.1",
        "2.0-SNAPSHOT 2.0",
    ] {
        let versions: Vec<Version> = habit.split(' ').map(version).collect();
        for pair in versions.windows(2) {
            assert!(pair[0] < pair[1], "{} < {}", pair[0], pair[1]);
        }
    }
}

#[test]
fn some_versions_are_equal() {
    for same in [
        "v1.0 1 1.0.0 1.0+build.5 1.0-final 1.0.0.GA 1.x 1.0.X",
        "1.0-rc1 1.0-RC.1 1.0rc1 1.0.0_rc01+exp",
        "1.8.0_040 1.8.0-40",
    ] {
        let mut versions = same.split(' ').map(version);
        let first = versions.next().unwrap();
        for other in versions {
            assert_eq!(first, other);
        }
    }
}

#[test]
fn ranges_are_written_in_several_ways() {
    for (range, inside, outside) in [
        (">= 3.0, < 4", "3.1", "4.0"),
        (">= 3.0 < 4", "3.0", "2.9"),
        (">=3.0,<4", "3.9.9", "5"),
        ("≥3 ≤ 4", "4", "4.0.1"),
        ("1.x", "1.3", "2.0-beta"),
        ("1.2.*", "1.2.9", "1.3"),
        ("1.0.x", "1.0.7", "1.1"),
        ("v1.x.x", "1.9", "2"),
        (">1.x", "2.0", "1.9"),
        ("<=1.x", "1.9", "2.0"),
        ("3.0 - 3.5", "3.5", "3.6"),
        ("== 2.1", "2.1.0", "2.1.1"),
        (">> 1.0 << 2.0", "1.5", "1.0"),
        (">=1.0.0-rc.2 <2", "1.0.0-rc.10", "1.0.0-rc.1"),
        (">=1.1.1 <1.1.2", "1.1.1k", "1.1.2"),
        ("<2.0.0-0", "1.9", "2.0.0-alpha"),
        (">= 6.1.0-9", "6.1.0-14-generic", "6.1.0-8"),
    ] {
        assert!(is_in(range, inside), "{inside} in {range}");
        assert!(!is_in(range, outside), "{outside} in {range}");
    }
}

#[test]
fn mistakes_are_errors() {
    for bad in [
        ">=4 <3", ">2 <2", ">=", "> < 3", "^1.2", "~1.2", "1 || 2", "a.x", "1.0 -", ">=1 - 2",
        "=!2",
    ] {
        assert!(bad.parse::<VersionRange>().is_err(), "{bad}");
    }
    for bad in ["abc", "", "v", "99999999999999999999", "-1", "x"] {
        assert!(bad.parse::<Version>().is_err(), "{bad}");
    }
}

#[test]
fn the_lists_are_sorted() {
    for list in [EARLIER, LATER, NEUTRAL, DEBIAN_BUILDS] {
        assert!(list.is_sorted());
    }
}

const WRITTEN: &str = "v?([0-2]:)?[0-3]{1,2}(\\.[0-3]{1,2}){0,3}([-._~+]?([0-9]{1,3}|a|b|k|rc|beta|final|generic|deb)){0,4}";

proptest! {
    /// The order is total: comparisons of any three versions agree with one another.
    #[test]
    fn the_order_is_total(a in WRITTEN, b in WRITTEN, c in WRITTEN) {
        let (a, b, c) = (version(&a), version(&b), version(&c));
        prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
        prop_assert_eq!(a == b, a.cmp(&b) == Ordering::Equal);
        if a <= b && b <= c {
            prop_assert!(a <= c);
        }
        if a == b {
            prop_assert_eq!(a.cmp(&c), b.cmp(&c));
        }
    }

    /// A version and a range are stored as text and read back the same.
    #[test]
    fn texts_are_read_back(a in WRITTEN, b in WRITTEN) {
        let read = version(&a);
        let again = version(&read.to_string());
        prop_assert_eq!(&read.suffix, &again.suffix);
        prop_assert_eq!(read, again);
        if let Ok(range) = format!(">= {a} , <{b}").parse::<VersionRange>() {
            let text = serde_json::to_string(&range).unwrap();
            prop_assert_eq!(serde_json::from_str::<VersionRange>(&text).unwrap(), range);
        }
    }

    /// A version lies in exactly one of the two halves that a version makes.
    #[test]
    fn a_bound_divides_all_versions(a in WRITTEN, b in WRITTEN) {
        prop_assert_ne!(is_in(&format!("< {a}"), &b), is_in(&format!(">= {a}"), &b));
        prop_assert_ne!(is_in(&format!("<= {a}"), &b), is_in(&format!("> {a}"), &b));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "(\\PC|[-.~+:<>=x*0-9 ]){0,30}") {
        let _ = text.parse::<Version>();
        let _ = text.parse::<VersionRange>();
    }
}
