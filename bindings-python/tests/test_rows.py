"""Imports and exports of data frames, with the real pandas, polars, pyarrow and DuckDB."""

from __future__ import annotations

import datetime
from typing import Any

import duckdb
import kenpoint
import pandas
import polars
import pyarrow
import pytest
from conftest import at

ROWS = [
    {"ticket": "t1", "created": at("2026-01-05T08:00:00"), "via": "phone", "body": "No light since the storm"},
    {"ticket": "t2", "created": at("2026-01-06T08:00:00.250"), "via": None, "body": "The lamp flickers"},
]
COLUMNS = {"id": "ticket", "opened": "created", "channel": "via", "description": "body"}


class ArrayOnly:
    """A producer with one batch and no stream."""

    def __init__(self, batch: pyarrow.RecordBatch) -> None:
        self.batch = batch

    def __arrow_c_array__(self, requested_schema: object = None) -> Any:
        return self.batch.__arrow_c_array__(requested_schema)


def producers() -> dict[str, Any]:
    frame = pandas.DataFrame(ROWS)
    table = pyarrow.Table.from_pylist(ROWS)
    categories = frame.assign(via=frame["via"].astype("category"))
    return {
        "pandas": frame,
        "pandas, categories": categories,
        "pandas, ns": frame.assign(created=frame["created"].astype("datetime64[ns, UTC]")),
        "polars": polars.DataFrame(ROWS),
        "polars, categories": polars.DataFrame(ROWS).with_columns(polars.col("via").cast(polars.Categorical)),
        "pyarrow": table,
        "pyarrow, a reader": pyarrow.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=1)),
        "pyarrow, a batch": ArrayOnly(table.to_batches()[0]),
        "duckdb": duckdb.connect().from_arrow(table),
    }


@pytest.mark.parametrize("name", producers())
def test_cases_load_from_any_producer(name: str) -> None:
    kb = kenpoint.memory()
    report = kb.load_cases(producers()[name], columns=COLUMNS)
    assert (report.created, report.n_skipped, dict(report.unknown_keys)) == (2, 0, {}), report
    first, second = kb.case("t1"), kb.case("t2")
    assert first.opened == ROWS[0]["created"] and first.channel == "phone"
    assert first.entries[0].text == "No light since the storm"
    assert second.opened == ROWS[1]["created"] and second.channel is None
    assert kb.load_cases(producers()[name], columns=COLUMNS).unchanged == 2


def test_invalid_rows_are_reported() -> None:
    kb = kenpoint.memory()
    frame = polars.DataFrame({"ticket": ["t1", None, "t3"], "created": [at("2026-01-01")] * 3, "state": ["open", "open", "gone"]})
    report = kb.load_cases(frame, columns={"id": "ticket", "opened": "created", "status": "state"})
    assert (report.created, report.n_skipped) == (1, 2)
    places = [(each.place.line, each.reason) for each in report.skipped]
    assert [line for line, _ in places] == [2, 3]
    assert "ticket" in places[0][1] and "state" in places[1][1], places
    naive = pandas.DataFrame({"id": ["a"], "opened": pandas.to_datetime(["2026-01-01"])})
    with pytest.raises(kenpoint.InputError, match="opened.*time zone"):
        kb.load_cases(naive)
    with pytest.raises(kenpoint.InputError, match="none"):
        kb.load_cases(frame, columns={"id": "none"})
    with pytest.raises(TypeError, match="__arrow_c_stream__"):
        kb.load_cases([{"id": "a"}])
    with pytest.raises(TypeError):
        kb.load_cases(None)
    for wrong in ("x", object(), 5):
        with pytest.raises((ValueError, TypeError)):
            kb.load_cases(type("Wrong", (), {"__arrow_c_stream__": lambda self, s=None, w=wrong: w})())


def test_a_producer_that_fails_is_an_error_and_not_a_crash() -> None:
    def batches() -> Any:
        yield pyarrow.record_batch({"id": ["a"]})
        raise RuntimeError("the connection is gone")

    reader = pyarrow.RecordBatchReader.from_batches(pyarrow.schema([("id", pyarrow.string())]), batches())
    kb = kenpoint.memory()
    with pytest.raises(kenpoint.IoError, match="connection is gone"):
        kb.load_cases(reader)
    assert kb.case("a").id == "a", "earlier rows are in the base"


@pytest.mark.parametrize("rows", [pyarrow.array([1, 2]), pyarrow.array([{"id": "a"}, None])], ids=["numbers", "a missing row"])
def test_an_array_that_is_no_table_is_refused(rows: Any) -> None:
    class Bare:
        def __arrow_c_array__(self, requested_schema: Any = None) -> Any:
            return rows.__arrow_c_array__(requested_schema)

    kb = kenpoint.memory()
    with pytest.raises(kenpoint.InvalidRecordError, match="no table"):
        kb.load_cases(Bare())
    assert len(kb.tables.cases()) == 0


def test_frames_of_one_history_arrive_by_date(clock: kenpoint.FixedClock) -> None:
    def day(text: str) -> pandas.Timestamp:
        return pandas.Timestamp(text, tz="UTC")

    articles = pandas.DataFrame({"id": ["a"], "kind": ["product"], "title": ["Lamp"], "created": [day("2026-01-01")]})
    cases = polars.DataFrame({"number": ["c1", "c2"], "opened": [at("2026-02-01T00:00:00"), at("2026-08-01T00:00:00")]})
    links = pyarrow.table(
        {"case": ["c1", "c2"], "article": ["a", "a"], "link": ["resolved"] * 2, "at": [day("2026-03-01"), day("2026-09-01")]}
    )
    clock.set(at("2026-11-20T00:00:00"))
    kb = kenpoint.memory(clock=clock)
    history = kb.history()
    history.links(links)
    history.cases(cases, columns={"id": "number"})
    history.articles(articles)
    report = history.load()
    assert (report.created, report.n_skipped, report.n_adjusted) == (5, 0, 0), report
    may = kb.as_of(at("2026-05-01T00:00:00"))
    assert len(may.tables.cases()) == 1 and len(may.tables.links()) == 1
    # The batch is empty again.
    assert history.load().created == 0

    apart = kenpoint.memory(clock=clock)
    apart.load_articles(articles, arrivals="as-dated")
    apart.load_cases(cases, columns={"id": "number"}, arrivals="as-dated")
    report = apart.load_links(links, arrivals="as-dated")
    late = report.adjusted[0]
    assert (late.key, late.place.file, late.place.line) == ("arrived", "links", 1), report
    assert "load tables of one history together" in late.reason


def test_a_column_of_no_key_is_an_error_unless_it_is_allowed() -> None:
    kb = kenpoint.memory()
    rows = pyarrow.table({"id": ["c"], "openend": ["2026-01-01"]})
    with pytest.raises(kenpoint.UnknownNameError, match='"openend".*did you mean "opened"'):
        kb.load_cases(rows)
    report = kb.load_cases(rows, allow_unknown=True)
    assert (report.created, dict(report.unknown_keys)) == (1, {"openend": 1})


def test_a_column_without_values_is_as_good_as_absent() -> None:
    # Polars gives an array of nulls a buffer, which Arrow's format does not.
    frame = polars.DataFrame({**{key: [value] for key, value in ROWS[0].items()}, "party": [None], "more": [[None]]})
    kb = kenpoint.memory()
    report = kb.load_cases(frame, columns=COLUMNS, leave_out=["more"])
    assert (report.created, kb.case("t1").party) == (1, None)
    empty = frame.select(polars.lit(None).alias("id"))
    report = kb.load_cases(empty)
    assert (report.created, report.n_skipped) == (0, 1)


def test_a_stream_is_taken_once() -> None:
    table = pyarrow.Table.from_pylist([{"id": "a"}])
    capsule = table.__arrow_c_stream__()
    once = type("Once", (), {"__arrow_c_stream__": lambda self, s=None: capsule})()
    kb = kenpoint.memory()
    assert kb.load_cases(once).created == 1
    with pytest.raises(kenpoint.KenpointError):
        kb.load_cases(once)


def test_everything_loads_and_comes_out_again(help_centre: kenpoint.KnowledgeBase, clock: kenpoint.FixedClock) -> None:
    kb = kenpoint.memory(clock=clock)
    clock.set(help_centre.now())
    articles = kb.load_articles(help_centre.tables.articles(text=True).to_polars(), arrivals="as-dated")
    cases = kb.load_cases(help_centre.tables.cases(text=True).to_pandas())
    links = kb.load_links(help_centre.tables.links().to_arrow())
    assert (articles.n_skipped, cases.n_skipped, links.n_skipped) == (0, 0, 0), (articles.skipped, cases.skipped, links.skipped)
    assert (cases.created, links.created) == (593, len(help_centre.tables.links()))
    for case in ("c-000001", "c-000400"):
        assert kb.case(case) == help_centre.case(case)
    for column in ("case", "article", "link", "confidence", "at", "actor"):
        ours, theirs = kb.tables.links().to_polars(), help_centre.tables.links().to_polars()
        assert ours[column].equals(theirs[column]), column
    kb.load_facts(pandas.DataFrame([{"subject": "s", "predicate": "p", "value": "v", "as_of": at("2026-01-01")}]))
    kb.load_actors(polars.DataFrame({"id": ["ann"], "licence": ["coach"]}))
    kb.load_events(polars.DataFrame({"what": ["solved"], "article": ["cloud-data-export"], "at": [at("2026-10-01")]}))
    assert kb.actor("ann") == kenpoint.Actor("ann", kenpoint.Licence.COACH)
    assert kenpoint.Signal.SOLVED in {row.signal for row in kb.evidence_of("cloud-data-export")}


TABLES = ["articles", "versions", "cases", "links", "events", "evidence", "freshness", "review"]


@pytest.mark.parametrize("name", TABLES)
def test_every_table_goes_out_to_every_frame(help_centre: kenpoint.KnowledgeBase, name: str) -> None:
    table: kenpoint.Table = getattr(help_centre.tables, name)()
    assert len(table) > 10
    rows = table.to_dicts()
    arrow = table.to_arrow()
    assert arrow.num_rows == len(table) == len(rows)
    assert arrow.column_names == table.columns == list(rows[0])
    assert rows == arrow.to_pylist()
    assert polars.DataFrame(table).height == len(table) == len(table.to_pandas())
    assert pyarrow.schema(table) == arrow.schema
    for field in arrow.schema:
        assert not pyarrow.types.is_timestamp(field.type) or (field.type.unit, field.type.tz) == ("us", "UTC")
    found = duckdb.connect().from_arrow(arrow).aggregate("count(*)").fetchall()
    assert found == [(len(table),)]
    assert table.to_dicts(3) == rows[:3]
    assert f"{len(table)} rows" in repr(table)


def test_tables_are_those_of_the_base(help_centre: kenpoint.KnowledgeBase) -> None:
    review = help_centre.tables.review(limit=5).to_dicts()
    queue = help_centre.reviews.queue(limit=5)
    assert [row["article"] for row in review] == [item.id for item in queue]
    assert [row["risk"] for row in review] == [item.risk for item in queue]
    evidence = help_centre.tables.evidence().to_polars()
    one = help_centre.evidence_of("aurora-router-red-light")
    assert evidence.filter(article="aurora-router-red-light")["amount"].to_list() == [row.amount for row in one]
    late = at("2030-01-01")
    assert {row["state"] for row in help_centre.tables.freshness(now=late).to_dicts()} <= {"overdue", "expired", "due"}
    assert help_centre.tables.freshness(now=late).to_dicts() != help_centre.tables.freshness().to_dicts()


def test_answers_are_rows(help_centre: kenpoint.KnowledgeBase) -> None:
    queries = ["red light", "battery backup", "no such thing whatever"]
    answers = help_centre.search_many(queries, viewer="internal", explain=True)
    hits = kenpoint.hits_table(answers).to_polars()
    assert hits["id"].to_list() == [hit.id for answer in answers for hit in answer]
    assert hits["score"].to_list() == [hit.score for answer in answers for hit in answer]
    factors = kenpoint.factors_table(answers[0]).to_polars()
    product = factors.group_by("id", maintain_order=True).agg(polars.col("value").product())
    assert product["value"].to_list() == pytest.approx([hit.score for hit in answers[0]])
    suggest = help_centre.suggest(text="Router shows a red light since the update", viewer="internal")
    assert kenpoint.hits_table(suggest).to_polars()["solve_probability"].to_list() == [each.solve_probability for each in suggest]
    assert len(kenpoint.factors_table(suggest)) == 5 * len(suggest)
    assert kenpoint.similar_table([suggest]).to_polars()["similarity"].to_list() == [each.similarity for each in suggest.similar]
    for wrong in ([answers[0], suggest], ["x"], [None]):
        with pytest.raises(TypeError):
            kenpoint.hits_table(wrong)  # type: ignore[arg-type]
    assert len(kenpoint.hits_table([])) == 0


def test_a_table_outlives_its_base() -> None:
    kb = kenpoint.memory()
    kb.put({"id": "a", "kind": "product", "title": "Lamp"})
    frame = kb.tables.articles().to_polars()
    kb.close()
    del kb
    assert frame["title"].to_list() == ["Lamp"]


def test_times_in_duckdb(help_centre: kenpoint.KnowledgeBase) -> None:
    cases = help_centre.tables.cases().to_arrow()
    first = duckdb.connect().from_arrow(cases).aggregate("min(opened)").fetchall()[0]
    assert first[0] == min(row["opened"] for row in help_centre.tables.cases().to_dicts())
    assert isinstance(first[0], datetime.datetime) and first[0].utcoffset() is not None
