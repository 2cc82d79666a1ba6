//! What a heading announces: the role of the section below it, in four languages.
//!
//! A list of words, and no more: what it does not know is a note, and importers let their users say
//! otherwise.

use super::normal::{fold, normalise};
use crate::model::Role;

/// The role a heading announces, in English, German, French or Spanish; `Note` if it names none.
///
/// The first word that tells wins, so that `Cause and resolution` is a cause.
///
/// ```
/// use kenpoint::model::Role;
/// use kenpoint::text::markdown::role_of_heading;
/// assert_eq!(role_of_heading("How to fix it"), Role::Resolution);
/// assert_eq!(role_of_heading("3. Ursache"), Role::Cause);
/// assert_eq!(role_of_heading("See also"), Role::Note);
/// ```
pub fn role_of_heading(heading: &str) -> Role {
    let mut words = String::new();
    for c in heading.chars().take(200) {
        let mut lower = String::new();
        let mut bare = String::new();
        normalise(c.encode_utf8(&mut [0; 4]), &mut lower);
        fold(&lower, &mut bare);
        if bare.chars().all(char::is_alphabetic) && !bare.is_empty() {
            words.push_str(&bare);
        } else if !words.ends_with(' ') && c != '\u{301}' {
            words.push(' ');
        }
    }
    let padded = format!(" {} ", words.trim());
    let best = HEADINGS
        .iter()
        .flat_map(|(role, phrases)| phrases.iter().map(move |phrase| (*role, *phrase)))
        .filter_map(|(role, phrase)| {
            // A phrase stands for itself and, with a star, for every word that begins so.
            let found = match phrase.strip_suffix('*') {
                Some(stem) => padded.find(&format!(" {stem}")),
                None => padded.find(&format!(" {phrase} ")),
            };
            found.map(|at| (at, std::cmp::Reverse(phrase.len()), role))
        })
        .min_by_key(|(at, len, _)| (*at, *len));
    best.map_or(Role::Note, |(_, _, role)| role)
}

/// Headings by what they announce. At one place the longer phrase wins (`problem resolution` over `problem`).
const HEADINGS: &[(Role, &[&str])] = &[
    (
        Role::Issue,
        &[
            "symptom*",
            "steps to reproduce",
            "how to reproduce",
            "problem",
            "problems",
            "problem description",
            "problem statement",
            "issue",
            "issues",
            "error",
            "errors",
            "error message*",
            "question",
            "complaint",
            "impact",
            "what happens",
            "fehlerbild*",
            "fehler",
            "fehlermeldung*",
            "fehlerbeschreibung",
            "problembeschreibung",
            "stoerung*",
            "storung*",
            "frage",
            "probleme",
            "symptome",
            "erreur*",
            "message d erreur",
            "problema",
            "problemas",
            "sintoma*",
            "pregunta",
            "mensaje de error",
        ],
    ),
    (
        Role::Environment,
        &[
            "environment*",
            "applies to",
            "affected *",
            "affected product*",
            "affected version*",
            "prerequisite*",
            "requirement*",
            "system requirement*",
            "platform*",
            "supported *",
            "umgebung*",
            "gilt fur",
            "betrifft",
            "betroffene*",
            "voraussetzung*",
            "systemanforderung*",
            "environnement*",
            "s applique a",
            "prerequis",
            "versions concernees",
            "entorno*",
            "se aplica a",
            "aplica a",
            "requisito*",
            "requisitos previos",
            "versiones afectadas",
        ],
    ),
    (
        Role::Cause,
        &[
            "cause",
            "causes",
            "root cause*",
            "reason",
            "reasons",
            "why",
            "diagnosis",
            "ursache*",
            "grund",
            "grunde",
            "warum",
            "diagnose",
            "pourquoi",
            "raison*",
            "origine",
            "causa",
            "causas",
            "por que",
            "motivo*",
            "diagnostico",
            "diagnostic",
        ],
    ),
    (
        Role::Resolution,
        &[
            "resolution*",
            "problem resolution",
            "solution*",
            "fix",
            "fixes",
            "fixing",
            "how to",
            "how do",
            "workaround*",
            "steps",
            "step",
            "procedure",
            "procedures",
            "instruction*",
            "answer",
            "mitigation*",
            "remedy",
            "what to do",
            "troubleshooting",
            "next steps",
            "steps to resolve",
            "losung*",
            "loesung*",
            "losungsweg",
            "abhilfe",
            "behebung",
            "fehlerbehebung",
            "vorgehen",
            "vorgehensweise",
            "schritte",
            "anleitung*",
            "umgehung*",
            "antwort",
            "so geht*",
            "was tun",
            "resoudre",
            "correction*",
            "contournement*",
            "solution de contournement",
            "comment",
            "etapes",
            "procedure*",
            "reponse",
            "solucion*",
            "como",
            "pasos",
            "procedimiento*",
            "correccion*",
            "respuesta",
            "instrucciones",
        ],
    ),
    (
        Role::Summary,
        &[
            "summary",
            "overview",
            "introduction",
            "abstract",
            "tl dr",
            "tldr",
            "in short",
            "about this*",
            "background",
            "purpose",
            "zusammenfassung*",
            "uberblick",
            "ubersicht",
            "einleitung",
            "einfuhrung",
            "kurzfassung",
            "resume",
            "apercu",
            "vue d ensemble",
            "sommaire",
            "resumen",
            "introduccion",
            "descripcion general",
            "vision general",
        ],
    ),
];
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_announce_roles() {
        for (heading, role) in [
            ("Symptoms", Role::Issue),
            ("Problem", Role::Issue),
            ("Fehlerbild", Role::Issue),
            ("Problème", Role::Issue),
            ("Síntomas", Role::Issue),
            ("Cause", Role::Cause),
            ("Why does this happen?", Role::Cause),
            ("Ursachen", Role::Cause),
            ("Causa raíz", Role::Cause),
            ("Cause and resolution", Role::Cause),
            ("Problem resolution", Role::Resolution),
            ("Resolution 2: reinstall", Role::Resolution),
            ("Steps to reproduce", Role::Issue),
            ("How to reset", Role::Resolution),
            ("Lösung", Role::Resolution),
            ("Workaround", Role::Resolution),
            ("Solución", Role::Resolution),
            ("Étapes", Role::Resolution),
            ("Applies to", Role::Environment),
            ("S'applique à", Role::Environment),
            ("Gilt für", Role::Environment),
            ("Überblick", Role::Summary),
            ("Introduction", Role::Summary),
            ("Fixtures", Role::Note),
            ("More information", Role::Note),
            ("", Role::Note),
        ] {
            assert_eq!(role_of_heading(heading), role, "{heading}");
        }
    }
}
