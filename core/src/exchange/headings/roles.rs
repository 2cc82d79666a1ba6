//! The roles that headings name, in English, German, French, Spanish and Japanese. It compares words and knows no text.

use crate::model::Role;

/// Headings that name a role, alone or as the first words before a number, a colon or more text.
const ROLES: &[(Role, &[&str])] = &[
    (
        Role::Issue,
        &[
            "symptom",
            "symptoms",
            "problem",
            "problems",
            "problem description",
            "issue",
            "issues",
            "error",
            "errors",
            "error message",
            "question",
            "symptome",
            "symptomatik",
            "fehler",
            "fehlerbild",
            "fehlermeldung",
            "frage",
            "symptôme",
            "symptômes",
            "problème",
            "problèmes",
            "erreur",
            "síntoma",
            "síntomas",
            "problema",
            "problemas",
            "pregunta",
            "症状",
            "問題",
            "質問",
        ],
    ),
    (
        Role::Cause,
        &[
            "cause",
            "causes",
            "root cause",
            "reason",
            "why",
            "background",
            "ursache",
            "ursachen",
            "grund",
            "warum",
            "hintergrund",
            "causa",
            "causas",
            "origine",
            "pourquoi",
            "por qué",
            "原因",
        ],
    ),
    (
        Role::Resolution,
        &[
            "resolution",
            "resolutions",
            "solution",
            "solutions",
            "fix",
            "fixes",
            "workaround",
            "workarounds",
            "steps",
            "step",
            "how to",
            "procedure",
            "instructions",
            "answer",
            "what to do",
            "to do",
            "what you need to do",
            "what helps",
            "method",
            "lösung",
            "lösungen",
            "lösungsweg",
            "abhilfe",
            "behebung",
            "schritte",
            "vorgehen",
            "anleitung",
            "antwort",
            "umgehung",
            "résolution",
            "étapes",
            "procédure",
            "contournement",
            "réponse",
            "que faire",
            "solución",
            "soluciones",
            "resolución",
            "pasos",
            "procedimiento",
            "respuesta",
            "cómo",
            "qué hacer",
            "手順",
            "解決",
            "解決策",
            "解決方法",
            "対処",
            "対処方法",
            "回答",
        ],
    ),
    (
        Role::Environment,
        &[
            "environment",
            "applies to",
            "affected",
            "affected products",
            "affected versions",
            "requirements",
            "prerequisites",
            "system requirements",
            "umgebung",
            "gilt für",
            "betrifft",
            "betroffen",
            "voraussetzungen",
            "anforderungen",
            "environnement",
            "s'applique à",
            "concerne",
            "prérequis",
            "entorno",
            "se aplica a",
            "afecta a",
            "requisitos",
            "環境",
            "対象",
        ],
    ),
    (
        Role::Summary,
        &[
            "summary",
            "overview",
            "introduction",
            "description",
            "abstract",
            "in short",
            "tl;dr",
            "zusammenfassung",
            "überblick",
            "übersicht",
            "einleitung",
            "beschreibung",
            "kurzfassung",
            "résumé",
            "aperçu",
            "vue d'ensemble",
            "en bref",
            "resumen",
            "introducción",
            "descripción",
            "visión general",
            "概要",
        ],
    ),
];

/// Returns the role that a heading names in English, German, French, Spanish or Japanese; [`Role::Note`] if it names
/// none.
pub fn role_of_heading(heading: &str) -> Role {
    if let Some(role) = exact_role(heading) {
        return role;
    }
    let plain = normal(heading);
    let mut best: Option<(usize, Role)> = None;
    for (role, words) in ROLES {
        for word in *words {
            let follows = plain
                .strip_prefix(word)
                .and_then(|rest| rest.chars().next());
            let longer = best.is_none_or(|(len, _)| word.len() > len);
            if follows.is_some_and(|c| !c.is_alphanumeric()) && longer {
                best = Some((word.len(), *role));
            }
        }
    }
    best.map_or(Role::Note, |(_, role)| role)
}

/// Returns the role of a heading that consists of the name of a role and at most a number: `Cause 2`, `1. Symptom`.
pub fn exact_role(heading: &str) -> Option<Role> {
    let plain = normal(heading);
    let bare = plain
        .trim_end_matches(|c: char| c.is_ascii_digit() || c.is_whitespace() || ":.#?!".contains(c));
    ROLES
        .iter()
        .find(|(_, words)| words.contains(&bare))
        .map(|(role, _)| *role)
}

fn normal(heading: &str) -> String {
    let lower = heading.replace('’', "'").to_lowercase();
    let start = lower.trim_start_matches(|c: char| {
        c.is_ascii_digit() || c.is_whitespace() || ".):-".contains(c)
    });
    start.split_whitespace().collect::<Vec<_>>().join(" ")
}
