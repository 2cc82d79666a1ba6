# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # What closes cases?
#
# A help centre and a year of its cases come out of data frames. Then the base says which articles
# close cases, which are due for a look, and which are under suspicion. The company, Halvorn, is invented.

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
# Articles are Markdown files. They are imported as dated: each arrives in the base when it was written, and is as old
# here as it is.

# %%
kb.import_path(data / "articles", arrivals="as-dated")

# %% [markdown]
# Cases come from wherever the help desk keeps them. Here they are a frame with names of its own;
# `columns` says which is which. Times must have a time zone.


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
# ## Which articles close cases?

# %%
closers = (
    kb.links()
    .to_polars()
    .filter(pl.col("retracted_at").is_null())
    .group_by("article")
    .agg(
        (pl.col("link") == "resolved").sum().alias("resolved"),
        (pl.col("link") == "tried-failed").sum().alias("in_vain"),
        (pl.col("link") == "dismissed").sum().alias("dismissed"),
    )
    .with_columns(pl.col("article").map_elements(kb.solve_rate, return_dtype=pl.Float64).alias("solves"))
    .sort("resolved", "article", descending=[True, False])
)
closers.head(8)

# %%
kb.plot.closers(limit=12)

# %% [markdown]
# The ledger behind it is a table of sums: what was observed, of which version, by whom, from which day on.

# %%
kb.evidence().to_polars().group_by("signal", "segment").agg(pl.col("amount").sum()).sort("signal", "segment")

# %% [markdown]
# ## What should be looked at?
#
# The queue is ordered by risk: the chance that an article is wrong, times its use, times the harm.

# %%
kb.review(limit=8).to_polars().select("article", "state", "wrong", "demand", "risk")

# %%
kb.plot.freshness()

# %% [markdown]
# One article is under suspicion: until the firmware of August a red light meant a broken update, since
# then it means that the provider gets no sign-in.

# %%
kb.article("aurora-router-red-light")

# %%
kb.plot.evidence("aurora-router-red-light")

# %%
before, since = closers.filter(article="aurora-router-red-light"), closers.filter(article="aurora-router-pppoe-vlan-4-0")
print(f"red-light: resolved {before['resolved'][0]}, in vain or dismissed {before['in_vain'][0] + before['dismissed'][0]}")
print(f"pppoe-vlan: resolved {since['resolved'][0]}, in vain or dismissed {since['in_vain'][0] + since['dismissed'][0]}")
print("suspect:", ", ".join(item.id for item in kb.review_queue(limit=1000) if item.suspect))
