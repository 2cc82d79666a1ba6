"""The golden scenarios of the core, run through Python with bit-identical scores."""

from __future__ import annotations

import json
import struct
from typing import Any

import kenpoint
import pytest
from conftest import ROOT, at

SCENARIOS = sorted((ROOT / "core/tests/conformance").glob("*.json"))


def bits(number: float) -> str:
    return struct.pack(">d", number).hex()


def factors(why: kenpoint.Explanation | None) -> dict[str, str]:
    assert why is not None and bits(why.fold()) == bits(why.score)
    return {str(factor.name): bits(factor.value) for factor in why.factors}


def text(value: Any) -> str | None:
    """Writes an instant like the scenarios."""
    return value and value.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def act(kb: kenpoint.KnowledgeBase, step: dict[str, Any]) -> Any:
    get = step.get
    article, case, by = get("article", ""), get("case", ""), get("by", "")
    match step["do"]:
        case "put":
            put = kb.put(article) if "expects" not in step else kb.edit(article, expects=step["expects"])
            return {"version": put.version, "recorded": put.outcome}
        case "set_fact":
            done = kb.set_fact(step["fact"])
        case "publish":
            done = kb.publish(article, step["audience"])
        case "archive":
            done = kb.archive(article)
        case "verify":
            done = kb.verify_article(article, by=by)
        case "flag":
            done = kb.flag(article, step["reason"], by=by)
        case "merge":
            done = kb.merge(article, into=step["into"])
        case "relate":
            done = kb.relate(article, step["to"], step["relation"])
        case "open_case":
            done = kb.open_case(case)
        case "note":
            done = kb.note(case, step["entry"])
        case "resolve":
            done = kb.resolve_case(case, first_contact=get("first_contact"))
        case "close_case":
            done = kb.close_case(case)
        case "reopen":
            done = kb.reopen_case(case)
        case "link":
            done = kb.link(**step["link"], by=by)
        case "retract":
            done = kb.retract_link(case, article, step["link"])
        case "record":
            done = kb.record_all([step["event"]])[0]
        case "set_policy":
            done = kb.set_policy(kb.policy.replace(**step["policy"]))
        case _:
            return query(kb, step)
    return {"recorded": done}


def query(kb: kenpoint.KnowledgeBase, step: dict[str, Any]) -> Any:
    get = step.get
    viewer = kenpoint.Viewer(get("viewer", "internal"), entitlements=get("entitlements", ()))
    given = {name: step[name] for name in ("context", "filter", "limit") if name in step}
    match step["do"]:
        case "search":
            answer = kb.search(step["query"], viewer=viewer, offset=get("offset", 0), explain=True, **given)
            hits = [
                {
                    "id": hit.id,
                    "version": hit.version,
                    "title": hit.title,
                    "score": bits(hit.score),
                    "freshness": hit.freshness,
                    "snippet": hit.snippet.text,
                    "factors": factors(hit.explanation),
                }
                for hit in answer
            ]
            relaxed = {"relaxed": answer.relaxed} if answer.relaxed else {}
            return {"hits": hits, "answerable": bits(answer.answerable)} | relaxed
        case "suggest":
            found = kb.suggest(get("case"), text=get("text", ""), viewer=viewer, threshold=get("threshold"), **given)
            return {
                "suggestions": [
                    {
                        "id": each.id,
                        "score": bits(each.score),
                        "solve_probability": bits(each.solve_probability),
                        "freshness": each.freshness,
                        "factors": factors(each.explanation),
                        "summary": each.explanation.summary,
                    }
                    for each in found
                ],
                "similar": [
                    {"id": each.id, "similarity": bits(each.similarity), "solved_by": each.solved_by}
                    for each in found.similar
                ],
                "abstained": found.abstained,
            }
        case "freshness":
            fresh = kb.freshness_of(step["article"])
            return {
                "state": fresh.state,
                "due": text(fresh.due),
                "expires": text(fresh.expires),
                "suspect": fresh.suspect and fresh.suspect.reason,
                "factor": bits(fresh.factor),
            }
        case "article":
            found = kb.article(step["article"])
            sections = found.sections
            return {
                "id": found.id,
                "version": found.version,
                "title": found.title,
                "audience": found.audience,
                "confidence": found.confidence,
                "text": sections[0].text if sections else None,
            }
        case "case":
            found = kb.case(step["case"])
            return {"status": found.status, "entries": len(found.entries)}
        case "solve_rate":
            return {"solve_rate": bits(kb.solve_rate(step["article"]))}
        case "links":
            links = kb.links_of_article(step["article"])
            rows = [{"case": each.case, "link": each.link, "retracted": each.retracted_at is not None} for each in links]
            return {"links": rows}
        case "review":
            items = kb.reviews.queue(limit=get("limit", 50))
            return {"items": [{"id": each.id, "state": each.state, "risk": bits(each.risk)} for each in items]}
        case "as_of":
            return query(kb.as_of(at(step["known"])), step["then"])
        case other:
            raise AssertionError(f"there is no step {other!r}")


@pytest.mark.parametrize("place", ["memory", "disk"])
@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_scenario_holds(path: Any, place: str, tmp_path: Any) -> None:
    scenario = json.loads(path.read_text())
    assert scenario["format"] == 1
    clock = kenpoint.FixedClock(at("2026-01-01"))
    options: dict[str, Any] = {"clock": clock, "seed": 7, "language": scenario.get("language", "en")}
    with kenpoint.memory(**options) if place == "memory" else kenpoint.open(tmp_path / "base", **options) as kb:
        for number, step in enumerate(scenario["steps"], 1):
            if "at" in step:
                clock.set(at(step["at"]))
            try:
                seen = act(kb, step)
            except kenpoint.KenpointError as error:
                seen = {"error": error.name, "number": error.code}
            # Compared through JSON, where enum members are texts.
            assert json.loads(json.dumps(seen)) == step.get("expect"), f"step {number}: {step['do']}"
        kb.verify()


def test_there_are_scenarios() -> None:
    assert len(SCENARIOS) >= 8
