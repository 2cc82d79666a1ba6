//! The known name that a misspelt one most likely means, for the messages of errors.

/// Greatest length of a name that is compared, in bytes. Known names are shorter.
const MAX_NAME_BYTES: usize = 48;
/// Length from which a name may differ by two edits and not by one, in bytes: of shorter names too many are neighbours.
const LONG_NAME_BYTES: usize = 5;

/// Returns the first of the known names with the fewest edits to `name`, if one or two edits are enough: a letter more,
/// less or another, or two letters exchanged. Case, and `_` for `-`, make no difference.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let n = name.len();
    if !(2..=MAX_NAME_BYTES).contains(&n) {
        return None;
    }
    let most = if n < LONG_NAME_BYTES { 1 } else { 2 };
    (0..=most).find_map(|edits| {
        known
            .clone()
            .find(|one| within(name.as_bytes(), one.as_bytes(), edits))
    })
}

fn is_same(a: u8, b: u8) -> bool {
    let plain = |c: u8| match c {
        b'_' => b'-',
        c => c.to_ascii_lowercase(),
    };
    plain(a) == plain(b)
}

/// Tells if so many edits make one name the other. It branches at an edit only, so it is quick for few of them.
fn within(a: &[u8], b: &[u8], edits: usize) -> bool {
    let common = a
        .iter()
        .zip(b)
        .take_while(|(x, y)| is_same(**x, **y))
        .count();
    let (a, b) = (
        a.get(common..).unwrap_or(&[]),
        b.get(common..).unwrap_or(&[]),
    );
    if a.is_empty() && b.is_empty() {
        return true;
    }
    if edits == 0 || a.len().abs_diff(b.len()) > edits {
        return false;
    }
    let exchanged = match (a, b) {
        ([p, q, a @ ..], [r, s, b @ ..]) => {
            is_same(*p, *s) && is_same(*q, *r) && within(a, b, edits - 1)
        }
        _ => false,
    };
    let (less_a, less_b) = (a.get(1..), b.get(1..));
    exchanged
        || less_a.is_some_and(|a| within(a, b, edits - 1))
        || less_b.is_some_and(|b| within(a, b, edits - 1))
        || less_a
            .zip(less_b)
            .is_some_and(|(a, b)| within(a, b, edits - 1))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_misspelt_name_is_near_to_the_one_meant() {
        let known = [
            "title",
            "tags",
            "id",
            "sections",
            "valid_to",
            "valid_from",
            "kind",
            "role",
        ];
        for (name, meant) in [
            // One exchange, one letter more, less and another, two edits, and a difference of writing only.
            ("titel", Some("title")),
            ("titles", Some("title")),
            ("tag", Some("tags")),
            ("kinds", Some("kind")),
            ("rule", Some("role")),
            ("sektion", Some("sections")),
            ("Valid-To", Some("valid_to")),
            ("validto", Some("valid_to")),
            // Too far, too short, or too long to be a name.
            ("colour", None),
            ("x", None),
            ("text", None),
            ("tgs1", None),
            (&"title".repeat(20), None),
        ] {
            assert_eq!(nearest(name, known.iter().copied()), meant, "{name}");
        }
        assert_eq!(nearest("title", [].iter().copied()), None);
    }

    #[test]
    fn of_two_names_the_nearer_one_is_meant() {
        assert_eq!(
            nearest("valid_fro", ["valid_to", "valid_from"].into_iter()),
            Some("valid_from")
        );
    }
}
