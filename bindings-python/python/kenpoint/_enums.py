"""Enums of the model. Members are texts with the same names in every language."""

from __future__ import annotations

from enum import StrEnum

from . import _kenpoint

__all__ = [
    "CaseKind",
    "CaseRelation",
    "CaseStatus",
    "Change",
    "Confidence",
    "DismissReason",
    "FactorName",
    "FlagReason",
    "FreshnessState",
    "Governance",
    "Kind",
    "Licence",
    "LinkType",
    "Provenance",
    "Recorded",
    "Relation",
    "Role",
    "Segment",
    "Signal",
    "TextOrigin",
    "TriedOutcome",
    "Verdict",
]


class Recorded(StrEnum):
    """The outcome of a write."""

    NEW = "new"
    """A new event was recorded."""
    DUPLICATE = "duplicate"
    """An event with this id was recorded before: it counts once."""
    UNCHANGED = "unchanged"
    """The put article is equal to the current version: nothing was recorded."""


class Kind(StrEnum):
    """The seven kinds of knowledge a customer-facing company has, and community posts."""

    CRM = "crm"
    """Live facts of the CRM: orders, installations, contracts."""
    PROCESS = "process"
    """The state and the rules of a process: sales stages, escalation, returns."""
    PRODUCT = "product"
    """Products and services."""
    COMPANY = "company"
    """The company itself: locations, policies, opening hours."""
    COMPETITIVE = "competitive"
    """Competitors."""
    GENERAL = "general"
    """Technology, regulation, market."""
    ANALYTICAL = "analytical"
    """Insight from analysis."""
    COMMUNITY = "community"
    """A post by customers or partners."""


class Role(StrEnum):
    """The purpose of a section. The text score weights sections by role."""

    ISSUE = "issue"
    """Symptoms: the problem in the words of the people affected."""
    ENVIRONMENT = "environment"
    """The environment in which the problem occurs."""
    CAUSE = "cause"
    """The cause of the problem."""
    RESOLUTION = "resolution"
    """The steps to take."""
    SUMMARY = "summary"
    """A summary of the article."""
    NOTE = "note"
    """Other text."""


class Confidence(StrEnum):
    """The company's confidence in an article (KCS v6, technique 5.2)."""

    WORK_IN_PROGRESS = "work-in-progress"
    """The article is being written."""
    NOT_VALIDATED = "not-validated"
    """The article is complete and not yet reviewed."""
    VALIDATED = "validated"
    """The article was reviewed."""
    ARCHIVED = "archived"
    """The article is out of use: kept and never shown."""


class Governance(StrEnum):
    """The actors that may edit an article."""

    OPEN = "open"
    """Every actor with the licence to edit."""
    RESTRICTED = "restricted"
    """Named editors only, for regulated text."""


class Change(StrEnum):
    """The size of a change, which determines the share of evidence that carries over."""

    MINOR = "minor"
    """A change of wording. All evidence stays."""
    MAJOR = "major"
    """A change of content. Half of the evidence stays."""
    FACT = "fact"
    """A change of a fact. A tenth of the evidence stays."""
    REVIEW_ONLY = "review-only"
    """A review without a change of text. All evidence stays."""


class Relation(StrEnum):
    """The relation of one article to another."""

    RELATED = "related"
    """The other article is related."""
    DUPLICATE_OF = "duplicate-of"
    """The other article has the same content."""
    SUPERSEDES = "supersedes"
    """This article replaces the other."""
    TRANSLATES = "translates"
    """This article translates the other."""
    VARIANT_FOR = "variant-for"
    """This article has the same content for another audience."""
    DEPENDS_ON = "depends-on"
    """This article holds only while the other holds."""
    CONTRADICTS = "contradicts"
    """This article contradicts the other."""


class CaseKind(StrEnum):
    """The department that serves the customer."""

    SERVICE = "service"
    """A question or a fault."""
    SALES = "sales"
    """An opportunity."""
    MARKETING = "marketing"
    """A response to a campaign."""
    COMMUNITY = "community"
    """A thread of a forum."""


class CaseStatus(StrEnum):
    """The status of a case."""

    OPEN = "open"
    """The case is being worked on."""
    WAITING = "waiting"
    """The case waits for the customer."""
    RESOLVED = "resolved"
    """The case was resolved."""
    CLOSED = "closed"
    """The case was closed."""
    REOPENED = "reopened"
    """The case was reopened after it was resolved or closed."""
    ABANDONED = "abandoned"
    """The customer abandoned the case."""


class CaseRelation(StrEnum):
    """The relation of one case to another."""

    DUPLICATE_OF = "duplicate-of"
    """The case repeats the other."""
    CHILD_OF = "child-of"
    """The case is part of the other."""
    SAME_CAUSE = "same-cause"
    """Both cases have the same cause."""


class LinkType(StrEnum):
    """The role of an article in a case."""

    RESOLVED = "resolved"
    """The article resolved the case."""
    HELPED = "helped"
    """The article helped."""
    REFERENCED = "referenced"
    """The article was referenced."""
    SENT = "sent"
    """The article was sent to the customer."""
    CREATED_FROM = "created-from"
    """The article was created from the case."""
    TRIED_FAILED = "tried-failed"
    """The article was tried and did not help."""
    DISMISSED = "dismissed"
    """The article was viewed and dismissed."""
    SUGGESTED = "suggested"
    """The article was suggested."""
    IMPROVED = "improved"
    """The article was improved while it was used."""

    def closes_case(self, verdict: Verdict | str | None = None, *, is_retracted: bool = False) -> bool:
        """Returns True if a link of this type closes its case, for rows of `kb.tables.links()`; see `Link.closes_case`.

        verdict: the verdict of an audit.
        is_retracted: True for a link that was retracted.

        >>> import kenpoint
        >>> kenpoint.LinkType.RESOLVED.closes_case(), kenpoint.LinkType.HELPED.closes_case()
        (True, False)
        """
        return _kenpoint._closes_case(self, verdict, is_retracted)


class Provenance(StrEnum):
    """The origin of a link."""

    HUMAN = "human"
    """A person made the link."""
    RULE = "rule"
    """A rule of the host made the link."""
    LEARNED = "learned"
    """The link was learned."""
    IMPORTED = "imported"
    """The link was imported."""


class DismissReason(StrEnum):
    """The reason for dismissing an article."""

    NOT_RELEVANT = "not-relevant"
    """The article is about something else. Counts against the article only for similar cases."""
    ALREADY_TRIED = "already-tried"
    """The article was already tried."""
    WRONG = "wrong"
    """The article is wrong. Counts against the article."""
    OUTDATED = "outdated"
    """The article is outdated. Counts against the article."""


class Verdict(StrEnum):
    """The verdict of an audit on a link."""

    CONFIRMED = "confirmed"
    """The link is right."""
    REJECTED = "rejected"
    """The link is wrong and no longer counts."""


class FlagReason(StrEnum):
    """The reason for flagging an article."""

    OUTDATED = "outdated"
    """The article is no longer true."""
    WRONG = "wrong"
    """The article was never true."""
    UNCLEAR = "unclear"
    """The article is hard to understand."""
    DUPLICATE = "duplicate"
    """Another article has the same content."""
    UNSAFE = "unsafe"
    """Following the article does harm."""


class Licence(StrEnum):
    """The licence of an actor (KCS v6). It sets the default confidence of the actor's links; no other rule uses it yet."""

    READER = "reader"
    """Reads, rates, flags."""
    CANDIDATE = "candidate"
    """Learns: links and drafts."""
    CONTRIBUTOR = "contributor"
    """Validates."""
    PUBLISHER = "publisher"
    """Publishes to any audience."""
    COACH = "coach"
    """Coaches others."""
    DOMAIN_EXPERT = "domain-expert"
    """Answers for a domain."""


class Segment(StrEnum):
    """The source of evidence. Evidence of customers and of agents is stored separately and combined by the policy."""

    CUSTOMER = "customer"
    """Readers of self-service."""
    AGENT = "agent"
    """Agents, and the outcome of assisted cases."""


class Signal(StrEnum):
    """An observation about an article. The ledger counts signals; the policy weights them."""

    MOVED_ON = "moved-on"
    """Another article was read afterwards in the same intent."""
    BOUNCED = "bounced"
    """The reader returned to the list within five seconds."""
    SOFT_SOLVED = "soft-solved"
    """The article was the last of an intent, and no case followed within a day."""
    SOLVED = "solved"
    """The reader said that the article solved the problem."""
    DID_NOT_SOLVE = "did-not-solve"
    """The reader said that the article did not solve the problem."""
    RATED_UP = "rated-up"
    """The positive share of a rating."""
    RATED_DOWN = "rated-down"
    """The negative share of a rating."""
    FLAGGED = "flagged"
    """The article was flagged."""
    COPIED = "copied"
    """An agent copied the article."""
    RESOLVED = "resolved"
    """A `resolved` link to a case that is done, times confidence."""
    HELPED = "helped"
    """A `helped` link, times confidence."""
    TRIED_FAILED = "tried-failed"
    """A `tried-failed` link."""
    DISMISSED_WRONG = "dismissed-wrong"
    """The article was dismissed as wrong or outdated."""
    CASE_AFTER_VIEW = "case-after-view"
    """The article was read, and a case followed from the same intent."""
    REOPENED = "reopened"
    """A case that the article resolved was reopened."""


class FreshnessState(StrEnum):
    """The freshness of an article at an instant, in order of severity."""

    UNVERIFIED = "unverified"
    """The article was never verified and is not yet due."""
    FRESH = "fresh"
    """The article was verified and is not yet due."""
    DUE_SOON = "due-soon"
    """The article is due within a tenth of its interval."""
    DUE = "due"
    """The article is due."""
    OVERDUE = "overdue"
    """The article has been due for more than a fifth of its interval."""
    EXPIRED = "expired"
    """The article is past its time to live or its validity."""


class FactorName(StrEnum):
    """The factors of a score, in the order of multiplication."""

    FRESHNESS = "freshness"
    """Freshness, F in the design."""
    USEFULNESS = "usefulness"
    """Usefulness, U in the design."""
    RELEVANCE = "relevance"
    """Relevance of text and case evidence, R in the design."""
    CONTEXT = "context"
    """Fit to the context, C in the design."""
    FAILURES = "failures"
    """Failed attempts in similar cases, N in the design."""


class TriedOutcome(StrEnum):
    """The outcome of an article that a visitor opened."""

    SOLVED = "solved"
    """The reader said that the article solved the problem."""
    DID_NOT_SOLVE = "did-not-solve"
    """The reader said that the article did not solve the problem."""
    UNSAID = "unsaid"
    """The reader said nothing, and may have found the answer or given up."""


class TextOrigin(StrEnum):
    """The origin of a customer's text."""

    QUERY = "query"
    """A search query."""
    MESSAGE = "message"
    """A message to the company."""
