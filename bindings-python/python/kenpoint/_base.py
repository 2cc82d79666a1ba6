"""The base as Python has it: every call of the core, with Python's habits."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack, overload

from . import _codec, _kenpoint, _progress
from ._frames import Frames
from ._kenpoint import FixedClock
from ._many import Many
from ._progress import Tell as Progress
from ._service import SelfService
from .errors import ForkedHandleError, KenpointError
from .model import (
    Actor,
    Article,
    ArticleDraft,
    AudienceLabel,
    Case,
    CaseDraft,
    Confidence,
    DismissReason,
    EntryDraft,
    EvidenceRow,
    FactDraft,
    FlagReason,
    Freshness,
    FreshnessState,
    Governance,
    ImportOptions,
    ImportReport,
    Impression,
    Link,
    LinkDraft,
    LinkType,
    Provenance,
    Put,
    RankPolicy,
    Recorded,
    Relation,
    ReviewItem,
    Session,
    Verdict,
    Verified,
    VersionInfo,
)

if TYPE_CHECKING:
    from ._plot import Plot

T = TypeVar("T")


def open(
    path: str | os.PathLike[str],
    *,
    clock: FixedClock | None = None,
    seed: int = 0,
    language: str = "en",
    audiences: Sequence[AudienceLabel] | None = None,
    memory_limit: int | None = None,
    threads: int | None = None,
    cache_bytes: int | None = None,
    absorb_after: int | None = None,
    background: bool = True,
    trust_file: bool = False,
    on_notice: Callable[[str, str, str], object] | None = None,
) -> KnowledgeBase:
    """Opens the base in a folder, or makes one there.

    path: the folder. One process owns it until it is closed.
    clock: what the time is asked of; the machine's clock, if absent.
    seed: makes ids of events that come without one, 0 to 2**64 - 1. Fixed when the base is made.
    language: the language of cases and facts, a tag. Fixed when the base is made.
    audiences: who may see what, the labels from the innermost; the chain team, internal, partner, customer,
        public, if absent. Fixed when the base is made.
    memory_limit: bytes that the base may hold in memory, as `stats` counts them; no limit, if absent. A
        write that would go over it raises MemoryLimitError and writes nothing.
    threads: threads for `search_many` and `suggest_many`, 0 to 256; the machine's cores, if absent.
    cache_bytes: memory for pages of the store. Bytes; 256 MiB, or a quarter of `memory_limit` if that is less.
    absorb_after: new documents that stay in memory before they are put into the index on disk; 4096, if absent.
    background: whether a thread of the base does that, and makes relaxed events durable within a second.
    trust_file: leaves out the check of the whole file against its checksums.
    on_notice: is called with a level (error, warning, info, debug), a topic and a sentence when something happens
        that no call can answer for. It may be called from a thread of the base and may not call a base.

    Raises BusyError if another process or handle owns it, NotABaseError, FormatTooNewError and CorruptError
    for what is not a sound base, IoError for what cannot be read.

    >>> import kenpoint, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with kenpoint.open(folder) as kb:
    ...         print(kb)
    KnowledgeBase(articles=0, cases=0)
    """
    base = _kenpoint._open(
        path,
        clock=clock,
        seed=seed,
        language=language,
        audiences=audiences,
        memory_limit=memory_limit,
        threads=threads,
        cache_bytes=cache_bytes,
        absorb_after=absorb_after,
        background=background,
        trust_file=trust_file,
        on_notice=on_notice,
    )
    return KnowledgeBase(base)


def memory(
    *,
    clock: FixedClock | None = None,
    seed: int = 0,
    language: str = "en",
    audiences: Sequence[AudienceLabel] | None = None,
    memory_limit: int | None = None,
    threads: int | None = None,
    on_notice: Callable[[str, str, str], object] | None = None,
) -> KnowledgeBase:
    """Makes a base in memory. The arguments are those of `open`.

    >>> import kenpoint
    >>> kenpoint.memory()
    KnowledgeBase(articles=0, cases=0)
    """
    base = _kenpoint._open(
        None,
        clock=clock,
        seed=seed,
        language=language,
        audiences=audiences,
        memory_limit=memory_limit,
        threads=threads,
        cache_bytes=None,
        absorb_after=None,
        background=True,
        trust_file=False,
        on_notice=on_notice,
    )
    return KnowledgeBase(base)


class KnowledgeBase(Many, Frames, SelfService):
    """A knowledge base. Made by `kenpoint.open` and `kenpoint.memory`; may be used from many threads.

    Every call may raise ClosedError after `close`, and ForkedHandleError in a process forked from the one
    that opened the base. What a call raises besides is said at the call.
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        except ForkedHandleError:
            # A child of a fork that leaves the block has nothing to close: the base is its parent's.
            if error is None:
                raise

    def __repr__(self) -> str:
        if self.closed:
            return "KnowledgeBase(closed)"
        try:
            articles, cases = self._counts()
        except KenpointError as error:
            # In a forked child, in a notice, after a fault: what is shown must not raise.
            return f"KnowledgeBase({error.name})"
        return f"KnowledgeBase(articles={articles}, cases={cases})"

    def __reduce__(self) -> Any:
        raise TypeError(
            "a knowledge base cannot be pickled: one process owns it; pass its path and open it in the process that uses it"
        )

    # Articles and facts

    def put(self, article: ArticleDraft | Mapping[str, Any]) -> Put:
        """Puts an article: a new one, or a new version of one that exists. Putting again what is there changes nothing.

        Raises InvalidRecordError for a field that is missing, unknown or of another type, InvalidValueError and
        TooLargeError for values out of their range, UnknownNameError for an audience that the base has not.

        >>> import kenpoint
        >>> kb = kenpoint.memory()
        >>> kb.put({"id": "lamp", "kind": "product", "title": "The lamp stays dark"})
        Put(version=1, outcome=<Recorded.NEW: 'new'>)
        """
        version, outcome = self._put(_codec.encode(article), None)
        return Put(version, Recorded(outcome))

    def edit(self, article: ArticleDraft | Mapping[str, Any], *, expects: int) -> Put:
        """Puts a new version on top of the one the writer saw.

        expects: the number of that version; 0 asks for a new article.

        Raises VersionConflictError if it is no longer the current one, and what `put` raises.
        """
        version, outcome = self._put(_codec.encode(article), expects)
        return Put(version, Recorded(outcome))

    def set_fact(self, fact: FactDraft | Mapping[str, Any]) -> Recorded:
        """Sets a fact. The newest by `as_of` is the current one; older ones are kept.

        >>> import datetime, kenpoint
        >>> kb = kenpoint.memory()
        >>> day = datetime.datetime(2026, 11, 18, tzinfo=datetime.timezone.utc)
        >>> kb.set_fact(kenpoint.FactDraft("order 10-4471", "status", "shipped", day))
        <Recorded.NEW: 'new'>
        """
        return Recorded(self._set_fact(_codec.encode(fact)))

    def change_state(
        self,
        article: str,
        *,
        confidence: Confidence | str | None = None,
        audience: str | None = None,
        governance: Governance | str | None = None,
    ) -> Recorded:
        """Changes the states of an article; absent ones stay.

        Raises ArticleNotFoundError, InvalidTransitionError for what is not allowed from the present state.
        """
        return Recorded(self._change_state(article, confidence, audience, governance))

    def publish(self, article: str, audience: str) -> Recorded:
        """Validates an article and shows it to an audience."""
        return Recorded(self._publish(article, audience))

    def archive(self, article: str) -> Recorded:
        """Takes an article out of use. It is kept, and never shown."""
        return Recorded(self._archive(article))

    def verify_article(self, article: str, *, by: str) -> Recorded:
        """Says that an article was looked at by somebody and found to be right."""
        return Recorded(self._verify_article(article, by))

    def flag(self, article: str, reason: FlagReason | str, *, by: str) -> Recorded:
        """Says that something is wrong with an article."""
        return Recorded(self._flag(article, reason, by))

    def merge(self, article: str, *, into: str) -> Recorded:
        """Takes one article into another: evidence and links go on there, the old id still resolves."""
        return Recorded(self._merge(article, into))

    def relate(self, article: str, to: str, relation: Relation | str) -> Recorded:
        """Relates two articles."""
        return Recorded(self._relate(article, to, relation))

    # Cases and links

    def open_case(self, case: CaseDraft | Mapping[str, Any]) -> Recorded:
        """Opens a case.

        Raises AlreadyExistsError if there is one of this id.

        >>> import kenpoint
        >>> kb = kenpoint.memory()
        >>> kb.open_case(kenpoint.CaseDraft("c1", entries=[kenpoint.EntryDraft("issue", "No light.")]))
        <Recorded.NEW: 'new'>
        """
        return Recorded(self._open_case(_codec.encode(case)))

    def note(self, case: str, entry: EntryDraft | Mapping[str, Any]) -> Recorded:
        """Adds a note to a case. Raises CaseNotFoundError."""
        return Recorded(self._note(case, _codec.encode(entry)))

    def resolve_case(self, case: str, *, first_contact: bool | None = None) -> Recorded:
        """Says that a case is answered; in the first contact, if that is known. Its Resolved links get their credit."""
        return Recorded(self._resolve_case(case, first_contact))

    def close_case(self, case: str) -> Recorded:
        """Says that a case is done."""
        return Recorded(self._close_case(case))

    def reopen_case(self, case: str) -> Recorded:
        """Says that a case came back. Within seven days the credit of what resolved it is reversed."""
        return Recorded(self._reopen_case(case))

    def link(
        self,
        case: str,
        article: str,
        link: LinkType | str,
        *,
        by: str,
        provenance: Provenance | str = Provenance.HUMAN,
        confidence: float | None = None,
        reason: DismissReason | str | None = None,
    ) -> Recorded:
        """Links an article to a case. Doing it again changes nothing.

        link: what the article was to the case.
        by: who says so.
        provenance: where the link comes from.
        confidence: 0 to 1; the default of the provenance and the actor's licence, if absent.
        reason: why, for a link of the type dismissed.

        Raises CaseNotFoundError and ArticleNotFoundError.
        """
        draft = LinkDraft(case, article, link, provenance=provenance, confidence=confidence, reason=reason)
        return Recorded(self._link(_codec.encode(draft), by))

    def retract_link(self, case: str, article: str, link: LinkType | str) -> Recorded:
        """Takes a link back; all numbers are as they were before it. Raises LinkNotFoundError."""
        return Recorded(self._retract_link(case, article, link))

    def judge_link(self, case: str, article: str, link: LinkType | str, verdict: Verdict | str) -> Recorded:
        """Says whether a link is right. A rejected one counts no more. Raises LinkNotFoundError."""
        return Recorded(self._judge_link(case, article, link, verdict))

    # Feedback

    def record(self, what: str, /, **fields: Any) -> Recorded:
        """Records one thing that happened. The next answer already differs.

        what: `searched`, `shown`, `clicked`, `viewed`, `dwelt`, `copied`, `returned`, `rated`, `solved`,
            `did-not-solve`, `commented`, `suggested`, `opened`, `accepted`, `dismissed`, `sent`, `escalated`,
            `case-waiting`, `survey`, `product-released` and every other event of the core, by its name.
        fields: those that all events have, `at` (the clock's instant, if absent), `id` (recording it again is then
            harmless), `actor`, `party`, `session`, `case`, `channel`, `audience`; and those of this event: `article`,
            `query`, `impression`, `rank` (from 1), `seconds`, `after_s` (seconds), `value` (0 to 1), `reason`, `text`.

        Durable when it returns, but for what is only looked at (searched, shown, clicked, viewed, dwelt,
        copied, returned, suggested, opened): that is durable with the next durable change, or with `flush`.

        Raises InvalidRecordError for a field that this event has not, InvalidImpressionError for a token
        that is not of this base.

        >>> import kenpoint
        >>> kb = kenpoint.memory()
        >>> kb.put({"id": "lamp", "kind": "product", "title": "The lamp stays dark"}).version
        1
        >>> kb.record("rated", article="lamp", value=1.0, actor="ann")
        <Recorded.NEW: 'new'>
        """
        return self.record_all([{"what": what, **fields}])[0]

    def record_all(self, events: Iterable[Mapping[str, Any]]) -> list[Recorded]:
        """Records events in one commit, all or none. Each is a mapping with `what` and the fields of `record`."""
        now = None
        texts = []
        for event in events:
            if not isinstance(event, Mapping):
                raise TypeError(f"an event is a mapping with what happened under 'what', not a {type(event).__name__}")
            if event.get("at") is None:
                now = now or self.now()
                event = {**event, "at": now}
            texts.append(_codec.encode(event))
        return [Recorded(each) for each in self._record_all(texts)]

    @property
    def policy(self) -> RankPolicy:
        """The ranking policy in force."""
        return RankPolicy._of(self._policy())

    def set_policy(self, policy: RankPolicy) -> Recorded:
        """Puts another ranking policy in force, by a logged event. Changed section weights make the text index anew."""
        return Recorded(self._set_policy(RankPolicy._text_of(policy)))

    # Reading

    def article(self, id: str) -> Article:
        """An article by its id, or by that of an article merged into it. Raises ArticleNotFoundError."""
        return _codec.decode(Article, self._article(id))

    def version(self, id: str, number: int) -> Article:
        """An article as it read in one of its versions, from 1; its states are today's. Raises VersionNotFoundError."""
        return _codec.decode(Article, self._version(id, number))

    def versions(self, id: str) -> list[VersionInfo]:
        """The versions of an article, from the first."""
        return _codec.decode(list[VersionInfo], self._versions(id))

    def freshness_of(self, id: str, *, now: datetime.datetime | None = None) -> Freshness:
        """How fresh an article is at an instant."""
        return _codec.decode(Freshness, self._freshness(id, now))

    def evidence_of(self, id: str) -> list[EvidenceRow]:
        """The evidence about an article, row by row: its own, then that of the articles merged into it."""
        return _codec.decode(list[EvidenceRow], self._evidence(id))

    def case(self, id: str) -> Case:
        """A case. Raises CaseNotFoundError."""
        return _codec.decode(Case, self._case(id))

    def links_of_case(self, id: str) -> list[Link]:
        """The links of a case, by article, then type; retracted ones too."""
        return _codec.decode(list[Link], self._links_of_case(id))

    def links_of_article(self, id: str) -> list[Link]:
        """The links of an article and of those merged into it, by case, then type; retracted ones too."""
        return _codec.decode(list[Link], self._links_of_article(id))

    def session(self, id: str) -> Session:
        """A visit to self-service, cut into intents. Raises SessionNotFoundError."""
        return _codec.decode(Session, self._session(id))

    def actor(self, id: str) -> Actor | None:
        """Somebody known by id."""
        return _codec.decode(Actor | None, self._actor(id))  # type: ignore[arg-type]

    def impression(self, token: str) -> Impression:
        """What an answer was, by its token. Raises InvalidImpressionError."""
        return _codec.decode(Impression, self._impression(token))

    def review_queue(
        self,
        *,
        owner: str | None = None,
        from_state: FreshnessState | str = FreshnessState.DUE_SOON,
        limit: int = 50,
        now: datetime.datetime | None = None,
    ) -> list[ReviewItem]:
        """What to look at first: due, overdue, expired and suspected articles by risk; ties by id.

        owner: only those this actor answers for.
        from_state: only those in this state or a worse one, or under suspicion.
        limit: articles wanted, 1 to 10,000.
        """
        return _codec.decode(list[ReviewItem], self._review_queue(owner, from_state, limit, now))

    def stats(self) -> dict[str, Any]:
        """What this base holds and takes now: counts, memory by part and files, in bytes.

        Figures of memory are estimates. Cost: some microseconds; no walk over articles.

        >>> import kenpoint
        >>> kenpoint.memory().stats()["articles"]
        0
        """
        return json.loads(self._stats())

    # The past

    def as_of(self, known: datetime.datetime, *, policy: RankPolicy | None = None) -> KnowledgeBase:
        """The base as it was known at an instant, its clock standing there. It answers as the base would have
        answered; it takes no writes.

        policy: as if this one had always been in force; the policies of the day, if absent.

        Cost: one fold of the log up to there. For many instants use `replay`.
        """
        return KnowledgeBase(self._as_of(known, None if policy is None else RankPolicy._text_of(policy)))

    def replay(
        self,
        instants: Sequence[datetime.datetime],
        visit: Callable[[int, KnowledgeBase], T],
        *,
        policy: RankPolicy | None = None,
        progress: bool | Progress = False,
    ) -> list[T]:
        """Sweeps the log once and calls `visit` with each place in `instants` and the base as it was known then.

        instants: ascending. Raises OutOfHistoryError if one lies before the one in front of it.
        visit: what it returns is collected. The base it gets is closed when it returns.
        policy: as if this one had always been in force: a trial of it on what really happened.
        progress: True for a bar, or a function, as in `import_path`; it is told the number of visits so far.

        Cost: one fold of the log in all, however many instants there are.

        >>> import datetime, kenpoint
        >>> kb = kenpoint.memory()
        >>> days = [datetime.datetime(2026, 1, day, tzinfo=datetime.timezone.utc) for day in (1, 2)]
        >>> kb.replay(days, lambda i, then: (i, then.now().day))
        [(0, 1), (1, 2)]
        """
        seen: list[T] = []
        with _progress.of(progress) as tell:

            def look(i: int, view: _kenpoint.Base) -> None:
                seen.append(visit(i, KnowledgeBase(view)))
                if tell is not None:
                    tell("replay", len(seen), 0, 0)

            self._replay(list(instants), look, None if policy is None else RankPolicy._text_of(policy))
        return seen

    # In and out

    def import_path(
        self,
        path: str | os.PathLike[str],
        *,
        progress: bool | Progress = False,
        **options: Unpack[ImportOptions],
    ) -> ImportReport:
        """Imports a file, or all files of a folder: Markdown with front matter, HTML, JSON lines.

        Importing again what is there changes nothing. A record that cannot be read, or that the base
        refuses, is in the report with its place and the reason; the others go on.

        progress: True for a bar (with tqdm, if it is installed), or a function that is called every 50 ms with
            the source, the records read, those skipped, and the bytes read. What it raises ends the import.
        options: the fields of `ImportOptions`.

        Ctrl-C ends it; records taken by then stay.
        """
        with _progress.of(progress) as tell:
            return _codec.decode(ImportReport, self._import_path(path, _codec.options(options), tell))

    def import_bytes(
        self,
        name: str,
        data: bytes,
        *,
        progress: bool | Progress = False,
        **options: Unpack[ImportOptions],
    ) -> ImportReport:
        """Imports one source that is in memory, in the format that the ending of its name says: .md, .html, .jsonl, .json.

        >>> import kenpoint
        >>> kb = kenpoint.memory()
        >>> kb.import_bytes("lamp.md", b"# The lamp stays dark\\n\\nChange the fuse.").created
        1
        """
        with _progress.of(progress) as tell:
            return _codec.decode(ImportReport, self._import_bytes(name, data, _codec.options(options), tell))

    @overload
    def export(self) -> bytes: ...

    @overload
    def export(self, path: str | os.PathLike[str]) -> int: ...

    def export(self, path: str | os.PathLike[str] | None = None) -> bytes | int:
        """Writes the whole log as JSON lines. Imported into an empty base it gives an equal state.

        path: a file to write, which must not be there yet; the number of records is returned. Without it the
            lines are returned as bytes.
        """
        return self._export_bytes() if path is None else self._export_path(path)

    def verify(self) -> Verified:
        """Folds the whole log again and compares every row of every table; checks the text index.

        Raises CorruptError or IndexFailedError, naming the first place that differs. Cost: a fold of the log.
        """
        return _codec.decode(Verified, self._verify())

    @property
    def plot(self) -> Plot:
        """Charts of this base, by altair (`pip install kenpoint[viz]`)."""
        from ._plot import Plot

        return Plot(self)
