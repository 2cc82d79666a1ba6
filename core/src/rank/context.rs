//! C: the fit of an article's scope to the situation. At most 1; an unknown value is neutral (I13).

use crate::model::version::VersionPlace;
use crate::model::{Context, Scope};
use crate::settings::RankPolicy;

/// One part of C, with its name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    /// `product`, `component`, `region`, `channel` or `language`.
    pub what: &'static str,
    /// In (0, 1].
    pub value: f64,
}

/// The parts of C that are not 1, in a fixed order. C is their product.
pub fn fits(policy: &RankPolicy, scope: &Scope, language: &str, context: &Context) -> Vec<Fit> {
    let parts = [
        Fit {
            what: "product",
            value: product(policy, scope, context),
        },
        Fit {
            what: "component",
            value: among(
                &scope.components,
                &context.components,
                policy.context_component,
            ),
        },
        Fit {
            what: "region",
            value: one_of(
                &scope.regions,
                context.region.as_deref(),
                policy.context_region,
            ),
        },
        Fit {
            what: "channel",
            value: one_of(
                &scope.channels,
                context.channel.as_deref(),
                policy.context_channel,
            ),
        },
        Fit {
            what: "language",
            value: self::language(policy, language, context),
        },
    ];
    parts.into_iter().filter(|fit| fit.value != 1.0).collect()
}

/// The product of the parts, in order.
pub fn factor(fits: &[Fit]) -> f64 {
    fits.iter().fold(1.0, |product, fit| product * fit.value)
}

/// The best fit over all pairs of a scoped and an installed product.
fn product(policy: &RankPolicy, scope: &Scope, context: &Context) -> f64 {
    if scope.products.is_empty() || context.items.is_empty() {
        return 1.0;
    }
    let pairs = scope.products.iter().flat_map(|wanted| {
        context
            .items
            .iter()
            .filter(move |item| item.id == wanted.id)
            .map(move |item| (wanted, item))
    });
    pairs
        .map(|(wanted, item)| match (&wanted.versions, &item.version) {
            (None, _) => 1.0,
            (Some(_), None) => policy.context_unknown,
            (Some(range), Some(version)) => match range.place(version) {
                VersionPlace::Exact | VersionPlace::InRange => 1.0,
                VersionPlace::Adjacent => policy.context_adjacent,
                VersionPlace::Outside => policy.context_outside,
            },
        })
        .fold(policy.context_outside, f64::max)
}

fn among(scoped: &[String], known: &[String], missed: f64) -> f64 {
    let fits = scoped.is_empty() || known.is_empty() || scoped.iter().any(|s| known.contains(s));
    if fits { 1.0 } else { missed }
}

fn one_of(scoped: &[String], known: Option<&str>, missed: f64) -> f64 {
    let fits = scoped.is_empty() || known.is_none_or(|known| scoped.iter().any(|s| s == known));
    if fits { 1.0 } else { missed }
}

fn language(policy: &RankPolicy, article: &str, context: &Context) -> f64 {
    let primary = |tag: &str| {
        tag.split('-')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
    };
    match &context.language {
        Some(wanted) if primary(wanted) != primary(article) => policy.context_language,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ProductItem, ProductScope};

    #[test]
    fn the_best_pair_counts_and_the_unknown_is_neutral() {
        let policy = RankPolicy::default();
        let scope = Scope {
            products: vec![ProductScope {
                id: "router".into(),
                versions: Some(">=3 <4".parse().unwrap()),
            }],
            ..Scope::default()
        };
        let c = |items: Vec<ProductItem>| {
            let mut context = Context::new();
            context.items = items;
            factor(&fits(&policy, &scope, "en", &context))
        };
        let router = |v: &str| ProductItem::new("router").version(v).unwrap();
        assert_eq!(c(vec![]), 1.0);
        assert_eq!(c(vec![router("3.2")]), 1.0);
        assert_eq!(c(vec![ProductItem::new("router")]), 0.95);
        assert_eq!(c(vec![router("4.1")]), 0.8);
        assert_eq!(c(vec![router("9.0")]), 0.3);
        assert_eq!(c(vec![ProductItem::new("kettle")]), 0.3);
        assert_eq!(c(vec![ProductItem::new("kettle"), router("3.2")]), 1.0);
    }
}
