# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Would another policy have done better?
#
# Every case of the last year that an article resolved is a question with a known answer. Each is asked
# again **as of its own opening**: with the articles, the links and the feedback of that moment and not a
# second more. Where did the article that closed it stand, under the policy in force and under another?

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
# A case counts if an article resolved it that was already there when the case was opened: nobody could have
# suggested another.


# %%
class Question(NamedTuple):
    case: str
    opened: datetime.datetime
    product: str
    answers: frozenset[str]


created = {row["id"]: row["created"] for row in kb.articles().to_dicts()}
resolved: dict[str, set[str]] = {}
for link in kb.links().to_dicts():
    if link["link"] == "resolved" and link["retracted_at"] is None and link["verdict"] != "rejected":
        # An article that was merged into another answers by that one's name.
        resolved.setdefault(link["case"], set()).add(kb.article(link["article"]).id)

questions = []
for id, articles in resolved.items():
    case = kb.case(id)
    known = frozenset(article for article in articles if created[article] < case.opened)
    if known:
        line = case.products[0].id.split("-")[0] if case.products else "no product"
        questions.append(Question(id, case.opened, line, known))
questions.sort(key=lambda q: (q.opened, q.case))
print(len(questions), "questions, from", questions[0].opened.date(), "to", questions[-1].opened.date())

# %% [markdown]
# ## The replay
#
# One sweep over the log for each policy: the one in force, and one that learns nothing from links, reads and ratings, and keeps
# words, freshness and fit. `suggest` leaves out what the case's own later story tells, as that had not arrived.
# Rank 0 stands for "not among the first ten".


# %%
def ranks(policy: kenpoint.RankPolicy | None) -> list[int]:
    def ask(i: int, then: kenpoint.KnowledgeBase) -> int:
        answer = then.suggest(questions[i].case, viewer="internal", limit=10, threshold=0.0)
        places = [rank for rank, found in enumerate(answer, 1) if found.id in questions[i].answers]
        return places[0] if places else 0

    return kb.replay([q.opened for q in questions], ask, policy=policy)


without_learning = kb.policy.replace(case_rho=0.0, usefulness_weight=0.0, learned_cap=0.0, case_negative=0.0)
trials = {"in force": ranks(None), "without learning": ranks(without_learning)}

# %% [markdown]
# ## What came of it
#
# MRR is the mean of 1/rank, recall@3 the share within the first three. Intervals are 95 % percentile intervals over 2,000
# draws of cases with replacement, the same draws for both policies; the seed is fixed. The difference is taken case by case.

# %%
SEED, DRAWS = 20261120, 2_000


def reciprocal(rank: int) -> float:
    return 1 / rank if rank else 0.0


def within_three(rank: int) -> float:
    return float(0 < rank <= 3)


def interval(values: list[float]) -> tuple[float, float, float]:
    """The mean of some values, and between what it lies."""
    dice = random.Random(SEED)
    n = len(values)
    means = sorted(sum(dice.choices(values, k=n)) / n for _ in range(DRAWS))
    return sum(values) / n, means[DRAWS * 25 // 1000], means[DRAWS * 975 // 1000 - 1]


def rows(group: str, keep: list[int]) -> list[dict]:
    found = []
    for measure, of in (("MRR", reciprocal), ("recall@3", within_three)):
        by_trial = {name: [of(trial[i]) for i in keep] for name, trial in trials.items()}
        pairs = zip(by_trial["in force"], by_trial["without learning"], strict=True)
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
# ## By product, where is the difference?

# %%
table.filter(pl.col("policy") == "difference").select("group", "n", "measure", "mean", "low", "high")

# %%
best = table.filter((pl.col("group") == "all") & (pl.col("policy") == "difference"))
for row in best.to_dicts():
    says = "better" if row["low"] > 0 else "worse" if row["high"] < 0 else "no clear difference"
    print(f"{row['measure']}: in force - without learning = {row['mean']:+.3f} [{row['low']:+.3f}, {row['high']:+.3f}]: {says}")

# %% [markdown]
# A caveat that no interval shows: agents linked what they found with the search of their day. An article that nobody was
# shown is in no link, so a policy that would have found it gets no credit here.
