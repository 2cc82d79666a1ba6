# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # What did the agent see on that day, and why?
#
# On the first of August a customer wrote that the router shows a red light. The agent gave the advice of an
# article that turned out to be wrong three weeks later. Was it wrong *then*?

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
# ## On the first of August
#
# `as_of` gives the base as it was known at an instant. It answers as it would have answered then.

# %%
august = kb.as_of(datetime.datetime(2026, 8, 1, tzinfo=UTC))
then = august.suggest(text=text, viewer="internal", context=situation("3.3.0"))
then

# %%
august.plot.factors(then)

# %% [markdown]
# The agent was right: the advice came first, and the cases of the spring spoke for it. The article that is right today did not exist.

# %%
try:
    august.article("aurora-router-pppoe-vlan-4-0")
except kenpoint.ArticleNotFoundError as error:
    print(error)
for when, base in (("then", august), ("now", kb)):
    print(f"firmware {when}:", base.article("fact:aurora-router/current firmware").sections[0].text)

# %% [markdown]
# ## Today
#
# The same words, the firmware of today.

# %%
now = kb.suggest(text=text, viewer="internal", context=situation("4.0.2"))
now

# %%
kb.plot.factors(now)

# %% [markdown]
# ## When did it turn?
#
# One sweep over the autumn, a look a week.

# %%
days = [datetime.datetime(2026, 8, 1, tzinfo=UTC) + datetime.timedelta(weeks=week) for week in range(16)]


def first(i: int, past: kenpoint.KnowledgeBase) -> tuple[str, float]:
    best = past.suggest(text=text, viewer="internal", context=situation("4.0.2"))[0]
    return best.id, best.solve


for day, (id, solve) in zip(days, kb.replay(days, first), strict=True):
    print(f"{day:%d %b}  {id:35} solves {solve:.0%}")

# %%
flags = [event for event in kb.events().to_dicts() if event["what"] == "flagged" and event["article"] == "aurora-router-red-light"]
print("first flag:", flags[0]["at"].date())

# %% [markdown]
# ## Which cases were answered wrongly in between?
#
# Between the firmware of the 18th and the first right article, the cases in which the old advice was tried in vain.

# %%
wrong = [
    link.case
    for link in kb.links_of_article("aurora-router-red-light")
    if link.link in ("tried-failed", "dismissed") and link.at >= datetime.datetime(2026, 8, 18, tzinfo=UTC)
]
print(len(wrong), "cases:", ", ".join(wrong[:8]), "...")
