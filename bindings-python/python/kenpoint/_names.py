"""Enums of the model: members are texts, equal to the names of the core in every language."""

from __future__ import annotations

from enum import StrEnum

__all__ = [
    "Came",
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
    "Verdict",
    "WordsFrom",
]


class Recorded(StrEnum):
    """What came of a write."""

    NEW = "new"
    """It was recorded."""
    KNOWN = "known"
    """Its id was known: it counts once."""
    UNCHANGED = "unchanged"
    """It was a put of what is there already: nothing was recorded."""


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
    """What a section is for. Weights of the text score go by it."""

    ISSUE = "issue"
    """Symptoms: the problem in the words of those who have it."""
    ENVIRONMENT = "environment"
    """Where it occurs."""
    CAUSE = "cause"
    """Why it occurs."""
    RESOLUTION = "resolution"
    """What to do."""
    SUMMARY = "summary"
    """The article in short."""
    NOTE = "note"
    """Anything else."""


class Confidence(StrEnum):
    """How sure the company is of an article (KCS v6, technique 5.2)."""

    WORK_IN_PROGRESS = "work-in-progress"
    """Being written."""
    NOT_VALIDATED = "not-validated"
    """Complete, not yet reviewed."""
    VALIDATED = "validated"
    """Reviewed."""
    ARCHIVED = "archived"
    """Out of use: kept, never shown."""


class Governance(StrEnum):
    """Who may edit."""

    OPEN = "open"
    """Anyone with the licence for it."""
    RESTRICTED = "restricted"
    """Named editors only (regulated text)."""


class Change(StrEnum):
    """How much a new version changes; decides how much evidence carries over."""

    MINOR = "minor"
    """Wording. All evidence stays."""
    MAJOR = "major"
    """Content. Half the evidence stays."""
    FACT = "fact"
    """A fact turned. A tenth stays."""
    REVIEW_ONLY = "review-only"
    """Nothing but a review date. All evidence stays."""


class Relation(StrEnum):
    """How two articles relate."""

    RELATED = "related"
    """See also."""
    DUPLICATE_OF = "duplicate-of"
    """Says the same."""
    SUPERSEDES = "supersedes"
    """Replaces."""
    TRANSLATES = "translates"
    """The same in another language."""
    VARIANT_FOR = "variant-for"
    """The same for another audience."""
    DEPENDS_ON = "depends-on"
    """Is true only while the other is."""
    CONTRADICTS = "contradicts"
    """Says otherwise."""


class CaseKind(StrEnum):
    """Which part of the company meets the customer."""

    SERVICE = "service"
    """A question or a fault."""
    SALES = "sales"
    """An opportunity."""
    MARKETING = "marketing"
    """A response to a campaign."""
    COMMUNITY = "community"
    """A thread of a forum."""


class CaseStatus(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    """Being worked on."""
    WAITING = "waiting"
    """Waiting for the customer."""
    RESOLVED = "resolved"
    """Answered."""
    CLOSED = "closed"
    """Done."""
    REOPENED = "reopened"
    """Came back after it was resolved or closed."""
    ABANDONED = "abandoned"
    """Given up by the customer."""


class CaseRelation(StrEnum):
    """How two cases relate."""

    DUPLICATE_OF = "duplicate-of"
    """The same report again."""
    CHILD_OF = "child-of"
    """Part of a larger one."""
    SAME_CAUSE = "same-cause"
    """Another symptom of one cause."""


class LinkType(StrEnum):
    """What the article was to the case."""

    RESOLVED = "resolved"
    """It closed the case."""
    HELPED = "helped"
    """It helped."""
    REFERENCED = "referenced"
    """It was named."""
    SENT = "sent"
    """It was sent to the customer."""
    CREATED_FROM = "created-from"
    """It was written out of the case."""
    TRIED_FAILED = "tried-failed"
    """It was tried and did not help."""
    DISMISSED = "dismissed"
    """It was looked at and put aside."""
    SUGGESTED = "suggested"
    """It was suggested."""
    IMPROVED = "improved"
    """It was made better while it was used."""


class Provenance(StrEnum):
    """Where a link comes from."""

    HUMAN = "human"
    """A person said so."""
    RULE = "rule"
    """A rule of the host said so."""
    LEARNED = "learned"
    """It was learned."""
    IMPORTED = "imported"
    """It came with an import."""


class DismissReason(StrEnum):
    """Why a suggestion was put aside."""

    NOT_RELEVANT = "not-relevant"
    """It is about something else: counts against it for cases like this one only."""
    ALREADY_TRIED = "already-tried"
    """It was already tried."""
    WRONG = "wrong"
    """It says something wrong: counts against the article."""
    OUTDATED = "outdated"
    """It is out of date: counts against the article."""


class Verdict(StrEnum):
    """What an audit says of a link."""

    CONFIRMED = "confirmed"
    """It is right."""
    REJECTED = "rejected"
    """It is wrong: it counts no more."""


class FlagReason(StrEnum):
    """What is wrong with an article."""

    OUTDATED = "outdated"
    """No longer true."""
    WRONG = "wrong"
    """Never was true."""
    UNCLEAR = "unclear"
    """Hard to understand."""
    DUPLICATE = "duplicate"
    """Said elsewhere."""
    UNSAFE = "unsafe"
    """Following it does harm."""


class Licence(StrEnum):
    """What an actor is trusted with (KCS v6). A plain field for now: no rule asks for it yet, but the confidence of a link takes its default from it."""

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
    """Whose experience it is. Customers' and agents' evidence is kept apart and mixed by policy."""

    CUSTOMER = "customer"
    """Readers of self-service."""
    AGENT = "agent"
    """Agents, and the outcome of assisted cases."""


class Signal(StrEnum):
    """What was observed. How much a signal weighs is policy; the ledger only counts."""

    MOVED_ON = "moved-on"
    """Read, then another article read in the same intent."""
    BOUNCED = "bounced"
    """Back in the list within five seconds."""
    SOFT_SOLVED = "soft-solved"
    """The last article of an intent, and no case within a day."""
    SOLVED = "solved"
    """Said to have solved it."""
    DID_NOT_SOLVE = "did-not-solve"
    """Said not to have solved it."""
    RATED_UP = "rated-up"
    """A rating's share of yes."""
    RATED_DOWN = "rated-down"
    """A rating's share of no."""
    FLAGGED = "flagged"
    """Flagged."""
    COPIED = "copied"
    """Copied by an agent."""
    RESOLVED = "resolved"
    """Linked as what resolved a case that is done, times confidence."""
    HELPED = "helped"
    """Linked as a help, times confidence."""
    TRIED_FAILED = "tried-failed"
    """Tried in a case, in vain."""
    DISMISSED_WRONG = "dismissed-wrong"
    """Dismissed as wrong or outdated."""
    CASE_AFTER_VIEW = "case-after-view"
    """Read, then a case out of the same intent."""
    REOPENED = "reopened"
    """The case it resolved came back."""


class FreshnessState(StrEnum):
    """How an article stands at an instant, best first."""

    UNVERIFIED = "unverified"
    """Never verified, not yet due."""
    FRESH = "fresh"
    """Verified, not yet due."""
    DUE_SOON = "due-soon"
    """Due within a tenth of its interval."""
    DUE = "due"
    """Due."""
    OVERDUE = "overdue"
    """Due for more than a fifth of its interval."""
    EXPIRED = "expired"
    """Past its time to live or its validity."""


class FactorName(StrEnum):
    """The factors of a score, in the order in which they are multiplied."""

    FRESHNESS = "freshness"
    """F: freshness."""
    USEFULNESS = "usefulness"
    """U: usefulness."""
    RELEVANCE = "relevance"
    """R: relevance, of text and case evidence."""
    CONTEXT = "context"
    """C: fit to the situation."""
    FAILURES = "failures"
    """N: what similar cases tried in vain."""


class Came(StrEnum):
    """What came of an article that was opened."""

    SOLVED = "solved"
    """The reader said that it solved the problem."""
    DID_NOT_SOLVE = "did-not-solve"
    """The reader said that it did not."""
    UNSAID = "unsaid"
    """Nothing was said. Whoever leaves in silence may have found the answer, or given up."""


class WordsFrom(StrEnum):
    """Where words of a customer come from."""

    QUERY = "query"
    """Typed to search."""
    MESSAGE = "message"
    """Written to the company."""
