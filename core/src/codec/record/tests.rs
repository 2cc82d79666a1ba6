//! Compares decoding and encoding with `postcard`.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use super::{decode, encode};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Everything {
    flag: bool,
    small: (u8, i8, u16, i16),
    large: (u32, i32, u64, i64),
    real: (f32, f64),
    letter: char,
    text: String,
    maybe: Option<String>,
    list: Vec<Shape>,
    map: BTreeMap<String, Option<i32>>,
    unit: (),
    array: [u8; 3],
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Shape {
    Nothing,
    One(u64),
    Two(i64, String),
    Named { a: u8, b: Option<Box<Shape>> },
}

fn shape() -> impl Strategy<Value = Shape> {
    let leaf = prop_oneof![
        Just(Shape::Nothing),
        any::<u64>().prop_map(Shape::One),
        (any::<i64>(), ".{0,9}").prop_map(|(n, text)| Shape::Two(n, text)),
    ];
    leaf.prop_recursive(3, 8, 2, |inner| {
        (any::<u8>(), proptest::option::of(inner)).prop_map(|(a, b)| Shape::Named {
            a,
            b: b.map(Box::new),
        })
    })
}

prop_compose! {
    fn everything()(
        flag: bool,
        small: (u8, i8, u16, i16),
        large: (u32, i32, u64, i64),
        real in (-1e30f32..1e30, -1e300f64..1e300),
        letter: char,
        text in ".{0,200}",
        maybe in proptest::option::of(".{0,9}"),
        list in proptest::collection::vec(shape(), 0..5),
        map in proptest::collection::btree_map(".{0,5}", any::<Option<i32>>(), 0..4),
        array: [u8; 3],
    ) -> Everything {
        Everything { flag, small, large, real, letter, text, maybe, list, map, unit: (), array }
    }
}

proptest! {
    #[test]
    fn the_bytes_are_those_of_postcard(record in everything()) {
        let ours = encode(&record).unwrap();
        prop_assert_eq!(&ours, &postcard::to_stdvec(&record).unwrap());
        prop_assert_eq!(decode::<Everything>(&ours).unwrap(), record);
    }

    #[test]
    fn what_is_cut_is_refused_and_what_is_longer_read(record in everything(), cut: prop::sample::Index) {
        let ours = encode(&record).unwrap();
        prop_assert!(decode::<Everything>(&ours[..cut.index(ours.len())]).is_err());
        prop_assert_eq!(decode::<Everything>(&[ours, vec![0]].concat()).unwrap(), record);
    }

    /// On arbitrary bytes both readers agree.
    #[test]
    fn other_bytes_are_read_as_postcard_reads_them(junk in proptest::collection::vec(prop_oneof![0u8..4, any::<u8>()], 0..60)) {
        let theirs = postcard::from_bytes::<Vec<Shape>>(&junk).ok();
        prop_assert_eq!(decode::<Vec<Shape>>(&junk).ok(), theirs);
        let theirs = postcard::from_bytes::<(u16, i32, bool, String)>(&junk).ok();
        prop_assert_eq!(decode::<(u16, i32, bool, String)>(&junk).ok(), theirs);
    }
}

#[test]
fn a_length_that_is_not_there_costs_no_memory() {
    let claims = [0xff, 0xff, 0xff, 0xff, 0x0f];
    assert!(decode::<Vec<u64>>(&claims).is_err());
    assert!(decode::<String>(&claims).is_err());
    assert!(decode::<BTreeMap<u32, u32>>(&claims).is_err());
}

#[test]
fn an_unknown_variant_is_refused() {
    assert!(decode::<Shape>(&[4]).is_err());
    assert_eq!(decode::<Shape>(&[0]).unwrap(), Shape::Nothing);
}
