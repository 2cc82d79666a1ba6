# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Comparing ranking policies on past cases
#
# Every case of the last year that an article resolved is a question with a known answer. This notebook asks each question
# again **as of the opening of its case**, with the articles, links and feedback of that instant. It compares the rank of
# the article that closed the case under the current policy and under another one.

# %%
import datetime
import random
from pathlib import Path
from typing import NamedTuple

import altair as alt
import kenpoint
import polars as pl

data = next(up / "examples/data" for up in [Path.cwd(), *Path.cwd().parents] if (up / "examples/data").exists())
today = datetime.datetime(2026, 11, 20, tzinfo=datetime.timezone.utc)
kb = kenpoint.memory(clock=kenpoint.FixedClock(today))
kb.import_path(data, arrivals="as-dated", survey_scale=(1, 5))

# %% [markdown]
# ## The questions
#
# A case counts if the article that resolved it existed when the case was opened. No policy could have suggested a later
# article.


# %%
class Question(NamedTuple):
    case: str
    opened: datetime.datetime
    product: str
    answers: frozenset[str]


created = {row["id"]: row["created"] for row in kb.tables.articles().to_dicts()}
resolved: dict[str, set[str]] = {}
for link in kb.tables.links().to_dicts():
    if kenpoint.LinkType(link["link"]).closes_case(link["verdict"], is_retracted=link["retracted_at"] is not None):
        # A merged article counts as the article it was merged into.
        resolved.setdefault(link["case"], set()).add(kb.article(link["article"]).id)

questions = []
for case_id, articles in resolved.items():
    case = kb.case(case_id)
    known = frozenset(article for article in articles if created[article] < case.opened)
    if known:
        line = case.products[0].id.split("-")[0] if case.products else "no product"
        questions.append(Question(case_id, case.opened, line, known))
questions.sort(key=lambda q: (q.opened, q.case))
print(len(questions), "questions, from", questions[0].opened.date(), "to", questions[-1].opened.date())

# %% [markdown]
# ## The replay
#
# Each policy needs one replay of the log. The first is the current policy. The second learns nothing from links, reads and
# ratings, and keeps words, freshness and context. Later events of the case itself have not arrived yet, so they do not
# influence `suggest`. Rank 0 means "not among the first ten".


# %%
def ranks(policy: kenpoint.RankPolicy | None) -> list[int]:
    def rank(i: int, then: kenpoint.KnowledgeBase) -> int:
        answer = then.suggest(questions[i].case, viewer="internal", limit=10, threshold=0.0)
        positions = [position for position, found in enumerate(answer, 1) if found.id in questions[i].answers]
        return positions[0] if positions else 0

    return kb.replay([q.opened for q in questions], rank, policy=policy)


without_learning = kb.policy.replace(case_rho=0.0, usefulness_weight=0.0, learned_cap=0.0, case_negative=0.0)
trials = {"current": ranks(None), "without learning": ranks(without_learning)}

# %% [markdown]
# ## Results
#
# MRR is the mean of 1/rank; recall@3 is the share of cases with rank 1 to 3. Intervals are 95 % bootstrap percentile
# intervals over 2,000 resamples of the cases, with a fixed seed and the same resamples for both policies. Differences are
# paired by case.

# %%
SEED, DRAWS = 20261120, 2_000


def reciprocal(rank: int) -> float:
    return 1 / rank if rank else 0.0


def within_three(rank: int) -> float:
    return float(0 < rank <= 3)


def interval(values: list[float]) -> tuple[float, float, float]:
    """Returns the mean of the values and its interval."""
    generator = random.Random(SEED)
    n = len(values)
    means = sorted(sum(generator.choices(values, k=n)) / n for _ in range(DRAWS))
    return sum(values) / n, means[DRAWS * 25 // 1000], means[DRAWS * 975 // 1000 - 1]


def rows(group: str, keep: list[int]) -> list[dict]:
    found = []
    for measure, of in (("MRR", reciprocal), ("recall@3", within_three)):
        by_trial = {name: [of(trial[i]) for i in keep] for name, trial in trials.items()}
        pairs = zip(by_trial["current"], by_trial["without learning"], strict=True)
        by_trial["difference"] = [a - b for a, b in pairs]
        for name, values in by_trial.items():
            mean, low, high = interval(values)
            found.append({"group": group, "n": len(keep), "measure": measure, "policy": name, "mean": mean, "low": low, "high": high})
    return found


lines = sorted({q.product for q in questions})
table = pl.DataFrame(
    rows("all", list(range(len(questions))))
    + [row for line in lines for row in rows(line, [i for i, q in enumerate(questions) if q.product == line])]
)
table.filter(group="all")

# %%
INK = "#888888"
base = alt.Chart(alt.Data(values=table.filter(pl.col("policy") != "difference").to_dicts())).encode(
    y=alt.Y("policy:N", title=None), color=alt.Color("policy:N", scale=alt.Scale(range=["#0072b2", "#d55e00"]), legend=None)
)
bars = base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q", title=None, scale=alt.Scale(domain=[0, 1])), x2="high:Q")
dots = base.mark_point(filled=True, size=60).encode(x="mean:Q", tooltip=["group:N", "n:Q", "mean:Q", "low:Q", "high:Q"])
label = alt.Header(labelColor=INK, labelAngle=0, labelAlign="left")
(bars + dots).properties(width=220, height=36).facet(
    row=alt.Row("group:N", title=None, header=label), column=alt.Column("measure:N", title=None, header=alt.Header(labelColor=INK))
).properties(background="transparent").configure_axis(labelColor=INK, gridColor=INK, gridOpacity=0.25).configure_view(stroke=None)

# %% [markdown]
# ## The difference by product

# %%
table.filter(pl.col("policy") == "difference").select("group", "n", "measure", "mean", "low", "high")

# %%
best = table.filter((pl.col("group") == "all") & (pl.col("policy") == "difference"))
for row in best.to_dicts():
    verdict = "better" if row["low"] > 0 else "worse" if row["high"] < 0 else "no clear difference"
    print(f"{row['measure']}: current - without learning = {row['mean']:+.3f} [{row['low']:+.3f}, {row['high']:+.3f}]: {verdict}")

# %% [markdown]
# No interval shows this bias: agents linked the articles that the search of their day found. An article that was never
# shown has no links, so a policy that finds it gets no credit here.
