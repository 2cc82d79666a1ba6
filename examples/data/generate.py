#!/usr/bin/env python3
"""Writes cases.jsonl, links.jsonl and events.jsonl from scenarios.py and the articles.

Standard library only, fixed seed: the same Python writes the same bytes.
Run it in this folder: python3 generate.py
"""
import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from scenarios import BROWSE, OTHER, SALES, SERVICE

HERE = Path(__file__).resolve().parent
rng = Random(20261120)
START, TODAY = datetime(2025, 11, 20), datetime(2026, 11, 20)
RELEASE_4 = datetime(2026, 8, 18, 8)
RELEASED = {  # first day a version can be met in the field
    "aurora-router": [("3.1.2", "2025-06-10"), ("3.2.1", "2025-11-04"), ("3.3.0", "2026-03-03"), ("3.3.2", "2026-05-19"),
                      ("4.0.0", "2026-08-18"), ("4.0.2", "2026-09-22"), ("4.0.3", "2026-11-10")],
    "aurora-mesh": [("1.4.0", "2024-06-01"), ("1.5.1", "2025-05-01"), ("1.6.0", "2026-02-02")],
    "aurora-switch": [("1.2.0", "2024-06-01"), ("1.3.4", "2025-12-01")],
    "hearth-thermostat": [("5.2.0", "2024-06-01"), ("5.4.1", "2025-09-15"), ("5.6.0", "2026-03-10")],
    "hearth-battery": [("2.1.0", "2024-06-01"), ("2.3.0", "2025-10-20"), ("2.4.0", "2026-05-18"), ("2.4.1", "2026-07-14")],
    "hearth-charger": [("1.8.2", "2024-06-01"), ("2.0.3", "2025-06-01"), ("2.1.0", "2026-03-01")],
    "wren-camera": [("1.9.4", "2024-06-01"), ("2.2.0", "2025-08-01"), ("2.4.1", "2026-05-01")],
    "wren-sensor": [("1.1.0", "2024-06-01"), ("1.3.0", "2026-01-01")],
    "wren-plug": [("1.0.0", "2024-06-01"), ("1.2.2", "2025-11-01")],
    "halvorn-app": [("6.8.2", "2025-01-01"), ("7.1.0", "2025-10-01"), ("7.3.0", "2026-11-05")],
}
AGENTS = [("tom.baker", 5, .9), ("aisha.rahman", 5, .9), ("felix.brandt", 3, .7), ("sophie.laurent", 2, .9), ("jonas.lind", 2, 1.0), ("lucia.ferrer", 1, 1.0)]
SELLERS = [("nora.oneill", 4, .9), ("daniel.okafor", 1, 1.0)]
NAMES = ["Mrs Vermeulen", "Mr Adeyemi", "Ms Novak", "Mr Lindqvist", "Mrs Okonkwo", "Herr Bauer", "Frau Yilmaz", "Mme Girard", "Mr Castellano",
         "Ms Haddad", "Mr van Dijk", "Mrs Petrov", "Ms Fraser", "Mr Tanaka", "Mrs Moreau"]
PHONES = ["+44 20 7946 0{:03d}", "+1 614 555 01{:02d}", "+49 30 23125 {:03d}"]
GREET = ["", "", "", "Hi, ", "Hello, ", "Good morning. ", "hey ", "Dear support, ", "Hi there! "]
ASKS = ["", "", "", "What can I do?", "Please help.", "Any idea?", "Can someone call me?", "This is urgent for us.", "Is it broken?", "thanks"]


def iso(t):
    return t.strftime("%Y-%m-%dT%H:%M:%SZ")


def day(text):
    return datetime.strptime(text[:10], "%Y-%m-%d")


def weighted(pairs):
    x = rng.uniform(0, sum(p[1] for p in pairs))
    for p in pairs:
        x -= p[1]
        if x <= 0:
            return p
    return pairs[-1]


def load_articles():
    """id -> the few front-matter values needed here (flat lines only, so no YAML library)."""
    out = {}
    for path in sorted((HERE / "articles").rglob("*.md")):
        head = path.read_text(encoding="utf-8").split("---\n")[1]
        values = dict(line.split(": ", 1) for line in head.splitlines() if re.match(r"[a-z_]+: ", line))
        out[values["id"]] = values
    return out


ARTICLES = load_articles()


def usable(article, at, classes=("public", "customer", "internal", "team", "partner")):
    a = ARTICLES[article]
    if a["audience"] not in classes or a["confidence"] == "archived" or at < day(a["created"]) + timedelta(hours=8):
        return False
    return not ("valid_from" in a and at < day(a["valid_from"])) and not ("valid_to" in a and at >= day(a["valid_to"]) + timedelta(days=1))


def typo(text):
    words = text.split(" ")
    for _ in range(rng.choice([1, 1, 2])):
        i = rng.randrange(len(words))
        w = words[i]
        if len(w) > 4 and w.isalpha():
            j = rng.randrange(1, len(w) - 2)
            words[i] = rng.choice([w[:j] + w[j + 1] + w[j] + w[j + 2:], w[:j] + w[j + 1:], w[:j] + w[j] + w[j:]])
    return " ".join(words)


def fill(text):
    return text.replace("{d3}", "%03d" % rng.randrange(1000))


def customer_text(s):
    """A message as people write it: one complaint, up to three details, sometimes a question and slips."""
    parts = [rng.choice(s["openers"])]
    parts += rng.sample(s["details"], min(len(s["details"]), rng.choice([0, 1, 1, 2, 2, 3])))
    head = parts[0]
    if rng.random() < .3 and len(parts) > 1:
        head, parts[1] = parts[1], parts[0]
        parts[0] = head
    text = " ".join(p if p[-1] in ".!?" else p + "." for p in parts)
    text = ("" if s["kind"] == "community" else rng.choice(GREET)) + text + (" " + ask if (ask := rng.choice(ASKS)) else "")
    if rng.random() < .2:
        text = text.lower()
    if rng.random() < .22:
        text = typo(text)
    return fill(text.strip())


def when(s, i):
    lo = max(START, day(s["start"])) if s["start"] else START
    hi = min(TODAY, day(s["end"]) + timedelta(days=1)) if s["end"] else TODAY
    months = s["months"]
    for _ in range(200):
        t = lo + timedelta(seconds=rng.randrange(int((hi - lo).total_seconds())))
        if not months or t.month == rng.choice(months) or rng.random() < .03:
            break
    hour = rng.choice([7, 8, 9, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20])
    t = t.replace(hour=hour, minute=rng.randrange(60), second=rng.randrange(60))
    return max(t, lo + timedelta(hours=6)) if t < hi else lo + timedelta(hours=9)


def version(product, allowed, at):
    known = [v for v, d in RELEASED[product] if day(d) <= at]
    fit = [v for v in known if allowed is None or v in allowed]
    if not fit:
        fit = known[-1:]
    return weighted([(v, 1 + 2 * i) for i, v in enumerate(fit)])[0]


def product_items(s, at):
    p, allowed = rng.choice(s["products"])
    if p not in RELEASED:
        return [{"id": p}]
    return [{"id": p, "version": version(p, allowed, at)}]


def party_of(s, kind):
    if s["parties"] == "partner":
        return rng.choice(["prt-018", "prt-018", "prt-007", "prt-022"])
    if s["parties"] and s["parties"].startswith("acc"):
        return s["parties"]
    if kind in ("sales", "marketing"):
        return rng.choice(["acc-0207", "acc-0311", "acc-0342"]) if rng.random() < .12 else "pro-%04d" % rng.randrange(1, 90)
    if s["key"] in ("red-4", "vpn") and rng.random() < .15:
        return "acc-0193"
    if s["key"] == "ht17" and rng.random() < .15:
        return "acc-0402"
    if s["key"] == "relay" and rng.random() < .5:
        return "acc-0207"
    return "acc-%04d" % rng.randrange(100, 420)


cases, links, events = [], [], []


def link(case, article, kind, at, actor, confidence, provenance="human", reason=None):
    row = {"type": "link", "case": case, "article": article, "link": kind, "provenance": provenance,
           "confidence": confidence, "at": iso(at)}
    if provenance == "human":
        row["actor"] = actor
    if reason:
        row["reason"] = reason
    links.append((at, row))


def event(at, what, audience, **more):
    if at < TODAY:
        events.append((at, {"at": iso(at), "what": what, "audience": audience, **{k: v for k, v in more.items() if v is not None}}))


def make_case(s, i):
    kind = s["kind"] if s["kind"] != "service" else ("sales" if s in SALES else "service")
    at = when(s, i)
    agent, _, trust = weighted(SELLERS if kind in ("sales", "marketing") else AGENTS)
    channel = rng.choice({"service": ["phone", "phone", "web", "web", "email", "email", "chat"], "sales": ["phone", "email", "email", "meeting"],
                          "marketing": ["email", "web"], "community": ["web"]}[kind])
    author = agent if kind == "sales" else "party"
    case = {"type": "case", "kind": kind, "opened": iso(at), "channel": channel, "party": party_of(s, kind), "products": product_items(s, at)}
    entries = [{"at": iso(at), "text": customer_text(s) if kind != "sales" else fill(" ".join(
        [rng.choice(s["openers"]) + "."] + rng.sample(s["details"], rng.randrange(1, len(s["details"]) + 1)))), "reuse": "issue", "author": author}]
    t = at + timedelta(minutes=rng.randrange(4, 300))
    if rng.random() < .45 and kind != "community":
        who, phone = rng.choice(NAMES), rng.choice(PHONES).format(rng.randrange(100))
        note = rng.choice(["Called back {} on {}, best after 17:00.", "{} ({}) is at home until noon.", "Left a message for {}, {}.",
                           "Contact on site: {}, mobile {}.", "{} was upset, please be kind. Number {}."]).format(who, phone)
        entries.append({"at": iso(t), "text": note, "reuse": "case-only", "author": agent})
        t += timedelta(minutes=rng.randrange(2, 60))
    if s["env"] and rng.random() < .6:
        entries.append({"at": iso(t), "text": rng.choice(s["env"]), "reuse": "environment", "author": agent})
        t += timedelta(minutes=rng.randrange(1, 20))

    right = s["right"] if s["right"] and usable(s["right"], at) else None
    wrong = [w for w in dict.fromkeys(s["wrong"]) if usable(w, at)]
    first, second = (wrong[0] if wrong else None), (wrong[1] if len(wrong) > 1 else None)
    misled = .6 if s["key"] == "red-4" else .45 if s["key"] in ("night-cam", "relay") else .16
    if kind == "community":
        misled = .3
    if first and rng.random() < misled:
        event(t, "opened", "internal", case=case, article=first, actor=agent, channel=channel)
        if kind == "service" and rng.random() < .55:
            done = t + timedelta(minutes=rng.randrange(8, 90))
            entries.append({"at": iso(done), "text": rng.choice(["Tried the steps of the article with the customer, no change.", "Steps done, problem remains.",
                            "Did not help, still the same.", "Sent the usual steps, customer says it did nothing."]), "reuse": "case-only", "author": agent})
            link(case, first, "tried-failed", done, agent, trust)
            t = done + timedelta(minutes=rng.randrange(5, 120))
        else:
            reason = "wrong" if s["key"] in ("red-4", "comm-vlan") and rng.random() < .5 else "not-relevant"
            link(case, first, "dismissed", t + timedelta(minutes=1), agent, trust, reason=reason)
            event(t + timedelta(minutes=1), "dismissed", "internal", case=case, article=first, reason=reason, actor=agent, channel=channel)
    if second and rng.random() < .15:
        link(case, second, "dismissed", t + timedelta(minutes=2), agent, trust, reason="not-relevant")
        event(t + timedelta(minutes=2), "dismissed", "internal", case=case, article=second, reason="not-relevant", actor=agent, channel=channel)

    done = t + (timedelta(minutes=rng.randrange(5, 400)) if kind == "service" else timedelta(hours=rng.randrange(4, 500)))
    age = TODAY - at
    fate = rng.random()
    if age < timedelta(days=8) and fate < .55 or kind == "sales" and age < timedelta(days=30) and fate < .5 or done >= TODAY:
        case["entries"], case["status"] = entries, rng.choice(["open", "open", "waiting"])
        cases.append((at, case, s))
        return
    if fate > .965:
        case["entries"], case["status"] = entries, "abandoned"
        case["closed"] = iso(min(done + timedelta(days=14), TODAY - timedelta(hours=1)))
        cases.append((at, case, s))
        return
    if s["cause"] and rng.random() < .6:
        entries.append({"at": iso(done - timedelta(minutes=2)), "text": rng.choice(s["cause"]), "reuse": "cause", "author": agent})
    entries.append({"at": iso(done), "text": rng.choice(s["resolutions"]), "reuse": "resolution", "author": agent})
    case["resolved"] = iso(done)
    case["first_contact"] = done - at < timedelta(hours=5) and rng.random() < .8
    if right:
        roll = rng.random()
        if roll < .86 and kind in ("service", "community") or roll < .55:
            event(done - timedelta(minutes=4), "opened", "internal", case=case, article=right, actor=agent, channel=channel)
            event(done - timedelta(minutes=3), "accepted", "internal", case=case, article=right, actor=agent, channel=channel)
            link(case, right, "resolved", done, agent, trust)
            if ARTICLES[right]["audience"] == "public" and rng.random() < .35:
                event(done - timedelta(minutes=1), "sent", "internal", case=case, article=right, actor=agent, channel=channel)
                link(case, right, "sent", done - timedelta(minutes=1), agent, trust)
            elif rng.random() < .2:
                event(done - timedelta(minutes=2), "copied", "internal", case=case, article=right, actor=agent, channel=channel)
        elif roll < .95 and kind != "service":
            link(case, right, "helped", done, agent, trust)
            event(done - timedelta(minutes=3), "accepted", "internal", case=case, article=right, actor=agent, channel=channel)
        elif roll < .93:
            link(case, right, "referenced", done, agent, trust)
        if kind == "sales" and first and rng.random() < .25:
            link(case, first, "referenced", done, agent, trust)
    account = {"acc-0193": "crm-acc-0193-brightwater", "acc-0207": "crm-acc-0207-kestrel-lane", "acc-0311": "crm-acc-0311-harbour-mill",
               "acc-0342": "crm-acc-0342-pinefield", "acc-0402": "crm-acc-0402-orchard-care", "prt-018": "crm-partner-install-quality"}.get(case["party"])
    if account and usable(account, done) and rng.random() < .5:
        link(case, account, "referenced", done, agent, trust)
    close = done + timedelta(hours=rng.randrange(20, 120))
    if rng.random() < .045 and kind == "service" and done + timedelta(days=4) < TODAY:
        again = done + timedelta(hours=rng.randrange(10, 90))
        case["reopened"] = iso(again)
        entries.append({"at": iso(again), "text": rng.choice(["Sorry, it's back.", "Same again this morning.", "Worked for a day, now it is as before."]), "reuse": "issue", "author": "party"})
        if again > TODAY - timedelta(days=35):
            case["entries"], case["status"] = entries, "reopened"
            cases.append((at, case, s))
            return
        close = again + timedelta(hours=rng.randrange(30, 100))
        entries.append({"at": iso(close - timedelta(hours=2)), "text": "Done once more together with the customer, stable this time.", "reuse": "resolution", "author": agent})
    case["entries"], case["status"] = entries, "resolved"
    if close < TODAY:
        case["status"], case["closed"] = "closed", iso(close)
        if kind == "service" and rng.random() < .3:
            good = right and not any(r["link"] == "tried-failed" and r["case"] is case for _, r in links)
            event(close + timedelta(hours=3), "survey", "customer", case=case, party=case["party"], channel="email",
                  score=rng.choice([5, 5, 4, 4, 3] if good else [5, 4, 3, 2, 1]))
    cases.append((at, case, s))


session_no = 0


def fits(article, s, at):
    return article == s["right"]


def read(t, sid, who, s, article, rank, audience):
    """One visit of an article inside a session; returns the time after it and whether the need is met."""
    base = dict(session=sid, party=who, channel="web")
    event(t, "clicked", audience, article=article, rank=rank, **base)
    event(t + timedelta(seconds=1), "viewed", audience, article=article, **base)
    good = fits(article, s, t)
    if not good and rng.random() < .35:
        after = rng.randrange(2, 12)
        event(t + timedelta(seconds=1 + after), "returned", audience, article=article, after_s=after, **base)
        return t + timedelta(seconds=after + 15), False
    t += timedelta(seconds=rng.randrange(40, 420))
    if good:
        solved = rng.random() < (.88 if s["key"] in ("red-3", "red-4") else .72)
        if rng.random() < (.42 if solved else .3):
            event(t, "solved" if solved else "did-not-solve", audience, article=article, **base)
        if rng.random() < .22:
            event(t + timedelta(seconds=8), "rated", audience, article=article, value=rng.choice([1, 1, .8, .8, .6] if solved else [.6, .4, .2]), **base)
        if solved and rng.random() < .06:
            event(t + timedelta(seconds=3), "copied", audience, article=article, **base)
        return t + timedelta(seconds=30), solved
    if rng.random() < .3:
        event(t, "did-not-solve", audience, article=article, **base)
    if rng.random() < .16:
        event(t + timedelta(seconds=6), "rated", audience, article=article, value=rng.choice([0, .2, .2, .4]), **base)
    if s["key"] == "red-4" and article == "aurora-router-red-light" and rng.random() < .3:
        event(t + timedelta(seconds=12), "flagged", audience, article=article, reason=rng.choice(["outdated", "outdated", "outdated", "wrong"]), **base)
    elif rng.random() < .03:
        event(t + timedelta(seconds=12), "flagged", audience, article=article, reason=rng.choice(["unclear", "duplicate", "unclear"]), **base)
    return t + timedelta(seconds=30), False


def session(s, at, who, ends_in_case):
    """A self-service session about one need. Before a fix is known or shown, people read what the text search offers."""
    global session_no
    session_no += 1
    sid = "tmp-%d" % session_no
    audience = "customer" if who else "public"
    seen = ("public", "customer") if who else ("public",)
    shown = [w for w in dict.fromkeys(s["wrong"]) if usable(w, at, seen)]
    has = s["right"] and usable(s["right"], at, seen)
    if has:  # where the right article stands in the list
        misplaced = {"red-4": .7, "night-cam": .75}.get(s["key"], .22)
        shown.insert(min(len(shown), 1 if rng.random() < misplaced else 0), s["right"])
    met = False
    t = at
    for turn in range(rng.choice([1, 1, 1, 2]) if not ends_in_case else rng.choice([1, 2, 2])):
        if met:
            break
        query = rng.choice(s["queries"]) if rng.random() < .75 else rng.choice(s["openers"]).lower()
        event(t, "searched", audience, session=sid, party=who, channel="web", query=fill(typo(query) if rng.random() < .1 else query))
        t += timedelta(seconds=rng.randrange(4, 25))
        for rank, article in enumerate(shown, 1):
            if ends_in_case and article == s["right"] and rng.random() < .75:
                continue  # did not see it
            if rng.random() < (.82 if rank == 1 else .5):
                t, met = read(t, sid, who, s, article, rank, audience)
                if met:
                    break
    if not ends_in_case and rng.random() < .07:
        event(t + timedelta(seconds=20), "survey", audience, session=sid, party=who, channel="web", score=rng.choice([5, 4, 4] if met else [3, 2, 1]))
    return sid, t


for scenario in SERVICE + SALES + OTHER:
    for number in range(scenario["n"]):
        make_case(scenario, number)

cases.sort(key=lambda row: (row[0], row[1]["entries"][0]["text"]))
for number, (_, case, _) in enumerate(cases, 1):
    case["id"] = "c-%06d" % number

# Sessions that ended in a case.
for at, case, s in cases:
    if case["kind"] == "service" and case["channel"] in ("web", "chat", "email") and s["queries"] and rng.random() < .33:
        begin = at - timedelta(minutes=10)
        if begin > START + timedelta(hours=2):
            first = len(events)
            case["session"], end = session(s, begin, case["party"], True)
            shift = at - timedelta(seconds=rng.randrange(40, 900)) - end  # the session ends before the case begins
            for k in range(first, len(events)):
                moved = events[k][0] + shift
                events[k] = (moved, dict(events[k][1], at=iso(moved)))

# Sessions that did not.
pool = [(s, s["n"] * {"red-3": 3, "red-4": 2}.get(s["key"], 1)) for s in SERVICE]
for number in range(640):
    s = weighted(pool)[0]
    at = when(s, number)
    who = "acc-%04d" % rng.randrange(100, 420) if rng.random() < .4 else None
    session(s, at + timedelta(minutes=rng.randrange(0, 150)), who, False)

for article, weight, queries, first, last in BROWSE:
    s = dict(key="browse", right=article, wrong=[], queries=queries, openers=queries, start=first, end=last, months=None)
    for number in range(weight):
        who = "acc-%04d" % rng.randrange(100, 420) if rng.random() < .25 else None
        session(s, when(s, number), who, False)

# Knowledge work: verification on the dates the articles declare, and the first signs of trouble with the red light.
for name, a in sorted(ARTICLES.items()):
    if "verified" in a and START <= day(a["verified"]) < TODAY:
        event(day(a["verified"]) + timedelta(hours=9, minutes=rng.randrange(400)), "verified", "internal", article=name, actor=a.get("owner", "maria.keller"))
for offset, reason in ((2, "outdated"), (4, "outdated"), (9, "wrong"), (23, "outdated"), (56, "unsafe")):
    event(RELEASE_4 + timedelta(days=offset, hours=rng.randrange(1, 9)), "flagged", "internal", article="aurora-router-red-light", reason=reason,
          actor=["tom.baker", "aisha.rahman", "jonas.lind", "felix.brandt", "grace.kim"][[2, 4, 9, 23, 56].index(offset)])

# The article about NIM-2044 was written in one of the first cases after the release, and improved in later ones.
birth = day(ARTICLES["aurora-router-pppoe-vlan-4-0"]["created"]) + timedelta(hours=10)
early = [c for at, c, s in cases if s["key"] == "red-4" and at < birth]
late = [(at, c) for at, c, s in cases if s["key"] == "red-4" and at > birth + timedelta(days=20)]
if early:
    link(early[0], "aurora-router-pppoe-vlan-4-0", "created-from", birth, "jonas.lind", 1.0)
    for c in early[1:]:
        link(c, "aurora-router-pppoe-vlan-4-0", "resolved", birth + timedelta(hours=6), "jonas.lind", 1.0)
link(late[0][1], "aurora-router-pppoe-vlan-4-0", "improved", late[0][0] + timedelta(hours=7), "jonas.lind", 1.0)
# What a rule suggested for cases that are still open.
for at, case, s in cases:
    if case["status"] in ("open", "waiting") and s["right"] and usable(s["right"], at) and at + timedelta(minutes=2) < TODAY:
        link(case, s["right"], "suggested", at + timedelta(minutes=2), None, .5, provenance="rule")


def write(name, rows):
    (HERE / name).write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")


links.sort(key=lambda row: (row[0], row[1]["case"]["id"], row[1]["article"], row[1]["link"]))
links = [(at, {**r, "case": r["case"]["id"]}) for at, r in links if at < TODAY]
# Sessions are numbered by their first event, events by time.
names = {}
for at, e in sorted(events, key=lambda row: row[0]):
    if "session" in e:
        names.setdefault(e["session"], "s-%04d" % (len(names) + 1))
order = ["id", "at", "what", "session", "case", "party", "actor", "channel", "audience"]
rows = []
for number, (at, e) in enumerate(sorted(events, key=lambda row: row[0]), 1):
    e = dict(e, id="e-%06d" % number)
    if "session" in e:
        e["session"] = names[e["session"]]
    if "case" in e:
        e["case"] = e["case"]["id"]
    rows.append({"type": "event", **{k: e[k] for k in order if k in e}, **{k: v for k, v in e.items() if k not in order}})
for _, case, _ in cases:
    if "session" in case:
        case["session"] = names[case["session"]]
order = ["type", "id", "kind", "opened", "channel", "party", "products", "session", "entries", "status", "resolved", "first_contact", "closed", "reopened"]
write("cases.jsonl", [{k: c[k] for k in order if k in c} for _, c, _ in cases])
write("links.jsonl", [r for _, r in links])
write("events.jsonl", rows)
