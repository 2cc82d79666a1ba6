//! Flags: a report that an article is wrong makes it suspect at once if an actor of the host makes it, and else with a
//! second voice on another day. Until then the flag waits, and the review queue shows the article.
//!
//! A reader costs nothing to invent, and a suspicion halves the score of an article. The day of a flag out of a page
//! is that of its arrival, so that one batch cannot be two days.

use super::Projector;
use super::records::{ArticleRecord, SourceId, WaitingFlag};
use super::votes::voice_of;
use crate::error::Result;
use crate::model::{Event, FlagReason, Suspect};

impl Projector<'_, '_> {
    pub fn flag(&mut self, event: &Event, id: &str, reason: FlagReason) -> Result<()> {
        let mut article = self.article(id)?;
        let is_answered = article.verified.is_some_and(|verified| verified > event.at);
        if reason.is_suspicion() && !is_answered {
            let voice = voice_of(event).map_or_else(|| SourceId::Event("").hash(), SourceId::hash);
            let flag = WaitingFlag {
                day: event.at.max(self.arrived(event).unwrap_or(event.at)).day(),
                at: event.at,
                event: event.id.clone(),
                voice,
                reason,
            };
            if event.actor.is_some() {
                suspect(&mut article, &flag);
            } else if let Some(second) = wait(&mut article.flags, flag) {
                suspect(&mut article, &second);
            }
            self.save_article(&article)?;
        }
        self.vote(event)
    }
}

/// Makes an article suspect by a flag; of several flags the earliest counts.
fn suspect(article: &mut ArticleRecord, flag: &WaitingFlag) {
    let is_earlier = article
        .suspect
        .as_ref()
        .is_none_or(|known| (flag.at, &flag.event) < (known.since, &known.event));
    if is_earlier {
        article.suspect = Some(Suspect {
            reason: flag.reason,
            since: flag.at,
            event: flag.event.clone(),
        });
    }
}

/// Adds a flag to those that wait and returns the first one that another voice confirms from an earlier day.
///
/// At most four flags are kept, whatever comes: the first one; the first of another voice on its day; the first of a
/// later day; and the first of a later day by another voice than the first one's. The result is that of all flags, in
/// any order of arrival: with two voices on the first day any later flag has another voice before it, and with one
/// voice there the first later flag of another voice is confirmed.
fn wait(flags: &mut Vec<WaitingFlag>, flag: WaitingFlag) -> Option<WaitingFlag> {
    let at = flags.partition_point(|known| *known < flag);
    flags.insert(at, flag);
    let first = flags.first()?.clone();
    let is_other = |flag: &WaitingFlag| flag.voice != first.voice;
    let is_later = |flag: &WaitingFlag| flag.day != first.day;
    let place = |is: &dyn Fn(&WaitingFlag) -> bool| flags.iter().position(is);
    let other = place(&|flag| is_other(flag) && !is_later(flag));
    let later = place(&is_later);
    let both = place(&|flag| is_other(flag) && is_later(flag));
    let confirmed = if other.is_some() { later } else { both };
    let second = confirmed.and_then(|at| flags.get(at)).cloned();
    let kept = [Some(0), other, later, both];
    let mut number = 0..;
    flags.retain(|_| kept.contains(&number.next()));
    second
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{Day, Timestamp};

    fn flag(day: i32, voice: u64) -> WaitingFlag {
        let at = Timestamp::default().plus_days(day.into());
        WaitingFlag {
            day: Day(day),
            at,
            event: format!("{day}-{voice}"),
            voice,
            reason: FlagReason::Wrong,
        }
    }

    fn told(flags: &[(i32, u64)]) -> (Option<String>, usize) {
        let (mut kept, mut second) = (Vec::new(), None);
        for (day, voice) in flags {
            second = wait(&mut kept, flag(*day, *voice));
        }
        (second.map(|flag| flag.event), kept.len())
    }

    #[test]
    fn a_second_voice_on_another_day_confirms() {
        // One voice on many days, and many voices on one day, are no two voices on two days.
        assert_eq!(told(&[(1, 7), (2, 7), (3, 7)]), (None, 2));
        assert_eq!(told(&[(1, 7), (1, 8), (1, 9)]), (None, 2));
        assert_eq!(told(&[(1, 7), (2, 7), (3, 8)]).0.as_deref(), Some("3-8"));
        // With two voices on the first day, either one says it again.
        assert_eq!(told(&[(1, 7), (1, 8), (2, 7)]).0.as_deref(), Some("2-7"));
    }

    /// Every order of five flags gives the confirmation of all pairs, and keeps at most four.
    #[test]
    fn the_order_of_arrival_does_not_matter() {
        let sets: [[(i32, u64); 5]; 4] = [
            [(1, 7), (1, 8), (2, 7), (3, 9), (4, 8)],
            [(1, 7), (2, 7), (3, 8), (3, 9), (4, 7)],
            [(1, 7), (2, 8), (2, 7), (3, 7), (3, 8)],
            [(2, 7), (1, 7), (1, 9), (4, 7), (3, 7)],
        ];
        for set in sets {
            let mut sorted: Vec<WaitingFlag> = set.iter().map(|(d, v)| flag(*d, *v)).collect();
            sorted.sort();
            let expected = sorted.iter().find(|flag| {
                let confirms = |one: &&WaitingFlag| one.day < flag.day && one.voice != flag.voice;
                sorted.iter().any(|one| confirms(&one))
            });
            let expected = expected.map(|flag| flag.event.clone());
            let mut order: Vec<usize> = (0..5).collect();
            permute(&mut order, 0, &mut |order| {
                let list: Vec<(i32, u64)> =
                    order.iter().filter_map(|i| set.get(*i)).copied().collect();
                let (second, kept) = told(&list);
                assert_eq!(second, expected, "{list:?}");
                assert!(kept <= 4);
            });
        }
    }

    fn permute(order: &mut Vec<usize>, from: usize, visit: &mut dyn FnMut(&[usize])) {
        if from == order.len() {
            return visit(order);
        }
        for i in from..order.len() {
            order.swap(from, i);
            permute(order, from + 1, visit);
            order.swap(from, i);
        }
    }
}
