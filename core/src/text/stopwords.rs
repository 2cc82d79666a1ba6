//! Stop words and elided articles, as short lists of our own.
//!
//! The words are written without accents and apostrophes, as `normal::fold` leaves them, and sorted. Words that carry
//! meaning in support (`off`, `down`, `out`, `auf`, `aus`, `sans`) are left out on purpose.

/// English.
pub(super) const EN: &[&str] = &[
    "a", "about", "all", "also", "am", "an", "and", "any", "are", "arent", "as", "at", "be",
    "been", "but", "by", "can", "cannot", "cant", "could", "couldnt", "did", "didnt", "do", "does",
    "doesnt", "doing", "dont", "for", "from", "had", "hadnt", "has", "hasnt", "have", "havent",
    "how", "i", "if", "im", "in", "into", "is", "isnt", "it", "its", "ive", "me", "mustnt", "my",
    "neednt", "no", "not", "of", "on", "or", "our", "should", "shouldnt", "so", "such", "than",
    "that", "thats", "the", "their", "them", "then", "there", "theres", "these", "they", "theyre",
    "theyve", "this", "those", "to", "was", "wasnt", "we", "were", "werent", "weve", "what",
    "when", "where", "which", "who", "why", "will", "with", "wont", "would", "wouldnt", "you",
    "your", "youre", "youve",
];

/// German.
pub(super) const DE: &[&str] = &[
    "aber", "als", "am", "an", "auch", "bei", "bin", "bis", "da", "damit", "das", "dass", "dem",
    "den", "der", "des", "die", "dies", "diese", "diesem", "diesen", "dieser", "dieses", "durch",
    "ein", "eine", "einem", "einen", "einer", "eines", "er", "es", "fur", "haben", "hat", "ich",
    "ihr", "ihre", "im", "in", "ist", "kann", "man", "mein", "meine", "mich", "mir", "mit", "nach",
    "nicht", "noch", "nur", "oder", "sich", "sie", "sind", "so", "um", "und", "uns", "vom", "von",
    "war", "was", "wenn", "werden", "wie", "wir", "wird", "zu", "zum", "zur",
];

/// French.
pub(super) const FR: &[&str] = &[
    "a", "ai", "au", "aux", "avec", "c", "ca", "ce", "ces", "cet", "cette", "comme", "comment",
    "d", "dans", "de", "des", "du", "elle", "en", "est", "et", "etre", "eu", "il", "ils", "j",
    "je", "jusqu", "l", "la", "le", "les", "leur", "lors", "lorsqu", "lui", "m", "ma", "mais",
    "me", "mes", "mon", "n", "ne", "nos", "notre", "nous", "on", "ont", "ou", "par", "pas", "plus",
    "pour", "qu", "que", "quel", "quelle", "qui", "s", "sa", "se", "ses", "si", "son", "sont",
    "sur", "t", "un", "une", "vos", "votre", "vous", "y",
];

/// Spanish.
pub(super) const ES: &[&str] = &[
    "a", "al", "como", "con", "cual", "cuando", "de", "del", "donde", "e", "el", "ella", "ellos",
    "en", "era", "es", "esta", "estan", "estas", "este", "esto", "estos", "fue", "ha", "han",
    "hay", "he", "la", "las", "le", "les", "lo", "los", "me", "mi", "mis", "muy", "ni", "no",
    "nos", "o", "para", "pero", "por", "porque", "que", "se", "ser", "si", "sin", "son", "su",
    "sus", "te", "tu", "u", "un", "una", "unas", "unos", "y", "ya", "yo",
];

/// Italian.
pub(super) const IT: &[&str] = &[
    "a", "ad", "agli", "ai", "al", "all", "alla", "alle", "allo", "anche", "che", "chi", "ci",
    "come", "con", "cui", "d", "da", "dal", "dall", "dalla", "de", "degli", "dei", "del", "dell",
    "della", "delle", "dello", "di", "e", "ed", "gli", "ha", "hanno", "ho", "i", "il", "in", "io",
    "l", "la", "le", "lo", "ma", "mi", "mia", "mio", "ne", "nei", "nel", "nell", "nella", "non",
    "o", "per", "perche", "piu", "quando", "questa", "questo", "se", "si", "sono", "su", "sul",
    "sull", "sulla", "ti", "tra", "un", "una", "uno", "vi",
];

/// Dutch.
pub(super) const NL: &[&str] = &[
    "aan", "als", "ben", "bij", "daar", "dan", "dat", "de", "der", "deze", "die", "dit", "door",
    "een", "en", "er", "geen", "had", "heb", "hebben", "heeft", "het", "hoe", "ik", "in", "is",
    "je", "kan", "maar", "me", "met", "mijn", "naar", "niet", "nog", "of", "om", "onder", "ons",
    "ook", "op", "over", "te", "tot", "u", "uw", "van", "voor", "waar", "want", "waren", "was",
    "wat", "we", "werd", "wie", "wij", "wordt", "ze", "zich", "zijn", "zo",
];

/// Portuguese.
pub(super) const PT: &[&str] = &[
    "a", "ao", "aos", "as", "com", "como", "da", "das", "de", "do", "dos", "e", "ela", "ele",
    "eles", "em", "era", "essa", "esse", "esta", "estao", "estas", "este", "eu", "foi", "ha",
    "isso", "isto", "ja", "lhe", "mas", "me", "meu", "minha", "na", "nao", "nas", "no", "nos", "o",
    "onde", "os", "ou", "para", "pela", "pelo", "por", "porque", "quando", "que", "quem", "se",
    "sem", "ser", "seu", "sua", "tem", "um", "uma", "umas", "uns", "voce",
];

/// Articles and pronouns that lose their vowel before another word, in French.
pub(super) const FR_ELIDED: &[&str] = &[
    "c", "d", "j", "jusqu", "l", "lorsqu", "m", "n", "puisqu", "qu", "quoiqu", "s", "t",
];

/// Elided words of Italian.
pub(super) const IT_ELIDED: &[&str] = &[
    "all", "c", "d", "dall", "dell", "l", "m", "nell", "quell", "quest", "s", "sull", "t", "un",
    "v",
];

/// Elided words of Catalan.
pub(super) const CA_ELIDED: &[&str] = &["d", "l", "m", "n", "s", "t"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_and_folded() {
        for list in [EN, DE, FR, ES, IT, NL, PT, FR_ELIDED, IT_ELIDED, CA_ELIDED] {
            for pair in list.windows(2) {
                assert!(pair[0] < pair[1], "{pair:?}");
            }
            assert!(
                list.iter()
                    .all(|word| word.bytes().all(|b| b.is_ascii_lowercase()))
            );
        }
    }
}
