# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # The answers of a past day, with their reasons
#
# On 1 August a customer wrote that the router shows a red light. The agent followed an article that turned out to be wrong
# three weeks later. This notebook checks if the article was wrong *on that day*.

# %%
import datetime
from pathlib import Path

import kenpoint

UTC = datetime.timezone.utc
data = next(up / "examples/data" for up in [Path.cwd(), *Path.cwd().parents] if (up / "examples/data").exists())
kb = kenpoint.memory(clock=kenpoint.FixedClock(datetime.datetime(2026, 11, 20, tzinfo=UTC)))
kb.import_path(data, arrivals="as-dated", survey_scale=(1, 5))

text = (
    "Our router shows a red light since the update last night and there is no internet on any device. "
    "I held the reset button for ten seconds like your website says and nothing happens. The provider says the line is fine."
)


def situation(firmware: str) -> kenpoint.Context:
    return kenpoint.Context(items=[kenpoint.ProductItem("aurora-router", version=firmware)])


# %% [markdown]
# ## On 1 August
#
# `as_of` returns a view of the base as it was known at an instant. The view answers as the base answered then.

# %%
august = kb.as_of(datetime.datetime(2026, 8, 1, tzinfo=UTC))
then = august.suggest(text=text, viewer="internal", context=situation("3.3.0"))
then

# %%
august.plot.factors(then)

# %% [markdown]
# The agent was right: the article came first, supported by the cases of the spring. The article that is right today did
# not exist.

# %%
try:
    august.article("aurora-router-pppoe-vlan-4-0")
except kenpoint.ArticleNotFoundError as error:
    print(error)
for day, base in (("then", august), ("now", kb)):
    print(f"firmware {day}:", base.article("fact:aurora-router/current firmware").sections[0].text)

# %% [markdown]
# ## Today
#
# The same text with the firmware of today.

# %%
now = kb.suggest(text=text, viewer="internal", context=situation("4.0.2"))
now

# %%
kb.plot.factors(now)

# %% [markdown]
# ## The day of the change
#
# One replay over the autumn, with one instant per week.

# %%
days = [datetime.datetime(2026, 8, 1, tzinfo=UTC) + datetime.timedelta(weeks=week) for week in range(16)]


def first(i: int, past: kenpoint.KnowledgeBase) -> tuple[str, float]:
    best = past.suggest(text=text, viewer="internal", context=situation("4.0.2"))[0]
    return best.id, best.solve_probability


for day, (article, probability) in zip(days, kb.replay(days, first), strict=True):
    print(f"{day:%d %b}  {article:35} solves {probability:.0%}")

# %%
flags = [event for event in kb.tables.events().to_dicts() if event["what"] == "flagged" and event["article"] == "aurora-router-red-light"]
print("first flag:", flags[0]["at"].date())

# %% [markdown]
# ## The cases with the wrong advice
#
# The cases after the firmware of 18 August in which the old advice failed or was dismissed.

# %%
wrong = [
    link.case
    for link in kb.links_of_article("aurora-router-red-light")
    if link.link in ("tried-failed", "dismissed") and link.at >= datetime.datetime(2026, 8, 18, tzinfo=UTC)
]
print(len(wrong), "cases:", ", ".join(wrong[:8]), "...")
