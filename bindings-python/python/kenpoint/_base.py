"""The base: opening, writing, reading, views of the past, imports and exports."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack, overload

from . import _codec, _kenpoint, _progress
from ._batch import BatchQueries
from ._frames import FrameImports
from ._kenpoint import FixedClock, SharedResources
from ._progress import ProgressCallback
from ._reviews import Reviews
from ._self_service import SelfService
from ._tables import Tables
from .errors import ForkedHandleError, KenpointError
from .model import (
    Actor,
    Article,
    ArticleDraft,
    AudienceLabel,
    Case,
    CaseDraft,
    Confidence,
    Counts,
    DismissReason,
    EntryDraft,
    EvidenceRow,
    FactDraft,
    FlagReason,
    Freshness,
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
    Session,
    Stats,
    Verdict,
    Verified,
    VersionInfo,
    Viewer,
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
    index_flush_docs: int | None = None,
    background: bool = True,
    trust_file: bool = False,
    read_only: bool = False,
    resources: SharedResources | None = None,
    on_notice: Callable[[str, str, str], object] | None = None,
) -> KnowledgeBase:
    """Opens the base in a folder, and creates it if the folder has none.

    path: the folder. One process owns it until the base is closed.
    clock: the clock of the base; default: the machine's clock.
    seed: the seed of generated event ids, 0 to 2**64 - 1. Fixed when the base is created.
    language: the language tag of cases and facts. Fixed when the base is created.
    audiences: the audience labels, from the innermost outwards; default: team, internal, partner, customer, public.
        Fixed when the base is created.
    memory_limit: the memory limit in bytes, compared with `stats().memory.total`; default: no limit. A write that would
        exceed it raises MemoryLimitError and writes nothing.
    threads: threads for `search_many` and `suggest_many`, 0 to 256; default: the number of cores.
    cache_bytes: the size of the store's page cache in bytes; default: 256 MiB, or a quarter of `memory_limit` if less.
    index_flush_docs: number of new documents in memory that triggers a flush to the index on disk; default: 4096.
    background: runs a thread that flushes the index and makes relaxed events durable within a second.
    trust_file: skips the check of the whole file against its checksums.
    read_only: opens a base that exists and writes nothing to its folder, which may be on a read-only file system. Every
        write raises ReadOnlyError. Several processes may have it open so at once, and none otherwise meanwhile.
    resources: threads and a cache that this base shares with others, in place of its own; not with `threads` or
        `cache_bytes`.
    on_notice: a callback with level (error, warning, info, debug), topic and message, for events outside of any call. It
        may run on a thread of the base and must not call a base.

    Raises BusyError if another process or handle has the base open; NotABaseError, FormatTooNewError, CorruptError or
    IoError if the folder has no readable base.

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
        index_flush_docs=index_flush_docs,
        background=background,
        trust_file=trust_file,
        read_only=read_only,
        resources=resources,
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
    """Makes an empty base in memory. The arguments are those of `open`.

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
        index_flush_docs=None,
        background=True,
        trust_file=False,
        read_only=False,
        resources=None,
        on_notice=on_notice,
    )
    return KnowledgeBase(base)


class KnowledgeBase(BatchQueries, FrameImports, SelfService):
    """A knowledge base. Made by `kenpoint.open` and `kenpoint.memory`. May be used from many threads.

    Methods look up one article or one case. `kb.tables` gives whole tables, `kb.reviews` the review queue and `kb.plot`
    charts.

    Every call may raise ClosedError after `close`, and ForkedHandleError in a process forked from the one that opened the
    base. Other errors are documented with the call.
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        except ForkedHandleError:
            # The child of a fork that leaves the block has nothing to close: the base belongs to its parent.
            if error is None:
                raise

    def __repr__(self) -> str:
        if self.closed:
            return "KnowledgeBase(closed)"
        try:
            counts = self.counts()
        except KenpointError as error:
            # In a forked child, in a notice or after a fault. A repr must not raise.
            return f"KnowledgeBase({error.name})"
        return f"KnowledgeBase(articles={counts.articles}, cases={counts.cases})"

    def __reduce__(self) -> Any:
        raise TypeError(
            "a knowledge base cannot be pickled: one process owns it; pass its path and open it in the process that uses it"
        )

    # Articles and facts

    def put(self, article: ArticleDraft | Mapping[str, Any]) -> Put:
        """Puts an article: a new one, or a new version of an existing one. Putting an equal article changes nothing.

        Raises InvalidRecordError for a missing or unknown field or one of another type, InvalidValueError and
        TooLargeError for values out of range, UnknownNameError for an unknown audience.

        >>> import kenpoint
        >>> kb = kenpoint.memory()
        >>> kb.put({"id": "lamp", "kind": "product", "title": "The lamp stays dark"})
        Put(version=1, outcome=<Recorded.NEW: 'new'>)
        """
        version, outcome = self._put(_codec.encode(article), None)
        return Put(version, Recorded(outcome))

    def edit(self, article: ArticleDraft | Mapping[str, Any], *, expects: int) -> Put:
        """Puts a new version if the current version is the expected one (optimistic locking).

        expects: the number of the expected version; 0 for a new article.

        Raises VersionConflictError if another version is current, and the errors of `put`.
        """
        version, outcome = self._put(_codec.encode(article), expects)
        return Put(version, Recorded(outcome))

    def set_fact(self, fact: FactDraft | Mapping[str, Any]) -> Recorded:
        """Sets a fact. The fact with the newest `as_of` is current; older ones are kept.

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
        """Changes states of an article; omitted states stay.

        Raises ArticleNotFoundError, InvalidTransitionError for a change that the current state does not allow.
        """
        return Recorded(self._change_state(article, confidence, audience, governance))

    def publish(self, article: str, audience: str) -> Recorded:
        """Validates an article and publishes it to an audience."""
        return Recorded(self._publish(article, audience))

    def archive(self, article: str) -> Recorded:
        """Archives an article. It is kept and never shown."""
        return Recorded(self._archive(article))

    def verify_article(self, article: str, *, by: str) -> Recorded:
        """Records that an actor reviewed an article and found it right."""
        return Recorded(self._verify_article(article, by))

    def flag(self, article: str, reason: FlagReason | str, *, by: str) -> Recorded:
        """Flags an article as wrong, outdated or otherwise in need of review."""
        return Recorded(self._flag(article, reason, by))

    def merge(self, article: str, *, into: str) -> Recorded:
        """Merges an article into another, with its evidence and links. The old id still resolves."""
        return Recorded(self._merge(article, into))

    def relate(self, article: str, to: str, relation: Relation | str) -> Recorded:
        """Adds a relation between two articles."""
        return Recorded(self._relate(article, to, relation))

    # Cases and links

    def open_case(self, case: CaseDraft | Mapping[str, Any]) -> Recorded:
        """Opens a case.

        Raises AlreadyExistsError if the id is in use.

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
        """Marks a case as resolved and credits its `resolved` links.

        first_contact: True if it was resolved in the first contact; None: unknown.
        """
        return Recorded(self._resolve_case(case, first_contact))

    def close_case(self, case: str) -> Recorded:
        """Closes a case."""
        return Recorded(self._close_case(case))

    def reopen_case(self, case: str) -> Recorded:
        """Reopens a case. The articles that resolved it lose their credit.

        If the case was resolved at most seven days ago, the reopening also counts as a failure of these articles.
        """
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
        """Links an article to a case. Linking again changes nothing.

        link: the role of the article in the case.
        by: the actor.
        provenance: the origin of the link.
        confidence: 0 to 1; default: that of the provenance and the actor's licence.
        reason: the reason, for a link of the type dismissed.

        Raises CaseNotFoundError and ArticleNotFoundError.
        """
        draft = LinkDraft(case, article, link, provenance=provenance, confidence=confidence, reason=reason)
        return Recorded(self._link(_codec.encode(draft), by))

    def retract_link(self, case: str, article: str, link: LinkType | str) -> Recorded:
        """Retracts a link, which restores the previous scores exactly. Raises LinkNotFoundError."""
        return Recorded(self._retract_link(case, article, link))

    def judge_link(self, case: str, article: str, link: LinkType | str, verdict: Verdict | str) -> Recorded:
        """Records the verdict of an audit on a link. A rejected link no longer counts. Raises LinkNotFoundError."""
        return Recorded(self._judge_link(case, article, link, verdict))

    # Feedback

    def record(self, kind: str, /, **fields: Any) -> Recorded:
        """Records an event. The next answer takes it into account.

        kind: the kind of event, such as `searched`, `viewed`, `solved` or `dismissed`. The section "Events" of
            docs/json.md lists all kinds with their fields.
        fields: the fields of this kind, and those of every event: `at` (default: the clock's instant), `id` (an event
            with a known id counts once), `actor`, `party`, `session`, `case`, `channel`, `audience`.

        The event is durable when this returns, except for relaxed kinds such as `searched`, `shown` and `viewed`: they
        become durable with the next durable event, or with `flush`.

        Raises InvalidRecordError for an unknown field, InvalidImpressionError for a token of another base.

        >>> import kenpoint
        >>> kb = kenpoint.memory()
        >>> kb.put({"id": "lamp", "kind": "product", "title": "The lamp stays dark"}).version
        1
        >>> kb.record("rated", article="lamp", value=1.0, actor="ann")
        <Recorded.NEW: 'new'>
        """
        return self.record_all([{"what": kind, **fields}])[0]

    def record_all(self, events: Iterable[Mapping[str, Any]]) -> list[Recorded]:
        """Records events in one commit, all or none.

        events: mappings with the kind of event under `what` and the fields of `record`.
        """
        now = None
        texts = []
        for event in events:
            if not isinstance(event, Mapping):
                raise TypeError(f"an event is a mapping with its kind under 'what', not a {type(event).__name__}")
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
        """Changes the ranking policy by a logged event. Changed section weights rebuild the text index."""
        return Recorded(self._set_policy(RankPolicy._text_of(policy)))

    # Reading

    def article(
        self,
        article: str,
        *,
        viewer: str | Viewer | Mapping[str, Any] | None = None,
        now: datetime.datetime | None = None,
    ) -> Article:
        """Returns an article by its id or the id of an article merged into it.

        viewer: the viewer, who gets what his snapshot would give, and ArticleNotFoundError for what he may not see. Without
            one the whole article is returned, with sections, people and relations that a customer may not see.
        now: the instant for the viewer; default: the base's clock.

        Raises ArticleNotFoundError.
        """
        if viewer is None:
            return _codec.decode(Article, self._article(article))
        return _codec.decode(Article, self._article_for(article, viewer, now))

    def version(self, article: str, number: int) -> Article:
        """Returns an article with the text of a version, from 1, and its current states. Raises VersionNotFoundError.

        It takes no viewer and hides nothing (docs/viewers.md).
        """
        return _codec.decode(Article, self._version(article, number))

    def versions(self, article: str) -> list[VersionInfo]:
        """Returns the versions of an article, first to last.

        It takes no viewer and hides nothing (docs/viewers.md).
        """
        return _codec.decode(list[VersionInfo], self._versions(article))

    def freshness_of(self, article: str, *, now: datetime.datetime | None = None) -> Freshness:
        """Returns the freshness of an article at an instant.

        It takes no viewer and hides nothing (docs/viewers.md).

        now: the instant; default: the base's clock.
        """
        return _codec.decode(Freshness, self._freshness(article, now))

    def evidence_of(self, article: str) -> list[EvidenceRow]:
        """Returns the evidence about an article: its own rows, then those of articles merged into it.

        It takes no viewer and hides nothing (docs/viewers.md).
        """
        return _codec.decode(list[EvidenceRow], self._evidence(article))

    def case(self, case: str) -> Case:
        """Returns a case. Raises CaseNotFoundError.

        It takes no viewer and hides nothing (docs/viewers.md).
        """
        return _codec.decode(Case, self._case(case))

    def links_of_case(self, case: str) -> list[Link]:
        """Returns the links of a case, ordered by article, then type; retracted ones included.

        It takes no viewer and hides nothing (docs/viewers.md).
        """
        return _codec.decode(list[Link], self._links_of_case(case))

    def links_of_article(self, article: str) -> list[Link]:
        """Returns the links of an article and of articles merged into it, ordered by case, then type; retracted ones included.

        It takes no viewer and hides nothing (docs/viewers.md).
        """
        return _codec.decode(list[Link], self._links_of_article(article))

    def session(self, session: str) -> Session:
        """Returns a self-service visit, divided into intents. Raises SessionNotFoundError.

        It takes no viewer and hides nothing (docs/viewers.md).
        """
        return _codec.decode(Session, self._session(session))

    def actor(self, actor: str) -> Actor | None:
        """Returns an actor, or None if the id is unknown.

        It takes no viewer and hides nothing (docs/viewers.md).
        """
        return _codec.decode(Actor | None, self._actor(actor))  # type: ignore[arg-type]

    def impression_of(self, token: str) -> Impression:
        """Returns the answer that an impression token identifies. Raises InvalidImpressionError.

        It takes no viewer and hides nothing (docs/viewers.md).
        """
        return _codec.decode(Impression, self._impression_of(token))

    def counts(self) -> Counts:
        """Returns the number of articles and cases.

        It takes no viewer and hides nothing (docs/viewers.md).

        >>> import kenpoint
        >>> kenpoint.memory().counts()
        Counts(articles=0, cases=0)
        """
        return _codec.decode(Counts, self._counts())

    def stats(self) -> Stats:
        """Returns counts, and memory and file use by part in bytes, for monitoring.

        It takes no viewer and hides nothing (docs/viewers.md).

        Memory figures are estimates. Cost: some microseconds, without a pass over articles.

        >>> import kenpoint
        >>> stats = kenpoint.memory().stats()
        >>> stats.articles, stats.files.store, stats.memory.total > 0
        (0, 0, True)
        """
        return _codec.decode(Stats, self._stats())

    # Views

    @property
    def tables(self) -> Tables:
        """Whole tables of this base, for data frames."""
        return Tables(self)

    @property
    def reviews(self) -> Reviews:
        """The reviews of this base: the articles that somebody should check."""
        return Reviews(self)

    @property
    def plot(self) -> Plot:
        """Charts of this base, by altair (`pip install kenpoint[viz]`)."""
        from ._plot import Plot

        return Plot(self)

    # The past

    def as_of(self, known: datetime.datetime, *, policy: RankPolicy | None = None) -> KnowledgeBase:
        """Returns a read-only view of the base as it was known at an instant. It answers as the base answered then, and its
        clock is set to that instant.

        policy: the policy to apply throughout; default: the policies of that time.

        Cost: one replay of the log up to the instant. For many instants use `replay`.
        """
        return KnowledgeBase(self._as_of(known, None if policy is None else RankPolicy._text_of(policy)))

    def replay(
        self,
        instants: Sequence[datetime.datetime],
        visit: Callable[[int, KnowledgeBase], T],
        *,
        policy: RankPolicy | None = None,
        progress: bool | ProgressCallback = False,
    ) -> list[T]:
        """Replays the log once, calls `visit` for each instant, and returns the results.

        instants: ascending instants. Raises OutOfHistoryError for a descending one.
        visit: a callback with the index of the instant and a view of the base as it was known then. The view is closed
            when the callback returns.
        policy: the policy to apply throughout, to try it on real history; default: the policies of that time.
        progress: True for a bar, or a callback as in `import_path` with the number of instants so far.

        Cost: one replay of the log in total, for any number of instants.

        >>> import datetime, kenpoint
        >>> kb = kenpoint.memory()
        >>> days = [datetime.datetime(2026, 1, day, tzinfo=datetime.timezone.utc) for day in (1, 2)]
        >>> kb.replay(days, lambda i, then: (i, then.now().day))
        [(0, 1), (1, 2)]
        """
        results: list[T] = []
        with _progress.callback_of(progress) as report:

            def visit_view(i: int, view: _kenpoint.Base) -> None:
                results.append(visit(i, KnowledgeBase(view)))
                if report is not None:
                    report("replay", len(results), 0, 0)

            self._replay(list(instants), visit_view, None if policy is None else RankPolicy._text_of(policy))
        return results

    # Imports and exports

    def import_path(
        self,
        path: str | os.PathLike[str],
        *,
        progress: bool | ProgressCallback = False,
        **options: Unpack[ImportOptions],
    ) -> ImportReport:
        """Imports a file, or all files of a folder: Markdown with front matter, HTML, JSON lines.

        Importing the same records again changes nothing. An unreadable or rejected record is reported with its position
        and the reason; the other records are imported.

        progress: True for a bar (by tqdm, if installed), or a callback, called every 50 ms with the source, the records
            read, the skipped ones, and the bytes read. An exception of the callback ends the import.
        options: the fields of `ImportOptions`.

        Ctrl-C ends the import; records imported before stay.
        """
        with _progress.callback_of(progress) as report:
            return _codec.decode(ImportReport, self._import_path(path, _codec.options(options), report))

    def import_bytes(
        self,
        name: str,
        data: bytes,
        *,
        progress: bool | ProgressCallback = False,
        **options: Unpack[ImportOptions],
    ) -> ImportReport:
        """Imports one source from memory. The extension of its name determines the format: .md, .html, .jsonl or .json.

        >>> import kenpoint
        >>> kb = kenpoint.memory()
        >>> kb.import_bytes("lamp.md", b"# The lamp stays dark\\n\\nChange the fuse.").created
        1
        """
        with _progress.callback_of(progress) as report:
            return _codec.decode(ImportReport, self._import_bytes(name, data, _codec.options(options), report))

    @overload
    def export(self) -> bytes: ...

    @overload
    def export(self, path: str | os.PathLike[str]) -> int: ...

    def export(self, path: str | os.PathLike[str] | None = None) -> bytes | int:
        """Exports the whole log as JSON lines. Importing them into an empty base gives an equal state.

        It takes no viewer and hides nothing (docs/viewers.md).

        path: a new file to write. Returns the number of records. Without a path, returns the lines as bytes.
        """
        return self._export_bytes() if path is None else self._export_path(path)

    def verify(self) -> Verified:
        """Verifies the base: replays the whole log, compares every row of every table, and checks the text index.

        It takes no viewer and hides nothing (docs/viewers.md).

        Raises CorruptError or IndexFailedError with the first difference. Cost: one replay of the log.
        """
        return _codec.decode(Verified, self._verify())
