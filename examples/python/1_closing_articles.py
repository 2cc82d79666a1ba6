# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Articles that close cases
#
# This notebook loads a help centre and a year of its cases from data frames. Then it lists the articles that close cases,
# the articles due for review, and the suspect ones. The company, Halvorn, is fictitious.

# %%
import datetime
import json
from pathlib import Path

import kenpoint
import polars as pl

data = next(up / "examples/data" for up in [Path.cwd(), *Path.cwd().parents] if (up / "examples/data").exists())
today = datetime.datetime(2026, 11, 20, tzinfo=datetime.timezone.utc)
kb = kenpoint.memory(clock=kenpoint.FixedClock(today))

# %% [markdown]
# ## Load
#
# Articles are Markdown files. The import is dated: each article arrives in the base at the time it was written.

# %%
kb.import_path(data / "articles", arrivals="as-dated")

# %% [markdown]
# Cases come from the export of a help desk, as a data frame with column names of its own. `columns` maps our keys to
# these names. Times need a time zone.


# %%
def lines(name: str) -> list[dict]:
    return [json.loads(line) for line in (data / name).read_text().splitlines()]


def instants(frame: pl.DataFrame, *names: str) -> pl.DataFrame:
    return frame.with_columns(pl.col(name).str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_zone="UTC") for name in names)


tickets = instants(pl.DataFrame(lines("cases.jsonl"), infer_schema_length=None), "opened", "resolved", "closed").rename(
    {"id": "ticket", "opened": "created", "party": "customer"}
)
tickets.select("ticket", "created", "customer", "channel", "status", "resolved").head(3)

# %%
report = kb.load_cases(tickets, columns={"id": "ticket", "opened": "created", "party": "customer"}, leave_out=["type"])
report

# %%
links = instants(pl.DataFrame(lines("links.jsonl"), infer_schema_length=None), "at")
print(kb.load_links(links, leave_out=["type"]).created, "links")
print(kb.load_actors(pl.DataFrame(lines("actors.jsonl")), leave_out=["type"]).created, "actors")
print(kb.import_path(data / "events.jsonl", survey_scale=(1, 5)).created, "events of visits to self-service")
kb

# %% [markdown]
# ## The articles that close cases

# %%
closers = (
    kb.tables.links()
    .to_polars()
    .filter(pl.col("retracted_at").is_null())
    .group_by("article")
    .agg(
        (pl.col("link") == "resolved").sum().alias("resolved"),
        (pl.col("link") == "tried-failed").sum().alias("failed"),
        (pl.col("link") == "dismissed").sum().alias("dismissed"),
    )
    .with_columns(pl.col("article").map_elements(kb.solve_rate, return_dtype=pl.Float64).alias("solve_rate"))
    .sort("resolved", "article", descending=[True, False])
)
closers.head(8)

# %%
kb.plot.closers(limit=12)

# %% [markdown]
# The ledger behind these numbers is a table of sums per article, version, signal, segment and day.

# %%
kb.tables.evidence().to_polars().group_by("signal", "segment").agg(pl.col("amount").sum()).sort("signal", "segment")

# %% [markdown]
# ## The articles to review
#
# The review queue is ordered by risk: the probability that an article is wrong, times its use, times the harm.

# %%
kb.tables.review(limit=8).to_polars().select("article", "state", "wrong", "demand", "risk")

# %%
kb.plot.freshness()

# %% [markdown]
# One article is suspect: until the firmware of August a red light meant a broken update. Since then it means that the
# sign-in to the provider fails.

# %%
kb.article("aurora-router-red-light")

# %%
kb.plot.evidence("aurora-router-red-light")

# %%
before, since = closers.filter(article="aurora-router-red-light"), closers.filter(article="aurora-router-pppoe-vlan-4-0")
print(f"red-light: resolved {before['resolved'][0]}, failed or dismissed {before['failed'][0] + before['dismissed'][0]}")
print(f"pppoe-vlan: resolved {since['resolved'][0]}, failed or dismissed {since['failed'][0] + since['dismissed'][0]}")
print("suspect:", ", ".join(item.id for item in kb.reviews.queue(limit=1000) if item.suspect))
