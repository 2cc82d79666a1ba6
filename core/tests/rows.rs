//! Import and export of Arrow record batches: every column type, mappings, errors with row and column, round trips.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test"
)]

mod common;

use std::ops::ControlFlow;
use std::sync::Arc;

use arrow_array::builder::{
    FixedSizeListBuilder, LargeListBuilder, ListBuilder, ListViewBuilder, MapBuilder,
    StringBuilder, StringDictionaryBuilder,
};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int8Type, TimestampMicrosecondType, UInt32Type};
use arrow_array::*;
use arrow_schema::{ArrowError, DataType, Field, Schema, TimeUnit};
use common::{World, at, empty_at};
use kenpoint::exchange::{Arrivals, Format, ImportOptions, ImportReport};
use kenpoint::model::*;
use kenpoint::rows::{Mapping, RowsOptions, TableRows, export_rows, import_rows, import_tables};
use kenpoint::{Base, ErrorCode, FixedClock, SearchRequest, SuggestRequest, Timestamp};

/// A batch of named columns.
fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, c)| (n, c, true)))
        .unwrap()
}

fn texts<const N: usize>(values: [Option<&str>; N]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

fn reader(batches: Vec<RecordBatch>) -> impl RecordBatchReader {
    let schema = batches[0].schema();
    RecordBatchIterator::new(batches.into_iter().map(Ok), schema)
}

fn import(base: &Base, table: &str, batches: Vec<RecordBatch>) -> ImportReport {
    import_mapped(base, table, batches, &Mapping::new())
}

fn import_mapped(
    base: &Base,
    table: &str,
    batches: Vec<RecordBatch>,
    mapping: &Mapping,
) -> ImportReport {
    try_import(base, table, batches, mapping).unwrap()
}

fn try_import(
    base: &Base,
    table: &str,
    batches: Vec<RecordBatch>,
    mapping: &Mapping,
) -> kenpoint::Result<ImportReport> {
    let options = ImportOptions::new();
    let mut go_on = |_: &_| ControlFlow::Continue(());
    import_rows(base, table, reader(batches), mapping, &options, &mut go_on)
}

fn export(base: &Base, table: &str, options: &RowsOptions) -> Vec<RecordBatch> {
    let rows = export_rows(base, table, options).unwrap();
    let schema = rows.schema();
    let batches: Vec<RecordBatch> = rows.map(Result::unwrap).collect();
    assert!(batches.iter().all(|batch| batch.schema() == schema));
    batches
}

/// Exports a table and imports it into another base. Without rows the export has no batch.
fn carry_over(from: &Base, to: &Base, table: &str) -> ImportReport {
    let rows = export_rows(from, table, &RowsOptions::new().with_text()).unwrap();
    let options = ImportOptions::new();
    import_rows(to, table, rows, &Mapping::new(), &options, &mut |_| {
        ControlFlow::Continue(())
    })
    .unwrap()
}

fn case(base: &Base, id: &str) -> Case {
    base.case(id).unwrap()
}

#[test]
fn texts_in_every_form_are_one() {
    let ids = ["a", "b"];
    let mut categories = StringDictionaryBuilder::<Int8Type>::new();
    categories.append_value("phone");
    categories.append_value("phone");
    let forms: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(["phone", "phone"])),
        Arc::new(LargeStringArray::from_iter_values(["phone", "phone"])),
        Arc::new(StringViewArray::from_iter_values(["phone", "phone"])),
        Arc::new(categories.finish()),
    ];
    for channel in forms {
        let base = empty_at("2026-12-31");
        let rows = batch(vec![
            ("id", Arc::new(StringArray::from_iter_values(ids))),
            ("channel", channel),
        ]);
        // The values of a slice do not begin at the start of its buffers.
        let report = import(&base, "cases", vec![rows.slice(0, 1), rows.slice(1, 1)]);
        assert_eq!((report.created, report.n_skipped), (2, 0), "{report:?}");
        for id in ids {
            assert_eq!(case(&base, id).channel.as_deref(), Some("phone"));
        }
    }
}

#[test]
fn instants_of_every_unit_are_cut_down_to_milliseconds() {
    // A fraction of a millisecond after 1969-12-31T23:59:59.998Z, and after 2026-11-20T09:30:00.123Z.
    let before = -2_000_000 + 999_999;
    let after = 1_795_167_000_123_456_789i64;
    let zone = |unit| DataType::Timestamp(unit, Some("Europe/Berlin".into()));
    let forms: Vec<(ArrayRef, i64, i64)> = vec![
        (
            Arc::new(TimestampNanosecondArray::from(vec![before, after]).with_timezone("+01:00")),
            -2,
            1_795_167_000_123,
        ),
        (
            Arc::new(
                TimestampMicrosecondArray::from(vec![-1_001, after / 1_000]).with_timezone("UTC"),
            ),
            -2,
            1_795_167_000_123,
        ),
        (
            Arc::new(
                TimestampMillisecondArray::from(vec![-2, after / 1_000_000]).with_timezone("UTC"),
            ),
            -2,
            1_795_167_000_123,
        ),
        (
            Arc::new(
                TimestampSecondArray::from(vec![-1, 1_795_167_000])
                    .with_data_type(zone(TimeUnit::Second)),
            ),
            -1_000,
            1_795_167_000_000,
        ),
        (
            Arc::new(Date32Array::from(vec![-1, 20_777])),
            -86_400_000,
            20_777 * 86_400_000,
        ),
        (
            Arc::new(Date64Array::from(vec![-86_400_000, 20_777 * 86_400_000])),
            -86_400_000,
            20_777 * 86_400_000,
        ),
        (
            Arc::new(StringArray::from_iter_values([
                "1969-12-31T23:59:59.998Z",
                "2026-11-20",
            ])),
            -2,
            20_777 * 86_400_000,
        ),
        (Arc::new(Int64Array::from(vec![-2, 5])), -2, 5),
    ];
    for (opened, first, second) in forms {
        let base = empty_at("2026-12-31");
        let kind = opened.data_type().clone();
        let rows = batch(vec![
            ("id", texts([Some("a"), Some("b")])),
            ("opened", opened),
        ]);
        let report = import(&base, "cases", vec![rows]);
        assert_eq!(report.created, 2, "{kind}: {report:?}");
        let found = (case(&base, "a").opened.ms(), case(&base, "b").opened.ms());
        assert_eq!(found, (first, second), "{kind}");
    }
}

#[test]
fn numbers_of_every_type_are_one() {
    let scale = |array: Decimal128Array, p, s| array.with_precision_and_scale(p, s).unwrap();
    let forms: Vec<(ArrayRef, f64)> = vec![
        (Arc::new(Float64Array::from(vec![0.9])), 0.9),
        (Arc::new(Float32Array::from(vec![0.9f32])), 0.9),
        (Arc::new(scale(Decimal128Array::from(vec![9]), 2, 1)), 0.9),
        (Arc::new(scale(Decimal128Array::from(vec![100]), 5, 2)), 1.0),
        (Arc::new(Int8Array::from(vec![1])), 1.0),
        (Arc::new(Int16Array::from(vec![1])), 1.0),
        (Arc::new(Int32Array::from(vec![1])), 1.0),
        (Arc::new(Int64Array::from(vec![1])), 1.0),
        (Arc::new(UInt8Array::from(vec![1])), 1.0),
        (Arc::new(UInt16Array::from(vec![1])), 1.0),
        (Arc::new(UInt32Array::from(vec![1])), 1.0),
        (Arc::new(UInt64Array::from(vec![1])), 1.0),
        (Arc::new(Float64Array::from(vec![1.0])), 1.0),
        (Arc::new(NullArray::new(1)), 0.5),
    ];
    for (confidence, expected) in forms {
        let base = empty_at("2026-12-31");
        base.open_case(CaseDraft::new("c", CaseKind::Service))
            .unwrap();
        base.put(ArticleDraft::new("a", Kind::Product, "A"))
            .unwrap();
        let kind = confidence.data_type().clone();
        let rows = batch(vec![
            ("case", texts([Some("c")])),
            ("article", texts([Some("a")])),
            ("link", texts([Some("helped")])),
            ("confidence", confidence),
        ]);
        let report = import(&base, "links", vec![rows]);
        assert_eq!(report.created, 1, "{kind}: {report:?}");
        let found = base.links_of_case("c").unwrap()[0].confidence;
        let is_default = kind == DataType::Null;
        assert!(is_default || found == expected, "{kind}: {found}");
    }
}

#[test]
fn whole_numbers_are_ids_and_empty_cells_are_absent() {
    let base = empty_at("2026-12-31");
    let rows = batch(vec![
        ("id", Arc::new(Int64Array::from(vec![17, 18]))),
        // A data frame turns whole numbers with a gap into floats.
        ("party", Arc::new(Float64Array::from(vec![Some(4.0), None]))),
        (
            "first_contact",
            Arc::new(BooleanArray::from(vec![None, Some(true)])),
        ),
        ("opened", texts([Some("2026-01-01"), Some("2026-01-01")])),
        ("status", texts([None, Some("resolved")])),
        ("subject", texts([Some("Lamp is dark"), None])),
    ]);
    let report = import(&base, "cases", vec![rows]);
    assert_eq!(report.created, 2, "{report:?}");
    let (open, done) = (case(&base, "17"), case(&base, "18"));
    assert_eq!(
        (open.party.as_deref(), open.status),
        (Some("4"), CaseStatus::Open)
    );
    assert_eq!((open.first_contact, open.entries.len()), (None, 1));
    assert_eq!((done.party, done.status), (None, CaseStatus::Resolved));
    assert_eq!((done.first_contact, done.entries.len()), (Some(true), 0));

    let events = batch(vec![
        ("at", texts([Some("2026-01-02")])),
        ("what", texts([Some("escalated")])),
        ("case", Arc::new(Int32Array::from(vec![17]))),
        ("session", Arc::new(UInt64Array::from(vec![3]))),
    ]);
    let report = import(&base, "events", vec![events]);
    assert_eq!(report.created, 1, "{report:?}");
}

/// Lists, structs and maps in each of their representations.
#[test]
fn nested_columns_are_lists_and_mappings() {
    let fill = |values: &mut dyn FnMut(Option<&str>), end: &mut dyn FnMut()| {
        values(Some("x"));
        values(Some("y"));
        end();
    };
    let mut lists: Vec<ArrayRef> = Vec::new();
    macro_rules! list {
        ($builder:expr) => {{
            let builder = std::cell::RefCell::new($builder);
            fill(
                &mut |v| builder.borrow_mut().values().append_option(v),
                &mut || builder.borrow_mut().append(true),
            );
            lists.push(Arc::new(builder.into_inner().finish()));
        }};
    }
    list!(ListBuilder::new(StringBuilder::new()));
    list!(LargeListBuilder::new(StringBuilder::new()));
    list!(ListViewBuilder::new(StringBuilder::new()));
    list!(FixedSizeListBuilder::new(StringBuilder::new(), 2));
    lists.push(texts([Some("x, y")]));
    for tags in lists {
        let base = empty_at("2026-12-31");
        let kind = tags.data_type().clone();
        let rows = batch(vec![
            ("id", texts([Some("a")])),
            ("title", texts([Some("A")])),
            ("tags", tags),
        ]);
        let report = import(&base, "articles", vec![rows]);
        assert_eq!(report.created, 1, "{kind}: {report:?}");
        assert_eq!(base.article("a").unwrap().tags, ["x", "y"], "{kind}");
    }

    let mut days = MapBuilder::new(
        None,
        StringBuilder::new(),
        arrow_array::builder::Int32Builder::new(),
    );
    days.keys().append_value("ttl_days");
    days.values().append_value(7);
    days.append(true).unwrap();
    let source = StructArray::from(vec![
        (
            Arc::new(Field::new("system", DataType::Utf8, true)),
            texts([Some("wiki")]),
        ),
        (
            Arc::new(Field::new("key", DataType::Utf8, true)),
            texts([Some("42")]),
        ),
    ]);
    let sections = StructArray::from(vec![
        (
            Arc::new(Field::new("role", DataType::Utf8, true)),
            texts([Some("cause"), Some("note")]),
        ),
        (
            Arc::new(Field::new("text", DataType::Utf8, true)),
            texts([Some("Fuse."), Some("Hm.")]),
        ),
        (
            Arc::new(Field::new("audience", DataType::Utf8, true)),
            texts([None, Some("team")]),
        ),
    ]);
    let field = Arc::new(Field::new("item", sections.data_type().clone(), true));
    let offsets = arrow_buffer::OffsetBuffer::from_lengths([2]);
    let sections = ListArray::new(field, offsets, Arc::new(sections), None);
    let base = empty_at("2026-12-31");
    let rows = batch(vec![
        ("id", texts([Some("a")])),
        ("title", texts([Some("A")])),
        ("freshness", Arc::new(days.finish())),
        ("source", Arc::new(source)),
        ("sections", Arc::new(sections)),
    ]);
    let report = import(&base, "articles", vec![rows]);
    assert_eq!(report.created, 1, "{report:?}");
    let article = base.article("a").unwrap();
    assert_eq!(article.freshness, Some(FreshnessPolicy::Ttl { days: 7 }));
    assert_eq!(article.source.unwrap().key, "42");
    assert_eq!(article.sections[0], Section::new(Role::Cause, "Fuse."));
    assert_eq!(article.sections[1].audience.as_deref(), Some("team"));
}

#[test]
fn what_cannot_be_read_is_refused_before_the_first_row() {
    let id = || ("id", texts([Some("a")]));
    let naive: ArrayRef = Arc::new(TimestampNanosecondArray::from(vec![0]));
    let deep: ArrayRef = {
        let field = Arc::new(Field::new("at", naive.data_type().clone(), true));
        Arc::new(StructArray::from(vec![(field, naive.clone())]))
    };
    let refused: Vec<(ArrayRef, &str)> = vec![
        (
            naive,
            "column \"seen\": a timestamp without a time zone names no instant",
        ),
        (deep, "column \"seen\": at: a timestamp without a time zone"),
        (
            Arc::new(BinaryArray::from_iter_values([b"x"])),
            "column of type Binary cannot be read",
        ),
        (
            Arc::new(DurationSecondArray::from(vec![1])),
            "give it as a number",
        ),
        (
            Arc::new(Time32SecondArray::from(vec![1])),
            "leave the column out",
        ),
    ];
    for (column, expected) in refused {
        let base = empty_at("2026-12-31");
        let rows = || batch(vec![id(), ("seen", column.clone())]);
        let error = try_import(&base, "cases", vec![rows()], &Mapping::new()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidValue);
        assert!(error.message().contains(expected), "{error}");
        assert!(error.message().contains("\"seen\""), "{error}");
        assert_eq!(base.counts().cases, 0);
        // The same column is harmless if the mapping leaves it out.
        for mapping in [
            Mapping::new().leave_out("seen"),
            Mapping::new().column("id", "id").only_mapped(),
        ] {
            assert_eq!(
                import_mapped(&base, "cases", vec![rows()], &mapping).taken(),
                1
            );
        }
    }
    let base = empty_at("2026-12-31");
    let code = |table, mapping: &Mapping| {
        try_import(&base, table, vec![batch(vec![id()])], mapping).unwrap_err()
    };
    let error = code("tickets", &Mapping::new());
    assert!(
        error
            .message()
            .contains("articles cases facts links events actors"),
        "{error}"
    );
    let error = code("cases", &Mapping::new().column("opened", "Created At"));
    assert_eq!(error.code(), ErrorCode::UnknownName);
    assert!(
        error
            .message()
            .contains("no column \"Created At\"; there are: id"),
        "{error}"
    );
    let error = code(
        "cases",
        &Mapping::new().column("id", "id").constant("id", "x"),
    );
    assert_eq!(error.code(), ErrorCode::Contradiction);
    let twice = Schema::new(vec![
        Field::new("id", DataType::Utf8, true),
        Field::new("id", DataType::Utf8, true),
    ]);
    let rows = RecordBatch::try_new(Arc::new(twice), vec![id().1, id().1]).unwrap();
    let error = try_import(&base, "cases", vec![rows], &Mapping::new()).unwrap_err();
    assert!(error.message().contains("\"id\": two columns"), "{error}");
    assert_eq!(base.counts(), kenpoint::Counts::default());
}

#[test]
fn an_error_names_the_row_and_the_column_as_the_caller_does() {
    let base = empty_at("2026-12-31");
    let rows = batch(vec![
        (
            "Ticket",
            texts([Some("c1"), Some(""), None, Some("c4"), Some("c5")]),
        ),
        (
            "Created At",
            texts([
                Some("2026-01-01"),
                Some("2026-01-01"),
                Some("2026-01-01"),
                Some("yesterday"),
                Some("2026-01-01"),
            ]),
        ),
        ("status", texts([None, None, None, None, Some("lost")])),
    ]);
    let mapping = Mapping::new()
        .column("id", "Ticket")
        .column("opened", "Created At");
    // Row numbers count over all batches.
    let batches = vec![rows.slice(0, 2), rows.slice(2, 3)];
    let report = import_mapped(&base, "cases", batches, &mapping);
    assert_eq!((report.created, report.n_skipped), (1, 4), "{report:?}");
    let said: Vec<String> = report
        .skipped
        .iter()
        .map(|s| format!("{}: {}", s.place, s.reason))
        .collect();
    assert!(
        said[0].starts_with("cases:2: column \"Ticket\": case.id: \"\" is not"),
        "{}",
        said[0]
    );
    assert!(
        said[1].starts_with("cases:3: column \"Ticket\": it is missing"),
        "{}",
        said[1]
    );
    assert!(
        said[2].starts_with("cases:4: column \"Created At\": \"yesterday\" is not"),
        "{}",
        said[2]
    );
    assert!(
        said[3].starts_with("cases:5: column \"status\": case status: \"lost\""),
        "{}",
        said[3]
    );
    assert_eq!(base.counts().cases, 1);

    // Errors of the base and of serde name the column, too.
    let links = batch(vec![
        ("ticket", texts([Some("c1")])),
        ("kb", texts([Some("nobody")])),
        ("link", texts([Some("helped")])),
    ]);
    let mapping = Mapping::new()
        .column("case", "ticket")
        .column("article", "kb");
    let report = import_mapped(&base, "links", vec![links], &mapping);
    let reason = &report.skipped[0].reason;
    assert!(
        reason.starts_with("column \"kb\": no article has the id \"nobody\""),
        "{reason}"
    );
    let events = batch(vec![
        ("when", texts([Some("2026-01-01"), Some("soon")])),
        ("what", texts([Some("danced"), Some("escalated")])),
        ("case", texts([Some("c1"), Some("c1")])),
    ]);
    let report = import_mapped(
        &base,
        "events",
        vec![events],
        &Mapping::new().column("at", "when"),
    );
    let reasons: Vec<&str> = report.skipped.iter().map(|s| s.reason.as_str()).collect();
    assert!(
        reasons[0].starts_with("column \"what\": event: what: unknown variant"),
        "{reasons:?}"
    );
    assert!(
        reasons[1].starts_with("column \"when\": event: at: time: \"soon\""),
        "{reasons:?}"
    );
    let nan = batch(vec![
        ("id", texts([Some("c9")])),
        ("Party", Arc::new(Float64Array::from(vec![f64::NAN]))),
    ]);
    let report = import_mapped(
        &base,
        "cases",
        vec![nan],
        &Mapping::new().column("party", "Party"),
    );
    let reason = &report.skipped[0].reason;
    assert!(
        reason.starts_with("column \"Party\":") && reason.contains("leave the cell null"),
        "{reason}"
    );
    base.verify().unwrap();
}

#[test]
fn what_is_not_read_is_reported_under_the_callers_name() {
    let base = empty_at("2026-12-31");
    let rows = batch(vec![
        ("number", texts([Some("c1"), Some("c2")])),
        ("id", texts([Some("internal"), Some("internal")])),
        ("type", texts([Some("article"), Some("problem")])),
        ("kind", texts([Some("?"), Some("?")])),
        ("mood", texts([Some("bad"), None])),
        ("notes", texts([Some("x"), Some("y")])),
    ]);
    let mapping = Mapping::new()
        .column("id", "number")
        .constant("kind", "sales")
        .column("nts", "notes");
    let import = |mapping: &Mapping| {
        import_rows(
            &base,
            "cases",
            reader(vec![rows.clone()]),
            mapping,
            &ImportOptions::new(),
            &mut |_| ControlFlow::Continue(()),
        )
    };
    let error = import(&mapping).unwrap_err();
    assert_eq!(error.code(), ErrorCode::UnknownName);
    assert!(error.message().contains("\"notes\""), "{error}");
    let report = import(&mapping.allow_unknown()).unwrap();
    assert_eq!((report.created, report.n_skipped), (2, 0), "{report:?}");
    let unknown: Vec<(&str, u64)> = report
        .unknown_keys
        .iter()
        .map(|(k, n)| (k.as_str(), *n))
        .collect();
    assert_eq!(
        unknown,
        [
            ("id", 2),
            ("kind", 2),
            ("mood", 1),
            ("notes", 2),
            ("type", 2)
        ]
    );
    assert_eq!(case(&base, "c2").kind, CaseKind::Sales);
}

#[test]
fn articles_of_plain_columns_have_a_section_each() {
    let base = empty_at("2026-12-31");
    let rows = batch(vec![
        ("id", texts([Some("a"), Some("b")])),
        ("title", texts([Some("A"), Some("B")])),
        ("resolution", texts([Some("Turn it on."), Some("")])),
        ("issue", texts([Some("Dark."), None])),
        ("body", texts([None, Some("Intro\n\n## Cause\n\nFuse.")])),
        ("summary", texts([None, Some("In short.")])),
    ]);
    let report = import(&base, "articles", vec![rows]);
    assert_eq!((report.created, report.n_skipped), (2, 0), "{report:?}");
    let roles = |id: &str| -> Vec<Role> {
        base.article(id)
            .unwrap()
            .sections
            .iter()
            .map(|s| s.role)
            .collect()
    };
    assert_eq!(roles("a"), [Role::Issue, Role::Resolution]);
    assert_eq!(roles("b"), [Role::Summary, Role::Summary, Role::Cause]);
    let line = r#"{"type":"article","id":"c","title":"C","cause":"x","sections":[]}"#;
    let report = base
        .import_bytes(
            Format::JsonLines,
            "c",
            line.as_bytes(),
            &ImportOptions::new(),
            &mut |_| ControlFlow::Continue(()),
        )
        .unwrap();
    assert!(
        report.skipped[0].reason.contains("sections and cause"),
        "{report:?}"
    );
}

#[test]
fn facts_and_actors_come_in() {
    let base = empty_at("2026-12-31");
    let rows = batch(vec![
        ("subject", Arc::new(Int64Array::from(vec![4471]))),
        ("predicate", texts([Some("status")])),
        ("value", texts([Some("shipped")])),
        (
            "as_of",
            Arc::new(TimestampMillisecondArray::from(vec![0]).with_timezone("UTC")),
        ),
        ("ttl_days", Arc::new(Float64Array::from(vec![0.5]))),
    ]);
    assert_eq!(import(&base, "facts", vec![rows]).created, 1);
    assert_eq!(
        base.article("fact:4471/status").unwrap().sections[0].text,
        "shipped"
    );
    let rows = batch(vec![
        ("id", texts([Some("ann")])),
        ("licence", texts([Some("coach")])),
    ]);
    assert_eq!(import(&base, "actors", vec![rows.clone()]).created, 1);
    assert_eq!(import(&base, "actors", vec![rows]).unchanged, 1);
    assert!(base.actor("ann").unwrap().is_some());
}

#[test]
fn a_producer_that_fails_is_an_error_and_what_came_before_stays() {
    let base = empty_at("2026-12-31");
    let rows = batch(vec![("id", texts([Some("a"), Some("b")]))]);
    let schema = rows.schema();
    let items = [
        Ok(rows),
        Err(ArrowError::ComputeError("connection lost".into())),
    ];
    let failing = RecordBatchIterator::new(items, schema);
    let options = ImportOptions::new();
    let error = import_rows(
        &base,
        "cases",
        failing,
        &Mapping::new(),
        &options,
        &mut |_| ControlFlow::Continue(()),
    )
    .unwrap_err();
    assert_eq!(error.code(), ErrorCode::Io);
    assert!(error.message().contains("from number 3 on"), "{error}");
    assert!(error.message().contains("connection lost"), "{error}");
    assert_eq!(base.counts().cases, 2);
}

/// A column whose offsets lie beyond its text, as a faulty producer in C could pass it.
fn torn() -> ArrayRef {
    let offsets = arrow_buffer::Buffer::from_slice_ref([0_i32, 4, 900]);
    let bytes = arrow_buffer::Buffer::from_slice_ref(b"lamp");
    let whole = StringArray::from(vec!["lamp", ""]).to_data();
    let builder = whole.into_builder().buffers(vec![offsets, bytes]);
    // SAFETY: the array is invalid on purpose; the import validates it before it reads any value.
    let torn = unsafe { builder.build_unchecked() };
    Arc::new(StringArray::from(torn))
}

#[test]
fn rows_that_do_not_hold_together_are_an_error_and_no_panic() {
    let base = empty_at("2026-12-31");
    let rows = batch(vec![
        ("id", torn()),
        ("title", texts([Some("A"), Some("B")])),
    ]);
    let error = try_import(&base, "articles", vec![rows], &Mapping::new()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidRecord);
    assert!(error.message().starts_with("column \"id\": "), "{error}");
    assert_eq!(base.counts(), kenpoint::Counts::default());
}

#[test]
fn limits_progress_and_arrivals_hold_for_rows() {
    let many: Vec<String> = (0..1_000).map(|i| format!("c{i}")).collect();
    let rows = || batch(vec![("id", Arc::new(StringArray::from_iter_values(&many)))]);
    let base = empty_at("2026-12-31");
    let run = |options: &ImportOptions, progress: &mut dyn FnMut(u64) -> ControlFlow<()>| {
        import_rows(
            &base,
            "cases",
            reader(vec![rows()]),
            &Mapping::new(),
            options,
            &mut |p| {
                assert_eq!(p.file, "cases");
                assert!(p.bytes > 0);
                progress(p.records)
            },
        )
        .unwrap()
    };
    let report = run(&ImportOptions::new().max_records(10), &mut |_| {
        ControlFlow::Continue(())
    });
    assert!(report.stopped && report.created == 10, "{report:?}");
    let mut seen = 0;
    let report = run(&ImportOptions::new(), &mut |records| {
        seen = records;
        if records == 20 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    assert!(
        report.stopped && report.taken() == 20 && seen == 20,
        "{report:?}"
    );
    let report = run(&ImportOptions::new().max_total_bytes(10), &mut |_| {
        ControlFlow::Continue(())
    });
    assert!(report.stopped && report.taken() == 0, "{report:?}");

    let base = Base::in_memory()
        .clock(FixedClock::at(at("2026-06-01")))
        .open()
        .unwrap();
    let rows = batch(vec![
        ("id", texts([Some("late"), Some("early")])),
        ("opened", texts([Some("2026-03-01"), Some("2026-02-01")])),
    ]);
    let options = ImportOptions::new().arrivals(Arrivals::AsDated);
    let mapping = Mapping::new();
    import_rows(
        &base,
        "cases",
        reader(vec![rows]),
        &mapping,
        &options,
        &mut |_| ControlFlow::Continue(()),
    )
    .unwrap();
    let then = base.as_of(at("2026-02-15")).unwrap();
    assert!(then.case("early").is_ok() && then.case("late").is_err());
}

/// Tables of one history arrive by date if they come together; one after another, the later table says what it lost.
#[test]
fn tables_of_one_history_arrive_by_date() {
    let articles = || {
        batch(vec![
            ("id", texts([Some("lamp")])),
            ("kind", texts([Some("product")])),
            ("title", texts([Some("The lamp stays dark")])),
            ("created", texts([Some("2026-01-10")])),
        ])
    };
    let cases = || {
        batch(vec![
            ("ticket", texts([Some("c1"), Some("c2")])),
            ("opened", texts([Some("2026-02-01"), Some("2026-08-01")])),
            ("resolved", texts([Some("2026-03-01"), Some("2026-09-01")])),
        ])
    };
    let links = || {
        batch(vec![
            ("case", texts([Some("c1"), Some("c2")])),
            ("article", texts([Some("lamp"), Some("lamp")])),
            ("link", texts([Some("resolved"), Some("resolved")])),
            ("at", texts([Some("2026-03-01"), Some("2026-09-01")])),
        ])
    };
    let table = |table: &str, rows: RecordBatch, mapping: Mapping| TableRows {
        table: table.parse().unwrap(),
        reader: reader(vec![rows]),
        mapping,
    };
    let options = ImportOptions::new().arrivals(Arrivals::AsDated);
    let load = |base: &Base, tables| {
        import_tables(base, tables, &options, &mut |_| ControlFlow::Continue(())).unwrap()
    };
    let links_in_may = |base: &Base| {
        let may = base.as_of(at("2026-05-01")).unwrap();
        may.links_of_case("c1").unwrap().len()
    };
    let named = || Mapping::new().column("id", "ticket");

    let together = empty_at("2026-12-31");
    let report = load(
        &together,
        vec![
            table("links", links(), Mapping::new()),
            table("cases", cases(), named()),
            table("articles", articles(), Mapping::new()),
        ],
    );
    assert_eq!(
        (report.created, report.n_skipped, report.n_adjusted),
        (5, 0, 0)
    );
    assert_eq!(links_in_may(&together), 1);

    let apart = empty_at("2026-12-31");
    load(&apart, vec![table("articles", articles(), Mapping::new())]);
    load(&apart, vec![table("cases", cases(), named())]);
    // The last thing known is the end of c2 on 1 September; the link of March arrives with it.
    let report = load(&apart, vec![table("links", links(), Mapping::new())]);
    assert_eq!((report.created, report.n_adjusted), (2, 1));
    let late = &report.adjusted[0];
    assert_eq!(
        (&*late.key, late.read_as.as_deref()),
        ("arrived", Some("2026-09-01T00:00:00.000Z"))
    );
    assert_eq!((&*late.place.file, late.place.line), ("links", 1));
    assert_eq!(links_in_may(&apart), 0);
}

/// A case that is loaded again takes new notes and its end; it says what else it did not take.
#[test]
fn a_case_loaded_again_takes_what_is_new_and_names_the_rest() {
    let base = empty_at("2026-12-31");
    let rows = |description, party, resolved| {
        batch(vec![
            ("id", texts([Some("c")])),
            ("opened", texts([Some("2026-02-01")])),
            ("description", texts([Some(description)])),
            ("party", texts([Some(party)])),
            ("resolved", texts([resolved])),
        ])
    };
    let load = |batch| import_mapped(&base, "cases", vec![batch], &Mapping::new());
    load(rows("No light", "ann", None));
    let report = load(rows("No light", "ann", None));
    assert_eq!((report.unchanged, report.n_adjusted), (1, 0));
    let report = load(rows("No light since Monday", "bob", Some("2026-02-03")));
    assert_eq!((report.updated, report.n_adjusted), (1, 1), "{report:?}");
    let kept = &report.adjusted[0];
    assert_eq!(
        (&*kept.key, &*kept.value, kept.read_as.as_deref()),
        ("party", "bob", Some("ann"))
    );
    let case = base.case("c").unwrap();
    let entries: Vec<&str> = case.entries.iter().map(|entry| &*entry.text).collect();
    assert_eq!(entries, ["No light", "No light since Monday"]);
    assert_eq!(case.done, Some(at("2026-02-03")));
}

/// A random base is exported and imported. Everything that has a column is unchanged.
#[test]
fn what_goes_out_comes_in_again() {
    let mut n_compared = (0, 0, 0);
    for seed in 0..4 {
        let world = World::new(seed + 40).live(200);
        let from = &world.base;
        let to = empty_at("2027-01-01");
        let report = carry_over(from, &to, "articles");
        assert_eq!(report.n_skipped, 0, "{:?}", report.skipped.first());
        let unknown: Vec<&str> = report.unknown_keys.keys().map(String::as_str).collect();
        let known_apart = [
            "fact",
            "merged_into",
            "relations",
            "suspect",
            "suspect_since",
            "version",
        ];
        assert!(
            unknown.iter().all(|key| known_apart.contains(key)),
            "{unknown:?}"
        );
        for id in from.article_ids(None, 10_000).unwrap() {
            let old = from.article(&id).unwrap();
            if old.id != id || old.merged_into.is_some() || old.fact.is_some() {
                continue;
            }
            let new = to.article(&id).unwrap();
            // Excluded: the version number, suspicion and relations, which only the history of the base produces.
            assert_eq!(
                (
                    new.kind,
                    &new.title,
                    &new.sections,
                    &new.language,
                    &new.audience,
                    new.confidence
                ),
                (
                    old.kind,
                    &old.title,
                    &old.sections,
                    &old.language,
                    &old.audience,
                    old.confidence
                ),
            );
            assert_eq!(
                (
                    &new.scope,
                    new.freshness,
                    &new.tags,
                    &new.owner,
                    &new.author,
                    &new.family
                ),
                (
                    &old.scope,
                    old.freshness,
                    &old.tags,
                    &old.owner,
                    &old.author,
                    &old.family
                ),
            );
            assert_eq!(
                (new.created, new.edited, new.verified),
                (old.created, old.edited, old.verified),
                "{id}"
            );
            n_compared.0 += 1;
        }

        let report = carry_over(from, &to, "cases");
        assert_eq!(report.n_skipped, 0, "{:?}", report.skipped.first());
        for id in from.case_ids(None, 10_000).unwrap() {
            let mut old = from.case(&id).unwrap();
            old.relations.clear();
            assert_eq!(to.case(&id).unwrap(), old);
            n_compared.1 += 1;
        }

        // Retracted and rejected links are rejected with their row; all others are equal.
        let report = carry_over(from, &to, "links");
        let refused = |reason: &str| {
            reason.starts_with("column \"retracted_at\"")
                || reason.starts_with("column \"verdict\"")
        };
        assert!(
            report.skipped.iter().all(|s| refused(&s.reason)),
            "{:?}",
            report.skipped
        );
        for id in from.case_ids(None, 10_000).unwrap() {
            let holds = |link: &Link| {
                link.retracted_at.is_none() && link.verdict != Some(Verdict::Rejected)
            };
            let mut old = from.links_of_case(&id).unwrap();
            old.retain(holds);
            old.iter_mut().for_each(|link| link.verdict = None);
            let mut new = to.links_of_case(&id).unwrap();
            let by = |a: &Link, b: &Link| (&a.article, a.link).cmp(&(&b.article, b.link));
            old.sort_by(by);
            new.sort_by(by);
            assert_eq!(new, old);
            n_compared.2 += old.len();
        }
        to.verify().unwrap();
    }
    assert!(
        n_compared.0 > 20 && n_compared.1 > 20 && n_compared.2 > 20,
        "{n_compared:?}"
    );
}

#[test]
fn the_log_goes_out_and_comes_in_again() {
    let world = World::new(51).live(200);
    let to = empty_at("2027-01-01");
    let report = carry_over(&world.base, &to, "events");
    assert_eq!(
        (report.n_skipped, report.unchanged),
        (0, 0),
        "{:?}",
        report.skipped.first()
    );
    let columns = |base: &Base| -> Vec<RecordBatch> {
        let rows = export(base, "events", &RowsOptions::new());
        // All columns but the time of arrival.
        let keep = |batch: &RecordBatch| -> RecordBatch {
            let all = 0..batch.num_columns();
            let arrived = batch.schema().index_of("arrived").unwrap();
            batch
                .project(&all.filter(|i| *i != arrived).collect::<Vec<_>>())
                .unwrap()
        };
        rows.iter().map(keep).collect()
    };
    assert_eq!(columns(&to), columns(&world.base));
    assert_eq!(to.counts(), world.base.counts());
    for id in world.base.article_ids(None, 10_000).unwrap() {
        assert_eq!(to.article(&id).unwrap(), world.base.article(&id).unwrap());
    }
}

#[test]
fn rows_come_in_batches_of_one_schema() {
    let base = empty_at("2026-12-31");
    fn is_send(rows: impl Send) -> impl Send {
        rows
    }
    for table in [
        "articles",
        "versions",
        "cases",
        "links",
        "events",
        "evidence",
        "freshness",
        "review",
    ] {
        let rows = export_rows(&base, table, &RowsOptions::new()).unwrap();
        let schema = rows.schema();
        for field in schema.fields() {
            let is_utc = match field.data_type() {
                DataType::Timestamp(TimeUnit::Microsecond, zone) => zone.as_deref() == Some("UTC"),
                DataType::Timestamp(..) => false,
                _ => true,
            };
            assert!(is_utc, "{table}: {field}");
        }
        drop(is_send(rows));
        assert!(
            export(&base, table, &RowsOptions::new()).is_empty(),
            "{table}"
        );
    }
    let error = export_rows(&base, "tickets", &RowsOptions::new())
        .err()
        .unwrap();
    assert!(
        error
            .message()
            .contains("articles versions cases links events"),
        "{error}"
    );

    let searched = |i: usize| {
        Event::new(
            at("2026-01-01"),
            EventKind::Searched {
                query: format!("q{i}"),
            },
        )
        .id(format!("e{i}"))
    };
    base.record_all((0..9_000).map(searched).collect()).unwrap();
    let rows = export_rows(&base, "events", &RowsOptions::new()).unwrap();
    // An event recorded after the call is not in the export.
    base.record(searched(9_000)).unwrap();
    let sizes: Vec<usize> = rows.map(|batch| batch.unwrap().num_rows()).collect();
    assert_eq!(sizes, [8_192, 808]);
}

fn column<'b>(batch: &'b RecordBatch, name: &str) -> &'b ArrayRef {
    batch
        .column_by_name(name)
        .unwrap_or_else(|| panic!("no column {name}"))
}

fn text<'b>(batch: &'b RecordBatch, name: &str, row: usize) -> Option<&'b str> {
    let column = column(batch, name).as_string::<i32>();
    column.is_valid(row).then(|| column.value(row))
}

fn time(batch: &RecordBatch, name: &str, row: usize) -> Option<Timestamp> {
    let column = column(batch, name).as_primitive::<TimestampMicrosecondType>();
    column
        .is_valid(row)
        .then(|| Timestamp::from_ms(column.value(row) / 1_000).unwrap())
}

fn number(batch: &RecordBatch, name: &str, row: usize) -> f64 {
    column(batch, name).as_primitive::<Float64Type>().value(row)
}

#[test]
fn evidence_freshness_and_the_review_queue_are_those_of_the_base() {
    let world = World::new(77).live(300);
    let base = &world.base;
    let now = world.now.plus_days(200);
    let options = RowsOptions::new().at(now);
    let all = |table: &str| -> Vec<RecordBatch> { export(base, table, &options) };

    let mut n_evidence = 0;
    for batch in all("evidence") {
        for row in 0..batch.num_rows() {
            let said_of = text(&batch, "article", row).unwrap();
            let goes_on = text(&batch, "merged_into", row).unwrap_or(said_of);
            let found = base.evidence(goes_on).unwrap().into_iter().any(|e| {
                e.article == said_of
                    && Some(e.signal.as_str()) == text(&batch, "signal", row)
                    && Some(e.segment.as_str()) == text(&batch, "segment", row)
                    && Some(e.from) == time(&batch, "from", row)
                    && e.amount == number(&batch, "amount", row)
                    && e.version
                        == column(&batch, "version")
                            .as_primitive::<UInt32Type>()
                            .value(row)
            });
            assert!(found, "{said_of} in {goes_on}");
            n_evidence += 1;
        }
    }
    let ids = base.article_ids(None, 10_000).unwrap();
    // A merged article has the evidence of its target, and it is exported once.
    let expected: usize = ids
        .iter()
        .filter(|id| base.article(id).unwrap().id == **id)
        .map(|id| base.evidence(id).unwrap().len())
        .sum();
    assert_eq!(n_evidence, expected);
    assert!(n_evidence > 0);

    let mut n_fresh = 0;
    for batch in all("freshness") {
        for row in 0..batch.num_rows() {
            let id = text(&batch, "article", row).unwrap();
            let freshness = base.freshness(id, Some(now)).unwrap();
            assert_eq!(text(&batch, "state", row), Some(freshness.state.as_str()));
            assert_eq!(time(&batch, "since", row), Some(freshness.since));
            assert_eq!(time(&batch, "due", row), freshness.due);
            assert_eq!(number(&batch, "factor", row), freshness.factor);
            let suspect = freshness.suspect.map(|s| s.reason.as_str());
            assert_eq!(text(&batch, "suspect", row), suspect);
            n_fresh += 1;
        }
    }
    let shown = ids.iter().filter(|id| {
        let article = base.article(id).unwrap();
        article.id == **id && article.confidence != Confidence::Archived
    });
    assert_eq!(n_fresh, shown.count());

    let request = kenpoint::ReviewRequest::new().limit(7).now(now);
    let queue = base.reviews().queue(&request).unwrap();
    let batches = export(base, "review", &RowsOptions::new().review(request));
    let ids: Vec<&str> = (0..batches[0].num_rows())
        .map(|row| text(&batches[0], "article", row).unwrap())
        .collect();
    assert_eq!(
        ids,
        queue
            .iter()
            .map(|item| item.id.as_str())
            .collect::<Vec<_>>()
    );
    assert_eq!(number(&batches[0], "risk", 0), queue[0].risk);

    let versions = all("versions");
    let n_versions: usize = versions.iter().map(RecordBatch::num_rows).sum();
    let own = |id: &String| base.versions(id).unwrap().len();
    assert_eq!(
        n_versions,
        base.article_ids(None, 10_000)
            .unwrap()
            .iter()
            .map(own)
            .sum::<usize>()
    );
}

#[test]
fn answers_are_rows_too() {
    let base = empty_at("2026-12-31");
    for (id, title) in [
        ("lamp", "The lamp stays dark"),
        ("fuse", "The fuse of the lamp"),
    ] {
        let draft = ArticleDraft::new(id, Kind::Product, title)
            .section(Role::Issue, "It is dark, the lamp.")
            .audience("public")
            .confidence(Confidence::Validated);
        base.put(draft).unwrap();
    }
    let entry = Reuse::Section(Role::Issue);
    base.open_case(CaseDraft::new("c1", CaseKind::Service).entry(entry, "dark lamp"))
        .unwrap();
    base.link(LinkDraft::new("c1", "lamp", LinkType::Resolved), "ann")
        .unwrap();
    base.resolve_case("c1", None).unwrap();
    let search = |text: &str| {
        base.search(&SearchRequest::new(text, Viewer::new("public")).explain(true))
            .unwrap()
    };
    let answers = [search("nothing of that"), search("dark lamp")];
    let hits = kenpoint::rows::hits(&answers).unwrap();
    assert_eq!(
        hits.num_rows(),
        answers[0].hits.len() + answers[1].hits.len()
    );
    let last = hits.num_rows() - 1;
    let whole = |batch: &RecordBatch, name: &str, row: usize| {
        column(batch, name).as_primitive::<UInt32Type>().value(row)
    };
    assert_eq!(
        (whole(&hits, "answer", last), whole(&hits, "rank", last)),
        (1, 2)
    );
    assert_eq!(
        text(&hits, "id", last),
        Some(answers[1].hits[1].id.as_str())
    );
    assert_eq!(number(&hits, "score", last), answers[1].hits[1].score);
    assert_eq!(
        text(&hits, "impression", last),
        Some(answers[1].impression.as_str())
    );

    let factors = kenpoint::rows::factors_of_hits(&answers[1..]).unwrap();
    let product = (0..5)
        .map(|row| number(&factors, "value", row))
        .reduce(|a, b| a * b);
    assert_eq!(
        product.unwrap().to_bits(),
        answers[1].hits[0].score.to_bits()
    );
    assert_eq!(text(&factors, "factor", 0), Some("freshness"));

    let request = SuggestRequest::for_text("the lamp is dark", Viewer::new("internal"));
    let answers = [base.suggest(&request.threshold(0.0)).unwrap()];
    let rows = kenpoint::rows::suggestions(&answers).unwrap();
    assert_eq!(
        number(&rows, "solve_probability", 0),
        answers[0].suggestions[0].solve_probability
    );
    let rows = kenpoint::rows::similar_cases(&answers).unwrap();
    assert_eq!(text(&rows, "case", 0), Some("c1"));
    let solved = column(&rows, "solved_by").as_list::<i32>().value(0);
    assert_eq!(solved.as_string::<i32>().value(0), "lamp");
    let rows = kenpoint::rows::factors_of_suggestions(&answers).unwrap();
    assert_eq!(rows.num_rows(), 5 * answers[0].suggestions.len());
    assert_eq!(kenpoint::rows::hits(&[]).unwrap().num_rows(), 0);
}

/// Compares importing cases from rows with importing them as records, interleaved in one run:
/// `cargo test --release -p kenpoint --features arrow --test rows -- --ignored --nocapture ratio`.
#[test]
#[ignore = "a measurement, and not a test"]
fn ratio_of_loading_cases() {
    let n = common::size("KENPOINT_ROWS", 100_000);
    let words = [
        "lamp", "dark", "router", "light", "fuse", "reset", "camera", "offline", "door",
    ];
    let mut rng = common::Rng(7);
    let ids: Vec<String> = (0..n).map(|i| format!("c-{i:06}")).collect();
    let said: Vec<String> = (0..n)
        .map(|_| {
            (0..12)
                .map(|_| *rng.pick(&words))
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    let opened = at("2025-01-01").ms() * 1_000;
    let rows = batch(vec![
        ("id", Arc::new(StringViewArray::from_iter_values(&ids))),
        (
            "opened",
            Arc::new(
                TimestampMicrosecondArray::from_iter_values(
                    (0..n as i64).map(|i| opened + i * 60_000_000),
                )
                .with_timezone("UTC"),
            ),
        ),
        (
            "channel",
            Arc::new(StringViewArray::from_iter_values(ids.iter().map(|_| "web"))),
        ),
        (
            "subject",
            Arc::new(StringViewArray::from_iter_values(&said)),
        ),
        (
            "status",
            Arc::new(StringViewArray::from_iter_values(
                ids.iter().map(|_| "closed"),
            )),
        ),
    ]);
    let records = || {
        use kenpoint::exchange::jsonl::{Line, line};
        (0..n).map(|i| {
            let at = Timestamp::from_ms((opened + i as i64 * 60_000_000) / 1_000).unwrap();
            let text = format!(
                r#"{{"type":"case","id":"{}","opened":"{at}","channel":"web","subject":"{}","status":"closed"}}"#,
                ids[i], said[i]
            );
            match line(&text, &ImportOptions::new()).unwrap() {
                Line::Record(record, _) => record,
                other => panic!("{other:?}"),
            }
        })
    };
    let timed = |job: &dyn Fn()| {
        let began = std::time::Instant::now();
        job();
        began.elapsed().as_secs_f64()
    };
    let mut ratios = Vec::new();
    for _ in 0..common::size("KENPOINT_ROUNDS", 3) {
        // The direct way of a Rust host: the case and its status change as events of one call.
        let drafts: Vec<Vec<Event>> = records()
            .map(|record| match record {
                kenpoint::exchange::Record::Case { draft, events } => {
                    let opened = draft.opened.unwrap();
                    let id = draft.id.clone();
                    let open = Event::new(opened, EventKind::CaseOpened { case: draft }).case(id);
                    std::iter::once(open).chain(events).collect()
                }
                other => panic!("{other:?}"),
            })
            .collect();
        let drafts = std::cell::RefCell::new(drafts);
        let plain = empty_at("2026-12-31");
        let by_hand = timed(&|| {
            for events in drafts.borrow_mut().drain(..) {
                plain.record_all(events).unwrap();
            }
        });
        let loaded = empty_at("2026-12-31");
        let by_rows = timed(&|| {
            let report = import(&loaded, "cases", vec![rows.clone()]);
            assert_eq!(report.created, n as u64);
        });
        assert_eq!(plain.counts(), loaded.counts());
        println!(
            "rows {by_rows:.2} s, by hand {by_hand:.2} s, ratio {:.3}",
            by_rows / by_hand
        );
        ratios.push(by_rows / by_hand);
    }
    ratios.sort_by(f64::total_cmp);
    println!("median ratio {:.3}", ratios[ratios.len() / 2]);
}
