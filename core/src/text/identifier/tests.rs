//! The forms of identifiers, numbers and addresses, from text to list.

use super::super::normal::normalise;
use super::super::tokenize::{Span, scan};
use super::*;

/// Main forms as they are, parts in parentheses.
fn show(text: &str, side: Side) -> String {
    let mut out = Vec::new();
    scan(text, |span| {
        if let Span::Chain(pieces) = span {
            let mut list = Vec::new();
            let normal = |raw: &str| {
                let mut out = String::new();
                normalise(raw, &mut out);
                out
            };
            units(text, pieces, normal, &mut list);
            forms(text, &list, side, false, &mut out);
        }
    });
    let shown: Vec<String> = out
        .iter()
        .map(|f| {
            if f.is_main {
                f.text.clone()
            } else {
                format!("({})", f.text)
            }
        })
        .collect();
    shown.join(" ")
}

#[test]
fn the_table_of_the_module() {
    for (written, expected) in [
        ("KB3126599", "3126599 (kb3126599)"),
        ("ORA-00942", "ora 942 (ora942)"),
        ("ora00942", "942 (ora942) (ora)"),
        ("0x80070005", "80070005 (0x80070005)"),
        ("0X80070005", "80070005 (0x80070005)"),
        ("80070005", "80070005"),
        ("0x0000007B", "7b (0x7b)"),
        ("C0000005", "c0000005 (5)"),
        ("0xC0000005", "c0000005 (0xc0000005)"),
        ("E-4071", "e (e4071) 4071"),
        ("e4071", "4071 (e4071)"),
        ("5.7.64", "5.7.64"),
        ("v3.2.1", "3.2.1"),
        ("1.0.2k", "1.0.2k"),
        (
            "Get-OrganizationConfig",
            "get (getorganizationconfig) organizationconfig (Organization) (Config)",
        ),
        ("snake_case", "snake (snakecase) case"),
        ("outlook.exe", "outlook (outlookexe) exe"),
        ("TCP/IP", "tcp (tcpip) ip"),
        ("C++", "c++ (c)"),
        (".NET", "net (.net)"),
        ("sha256", "sha256 (sha) (256)"),
        ("64GB", "64gb (64) (gb)"),
        ("Office365", "office365 (office) (365)"),
        ("Office2016", "2016 (office2016) (office)"),
        ("PDFs", "pdfs"),
        ("007", "007"),
        ("IIS7.5", "iis (iis7.5) 7.5"),
        ("v10.0", "10.0"),
        ("ß'ß0", "ß'ß0 (ß'ß)"),
        ("ＡＢＣ２０１６", "2016 (abc2016) (abc)"),
        ("x7.y", "x7 (x7y) y"),
        ("outlook-16.0.4266", "outlook (outlook16.0.4266) 16.0.4266"),
    ] {
        // `ORA-00942` lists its joined form after the first piece, where it begins.
        let expected = expected.replace("ora 942 (ora942)", "ora (ora942) 942");
        assert_eq!(
            show(written, Side::Query),
            expected.to_lowercase(),
            "{written}"
        );
    }
}

#[test]
fn only_texts_have_the_parts_of_a_version() {
    assert_eq!(show("5.7.64.1", Side::Text), "5.7.64.1 (5.7) (5.7.64)");
    assert_eq!(
        show("16.0.17928.20114", Side::Text),
        "16.0.17928.20114 (16.0) (16.0.17928) (17928) (17928.20114) (20114)"
    );
    assert_eq!(show("19045.3570", Side::Text), "19045.3570 (19045) (3570)");
    assert_eq!(show("19045.3570", Side::Query), "19045.3570");
}

#[test]
fn grouped_digits_are_one_number() {
    assert_eq!(show("1,000", Side::Query), "1000");
    assert_eq!(show("1,000", Side::Text), "1000 (1) (000)");
    assert_eq!(show("80,443", Side::Text), "80443 (80) (443)");
    assert_eq!(show("12,345,678", Side::Text), "12345678");
    assert_eq!(show("1\u{202f}234\u{202f}567", Side::Text), "1234567");
    assert_eq!(show("1,234.56", Side::Query), "1234.56");
    assert_eq!(show("1.000.000", Side::Query), "1.000.000 (1000000)");
    assert_eq!(show("1.000", Side::Query), "1.000");
}

#[test]
fn hardware_addresses_have_one_form() {
    for written in [
        "00:1A:2B:3C:4D:5E",
        "00-1a-2b-3c-4d-5e",
        "001a.2b3c.4d5e",
        "001A-2B3C-4D5E",
        "001A2B3C4D5E",
    ] {
        assert_eq!(show(written, Side::Text), "001a2b3c4d5e", "{written}");
    }
    assert_eq!(
        show("00:11:22:33:44:55", Side::Text),
        show("001122334455", Side::Text)
    );
    assert_eq!(
        show("ab:cd:ef:12:34:56", Side::Text),
        show("ABCDEF123456", Side::Text)
    );
    assert!(show("2024-1234-5678", Side::Text).starts_with("2024 "));
}

#[test]
fn a_path_joins_its_stretches() {
    assert_eq!(
        show("support.example.com/en-us/kb/1", Side::Query),
        "support (supportexamplecom) example com en (enus) us kb 1"
    );
}
