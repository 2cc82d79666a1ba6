//! The extra frequency of a learned term in an article that lacks the word.
//!
//! It adds to T without changing document length or document frequency. It is discounted and capped (Gao et al.,
//! SIGIR 2009), and lower the more articles share the word's successes (design 5.6).

use crate::settings::{
    LEARNED_FULL_SHARE, LEARNED_MIN_DAYS, LEARNED_MIN_PARTIES, LEARNED_MIN_VISITORS,
    LEARNED_MOST_OF_ONE, RankPolicy,
};
use crate::time::{Day, Timestamp};

/// One lesson: a success by which a word led to an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// Hash of whoever says so: of the actor or the event of a link, or of the customer who said so in a visit.
    pub teacher: u64,
    /// Hash of the customer who had the need.
    pub party: u64,
    /// The instant from which it counts.
    pub from: Timestamp,
    /// Thousandths.
    pub amount: i64,
}

/// Up to N distinct values of those seen.
#[derive(Clone, Copy, Debug)]
struct Distinct<T, const N: usize>([Option<T>; N]);

impl<T: Copy + PartialEq, const N: usize> Distinct<T, N> {
    fn see(&mut self, value: T) {
        for slot in &mut self.0 {
            match slot {
                Some(known) if *known == value => return,
                Some(_) => {}
                None => {
                    *slot = Some(value);
                    return;
                }
            }
        }
    }

    fn n(&self) -> usize {
        self.0.iter().flatten().count()
    }

    fn is_full(&self) -> bool {
        self.n() == N
    }
}

/// The lessons about one word and one article, gathered one by one.
///
/// A link by an actor of the host is believed at once. Visits are believed from two customers on two days on, since a page
/// can invent as many as it likes, but must come back on another day. Viewers who read no cases learn from three customers
/// on (I4). Lessons of one teacher beyond one link's worth do not count.
#[derive(Clone, Copy, Debug)]
pub struct Taught {
    is_vouched: bool,
    days: Distinct<Day, LEARNED_MIN_DAYS>,
    parties: Distinct<u64, LEARNED_MIN_PARTIES>,
    /// The teacher of the last lesson, and what the teacher said so far; at first nobody, who said nothing.
    last: (u64, i64),
    amount: i64,
}

impl Default for Taught {
    fn default() -> Taught {
        Taught {
            is_vouched: false,
            days: Distinct([None; LEARNED_MIN_DAYS]),
            parties: Distinct([None; LEARNED_MIN_PARTIES]),
            last: (0, 0),
            amount: 0,
        }
    }
}

impl Taught {
    /// Adds a lesson and returns the amount that counts of it. The lessons of a teacher follow one another.
    pub fn add(&mut self, lesson: &Lesson) -> i64 {
        self.see(lesson);
        let said = match self.last {
            (teacher, said) if teacher == lesson.teacher => said,
            _ => 0,
        };
        let sum = said.saturating_add(lesson.amount);
        self.last = (lesson.teacher, sum);
        let counts = sum.min(LEARNED_MOST_OF_ONE) - said.min(LEARNED_MOST_OF_ONE);
        self.amount += counts;
        counts
    }

    /// Begins with another article that was merged into this one: a teacher may say the same of both.
    pub fn next_source(&mut self) {
        self.last = (0, 0);
    }

    /// Adds a lesson, in any order, without its amount.
    pub fn see(&mut self, lesson: &Lesson) {
        self.is_vouched |= lesson.teacher != lesson.party;
        self.days.see(lesson.from.day());
        self.parties.see(lesson.party);
    }

    /// Returns true if the lessons are believed.
    pub fn counts(&self, is_outside: bool) -> bool {
        let is_independent = self.days.is_full() && self.parties.n() >= LEARNED_MIN_VISITORS;
        (self.is_vouched || is_independent) && (!is_outside || self.parties.is_full())
    }

    /// Returns the amount of the lessons; thousandths.
    pub fn amount(&self) -> i64 {
        self.amount
    }
}

/// The learned evidence of one word for one article, in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LearnedEvidence {
    /// The article.
    pub article: u32,
    /// The sum at the given instant. Thousandths.
    pub amount: i64,
    /// The sum over all words of the article. Thousandths.
    pub all_words: i64,
}

/// Returns the extra frequency of each article for one word, in 1/1024 of an occurrence of weight 1, without zeros.
/// `taught` is the evidence the viewer may learn from, ascending by article.
///
/// `x = min(cap, ln(1 + max(0, S - δ)) · (share · purity)^f) · min(1, S / (A · full))` with share = S/ΣS, purity =
/// ΣS²/(ΣS)², A the sum over all words of the article: one of very many words says little, since cases about anything
/// led there.
pub fn extra(policy: &RankPolicy, taught: &[LearnedEvidence]) -> Vec<(u32, u32)> {
    let total: i64 = taught.iter().map(|t| t.amount.max(0)).sum();
    let squares: i128 = taught
        .iter()
        .map(|t| i128::from(t.amount.max(0)) * i128::from(t.amount.max(0)))
        .sum();
    if total <= 0 {
        return Vec::new();
    }
    let purity = squares as f64 / (total as f64 * total as f64);
    taught
        .iter()
        .filter_map(|t| {
            let learned_terms = t.amount as f64 / 1000.0;
            let share = t.amount as f64 / total as f64;
            let gain = libm::log1p((learned_terms - policy.learned_discount).max(0.0));
            let x =
                (gain * libm::pow(share * purity, policy.learned_focus)).min(policy.learned_cap);
            let part = t.amount as f64 / (t.all_words.max(1) as f64 * LEARNED_FULL_SHARE);
            let fixed = (x * part.clamp(0.0, 1.0) * 1024.0) as u32;
            (fixed > 0).then_some((t.article, fixed))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lesson(teacher: u64, day: i64, party: u64, amount: i64) -> Lesson {
        Lesson {
            teacher,
            party,
            from: Timestamp::default().plus_days(day),
            amount,
        }
    }

    fn taught(lessons: &[Lesson]) -> Taught {
        let mut taught = Taught::default();
        for one in lessons {
            taught.add(one);
        }
        taught
    }

    #[test]
    fn visits_teach_on_two_days_and_actors_at_once() {
        // One customer over a year; a wave of visits on one day; two visits on two days.
        let alone = [1, 2, 3, 360].map(|day| lesson(7, day, 7, 600));
        assert!(!taught(&alone).counts(false));
        let wave = [1, 2, 3, 4].map(|visit| lesson(visit, 5, visit, 600));
        assert!(!taught(&wave).counts(false) && !taught(&wave).counts(true));
        let two = [lesson(1, 5, 1, 600), lesson(2, 6, 2, 600)];
        assert!(taught(&two).counts(false) && !taught(&two).counts(true));
        let three = [two[0], two[1], lesson(3, 6, 3, 600)];
        assert!(taught(&three).counts(true));
        // A link of an agent, for one customer and then for three.
        let link = [10, 11, 12].map(|party| lesson(1, 5, party, 2_000));
        assert!(taught(&link[..1]).counts(false) && !taught(&link[..2]).counts(true));
        assert!(taught(&link).counts(true));
    }

    #[test]
    fn one_teacher_says_at_most_one_link() {
        // 1.8 and .2 of the first, whose third link adds nothing; 1.4 of the second.
        let lessons = [
            lesson(1, 1, 1, 1_800),
            lesson(1, 2, 2, 1_800),
            lesson(1, 3, 3, 1_800),
            lesson(2, 5, 5, 1_400),
        ];
        assert_eq!(taught(&lessons).amount(), 3_400);
    }

    #[test]
    fn by_hand() {
        let policy = RankPolicy::default();
        // One article alone: share 1, purity 1, ln(1 + 2 - .5) = .9163: 938/1024.
        assert_eq!(
            extra(
                &policy,
                &[LearnedEvidence {
                    article: 3,
                    amount: 2000,
                    all_words: 2000,
                }]
            ),
            [(3, 938)]
        );
        // Half a success is discounted away.
        assert!(
            extra(
                &policy,
                &[LearnedEvidence {
                    article: 3,
                    amount: 500,
                    all_words: 500,
                }]
            )
            .is_empty()
        );
        // Two equal articles: share ½, purity ½: (¼)^¼ = .7071.
        let two = [
            LearnedEvidence {
                article: 3,
                amount: 2000,
                all_words: 4000,
            },
            LearnedEvidence {
                article: 4,
                amount: 2000,
                all_words: 4000,
            },
        ];
        assert_eq!(extra(&policy, &two), [(3, 663), (4, 663)]);
        // A thousand cases of eight words each, by one agent: 2 / (16000/400) = .05 of .9163.
        let one_of_many = LearnedEvidence {
            article: 3,
            amount: 2_000,
            all_words: 16_000_000,
        };
        assert_eq!(extra(&policy, &[one_of_many]), [(3, 46)]);
    }
}
