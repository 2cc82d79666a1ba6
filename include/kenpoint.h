/*
 * kenpoint for C and C++: an embeddable knowledge-retrieval library. This header is the specification; behaviour
 * that it does not describe is not promised.
 *
 * A program in ten lines (error handling left out):
 *
 *     ken_base *base = NULL;
 *     ken_base_open(KEN_STR("knowledge"), NULL, &base, NULL);
 *     ken_base_put(base, KEN_STR("{\"id\":\"lamp\",\"kind\":\"product\",\"title\":\"The lamp stays dark\"}"),
 *                  NULL, NULL, NULL);
 *     ken_search_request request;
 *     ken_search_request_init(&request);
 *     request.query = KEN_STR("dark lamp");
 *     request.audience = KEN_STR("internal");
 *     ken_results *results = NULL;
 *     ken_base_search(base, &request, &results, NULL);
 *     ken_results_destroy(&results);
 *     ken_base_destroy(&base);
 *
 * NAMES. The prefix of a function is the object of its first argument: ken_base_search takes a ken_base,
 * ken_results_hit a ken_results, ken_search_request_init a ken_search_request. A function that makes an object out
 * of something else has the prefix of that object: ken_base_open, ken_options_new, ken_visit_resume. A function
 * without an object has the prefix ken_ alone: ken_version, ken_markdown_to_html. A capability of its own behind a
 * base is a view, which the prefix names, and takes the base: ken_reviews_queue. Later views follow this pattern.
 *
 * FORKING HOSTS (PHP-FPM, Apache prefork, gunicorn): open the base after the fork, in one process. One
 * process at a time owns a base on disk; a second one gets KEN_ERR_BUSY. A handle that was opened before a
 * fork answers KEN_ERR_FORKED_HANDLE in the child. A child that lives on destroys it at once: until then it holds a
 * descriptor of the store, and nobody can open the folder if the owner is killed. A child that calls exec holds
 * nothing. examples/c/prefork.c shows it.
 *
 * SNAPSHOTS. A snapshot is a read-only file of what one audience may see. The process that owns the base publishes
 * it, as often as readers should see changes; each time it atomically replaces the file. Any number of other
 * processes open the file and query it, with results that equal those of the base bit for bit. A refresh costs next
 * to nothing while the file is unchanged. The events of readers come back in a ken_visit; ken_base_merge_events
 * counts each once, however often it arrives. ken_base_open_handoff opens a case for an unmet need.
 * examples/c/snapshots.c shows it.
 *
 *     ken_snapshot_request published;
 *     ken_snapshot_request_init(&published);
 *     published.audience = KEN_STR("public");
 *     ken_base_snapshot_file(base, &published, KEN_STR("help.ken"), NULL, NULL, NULL, NULL);
 *
 *     ken_snapshot *snapshot = NULL;
 *     ken_snapshot_open(KEN_STR("help.ken"), &snapshot, NULL);
 *     ken_snapshot_refresh(snapshot, NULL, NULL);
 *     ken_snapshot_search(snapshot, &request, &results, NULL);
 *     ken_snapshot_destroy(&snapshot);
 *
 * A snapshot may be opened before a fork and used after it, in parent and child, if no other thread is in a call on
 * it while the process forks.
 *
 * Rules for all functions:
 *
 * - STATUS. A function that can fail returns a ken_status: KEN_OK (0), or a code that names the failure.
 *   A failed call changes nothing and writes no output, unless its description says otherwise.
 * - ERRORS. The last parameter of such a function, `err`, may be NULL. Otherwise it is set to NULL on
 *   success and to a new error object on failure, which the caller destroys with ken_error_destroy. The old
 *   value is overwritten, not destroyed. There is no "last error" anywhere else.
 * - HANDLES are opaque. A function ken_x_destroy takes a pointer to the caller's pointer, frees the object and
 *   sets the pointer to NULL; with NULL, or a pointer to NULL, it does nothing. A handle of another type answers
 *   KEN_ERR_WRONG_HANDLE. A copy of a pointer to a destroyed object must not be used: the library cannot detect it.
 * - OUTPUTS come last before `err` and are written last. An output may be NULL only if its description says so; any
 *   other answers KEN_ERR_NULL_ARGUMENT for NULL.
 * - STRUCTS that the caller fills begin with their size. An init function fills in size and defaults; set only the
 *   fields that differ. Such a struct may grow at its end in a later version. A library takes the shorter struct of
 *   an earlier header, and the fields behind it have their defaults; it takes the longer struct of a later header
 *   while the fields that it does not know are zero, and answers KEN_ERR_INVALID_VALUE with their offset otherwise.
 *   The structs of an array have one size. Other structs, and those that the library fills, never change.
 * - BATCHES have an outcome for each item. The error of a batch is that of the first item that failed and begins with
 *   its place, "requests[3]: "; ken_error_item gives the error of each.
 * - TEXT is a ken_str: a pointer and a length, UTF-8, without a NUL byte at its end, always borrowed. KEN_STR
 *   makes one of a literal, KEN_STR_INIT initialises one, ken_str_of makes one of a C string. Text that is not UTF-8
 *   answers KEN_ERR_INVALID_UTF8, and text longer than KEN_MAX_BYTES KEN_ERR_TOO_LARGE.
 * - JSON is versioned: JSON that the library writes has a key "schema"; docs/json.md has the shapes. An unknown key
 *   is an error, so that a misspelt one is found.
 * - TIME is in milliseconds since 1970-01-01T00:00:00Z, from the year -9999 to 9999. KEN_NOW is the present by the
 *   base's clock; a snapshot and a visit have no clock and use the machine's.
 * - THREADS. `const ken_x *` may be used by any number of threads at once; `ken_x *` by one at a time. The
 *   library has no global state: two bases in one process are independent.
 * - CALLBACKS may call the library, unless their description says otherwise; a call that is not allowed answers
 *   KEN_ERR_NOT_ALLOWED_HERE or KEN_ERR_BUSY, and never waits. They must not throw or longjmp.
 * - FATAL. A thread that is cancelled by pthread_cancel in a call ends the process: switch cancellation off around
 *   calls, and stop long ones with ken_base_interrupt. A signal handler calls nothing of this library but
 *   ken_base_interrupt: any other call may wait for a lock of the thread that the signal interrupted, for ever. Fatal
 *   are also longjmp out of a callback, a handle that is used after it was destroyed by a copy of its pointer, and a
 *   stack of less than 256 KiB. exit while other threads are in calls is no fault: what was acknowledged is there, as
 *   after a crash.
 * - PRINTING. The library prints nothing, except that a panic writes a line to standard error before it is caught.
 * - PANICS. A fault inside the library becomes KEN_ERR_PANICKED. The base answers only that from then on, until it is
 *   opened again; a snapshot, which is read-only, stays in use. Running out of memory or stack ends the process, as in
 *   any program.
 * - COMMON ERRORS. Every function with a `base` may answer KEN_ERR_NULL_ARGUMENT, KEN_ERR_WRONG_HANDLE,
 *   KEN_ERR_CLOSED, KEN_ERR_FORKED_HANDLE, KEN_ERR_NOT_ALLOWED_HERE, KEN_ERR_PANICKED and KEN_ERR_INTERNAL; one
 *   with a ken_str also KEN_ERR_INVALID_UTF8 and KEN_ERR_TOO_LARGE. "The common ones" below are these. Any function
 *   may answer KEN_ERR_PANICKED and KEN_ERR_INTERNAL.
 * - UNLOADING the library with dlclose does nothing.
 *
 * Made by `cargo xtask header` from ffi/src; do not edit.
 */

#ifndef KENPOINT_H
#define KENPOINT_H

#include <stddef.h>
#include <stdint.h>
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

/** A schema of the Arrow C data interface: https://arrow.apache.org/docs/format/CDataInterface.html */
struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

/** An array of the Arrow C data interface. */
struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

#endif /* ARROW_C_DATA_INTERFACE */

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

/** A stream of the Arrow C stream interface: https://arrow.apache.org/docs/format/CStreamInterface.html */
struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};

#endif /* ARROW_C_STREAM_INTERFACE */

/**
 * The version of the binary interface this header describes. Adding a function, or a field behind the last of a struct
 * that begins with its size, keeps it; changing or removing a function, or changing another struct, raises it, and with
 * it the number in the name of the shared library.
 */
#define KEN_ABI_VERSION 0

/**
 * The version of the library this header was made from: 10000 · major + 100 · minor + patch.
 */
#define KEN_VERSION_NUMBER 100

/**
 * A callback's answer: continue.
 */
#define KEN_CONTINUE 0

/**
 * A callback's answer: stop. Any number but `KEN_CONTINUE` stops.
 */
#define KEN_STOP 1

/**
 * A log level: something failed.
 */
#define KEN_LOG_ERROR 1

/**
 * A log level: something is wrong, and the library continued.
 */
#define KEN_LOG_WARNING 2

/**
 * A log level: a notable event.
 */
#define KEN_LOG_INFO 3

/**
 * A log level: everything else.
 */
#define KEN_LOG_DEBUG 4

/**
 * The longest text or buffer a call takes: a byte less than 2 GiB, in bytes. Most texts have a smaller limit of their
 * own; an error names it.
 */
#define KEN_MAX_BYTES 2147483647

/**
 * First-contact resolution: unknown.
 */
#define KEN_UNKNOWN -1

/**
 * First-contact resolution: no.
 */
#define KEN_NO 0

/**
 * First-contact resolution: yes.
 */
#define KEN_YES 1

/**
 * The effect of a write: it was recorded.
 */
#define KEN_RECORDED_NEW 0

/**
 * The effect of a write: none, since an event with this id is recorded already. It counts once.
 */
#define KEN_RECORDED_DUPLICATE 1

/**
 * The effect of a write: none, since the put equals the current article.
 */
#define KEN_RECORDED_UNCHANGED 2

/**
 * In place of an instant: now, by the base's clock; of a snapshot, which has none, by the machine's.
 */
#define KEN_NOW INT64_MIN

/**
 * The form of a snapshot's articles: as they were written.
 */
#define KEN_MARKUP_COMMONMARK 0

/**
 * The form of a snapshot's articles: HTML that is safe to put into a page; the browser package needs it.
 */
#define KEN_MARKUP_HTML 1

/**
 * An article with its text. Owned by the caller, who destroys it with `ken_article_destroy`; it depends on no other
 * object. What its functions give lives as long as it does. It may be read from many threads at once.
 */
typedef struct ken_article ken_article;

/**
 * A knowledge base. Owned by the caller, who destroys it with `ken_base_destroy`.
 *
 * Every call that takes `const ken_base *` may be made from any number of threads at once. A base must
 * be opened in the process that uses it: in a child of a fork each call answers
 * `KEN_ERR_FORKED_HANDLE`. One process at a time owns a base on disk.
 */
typedef struct ken_base ken_base;

/**
 * Bytes that a call made: text (JSON, HTML, a report), or a snapshot. Owned by the caller, who
 * destroys it with `ken_buf_destroy`. It depends on no other object.
 */
typedef struct ken_buf ken_buf;

/**
 * A case with its entries. Owned by the caller, who destroys it with `ken_case_destroy`; it depends on no other object.
 * The texts that its functions give live as long as it does. It may be read from many threads at once.
 */
typedef struct ken_case ken_case;

/**
 * The error of a failed call, if the call was given a place for it; owned by the caller,
 * who destroys it with `ken_error_destroy`. It depends on no other object.
 */
typedef struct ken_error ken_error;

/**
 * The options of a base. Owned by the caller, who destroys it with `ken_options_destroy`; it may be
 * used for any number of bases, and destroyed while they are open. Not for two threads at once.
 */
typedef struct ken_options ken_options;

/**
 * Threads and one cache that many bases share, so that neither grows with the number of bases. Owned by the caller,
 * who destroys it with `ken_resources_destroy`; bases opened with it go on, and it ends with the last of them. Any
 * number of threads may use it at once. A process that forks makes these in the child, like its bases: there a base
 * that is opened with those of the parent fails with `KEN_ERR_FORKED_HANDLE`.
 */
typedef struct ken_resources ken_resources;

/**
 * The answer to a search or a suggestion: hits, best first, ties by id. Owned by the caller, who
 * destroys it with `ken_results_destroy`; it depends on no other object, and outlives the base. Views
 * and pointers into it live as long as it does. It may be read from many threads at once.
 */
typedef struct ken_results ken_results;

/**
 * A read-only copy of the part of a base that one audience may see, as of an instant, from a file of
 * `ken_base_snapshot_file` or bytes of `ken_base_snapshot`. Its results equal those of the base bit for bit. It has
 * no clock, no log and no threads, and writes nothing. Owned by the caller, who destroys it with `ken_snapshot_destroy`.
 *
 * Every call may be made from any number of threads at once. Unlike a base it may be used in a child of a
 * fork, if no other thread was in a call on it at the moment of the fork: a lock that such a thread held
 * would be held in the child for ever. Parent and child are then independent; each refreshes its own.
 */
typedef struct ken_snapshot ken_snapshot;

/**
 * A self-service visit: it numbers its events, so that each counts once in the base, however often
 * it arrives. It writes nothing. Owned by the caller, who destroys it with `ken_visit_destroy`; it depends on no
 * other object. Not for two threads at once. As JSON it outlives its process: see `ken_visit_json`.
 */
typedef struct ken_visit ken_visit;

/**
 * A view of UTF-8 text. It owns nothing and does not end with a NUL byte.
 *
 * Given to a call, it is read during the call only. Returned by one, it lives as long as the object
 * that it was asked of, unless the function says otherwise. `ptr` may be NULL if `len` is 0: the empty
 * text, which for an optional argument means that it is absent.
 */
typedef struct {
    /**
     * The first byte.
     */
    const char *ptr;
    /**
     * The number of bytes.
     */
    size_t len;
} ken_str;

/**
 * The answer of a call: `KEN_OK`, or one of the codes below. The numbers are those of the library in
 * every language, and never used for anything else. Callers must accept unknown numbers: a later
 * library may answer with them.
 */
typedef int ken_status;

/**
 * Tells the present instant in milliseconds since 1970-01-01T00:00:00Z.
 *
 * Called from any thread that uses the base, while no lock is held. It must not call the library: a call
 * that needs the present instant would call it again, without end. An instant outside the years -9999 to 9999 counts
 * as the nearest one inside.
 *
 * - `data`: the pointer that was given with the callback.
 */
typedef int64_t (*ken_clock_fn)(void *data);

/**
 * Frees the data of a callback. Called once, when the library no longer needs the callback, on any
 * thread. It must not call the library.
 *
 * - `data`: the pointer that was given with the callback.
 */
typedef void (*ken_drop_fn)(void *data);

/**
 * Receives log messages of a base.
 *
 * Called from any thread that uses the base and from the base's own, possibly while a writer holds its
 * lock. It must not call its own base: such a call answers `KEN_ERR_NOT_ALLOWED_HERE`. Nor must it
 * release a stream of that base's rows.
 *
 * - `data`: the pointer that was given with the callback.
 * - `level`: one of `KEN_LOG_*`.
 * - `topic`: `open`, `index`, `store`, ...; valid during the call.
 * - `message`: one sentence; valid during the call.
 */
typedef void (*ken_log_fn)(void *data,
                           int level,
                           ken_str topic,
                           ken_str message);

/**
 * An entry of a case: one to add, or one that `ken_case_entry` tells. Fill it with `ken_entry_init` first. What an added
 * one points to is borrowed during the call.
 */
typedef struct {
    /**
     * `sizeof(ken_entry)`, set by `ken_entry_init`. A shorter one of an earlier header and a longer one of a later header
     * are used too; see STRUCTS at the top.
     */
    uint32_t struct_size;
    /**
     * Zero.
     */
    uint32_t reserved;
    /**
     * The text, plain or CommonMark. Required.
     */
    ken_str text;
    /**
     * The permitted reuse: `case-only`, or the role of the section that the text may become: issue, environment, cause,
     * resolution, summary, note. Required.
     */
    ken_str reuse;
    /**
     * The id of the author; empty if it is not known.
     */
    ken_str author;
    /**
     * The instant, in milliseconds since 1970-01-01T00:00:00Z, or `KEN_NOW`, the default.
     */
    int64_t at_ms;
} ken_entry;

/**
 * An installed product.
 */
typedef struct {
    /**
     * The product's id in the host. Required.
     */
    ken_str id;
    /**
     * The installed version, such as 4.0.1; empty if it is not known.
     */
    ken_str version;
} ken_product;

/**
 * A case to open. Fill it with `ken_case_draft_init` first, then set what differs. Everything it points to is borrowed
 * during the call.
 */
typedef struct {
    /**
     * `sizeof(ken_case_draft)`, set by `ken_case_draft_init`. A shorter one of an earlier header and a longer one of a
     * later header are read too; see STRUCTS at the top.
     */
    uint32_t struct_size;
    /**
     * Zero.
     */
    uint32_t reserved;
    /**
     * The id, chosen by the host. Required.
     */
    ken_str id;
    /**
     * service, sales, marketing or community; empty: service.
     */
    ken_str kind;
    /**
     * The channel: phone, email, web, chat...
     */
    ken_str channel;
    /**
     * The customer: an account or person id of the host.
     */
    ken_str party;
    /**
     * The self-service visit before the case.
     */
    ken_str session;
    /**
     * The products in question, `n_items` of them, 0 to 256.
     */
    const ken_product *items;
    /**
     * The number of `items`.
     */
    size_t n_items;
    /**
     * The first entries, `n_entries` of them.
     */
    const ken_entry *entries;
    /**
     * The number of `entries`.
     */
    size_t n_entries;
    /**
     * The instant of opening, in milliseconds since 1970-01-01T00:00:00Z, or `KEN_NOW`, the default.
     */
    int64_t opened_ms;
} ken_case_draft;

/**
 * An event. Fill it with `ken_event_init` first, then set what differs. Everything it
 * points to is borrowed during the call. `what` lists which of the last five fields a kind has;
 * any other field is an error.
 */
typedef struct {
    /**
     * `sizeof(ken_event)`, set by `ken_event_init`. A shorter one of an earlier header and a longer one of a later
     * header are read too; see STRUCTS at the top.
     */
    uint32_t struct_size;
    /**
     * The place of the article in the list, from 1; 0, the default, if there is none.
     */
    uint32_t rank;
    /**
     * The kind of the event. Required. In parentheses the fields it has, optional ones in brackets.
     *
     * The kinds, generated from the declaration of the core:
     * - flagged (article, text: the reason)
     * - searched (text: the query)
     * - shown (impression)
     * - clicked (article, [rank], [impression])
     * - viewed (article, [impression])
     * - dwelt (article, value: whole seconds)
     * - copied (article)
     * - returned (article, value: seconds after the beginning)
     * - rated (article, value)
     * - solved (article)
     * - did-not-solve (article)
     * - commented (article, text)
     * - suggested (impression)
     * - opened (article)
     * - accepted (article)
     * - dismissed (article, text: the reason)
     * - sent (article)
     * - escalated
     * - case-abandoned
     * - case-drafted
     * - draft-abandoned (value: seconds after the beginning)
     * - survey (value: 0 to 1)
     *
     * Every other event goes through `ken_base_record_json`.
     */
    ken_str what;
    /**
     * The id of the event, which makes recording it again harmless; empty: the base makes one.
     */
    ken_str id;
    /**
     * When it happened, in milliseconds since 1970-01-01T00:00:00Z, or `KEN_NOW`, the default.
     */
    int64_t at_ms;
    /**
     * The actor.
     */
    ken_str actor;
    /**
     * The customer it concerns.
     */
    ken_str party;
    /**
     * The visit it belongs to.
     */
    ken_str session;
    /**
     * The case it belongs to.
     */
    ken_str case_id;
    /**
     * The channel.
     */
    ken_str channel;
    /**
     * The audience label of the person who caused it.
     */
    ken_str audience;
    /**
     * The id of the article.
     */
    ken_str article;
    /**
     * The impression of the answer.
     */
    ken_str impression;
    /**
     * A query, a remark, a reason.
     */
    ken_str text;
    /**
     * A number; below 0, the default, if there is none.
     */
    double value;
} ken_event;

/**
 * A link to make. Fill it with `ken_link_draft_init` first, then set what differs.
 */
typedef struct {
    /**
     * `sizeof(ken_link_draft)`, set by `ken_link_draft_init`. A shorter one of an earlier header and a longer one of a later
     * header are read too; see STRUCTS at the top.
     */
    uint32_t struct_size;
    /**
     * Zero.
     */
    uint32_t reserved;
    /**
     * The id of the case. Required.
     */
    ken_str case_id;
    /**
     * The id of the article. Required.
     */
    ken_str article;
    /**
     * The type of the link. Required: resolved, helped, referenced, sent, created-from, tried-failed,
     * dismissed, suggested or improved.
     */
    ken_str link;
    /**
     * The provenance: human, rule, learned or imported. Empty: human.
     */
    ken_str provenance;
    /**
     * For dismissals: not-relevant, already-tried, wrong or outdated. Empty: none.
     */
    ken_str reason;
    /**
     * The confidence, 0 to 1. Below 0, the default: that of the provenance and the actor's licence.
     */
    double confidence;
} ken_link_draft;

/**
 * An article without its sections. Fill it with `ken_article_info_init`, then `ken_article_describe` writes it.
 */
typedef struct {
    /**
     * `sizeof(ken_article_info)`, set by `ken_article_info_init`; see STRUCTS at the top.
     */
    uint32_t struct_size;
    /**
     * The number of its current version, from 1.
     */
    uint32_t version;
    /**
     * Its id.
     */
    ken_str id;
    /**
     * Its title, one line.
     */
    ken_str title;
    /**
     * Its kind: product, process, company, competitive, general, analytical, crm, community.
     */
    ken_str kind;
    /**
     * Its language tag.
     */
    ken_str language;
    /**
     * The label of its widest audience.
     */
    ken_str audience;
    /**
     * Its confidence: work-in-progress, not-validated, validated, archived.
     */
    ken_str confidence;
    /**
     * The person who is responsible for it; empty if it has none.
     */
    ken_str owner;
    /**
     * The person who wrote this version; empty if it is not known.
     */
    ken_str author;
    /**
     * The number of sections that `ken_article_section` gives.
     */
    size_t n_sections;
    /**
     * When it was first written, in milliseconds since 1970-01-01T00:00:00Z.
     */
    int64_t created_ms;
    /**
     * When it was last changed in substance.
     */
    int64_t edited_ms;
    /**
     * When it was last verified; `KEN_NOW` if it never was.
     */
    int64_t verified_ms;
} ken_article_info;

/**
 * A section of an article. Fill it with `ken_section_init`, then `ken_article_section` writes it.
 */
typedef struct {
    /**
     * `sizeof(ken_section)`, set by `ken_section_init`; see STRUCTS at the top.
     */
    uint32_t struct_size;
    /**
     * Zero.
     */
    uint32_t reserved;
    /**
     * Its role: issue, environment, cause, resolution, summary, note.
     */
    ken_str role;
    /**
     * Its heading, as the author wrote it; empty if it has none.
     */
    ken_str heading;
    /**
     * Its text, CommonMark with tables; `ken_markdown_to_html` shows it. In a snapshot for pages it is HTML.
     */
    ken_str text;
    /**
     * The label of its narrower audience; empty for that of the article.
     */
    ken_str audience;
} ken_section;

/**
 * A case without its entries. Fill it with `ken_case_info_init`, then `ken_case_describe` writes it.
 */
typedef struct {
    /**
     * `sizeof(ken_case_info)`, set by `ken_case_info_init`; see STRUCTS at the top.
     */
    uint32_t struct_size;
    /**
     * First-contact resolution: `KEN_YES`, `KEN_NO` or `KEN_UNKNOWN`.
     */
    int first_contact;
    /**
     * Its id.
     */
    ken_str id;
    /**
     * Its kind: service, sales, marketing, community.
     */
    ken_str kind;
    /**
     * Its status: open, waiting, resolved, closed, reopened, abandoned.
     */
    ken_str status;
    /**
     * The channel it came through; empty if it is not known.
     */
    ken_str channel;
    /**
     * The customer; empty if it is not known.
     */
    ken_str party;
    /**
     * The self-service visit before it; empty if there was none.
     */
    ken_str session;
    /**
     * The number of products that `ken_case_item` gives.
     */
    size_t n_items;
    /**
     * The number of entries that `ken_case_entry` gives.
     */
    size_t n_entries;
    /**
     * When it was opened, in milliseconds since 1970-01-01T00:00:00Z.
     */
    int64_t opened_ms;
    /**
     * When it was last resolved or closed; `KEN_NOW` if it never was.
     */
    int64_t done_ms;
} ken_case_info;

/**
 * Is called now and then during a long call, and continues or cancels it.
 *
 * Called on the thread of the call. It may call the library, this base too, but for `ken_base_close`,
 * which answers `KEN_ERR_BUSY`. During `ken_base_verify` it must not call this base: such a call
 * answers `KEN_ERR_NOT_ALLOWED_HERE`.
 *
 * - `data`: the pointer that was given with the callback.
 *
 * Returns `KEN_CONTINUE` or `KEN_STOP`.
 */
typedef int (*ken_cancel_fn)(void *data);

/**
 * Looks at the base as it was known at an instant.
 *
 * Called on the thread of the call. It may call the library, the past and the present base, but for
 * `ken_base_close` on either.
 *
 * - `data`: the pointer that was given with the callback.
 * - `i`: the place of the instant, from 0.
 * - `past`: the base as it was known then, its clock standing at that instant. It takes no writes. Valid
 *   during the call.
 *
 * Returns `KEN_CONTINUE` or `KEN_STOP`.
 */
typedef int (*ken_replay_fn)(void *data,
                             size_t i,
                             const ken_base *past);

/**
 * The situation of a search or a suggestion. Every field may be empty: an unknown one is neutral.
 */
typedef struct {
    /**
     * The customer: an account or person id of the host.
     */
    ken_str party;
    /**
     * The region.
     */
    ken_str region;
    /**
     * phone, email, web, chat...
     */
    ken_str channel;
    /**
     * The language to answer in: a tag such as en or pt-BR.
     */
    ken_str language;
    /**
     * The installed products, `n_items` of them, 0 to 256.
     */
    const ken_product *items;
    /**
     * The number of `items`.
     */
    size_t n_items;
    /**
     * Components in play, `n_components` of them, 0 to 256.
     */
    const ken_str *components;
    /**
     * The number of `components`.
     */
    size_t n_components;
    /**
     * Ids of articles that were tried already, `n_tried` of them, 0 to 256: suggestions leave them out.
     */
    const ken_str *tried;
    /**
     * The number of `tried`.
     */
    size_t n_tried;
} ken_context;

/**
 * A search. Fill it with `ken_search_request_init` first, then set what differs. Everything it points
 * to is borrowed during the call.
 */
typedef struct {
    /**
     * `sizeof(ken_search_request)`, set by `ken_search_request_init`. A shorter one of an earlier header and a longer one of a later
     * header are read too; see STRUCTS at the top.
     */
    uint32_t struct_size;
    /**
     * 1 gives each result its explanation, 0 does not. Default 0.
     */
    uint32_t explain;
    /**
     * The query: words, "phrases", +must, -not, prefix*, field:word. At most 8 KiB.
     */
    ken_str query;
    /**
     * The viewer: a label of the base's audiences. Required.
     */
    ken_str audience;
    /**
     * The viewer's entitlements, `n_entitlements` of them, 0 to 256.
     */
    const ken_str *entitlements;
    /**
     * The number of `entitlements`.
     */
    size_t n_entitlements;
    /**
     * The situation.
     */
    ken_context context;
    /**
     * A filter on the answer, as JSON (docs/json.md); empty accepts everything.
     */
    ken_str filter;
    /**
     * Results wanted, 1 to 10000 together with `offset`. Default 10.
     */
    size_t limit;
    /**
     * Results skipped before the first. Default 0.
     */
    size_t offset;
    /**
     * The instant of the view, in milliseconds since 1970-01-01T00:00:00Z, or `KEN_NOW`, the default.
     */
    int64_t now_ms;
    /**
     * Longest snippet, in characters, 0 to 2000. Default 240. With 0 no text of an article is read, which is
     * most of the work where articles are long.
     */
    size_t snippet_chars;
} ken_search_request;

/**
 * A suggestion for an open case, or for a text that is not a case yet. Fill it with
 * `ken_suggest_request_init` first, then set what differs. Everything it points to is borrowed during the call.
 */
typedef struct {
    /**
     * `sizeof(ken_suggest_request)`, set by `ken_suggest_request_init`. A shorter one of an earlier header and a longer one of a later
     * header are read too; see STRUCTS at the top.
     */
    uint32_t struct_size;
    /**
     * Zero.
     */
    uint32_t reserved;
    /**
     * The id of the open case; empty if there is none.
     */
    ken_str case_id;
    /**
     * More text, or the text that is not a case yet. At most 256 KiB.
     */
    ken_str text;
    /**
     * The viewer: a label of the base's audiences. Required.
     */
    ken_str audience;
    /**
     * The viewer's entitlements, `n_entitlements` of them, 0 to 256.
     */
    const ken_str *entitlements;
    /**
     * The number of `entitlements`.
     */
    size_t n_entitlements;
    /**
     * The situation; party, products and channel of the case are added to it.
     */
    ken_context context;
    /**
     * A filter on the answer, as JSON (docs/json.md); empty accepts everything.
     */
    ken_str filter;
    /**
     * Suggestions wanted, 1 to 10000. Default 3.
     */
    size_t limit;
    /**
     * The instant of the view, in milliseconds since 1970-01-01T00:00:00Z, or `KEN_NOW`, the default.
     */
    int64_t now_ms;
    /**
     * The least solve probability of a suggestion, 0 to 1; below 0, the default, the policy's threshold.
     */
    double threshold;
    /**
     * Longest snippet, in characters, 0 to 2000. Default 240. With 0 no text of an article is read, which is
     * most of the work where articles are long.
     */
    size_t snippet_chars;
} ken_suggest_request;

/**
 * One hit of an answer.
 */
typedef struct {
    /**
     * The id of the article.
     */
    ken_str id;
    /**
     * Its title.
     */
    ken_str title;
    /**
     * Its kind: product, process, company, competitive, general, analytical, crm, community.
     */
    ken_str kind;
    /**
     * Its freshness: unverified, fresh, due-soon, due, overdue, expired.
     */
    ken_str freshness;
    /**
     * The number of its current version.
     */
    uint32_t version;
    /**
     * The number of ranges that `ken_results_ranges` gives.
     */
    uint32_t n_ranges;
    /**
     * The score: the product of the factors of its explanation, to the bit.
     */
    double score;
    /**
     * The probability that it solves the reader's case, in [0, 1]: an estimate of its own, by which
     * suggestions are held back; hits are in the order of their scores, and this need not fall with them.
     */
    double solve_probability;
    /**
     * The stretch of its text that answers best; plain text, which a host escapes for HTML.
     */
    ken_str snippet;
    /**
     * 1 if text before the snippet was cut off, else 0.
     */
    uint32_t is_cut_before;
    /**
     * 1 if text after the snippet was cut off, else 0.
     */
    uint32_t is_cut_after;
} ken_hit;

/**
 * A stretch of a snippet that matches the query, in bytes of its text.
 */
typedef struct {
    /**
     * The first byte.
     */
    uint32_t start;
    /**
     * The byte behind the last one.
     */
    uint32_t end;
} ken_range;

/**
 * One factor of a score.
 */
typedef struct {
    /**
     * freshness, usefulness, relevance, context or failures.
     */
    ken_str name;
    /**
     * Its value, greater than or equal to 0. The values multiplied from the first to the last are the score.
     */
    double value;
    /**
     * The reason, in words.
     */
    ken_str words;
} ken_factor;

/**
 * A past case like the one at hand.
 */
typedef struct {
    /**
     * The id of the case.
     */
    ken_str id;
    /**
     * The similarity, in (0, 1].
     */
    double similarity;
    /**
     * The number of articles that resolved it or helped; `ken_results_solved_by` gives them.
     */
    size_t n_solved_by;
} ken_similar;

/**
 * The progress of an import.
 */
typedef struct {
    /**
     * The file, or the table, being read; valid during the call.
     */
    ken_str file;
    /**
     * Records read so far, those skipped included.
     */
    uint64_t records;
    /**
     * Records skipped so far.
     */
    uint64_t skipped;
    /**
     * Bytes read so far; for rows, those of their values.
     */
    uint64_t bytes;
} ken_progress;

/**
 * Receives the progress of a call, and continues or stops it.
 *
 * Called on the thread of the call. It may call the library, this base too, but for `ken_base_close`,
 * which answers `KEN_ERR_BUSY`.
 *
 * - `data`: the pointer that was given with the callback.
 * - `progress`: valid during the call.
 *
 * Returns `KEN_CONTINUE` or `KEN_STOP`.
 */
typedef int (*ken_progress_fn)(void *data,
                               const ken_progress *progress);

/**
 * Takes bytes that a call writes.
 *
 * Called on the thread of the call. It may call the library, but for `ken_base_close`.
 *
 * - `data`: the pointer that was given with the callback.
 * - `bytes`: `len` bytes, valid during the call.
 * - `len`: the number of bytes; more than 0.
 *
 * Returns 0 if it took all of them; any other number ends the call with `KEN_ERR_CANCELLED`.
 */
typedef int (*ken_write_fn)(void *data,
                            const uint8_t *bytes,
                            size_t len);

/**
 * A snapshot to publish. Fill it with `ken_snapshot_request_init` first, then set what differs. Everything it
 * points to is borrowed during the call.
 */
typedef struct {
    /**
     * `sizeof(ken_snapshot_request)`, set by `ken_snapshot_request_init`. A shorter one of an earlier header and a longer one of a later
     * header are read too; see STRUCTS at the top.
     */
    uint32_t struct_size;
    /**
     * The form of the articles: `KEN_MARKUP_COMMONMARK`, the default, or `KEN_MARKUP_HTML` to show them in a page.
     */
    int markup;
    /**
     * The audience that it is for: a label of the base's audiences. Required.
     */
    ken_str audience;
    /**
     * The entitlements of its viewers, `n_entitlements` of them, 0 to 256. It answers no viewer who holds others.
     */
    const ken_str *entitlements;
    /**
     * The number of `entitlements`.
     */
    size_t n_entitlements;
    /**
     * The instant whose knowledge it holds, in milliseconds since 1970-01-01T00:00:00Z, or `KEN_NOW`, the default.
     */
    int64_t at_ms;
} ken_snapshot_request;

/**
 * Takes a part of a split snapshot.
 *
 * Called on the thread of the call. It may call the library.
 *
 * - `data`: the pointer that was given with the callback.
 * - `name`: the name of a shard; empty for the manifest, which comes last. Valid during the call.
 * - `bytes`: `len` bytes, valid during the call.
 * - `len`: the number of bytes.
 *
 * Returns 0 if it took all of them; any other number ends the call with `KEN_ERR_CANCELLED`.
 */
typedef int (*ken_shard_fn)(void *data,
                            ken_str name,
                            const uint8_t *bytes,
                            size_t len);

/**
 * The call succeeded.
 */
#define KEN_OK 0

/**
 * A field holds a value outside its documented range or form.
 */
#define KEN_ERR_INVALID_VALUE 101

/**
 * A text, list or number of items is over its documented limit.
 */
#define KEN_ERR_TOO_LARGE 102

/**
 * Bytes that must be UTF-8 are not.
 */
#define KEN_ERR_INVALID_UTF8 103

/**
 * A query does not follow the query language, or is over its limits.
 */
#define KEN_ERR_INVALID_QUERY 104

/**
 * Two fields contradict each other (a range that ends before it begins, a cyclic order).
 */
#define KEN_ERR_CONTRADICTION 105

/**
 * A name that is not in the base's vocabulary (audience label, field, filter).
 */
#define KEN_ERR_UNKNOWN_NAME 106

/**
 * A record of an import could not be read; the report names line and reason.
 */
#define KEN_ERR_INVALID_RECORD 107

/**
 * A required pointer or object is missing; pass one.
 */
#define KEN_ERR_NULL_ARGUMENT 108

/**
 * A handle is of another type than the call wants, or was destroyed.
 */
#define KEN_ERR_WRONG_HANDLE 109

/**
 * No article has this id.
 */
#define KEN_ERR_ARTICLE_NOT_FOUND 201

/**
 * No case has this id.
 */
#define KEN_ERR_CASE_NOT_FOUND 202

/**
 * No session has this id.
 */
#define KEN_ERR_SESSION_NOT_FOUND 203

/**
 * No link of this type joins the case and the article.
 */
#define KEN_ERR_LINK_NOT_FOUND 204

/**
 * No version of the article has this number.
 */
#define KEN_ERR_VERSION_NOT_FOUND 205

/**
 * The article changed since the version that the call expects.
 */
#define KEN_ERR_VERSION_CONFLICT 206

/**
 * The id is taken by something else.
 */
#define KEN_ERR_ALREADY_EXISTS 207

/**
 * The change is not allowed from the present state (a merged article is edited, say).
 */
#define KEN_ERR_INVALID_TRANSITION 208

/**
 * An impression token is unknown, damaged or of another base.
 */
#define KEN_ERR_INVALID_IMPRESSION 209

/**
 * The instant lies before the first record, or after the last known one.
 */
#define KEN_ERR_OUT_OF_HISTORY 210

/**
 * The caller asked to stop, through a progress callback or a cancel callback.
 */
#define KEN_ERR_CANCELLED 211

/**
 * The base was closed; open it again.
 */
#define KEN_ERR_CLOSED 212

/**
 * A callback made a call that is not allowed there: a log callback that calls its own base, for example.
 */
#define KEN_ERR_NOT_ALLOWED_HERE 213

/**
 * The handle was opened before a fork and is used in the child; open the base in the child.
 */
#define KEN_ERR_FORKED_HANDLE 214

/**
 * Another process, or another handle of this one, owns the base.
 */
#define KEN_ERR_BUSY 301

/**
 * The file or folder cannot be read or written (missing, permission, not a file).
 */
#define KEN_ERR_IO 302

/**
 * The disk is full. Reading goes on; writing goes on once there is space.
 */
#define KEN_ERR_DISK_FULL 303

/**
 * The file is not a kenpoint base.
 */
#define KEN_ERR_NOT_A_BASE 304

/**
 * The file was written by a newer kenpoint; it is left untouched.
 */
#define KEN_ERR_FORMAT_TOO_NEW 305

/**
 * A checksum or an invariant of the stored data does not hold.
 */
#define KEN_ERR_CORRUPT 306

/**
 * An earlier write failed and the store could not be brought back; reopen the base.
 */
#define KEN_ERR_POISONED 307

/**
 * The base would need more memory than its limit. Nothing was written; reading goes on.
 */
#define KEN_ERR_MEMORY_LIMIT 308

/**
 * A shard of a snapshot that is loaded on demand is not here yet. The C library loads shards itself.
 */
#define KEN_ERR_NOT_LOADED 309

/**
 * The base was opened read-only. Nothing was written; open it without `read_only` to change it.
 */
#define KEN_ERR_READ_ONLY 310

/**
 * The text index could not be read or written; it is rebuilt from the store.
 */
#define KEN_ERR_INDEX_FAILED 401

/**
 * A fault of ours. Please report it with the message.
 */
#define KEN_ERR_INTERNAL 901

/**
 * A panic was caught at the boundary of a binding. The base takes no more calls; open it again.
 */
#define KEN_ERR_PANICKED 902

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/* ---- Versions: the library's, and that of its binary interface */

/**
 * The version of the binary interface of the library that is loaded. A program compares it once with
 * `KEN_ABI_VERSION`, or calls `ken_check_abi`, which does.
 *
 * Returns the number.
 */
uint32_t ken_abi_version(void);

/**
 * The version of the library that is loaded, as `KEN_VERSION_NUMBER` counts it.
 *
 * Returns the number.
 */
uint32_t ken_version_number(void);

/**
 * The version of the library that is loaded: `0.1.0`.
 *
 * Returns a view that lives for ever.
 */
ken_str ken_version(void);

/* ---- ken_buf: bytes that a call made for its caller */

/**
 * The text of a buffer.
 *
 * - `buf`: borrowed; may be NULL.
 *
 * Returns a view that lives as long as `buf`, or the empty text for NULL and for bytes that are not text. No
 * NUL follows the last byte.
 */
ken_str ken_buf_text(const ken_buf *buf);

/**
 * The bytes of a buffer, text or not; `ken_buf_size` gives their number.
 *
 * - `buf`: borrowed; may be NULL.
 *
 * Returns the first byte, which lives as long as `buf`, or NULL for NULL.
 */
const uint8_t *ken_buf_data(const ken_buf *buf);

/**
 * The number of bytes in a buffer.
 *
 * - `buf`: borrowed; may be NULL.
 *
 * Returns the number; 0 for NULL.
 */
size_t ken_buf_size(const ken_buf *buf);

/**
 * Destroys a buffer and sets the caller's pointer to NULL.
 *
 * - `buf`: may be NULL, and may point to NULL: then nothing happens, so it may be called twice.
 */
void ken_buf_destroy(ken_buf **buf);

/* ---- ken_error: the error of a call, as an object of its own */

/**
 * The code of an error, the same as the status of the call that made it.
 *
 * - `error`: borrowed; may be NULL.
 *
 * Returns the code, or KEN_OK for NULL and for any other object.
 */
ken_status ken_error_code(const ken_error *error);

/**
 * The sentence of an error: the field, the value found, the limit, and the next step. For people; code
 * branches on the status.
 *
 * - `error`: borrowed; may be NULL.
 *
 * Returns a view that lives as long as `error`, or the empty text for NULL.
 */
ken_str ken_error_message(const ken_error *error);

/**
 * An error as JSON: `{"schema":1,"code":201,"name":"ArticleNotFound","message":"...","causes":["..."]}`. That of a batch
 * also has `"items":[{"item":3,"code":..,"name":..,"message":..}]`.
 *
 * - `error`: borrowed; may be NULL.
 *
 * Returns a view that lives as long as `error`, or the empty text for NULL.
 */
ken_str ken_error_json(const ken_error *error);

/**
 * The number of items of a batch that failed.
 *
 * - `error`: borrowed; may be NULL.
 *
 * Returns the number; 0 for an error of a call that takes no batch, of a batch as a whole, and for NULL.
 */
size_t ken_error_item_count(const ken_error *error);

/**
 * The place in its batch of an item that failed.
 *
 * - `error`: borrowed; may be NULL.
 * - `i`: from 0 to `ken_error_item_count`; the items are in the order of the batch.
 *
 * Returns the place, from 0; 0 if there is no such item.
 */
size_t ken_error_item_place(const ken_error *error,
                            size_t i);

/**
 * The error of an item of a batch.
 *
 * - `error`: borrowed; may be NULL.
 * - `i`: from 0 to `ken_error_item_count`.
 *
 * Returns the error, which belongs to `error` and is not destroyed by the caller; NULL if there is no such item.
 */
const ken_error *ken_error_item(const ken_error *error,
                                size_t i);

/**
 * Destroys an error and sets the caller's pointer to NULL.
 *
 * - `error`: may be NULL, and may point to NULL: then nothing happens, so it may be called twice.
 */
void ken_error_destroy(ken_error **error);

/* ---- Status codes */

/**
 * The name of a status: `KEN_OK` is `Ok`, `KEN_ERR_ARTICLE_NOT_FOUND` is `ArticleNotFound`.
 *
 * - `status`: the status of a call.
 *
 * Returns a view that lives for ever, or the empty text for a number that is no status.
 */
ken_str ken_status_name(ken_status status);

/* ---- ken_base: opening, closing, and the way into each of its calls */

/**
 * Opens a base in a folder, or makes it there. With the option `read_only` it makes nothing.
 *
 * If the folder is removed, renamed or replaced while the base is open, each write fails with `KEN_ERR_IO`.
 *
 * Cost: one read of the file, to compare it with its checksums, and memory for ranking.
 *
 * - `path`: borrowed; the folder, in UTF-8. It is made if it is absent, with those above it.
 * - `options`: borrowed; may be NULL for the defaults.
 * - `out`: set to the base. Owned by the caller; destroy it with `ken_base_destroy`.
 *
 * Errors: `KEN_ERR_BUSY` if another process, or another handle of this one, has it open; `KEN_ERR_IO`,
 * `KEN_ERR_DISK_FULL`, `KEN_ERR_NOT_A_BASE`, `KEN_ERR_FORMAT_TOO_NEW` and `KEN_ERR_CORRUPT` for the files
 * in the folder; `KEN_ERR_MEMORY_LIMIT`; `KEN_ERR_INVALID_VALUE` and `KEN_ERR_CONTRADICTION` for an option
 * out of its range; `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`, `KEN_ERR_INVALID_UTF8`, `KEN_ERR_TOO_LARGE`.
 */
ken_status ken_base_open(ken_str path,
                         const ken_options *options,
                         ken_base **out,
                         ken_error **err);

/**
 * Opens an empty base in memory. It is gone when it is closed.
 *
 * - `options`: borrowed; may be NULL for the defaults.
 * - `out`: set to the base. Owned by the caller; destroy it with `ken_base_destroy`.
 *
 * Errors: `KEN_ERR_INVALID_VALUE` and `KEN_ERR_CONTRADICTION` for an option out of its range,
 * `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
 */
ken_status ken_base_open_memory(const ken_options *options,
                                ken_base **out,
                                ken_error **err);

/**
 * Makes events of reading (searched, shown, clicked, viewed and the like) durable. Everything else
 * is durable when the call that wrote it has returned.
 *
 * - `base`: borrowed.
 *
 * Errors: `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
 */
ken_status ken_base_flush(const ken_base *base,
                          ken_error **err);

/**
 * Closes a base: turns new calls away with `KEN_ERR_CLOSED`, waits for those in flight, flushes it, brings its index on
 * disk up to date, and frees its files and memory. The handle stays, to be destroyed. Closing a closed base does nothing.
 *
 * Calls that other threads make below a callback are new calls. To end long calls early, let their callbacks stop them.
 *
 * - `base`: borrowed.
 *
 * Errors: `KEN_ERR_BUSY` below a callback of a call on this base, which could not end before; while a stream of its rows
 * is in use; and while another thread closes it. `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_INDEX_FAILED` if it cannot be flushed; it
 * stays open then; `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`, `KEN_ERR_FORKED_HANDLE`,
 * `KEN_ERR_NOT_ALLOWED_HERE`, `KEN_ERR_PANICKED`.
 */
ken_status ken_base_close(const ken_base *base,
                          ken_error **err);

/**
 * Destroys a base and sets the caller's pointer to NULL. A base that is not closed yet is flushed; if that
 * fails, unflushed events are lost as by a crash. Call `ken_base_close` before to learn of it.
 *
 * Calls in flight, for example the one whose callback calls this, continue; the last of them frees the
 * base. In a child of a fork the memory is left alone and the inherited file descriptor is closed, so that the lock of
 * the folder ends with its owner. Inside the base's own log callback nothing happens, and the caller's pointer is kept.
 *
 * - `base`: may be NULL, and may point to NULL: then nothing happens, so it may be called twice.
 */
void ken_base_destroy(ken_base **base);

/**
 * Stops the long calls on a base that are in flight, on whatever thread: imports, exports, `ken_base_as_of`,
 * `ken_base_replay`, `ken_base_verify`, snapshots, batches, and the flush of a closing. They answer `KEN_ERR_CANCELLED`
 * soon, and leave nothing half written: an import keeps the records that it took, a batch has the answers so far. Short
 * calls, and calls that begin afterwards, are not affected. Nothing happens if no call is in flight.
 *
 * This call takes no lock, so a signal handler may make it, unlike any other, with `err` NULL.
 *
 * - `base`: borrowed.
 *
 * Errors: `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
 */
ken_status ken_base_interrupt(const ken_base *base,
                              ken_error **err);

/**
 * The present instant by the base's clock.
 *
 * - `base`: borrowed.
 * - `out_ms`: set to milliseconds since 1970-01-01T00:00:00Z.
 *
 * Errors: the common ones.
 */
ken_status ken_base_now(const ken_base *base,
                        int64_t *out_ms,
                        ken_error **err);

/**
 * The contents and the use of a base: counts, bytes of memory by component, bytes of files, the limit. Bytes
 * of memory are estimates.
 *
 * - `base`: borrowed.
 * - `out`: set to JSON, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: the common ones.
 */
ken_status ken_base_stats(const ken_base *base,
                          ken_buf **out,
                          ken_error **err);

/* ---- ken_options: how a base is opened, set by name */

/**
 * Makes options in which nothing is set: the defaults of the table at `ken_options_set`.
 *
 * - `out`: set to the new options. Owned by the caller; destroy them with `ken_options_destroy`.
 *
 * Errors: `KEN_ERR_NULL_ARGUMENT`.
 */
ken_status ken_options_new(ken_options **out,
                           ken_error **err);

/**
 * Sets an option by its name. Setting it again replaces it.
 *
 * | name | value | default |
 * |---|---|---|
 * | `seed` | a number from 0 to 2^64-1 that makes the ids of events which come without one; fixed when the base is made | 0 |
 * | `language` | the language tag of cases and facts; fixed when the base is made | en |
 * | `audiences` | JSON `{"labels":[{"name":..,"inward":[..],"floor":..,"reads_cases":..,"sees_expired":..}]}`; fixed when the base is made | team < internal < partner < customer < public |
 * | `threads` | threads for batches, 0 to 256; 0: all work on the caller's thread | one for each core |
 * | `memory_limit` | bytes the base may use; opening and writing beyond it fail with `KEN_ERR_MEMORY_LIMIT` | none |
 * | `cache_bytes` | bytes for pages of the store on disk, at most `memory_limit` | 268435456, or a quarter of `memory_limit` if that is less |
 * | `index_flush_docs` | new documents, at least 1, that stay in memory before they are flushed to the index on disk | 4096 |
 * | `background` | true: a thread of the base keeps the index on disk up to date and makes events of reading durable within a second; false: writers do the former | true |
 * | `trust_file` | true: open without comparing the file with its checksums | false |
 * | `read_only` | true: open a base that exists and write nothing to its folder, which may be on a read-only file system; every write fails with `KEN_ERR_READ_ONLY`; several may have it open so at once, and nobody otherwise | false |
 *
 * - `options`: borrowed.
 * - `name`: borrowed.
 * - `value`: borrowed; text, numbers in decimal digits.
 *
 * Errors: `KEN_ERR_UNKNOWN_NAME` for a name not in the table, `KEN_ERR_INVALID_VALUE`,
 * `KEN_ERR_INVALID_RECORD`, `KEN_ERR_CONTRADICTION` for a value, `KEN_ERR_NULL_ARGUMENT`,
 * `KEN_ERR_WRONG_HANDLE`, `KEN_ERR_INVALID_UTF8`, `KEN_ERR_TOO_LARGE`. Ranges are checked when a base is opened.
 */
ken_status ken_options_set(ken_options *options,
                           ken_str name,
                           ken_str value,
                           ken_error **err);

/**
 * Gives a base another clock than the machine's: for tests, replays and imports of history. It is
 * asked in each call that is given no instant of its own, and for when a record arrives.
 *
 * - `options`: borrowed.
 * - `clock`: the callback.
 * - `data`: handed to it; may be NULL.
 * - `drop`: frees `data` when neither these options nor a base need it any more, also if this call
 *   fails; may be NULL.
 *
 * Errors: `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
 */
ken_status ken_options_set_clock(ken_options *options,
                                 ken_clock_fn clock,
                                 void *data,
                                 ken_drop_fn drop,
                                 ken_error **err);

/**
 * Sends log messages to the host. Nothing is logged otherwise.
 *
 * - `options`: borrowed.
 * - `level`: the last level that is logged, `KEN_LOG_ERROR` to `KEN_LOG_DEBUG`.
 * - `log`: the callback.
 * - `data`: handed to it; may be NULL.
 * - `drop`: frees `data` when neither these options nor a base need it any more, also if this call
 *   fails; may be NULL.
 *
 * Errors: `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`, `KEN_ERR_INVALID_VALUE` for the level.
 */
ken_status ken_options_set_log(ken_options *options,
                               int level,
                               ken_log_fn log,
                               void *data,
                               ken_drop_fn drop,
                               ken_error **err);

/**
 * Destroys options and sets the caller's pointer to NULL. Bases opened with them go on.
 *
 * - `options`: may be NULL, and may point to NULL: then nothing happens, so it may be called twice.
 */
void ken_options_destroy(ken_options **options);

/* ---- ken_resources: threads and one cache that many bases share */

/**
 * Makes resources for many bases. `ken_options_set_resources` gives them to the options of each.
 *
 * - `threads`: the greatest number of threads for batches, and of those for background work, 1 to 256; 0: one for each
 *   core. They start with their first work.
 * - `cache_bytes`: the ceiling of the memory for pages of all stores on disk, at least 1048576; 0: 268435456.
 * - `out`: set to the resources. Owned by the caller; destroy them with `ken_resources_destroy`.
 *
 * Errors: `KEN_ERR_INVALID_VALUE` for a number out of its range, `KEN_ERR_NULL_ARGUMENT`.
 */
ken_status ken_resources_new(uint32_t threads,
                             uint64_t cache_bytes,
                             ken_resources **out,
                             ken_error **err);

/**
 * Gives a base the threads and the cache of these resources in place of its own. Opening fails with
 * `KEN_ERR_CONTRADICTION` if `threads` or `cache_bytes` is set in the options too.
 *
 * - `options`: borrowed.
 * - `resources`: borrowed; may be destroyed while the options or the bases live.
 *
 * Errors: `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
 */
ken_status ken_options_set_resources(ken_options *options,
                                     const ken_resources *resources,
                                     ken_error **err);

/**
 * The present use of resources: bases on disk that are open with them, threads that were started, bytes of the cache
 * and its ceiling.
 *
 * - `resources`: borrowed.
 * - `out`: set to JSON, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`, `KEN_ERR_FORKED_HANDLE`.
 */
ken_status ken_resources_stats(const ken_resources *resources,
                               ken_buf **out,
                               ken_error **err);

/**
 * Destroys resources and sets the caller's pointer to NULL. Bases opened with them go on.
 *
 * - `resources`: may be NULL, and may point to NULL: then nothing happens, so it may be called twice.
 */
void ken_resources_destroy(ken_resources **resources);

/* ---- Articles and facts: put, changed, read */

/**
 * Puts an article: a new one, or a new version of one that exists. Putting an equal article again
 * changes nothing.
 *
 * - `base`: borrowed.
 * - `article`: borrowed; JSON of an article draft, see docs/json.md.
 * - `version`: may be NULL; set to the number of the version that is current now.
 * - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
 *
 * Errors: `KEN_ERR_INVALID_RECORD` if the JSON is not an article draft, `KEN_ERR_INVALID_VALUE`, `KEN_ERR_TOO_LARGE`
 * and `KEN_ERR_CONTRADICTION` for a field, `KEN_ERR_UNKNOWN_NAME` for an audience the base has not,
 * `KEN_ERR_INVALID_TRANSITION` for a merged article, `KEN_ERR_ALREADY_EXISTS`, `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`,
 * `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
 */
ken_status ken_base_put(const ken_base *base,
                        ken_str article,
                        uint32_t *version,
                        int *recorded,
                        ken_error **err);

/**
 * Puts a new version of an article on top of the one its writer saw.
 *
 * - `base`: borrowed.
 * - `article`: borrowed; JSON of an article draft, see docs/json.md.
 * - `expects`: the number of the version the writer saw; 0 asks for a new article.
 * - `version`: may be NULL; set to the number of the version that is current now.
 * - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
 *
 * Errors: `KEN_ERR_VERSION_CONFLICT` if another version is the current one by now, and those of `ken_base_put`.
 */
ken_status ken_base_edit(const ken_base *base,
                         ken_str article,
                         uint32_t expects,
                         uint32_t *version,
                         int *recorded,
                         ken_error **err);

/**
 * Sets a fact. The newest by `as_of` is the current one; older ones are kept.
 *
 * - `base`: borrowed.
 * - `fact`: borrowed; JSON of a fact, see docs/json.md.
 * - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
 *
 * Errors: `KEN_ERR_INVALID_RECORD` if the JSON is not a fact, `KEN_ERR_INVALID_VALUE`, `KEN_ERR_UNKNOWN_NAME`,
 * `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
 */
ken_status ken_base_set_fact(const ken_base *base,
                             ken_str fact,
                             int *recorded,
                             ken_error **err);

/**
 * Changes the states of an article: publish, restrict, archive, restore. Keys that the JSON leaves out stay.
 *
 * - `base`: borrowed.
 * - `article`: borrowed; the id.
 * - `change`: borrowed; JSON such as `{"confidence":"validated","audience":"public","governance":"open"}`.
 * - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
 *
 * Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_UNKNOWN_NAME` for an audience the base has not,
 * `KEN_ERR_INVALID_TRANSITION`, `KEN_ERR_INVALID_RECORD` if the JSON is not a state change,
 * `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
 */
ken_status ken_base_change_state(const ken_base *base,
                                 ken_str article,
                                 ken_str change,
                                 int *recorded,
                                 ken_error **err);

/**
 * Validates an article and shows it to an audience.
 *
 * - `base`: borrowed.
 * - `article`: borrowed; the id.
 * - `audience`: borrowed; the label of the audience.
 * - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
 *
 * Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_UNKNOWN_NAME` for an audience the base has not, `KEN_ERR_INVALID_TRANSITION`,
 * `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
 */
ken_status ken_base_publish(const ken_base *base,
                            ken_str article,
                            ken_str audience,
                            int *recorded,
                            ken_error **err);

/**
 * Takes an article out of use. It is kept, and never shown.
 *
 * - `base`: borrowed.
 * - `article`: borrowed; the id.
 * - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
 *
 * Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_INVALID_TRANSITION`,
 * `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
 */
ken_status ken_base_archive(const ken_base *base,
                            ken_str article,
                            int *recorded,
                            ken_error **err);

/**
 * Records that a person checked an article and found it right.
 *
 * - `base`: borrowed.
 * - `article`: borrowed; the id.
 * - `by`: borrowed; the person who checked.
 * - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
 *
 * Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_INVALID_VALUE`,
 * `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
 */
ken_status ken_base_verify_article(const ken_base *base,
                                   ken_str article,
                                   ken_str by,
                                   int *recorded,
                                   ken_error **err);

/**
 * Flags an article as wrong in some way.
 *
 * - `base`: borrowed.
 * - `article`: borrowed; the id.
 * - `reason`: borrowed; outdated, wrong, unclear, duplicate or unsafe.
 * - `by`: borrowed; the person who flags.
 * - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
 *
 * Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_INVALID_VALUE`,
 * `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
 */
ken_status ken_base_flag(const ken_base *base,
                         ken_str article,
                         ken_str reason,
                         ken_str by,
                         int *recorded,
                         ken_error **err);

/**
 * Merges one article into another: evidence and links continue there, the old id still resolves.
 *
 * - `base`: borrowed.
 * - `article`: borrowed; the id.
 * - `into`: borrowed; the id of the article that goes on.
 * - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
 *
 * Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_INVALID_TRANSITION`, `KEN_ERR_CONTRADICTION`,
 * `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
 */
ken_status ken_base_merge(const ken_base *base,
                          ken_str article,
                          ken_str into,
                          int *recorded,
                          ken_error **err);

/**
 * Relates two articles.
 *
 * - `base`: borrowed.
 * - `article`: borrowed; the id of the one.
 * - `to`: borrowed; the id of the other.
 * - `relation`: borrowed; related, duplicate-of, supersedes, translates, variant-for, depends-on or contradicts.
 * - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
 *
 * Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_INVALID_VALUE`, `KEN_ERR_CONTRADICTION`,
 * `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
 */
ken_status ken_base_relate(const ken_base *base,
                           ken_str article,
                           ken_str to,
                           ken_str relation,
                           int *recorded,
                           ken_error **err);

/**
 * An article by its id, or by that of an article merged into it.
 *
 * It takes no viewer and hides nothing, see docs/viewers.md.
 *
 * - `base`: borrowed.
 * - `article`: borrowed; the id.
 * - `out`: set to JSON of the article with its text, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the common ones.
 */
ken_status ken_base_article(const ken_base *base,
                            ken_str article,
                            ken_buf **out,
                            ken_error **err);

/**
 * An article as a viewer sees it: as the viewer's snapshot of that instant gives it, without people, narrower sections and
 * relations to hidden articles.
 *
 * - `base`: borrowed.
 * - `article`: borrowed; the id.
 * - `audience`: borrowed; the viewer's audience: a label of the base's audiences.
 * - `entitlements`: borrowed; the viewer's entitlements, `n` names.
 * - `n`: their number; 0 for none, and then `entitlements` may be NULL.
 * - `now_ms`: the instant, in milliseconds since 1970-01-01T00:00:00Z, or `KEN_NOW`.
 * - `out`: set to JSON of the article with its text, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_ARTICLE_NOT_FOUND` also for an article that the viewer may not see, `KEN_ERR_UNKNOWN_NAME` for an audience
 * the base has not, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the common ones.
 */
ken_status ken_base_article_for(const ken_base *base,
                                ken_str article,
                                ken_str audience,
                                const ken_str *entitlements,
                                size_t n,
                                int64_t now_ms,
                                ken_buf **out,
                                ken_error **err);

/**
 * An article as it read in one of its versions; its states are those of today.
 *
 * It takes no viewer and hides nothing, see docs/viewers.md.
 *
 * - `base`: borrowed.
 * - `article`: borrowed; the id.
 * - `version`: the number, from 1.
 * - `out`: set to JSON of the article with that text, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_VERSION_NOT_FOUND`, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the common ones.
 */
ken_status ken_base_article_version(const ken_base *base,
                                    ken_str article,
                                    uint32_t version,
                                    ken_buf **out,
                                    ken_error **err);

/**
 * The versions of an article, from the first, without their text.
 *
 * It takes no viewer and hides nothing, see docs/viewers.md.
 *
 * - `base`: borrowed.
 * - `article`: borrowed; the id.
 * - `out`: set to JSON `{"schema":1,"versions":[..]}`, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the common ones.
 */
ken_status ken_base_versions(const ken_base *base,
                             ken_str article,
                             ken_buf **out,
                             ken_error **err);

/**
 * The evidence about an article, row by row: its own, then that of the articles merged into it.
 *
 * It takes no viewer and hides nothing, see docs/viewers.md.
 *
 * - `base`: borrowed.
 * - `article`: borrowed; the id.
 * - `out`: set to JSON `{"schema":1,"evidence":[..]}`, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, and the common ones.
 */
ken_status ken_base_evidence(const ken_base *base,
                             ken_str article,
                             ken_buf **out,
                             ken_error **err);

/**
 * The probability that an article solves its reader's case, by all the evidence so far.
 *
 * It takes no viewer and hides nothing, see docs/viewers.md.
 *
 * - `base`: borrowed.
 * - `article`: borrowed; the id.
 * - `now_ms`: the instant, in milliseconds since 1970-01-01T00:00:00Z, or `KEN_NOW`.
 * - `out`: set to the probability, in (0, 1).
 *
 * Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_INVALID_VALUE` for the instant, and the common ones.
 */
ken_status ken_base_solve_rate(const ken_base *base,
                               ken_str article,
                               int64_t now_ms,
                               double *out,
                               ken_error **err);

/**
 * Lists article ids in ascending order, one page per call. Archived and merged articles are included. An article put
 * between two calls is listed only if its id sorts after `after`.
 *
 * It takes no viewer and hides nothing, see docs/viewers.md.
 *
 * - `base`: borrowed.
 * - `after`: borrowed; the last id of the previous page; empty for the first page.
 * - `limit`: maximum number of ids, 1 to 10000; a shorter page is the last.
 * - `out`: set to JSON `{"schema":1,"ids":[..]}`. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_INVALID_VALUE` and `KEN_ERR_TOO_LARGE` for the limit, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the
 * common ones.
 */
ken_status ken_base_article_ids(const ken_base *base,
                                ken_str after,
                                size_t limit,
                                ken_buf **out,
                                ken_error **err);

/* ---- Cases, sessions, impressions and actors */

/**
 * Opens a case.
 *
 * - `base`: borrowed.
 * - `draft`: borrowed; JSON of a case, see docs/json.md.
 * - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
 *
 * Errors: `KEN_ERR_INVALID_RECORD` if the JSON is not a case draft, `KEN_ERR_INVALID_VALUE` and `KEN_ERR_TOO_LARGE` for
 * a field, `KEN_ERR_ALREADY_EXISTS`,
 * `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
 */
ken_status ken_base_open_case(const ken_base *base,
                              ken_str draft,
                              int *recorded,
                              ken_error **err);

/**
 * Adds a note to a case.
 *
 * - `base`: borrowed.
 * - `case_id`: borrowed; the id.
 * - `entry`: borrowed; JSON of an entry, see docs/json.md: its text, and its reuse (`case-only`, or
 *   the role of a section).
 * - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
 *
 * Errors: `KEN_ERR_CASE_NOT_FOUND`, `KEN_ERR_INVALID_RECORD` if the JSON is not an entry, `KEN_ERR_TOO_LARGE`,
 * `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
 */
ken_status ken_base_note(const ken_base *base,
                         ken_str case_id,
                         ken_str entry,
                         int *recorded,
                         ken_error **err);

/**
 * Records that a case is resolved. The articles linked as resolved get their credit.
 *
 * - `base`: borrowed.
 * - `case_id`: borrowed; the id.
 * - `first_contact`: first-contact resolution: `KEN_YES`, `KEN_NO` or `KEN_UNKNOWN`.
 * - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
 *
 * Errors: `KEN_ERR_CASE_NOT_FOUND`, `KEN_ERR_INVALID_VALUE`, `KEN_ERR_INVALID_TRANSITION`,
 * `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
 */
ken_status ken_base_resolve_case(const ken_base *base,
                                 ken_str case_id,
                                 int first_contact,
                                 int *recorded,
                                 ken_error **err);

/**
 * Closes a case.
 *
 * - `base`: borrowed.
 * - `case_id`: borrowed; the id.
 * - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
 *
 * Errors: `KEN_ERR_CASE_NOT_FOUND`, `KEN_ERR_INVALID_TRANSITION`,
 * `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
 */
ken_status ken_base_close_case(const ken_base *base,
                               ken_str case_id,
                               int *recorded,
                               ken_error **err);

/**
 * Reopens a case. The articles that resolved it lose their credit. If the case was resolved at most seven days ago,
 * the reopening also counts as a failure of these articles.
 *
 * - `base`: borrowed.
 * - `case_id`: borrowed; the id.
 * - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
 *
 * Errors: `KEN_ERR_CASE_NOT_FOUND`, `KEN_ERR_INVALID_TRANSITION`,
 * `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
 */
ken_status ken_base_reopen_case(const ken_base *base,
                                ken_str case_id,
                                int *recorded,
                                ken_error **err);

/**
 * Returns a case with its entries.
 *
 * It takes no viewer and hides nothing, see docs/viewers.md.
 *
 * - `base`: borrowed.
 * - `case_id`: borrowed; the id.
 * - `out`: set to JSON of the case, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_CASE_NOT_FOUND`, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the common ones.
 */
ken_status ken_base_case(const ken_base *base,
                         ken_str case_id,
                         ken_buf **out,
                         ken_error **err);

/**
 * Returns a self-service session, split into intents. An intent is a run of queries and article views about one need.
 *
 * It takes no viewer and hides nothing, see docs/viewers.md.
 *
 * - `base`: borrowed.
 * - `session_id`: borrowed; the id.
 * - `out`: set to JSON of the session, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_SESSION_NOT_FOUND`, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the common ones.
 */
ken_status ken_base_session(const ken_base *base,
                            ken_str session_id,
                            ken_buf **out,
                            ken_error **err);

/**
 * Returns the search result an impression token stands for: the query or case, the ranked articles and the hash of the
 * policy.
 *
 * It takes no viewer and hides nothing, see docs/viewers.md.
 *
 * - `base`: borrowed.
 * - `token`: borrowed; an impression token of this base.
 * - `out`: set to JSON of the impression, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_INVALID_IMPRESSION`, and the common ones.
 */
ken_status ken_base_impression(const ken_base *base,
                               ken_str token,
                               ken_buf **out,
                               ken_error **err);

/**
 * Returns an actor by id: an agent, an expert, a reader. An `actor-set` event adds one.
 *
 * It takes no viewer and hides nothing, see docs/viewers.md.
 *
 * - `base`: borrowed.
 * - `actor_id`: borrowed; the id.
 * - `out`: set to JSON `{"schema":1,"actor":{"id":..,"licence":..}}`, with null for an unknown id, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the common ones.
 */
ken_status ken_base_actor(const ken_base *base,
                          ken_str actor_id,
                          ken_buf **out,
                          ken_error **err);

/**
 * Lists case ids in ascending order, one page per call. A case opened between two calls is listed only if its id sorts
 * after `after`.
 *
 * It takes no viewer and hides nothing, see docs/viewers.md.
 *
 * - `base`: borrowed.
 * - `after`: borrowed; the last id of the previous page; empty for the first page.
 * - `limit`: maximum number of ids, 1 to 10000; a shorter page is the last.
 * - `out`: set to JSON `{"schema":1,"ids":[..]}`. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_INVALID_VALUE` and `KEN_ERR_TOO_LARGE` for the limit, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the
 * common ones.
 */
ken_status ken_base_case_ids(const ken_base *base,
                             ken_str after,
                             size_t limit,
                             ken_buf **out,
                             ken_error **err);

/* ---- Drafts of cases and entries as structs, for a host that writes no JSON */

/**
 * Fills an entry with its defaults, in the layout of the first release: for languages that declare the struct
 * themselves. In C and C++ a macro of this name passes the size to `ken_entry_init_sized`.
 *
 * - `entry`: written; NULL does nothing.
 */
void ken_entry_init(ken_entry *entry);

/**
 * Fills an entry with its defaults, as far as the header of the caller knows it.
 *
 * - `entry`: written; NULL does nothing.
 * - `size`: the size of the struct there, in bytes.
 */
void ken_entry_init_sized(ken_entry *entry,
                          size_t size);

/**
 * Fills a case draft with its defaults, in the layout of the first release: for languages that declare the struct
 * themselves. In C and C++ a macro of this name passes the size to `ken_case_draft_init_sized`.
 *
 * - `draft`: written; NULL does nothing.
 */
void ken_case_draft_init(ken_case_draft *draft);

/**
 * Fills a case draft with its defaults, as far as the header of the caller knows it.
 *
 * - `draft`: written; NULL does nothing.
 * - `size`: the size of the struct there, in bytes.
 */
void ken_case_draft_init_sized(ken_case_draft *draft,
                               size_t size);

/**
 * Opens a case, as `ken_base_open_case` does, out of a struct.
 *
 * - `base`: borrowed.
 * - `draft`: borrowed during the call.
 * - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
 *
 * Errors: `KEN_ERR_INVALID_VALUE` and `KEN_ERR_TOO_LARGE` for a field, `KEN_ERR_ALREADY_EXISTS`,
 * `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
 */
ken_status ken_base_open_case_draft(const ken_base *base,
                                    const ken_case_draft *draft,
                                    int *recorded,
                                    ken_error **err);

/**
 * Adds a note to a case, as `ken_base_note` does, out of a struct.
 *
 * - `base`: borrowed.
 * - `case_id`: borrowed; the id.
 * - `entry`: borrowed during the call.
 * - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
 *
 * Errors: `KEN_ERR_CASE_NOT_FOUND`, `KEN_ERR_INVALID_VALUE` and `KEN_ERR_TOO_LARGE` for a field,
 * `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
 */
ken_status ken_base_note_draft(const ken_base *base,
                               ken_str case_id,
                               const ken_entry *entry,
                               int *recorded,
                               ken_error **err);

/* ---- Events of readers, agents and the world: one by one, or many in one commit */

/**
 * Fills an event with its defaults, in the layout of the first release: for languages that declare the struct
 * themselves. In C and C++ a macro of this name passes the size to `ken_event_init_sized`.
 *
 * - `event`: written; NULL does nothing.
 */
void ken_event_init(ken_event *event);

/**
 * Fills an event with its defaults, as far as the header of the caller knows it.
 *
 * - `event`: written; NULL does nothing.
 * - `size`: the size of the struct there, in bytes.
 */
void ken_event_init_sized(ken_event *event,
                          size_t size);

/**
 * Records an event. The next answer already differs; no byte of the text index changes for feedback.
 *
 * It is durable when the call returns, but for events of reading (searched, shown, clicked, viewed,
 * dwelt, copied, returned, suggested, opened): those are durable with the next durable write or flush.
 *
 * - `base`: borrowed.
 * - `event`: borrowed during the call.
 * - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
 *
 * Errors: `KEN_ERR_INVALID_VALUE` for a field, `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_CASE_NOT_FOUND`,
 * `KEN_ERR_INVALID_IMPRESSION`, `KEN_ERR_INVALID_TRANSITION`, `KEN_ERR_UNKNOWN_NAME`, `KEN_ERR_MEMORY_LIMIT`,
 * `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
 */
ken_status ken_base_record(const ken_base *base,
                           const ken_event *event,
                           int *recorded,
                           ken_error **err);

/**
 * Records many events in one commit, all or none.
 *
 * - `base`: borrowed.
 * - `events`: borrowed during the call; `n` events.
 * - `n`: their number; 0 does nothing.
 * - `recorded`: may be NULL; else `n` places, each set to one of `KEN_RECORDED_*`.
 *
 * Errors: those of `ken_base_record`, of the first event that is refused; `ken_error_item` gives each.
 */
ken_status ken_base_record_all(const ken_base *base,
                               const ken_event *events,
                               size_t n,
                               int *recorded,
                               ken_error **err);

/**
 * Records many events in one commit, all or none, as they arrived at an instant: for a host that keeps the log elsewhere
 * and repeats it, in order of time. Views of the past (`ken_base_as_of`) see them from that instant on.
 *
 * - `base`: borrowed.
 * - `events`: borrowed during the call; `n` events.
 * - `n`: their number; 0 does nothing.
 * - `arrived_ms`: the instant, in milliseconds since 1970-01-01T00:00:00Z, or `KEN_NOW`.
 * - `recorded`: may be NULL; else `n` places, each set to one of `KEN_RECORDED_*`.
 *
 * Errors: `KEN_ERR_OUT_OF_HISTORY` for an instant before the last record, and those of `ken_base_record_all`.
 */
ken_status ken_base_record_arrived(const ken_base *base,
                                   const ken_event *events,
                                   size_t n,
                                   int64_t arrived_ms,
                                   int *recorded,
                                   ken_error **err);

/**
 * Records events of any kind in one commit, all or none.
 *
 * - `base`: borrowed.
 * - `events`: borrowed; JSON `{"events":[..]}`, see docs/json.md. An event without `at` happens now.
 * - `n`: may be NULL; set to the number of new ones.
 *
 * Errors: `KEN_ERR_INVALID_RECORD` if the JSON is not a list of events, and those of `ken_base_record`, of the first event
 * that is refused; `ken_error_item` gives each.
 */
ken_status ken_base_record_json(const ken_base *base,
                                ken_str events,
                                size_t *n,
                                ken_error **err);

/* ---- Links: the articles of a case, by the part they played */

/**
 * Fills a link with its defaults, in the layout of the first release: for languages that declare the struct
 * themselves. In C and C++ a macro of this name passes the size to `ken_link_draft_init_sized`.
 *
 * - `link`: written; NULL does nothing.
 */
void ken_link_draft_init(ken_link_draft *link);

/**
 * Fills a link with its defaults, as far as the header of the caller knows it.
 *
 * - `link`: written; NULL does nothing.
 * - `size`: the size of the struct there, in bytes.
 */
void ken_link_draft_init_sized(ken_link_draft *link,
                               size_t size);

/**
 * Links an article to a case. Doing it again changes nothing.
 *
 * - `base`: borrowed.
 * - `link`: borrowed during the call.
 * - `by`: borrowed; the id of the person, or the name of the rule, that links.
 * - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
 *
 * Errors: `KEN_ERR_CASE_NOT_FOUND`, `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_INVALID_VALUE`,
 * `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
 */
ken_status ken_base_link(const ken_base *base,
                         const ken_link_draft *link,
                         ken_str by,
                         int *recorded,
                         ken_error **err);

/**
 * Retracts a link, and restores the previous scores exactly.
 *
 * - `base`: borrowed.
 * - `case_id`: borrowed; the id of the case.
 * - `article`: borrowed; the id of the article.
 * - `link`: borrowed; the type of the link.
 * - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
 *
 * Errors: `KEN_ERR_LINK_NOT_FOUND`, `KEN_ERR_CASE_NOT_FOUND`, `KEN_ERR_INVALID_VALUE`,
 * `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
 */
ken_status ken_base_retract_link(const ken_base *base,
                                 ken_str case_id,
                                 ken_str article,
                                 ken_str link,
                                 int *recorded,
                                 ken_error **err);

/**
 * Judges a link: confirmed or rejected. A rejected link no longer counts.
 *
 * - `base`: borrowed.
 * - `case_id`: borrowed; the id of the case.
 * - `article`: borrowed; the id of the article.
 * - `link`: borrowed; the type of the link.
 * - `verdict`: borrowed; confirmed or rejected.
 * - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
 *
 * Errors: `KEN_ERR_LINK_NOT_FOUND`, `KEN_ERR_CASE_NOT_FOUND`, `KEN_ERR_INVALID_VALUE`,
 * `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
 */
ken_status ken_base_judge_link(const ken_base *base,
                               ken_str case_id,
                               ken_str article,
                               ken_str link,
                               ken_str verdict,
                               int *recorded,
                               ken_error **err);

/**
 * The links of a case, by article, then type; retracted ones too.
 *
 * It takes no viewer and hides nothing, see docs/viewers.md.
 *
 * - `base`: borrowed.
 * - `case_id`: borrowed; the id.
 * - `out`: set to JSON `{"schema":1,"links":[..]}`, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_CASE_NOT_FOUND`, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the common ones.
 */
ken_status ken_base_links_of_case(const ken_base *base,
                                  ken_str case_id,
                                  ken_buf **out,
                                  ken_error **err);

/**
 * The links of an article, by case, then type; retracted ones and those of articles merged into it too.
 *
 * It takes no viewer and hides nothing, see docs/viewers.md.
 *
 * - `base`: borrowed.
 * - `article`: borrowed; the id.
 * - `out`: set to JSON `{"schema":1,"links":[..]}`, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the common ones.
 */
ken_status ken_base_links_of_article(const ken_base *base,
                                     ken_str article,
                                     ken_buf **out,
                                     ken_error **err);

/* ---- The ranking policy: every constant of the ranking */

/**
 * Returns the current ranking policy.
 *
 * - `base`: borrowed.
 * - `out`: set to JSON with a key for each constant, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: the common ones.
 */
ken_status ken_base_policy(const ken_base *base,
                           ken_buf **out,
                           ken_error **err);

/**
 * Replaces the ranking policy and records the change as an event. Changing section weights rebuilds the text index.
 *
 * - `base`: borrowed.
 * - `policy`: borrowed; JSON with a key for each constant, as `ken_base_policy` gives it; `schema` may stay. An
 *   omitted constant is reset to its default.
 * - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
 *
 * Errors: `KEN_ERR_INVALID_RECORD` if the JSON is not a policy, `KEN_ERR_INVALID_VALUE` for a constant out of its
 * range, `KEN_ERR_CONTRADICTION`,
 * `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
 */
ken_status ken_base_set_policy(const ken_base *base,
                               ken_str policy,
                               int *recorded,
                               ken_error **err);

/* ---- ken_article and ken_case: an article with its sections and a case with its entries, walked without parsing */

/**
 * Fills an article's description with its defaults, in the layout of the first release: for languages that declare the struct
 * themselves. In C and C++ a macro of this name passes the size to `ken_article_info_init_sized`.
 *
 * - `info`: written; NULL does nothing.
 */
void ken_article_info_init(ken_article_info *info);

/**
 * Fills an article's description with its defaults, as far as the header of the caller knows it.
 *
 * - `info`: written; NULL does nothing.
 * - `size`: the size of the struct there, in bytes.
 */
void ken_article_info_init_sized(ken_article_info *info,
                                 size_t size);

/**
 * Fills a section with its defaults, in the layout of the first release: for languages that declare the struct
 * themselves. In C and C++ a macro of this name passes the size to `ken_section_init_sized`.
 *
 * - `section`: written; NULL does nothing.
 */
void ken_section_init(ken_section *section);

/**
 * Fills a section with its defaults, as far as the header of the caller knows it.
 *
 * - `section`: written; NULL does nothing.
 * - `size`: the size of the struct there, in bytes.
 */
void ken_section_init_sized(ken_section *section,
                            size_t size);

/**
 * Fills a case's description with its defaults, in the layout of the first release: for languages that declare the struct
 * themselves. In C and C++ a macro of this name passes the size to `ken_case_info_init_sized`.
 *
 * - `info`: written; NULL does nothing.
 */
void ken_case_info_init(ken_case_info *info);

/**
 * Fills a case's description with its defaults, as far as the header of the caller knows it.
 *
 * - `info`: written; NULL does nothing.
 * - `size`: the size of the struct there, in bytes.
 */
void ken_case_info_init_sized(ken_case_info *info,
                              size_t size);

/**
 * Reads an article by its id, or by that of an article merged into it, as `ken_base_article` does.
 *
 * - `base`: borrowed.
 * - `article`: borrowed; the id.
 * - `out`: set to the article. Owned by the caller; destroy it with `ken_article_destroy`.
 *
 * Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the common ones.
 */
ken_status ken_base_read_article(const ken_base *base,
                                 ken_str article,
                                 ken_article **out,
                                 ken_error **err);

/**
 * Reads an article as the snapshot's viewers see it, as `ken_snapshot_article` does.
 *
 * - `snapshot`: borrowed.
 * - `article`: borrowed; its id, or that of one merged into it.
 * - `out`: set to the article. Owned by the caller; destroy it with `ken_article_destroy`.
 *
 * Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_CORRUPT` and `KEN_ERR_IO` for its file, `KEN_ERR_NULL_ARGUMENT`,
 * `KEN_ERR_WRONG_HANDLE`, `KEN_ERR_INVALID_UTF8`, `KEN_ERR_TOO_LARGE`.
 */
ken_status ken_snapshot_read_article(const ken_snapshot *snapshot,
                                     ken_str article,
                                     ken_article **out,
                                     ken_error **err);

/**
 * Reads a case with its entries, as `ken_base_case` does.
 *
 * - `base`: borrowed.
 * - `case_id`: borrowed; the id.
 * - `out`: set to the case. Owned by the caller; destroy it with `ken_case_destroy`.
 *
 * Errors: `KEN_ERR_CASE_NOT_FOUND`, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the common ones.
 */
ken_status ken_base_read_case(const ken_base *base,
                              ken_str case_id,
                              ken_case **out,
                              ken_error **err);

/**
 * Tells all of an article but its sections.
 *
 * - `article`: borrowed.
 * - `out`: filled by `ken_article_info_init` before; written. What it points to belongs to `article`.
 *
 * Errors: `KEN_ERR_INVALID_VALUE` for a struct that was not filled before, `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
 */
ken_status ken_article_describe(const ken_article *article,
                                ken_article_info *out,
                                ken_error **err);

/**
 * A section of an article.
 *
 * - `article`: borrowed.
 * - `i`: its place, from 0, in the order of the text.
 * - `out`: filled by `ken_section_init` before; written. What it points to belongs to `article`.
 *
 * Errors: `KEN_ERR_INVALID_VALUE` if there is no such section, or for a struct that was not filled before,
 * `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
 */
ken_status ken_article_section(const ken_article *article,
                               size_t i,
                               ken_section *out,
                               ken_error **err);

/**
 * Destroys an article that was read and sets the caller's pointer to NULL. The article in the base stays.
 *
 * - `article`: may be NULL, and may point to NULL: then nothing happens, so it may be called twice.
 */
void ken_article_destroy(ken_article **article);

/**
 * Tells all of a case but its products and entries.
 *
 * - `ticket`: borrowed; the case.
 * - `out`: filled by `ken_case_info_init` before; written. What it points to belongs to `ticket`.
 *
 * Errors: `KEN_ERR_INVALID_VALUE` for a struct that was not filled before, `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
 */
ken_status ken_case_describe(const ken_case *ticket,
                             ken_case_info *out,
                             ken_error **err);

/**
 * A product of a case.
 *
 * - `ticket`: borrowed; the case.
 * - `i`: its place, from 0.
 * - `out`: written. What it points to belongs to `ticket`.
 *
 * Errors: `KEN_ERR_INVALID_VALUE` if there is no such product, `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
 */
ken_status ken_case_item(const ken_case *ticket,
                         size_t i,
                         ken_product *out,
                         ken_error **err);

/**
 * An entry of a case.
 *
 * - `ticket`: borrowed; the case.
 * - `i`: its place, from 0, in the order of time.
 * - `out`: filled by `ken_entry_init` before; written. What it points to belongs to `ticket`.
 *
 * Errors: `KEN_ERR_INVALID_VALUE` if there is no such entry, or for a struct that was not filled before,
 * `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
 */
ken_status ken_case_entry(const ken_case *ticket,
                          size_t i,
                          ken_entry *out,
                          ken_error **err);

/**
 * Destroys a case that was read and sets the caller's pointer to NULL. The case in the base stays.
 *
 * - `ticket`: the case; may be NULL, and may point to NULL: then nothing happens, so it may be called twice.
 */
void ken_case_destroy(ken_case **ticket);

/* ---- The past: the base as it was known at an instant */

/**
 * The base as it was known at an instant: it answers as the base would have answered then, its clock
 * standing at that instant. It takes no writes: they answer `KEN_ERR_INVALID_TRANSITION`.
 *
 * Cost: one replay of the log up to there, and the texts of that time in memory. For many instants use
 * `ken_base_replay`.
 *
 * - `base`: borrowed.
 * - `known_ms`: the instant, in milliseconds since 1970-01-01T00:00:00Z.
 * - `policy`: borrowed; JSON of a ranking policy, as if that had always been in force; empty for the policies of
 *   the day.
 * - `cancel`: may be NULL; called now and then, and continues or cancels the call.
 * - `data`: handed to it; may be NULL.
 * - `out`: set to the base. Owned by the caller; destroy it with `ken_base_destroy`.
 *
 * Errors: `KEN_ERR_INVALID_VALUE` for the instant or a constant of the policy, `KEN_ERR_INVALID_RECORD` if
 * the JSON is not a policy, `KEN_ERR_CANCELLED`, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the
 * common ones.
 */
ken_status ken_base_as_of(const ken_base *base,
                          int64_t known_ms,
                          ken_str policy,
                          ken_cancel_fn cancel,
                          void *data,
                          ken_base **out,
                          ken_error **err);

/**
 * Reads the log once and calls back with the base as it was known at each instant: a year of cases costs
 * one pass over the log, not one for each case.
 *
 * - `base`: borrowed.
 * - `instants_ms`: borrowed; `n` instants, ascending, in milliseconds since 1970-01-01T00:00:00Z.
 * - `n`: their number.
 * - `policy`: borrowed; JSON of a ranking policy, as if that had always been in force: a trial of it on the real
 *   events; empty for the policies of the day.
 * - `replay`: the callback.
 * - `data`: handed to it; may be NULL.
 *
 * Errors: `KEN_ERR_OUT_OF_HISTORY` if the instants do not ascend, `KEN_ERR_CANCELLED` if the callback says stop,
 * `KEN_ERR_INVALID_VALUE` for an instant or a constant of the policy, `KEN_ERR_INVALID_RECORD` if the
 * JSON is not a policy, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the common ones.
 */
ken_status ken_base_replay(const ken_base *base,
                           const int64_t *instants_ms,
                           size_t n,
                           ken_str policy,
                           ken_replay_fn replay,
                           void *data,
                           ken_error **err);

/* ---- Requests: a search and a suggestion as structs without anything to parse */

/**
 * Fills a search with its defaults, in the layout of the first release: for languages that declare the struct
 * themselves. In C and C++ a macro of this name passes the size to `ken_search_request_init_sized`.
 *
 * - `request`: written; NULL does nothing.
 */
void ken_search_request_init(ken_search_request *request);

/**
 * Fills a search with its defaults, as far as the header of the caller knows it.
 *
 * - `request`: written; NULL does nothing.
 * - `size`: the size of the struct there, in bytes.
 */
void ken_search_request_init_sized(ken_search_request *request,
                                   size_t size);

/**
 * Fills a suggestion with its defaults, in the layout of the first release: for languages that declare the struct
 * themselves. In C and C++ a macro of this name passes the size to `ken_suggest_request_init_sized`.
 *
 * - `request`: written; NULL does nothing.
 */
void ken_suggest_request_init(ken_suggest_request *request);

/**
 * Fills a suggestion with its defaults, as far as the header of the caller knows it.
 *
 * - `request`: written; NULL does nothing.
 * - `size`: the size of the struct there, in bytes.
 */
void ken_suggest_request_init_sized(ken_suggest_request *request,
                                    size_t size);

/* ---- ken_results: the answer to a search or a suggestion, walked without parsing */

/**
 * The number of hits.
 *
 * - `results`: borrowed; may be NULL.
 *
 * Returns the number; 0 for NULL.
 */
size_t ken_results_count(const ken_results *results);

/**
 * A hit.
 *
 * - `results`: borrowed.
 * - `hit`: its place, from 0.
 * - `out`: written. What it points to belongs to `results`.
 *
 * Errors: `KEN_ERR_INVALID_VALUE` if there is no such hit, `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
 */
ken_status ken_results_hit(const ken_results *results,
                           size_t hit,
                           ken_hit *out,
                           ken_error **err);

/**
 * The stretches of a hit's snippet that match: ascending, apart from one another, on character boundaries.
 *
 * - `results`: borrowed.
 * - `hit`: the place of the hit, from 0.
 * - `out`: set to the first of `n_ranges` ranges (see `ken_hit`), which belong to `results`.
 *
 * Errors: `KEN_ERR_INVALID_VALUE` if there is no such hit, `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
 */
ken_status ken_results_ranges(const ken_results *results,
                              size_t hit,
                              const ken_range **out,
                              ken_error **err);

/**
 * A hit's snippet as HTML: everything escaped, with the matches in `<mark>`.
 *
 * - `results`: borrowed.
 * - `hit`: the place of the hit, from 0.
 * - `out`: set to the HTML. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_INVALID_VALUE` if there is no such hit, `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
 */
ken_status ken_results_snippet_html(const ken_results *results,
                                    size_t hit,
                                    ken_buf **out,
                                    ken_error **err);

/**
 * The number of factors of a score, the same for every hit.
 *
 * Returns the number.
 */
size_t ken_factor_count(void);

/**
 * A factor of a hit's score. Suggestions have them always, hits of a search if it asked to `explain`.
 *
 * - `results`: borrowed.
 * - `hit`: the place of the hit, from 0.
 * - `factor`: the place of the factor, from 0, in the order in which they are multiplied.
 * - `out`: written. What it points to belongs to `results`.
 *
 * Errors: `KEN_ERR_INVALID_VALUE` if there is no such hit, factor or explanation, `KEN_ERR_NULL_ARGUMENT`,
 * `KEN_ERR_WRONG_HANDLE`.
 */
ken_status ken_results_factor(const ken_results *results,
                              size_t hit,
                              size_t factor,
                              ken_factor *out,
                              ken_error **err);

/**
 * The reason for the rank of a hit, in one sentence. Suggestions have it always, hits of a search if it
 * asked to `explain`.
 *
 * - `results`: borrowed; may be NULL.
 * - `hit`: the place of the hit, from 0.
 *
 * Returns a view that lives as long as `results`, or the empty text if there is no such hit or explanation.
 */
ken_str ken_results_summary(const ken_results *results,
                            size_t hit);

/**
 * The whole explanation of a hit, as JSON (docs/json.md): factors, text score, case evidence, the words
 * that matched with their share, the summary.
 *
 * - `results`: borrowed.
 * - `hit`: the place of the hit, from 0.
 * - `out`: set to the JSON. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_INVALID_VALUE` if there is no such hit or explanation, `KEN_ERR_NULL_ARGUMENT`,
 * `KEN_ERR_WRONG_HANDLE`.
 */
ken_status ken_results_explanation(const ken_results *results,
                                   size_t hit,
                                   ken_buf **out,
                                   ken_error **err);

/**
 * The token that names this answer in feedback: record it as shown, or name it in a click.
 *
 * - `results`: borrowed; may be NULL.
 *
 * Returns a view that lives as long as `results`, or the empty text for NULL.
 */
ken_str ken_results_impression(const ken_results *results);

/**
 * The probability that the best hit solves the reader's case.
 *
 * - `results`: borrowed; may be NULL.
 *
 * Returns a number in [0, 1]; 0 if there is no hit, and for NULL.
 */
double ken_results_answerable(const ken_results *results);

/**
 * Tells if a limit cut the work of a search short.
 *
 * - `results`: borrowed; may be NULL.
 *
 * Returns 1 or 0; 0 for a suggestion and for NULL.
 */
uint32_t ken_results_is_partial(const ken_results *results);

/**
 * The number of parts of the query that were read as plain words although their signs ask for more, or were dropped:
 * conditions that no visible article meets, signs in a pasted text or a command, words of a long text.
 *
 * - `results`: borrowed; may be NULL.
 *
 * Returns the number, 0 for most queries; 0 for a suggestion and for NULL.
 */
size_t ken_results_relaxed_count(const ken_results *results);

/**
 * A part of the query that was relaxed, as typed.
 *
 * - `results`: borrowed; may be NULL.
 * - `i`: its place, from 0.
 *
 * Returns a view that lives as long as `results`; the empty text if there is none.
 */
ken_str ken_results_relaxed(const ken_results *results,
                            size_t i);

/**
 * Tells if a suggestion had candidates, all of them below the threshold.
 *
 * - `results`: borrowed; may be NULL.
 *
 * Returns 1 or 0; 0 for a search and for NULL.
 */
uint32_t ken_results_abstained(const ken_results *results);

/**
 * The number of past cases that a suggestion rests on, most alike first, for viewers who read cases.
 *
 * - `results`: borrowed; may be NULL.
 *
 * Returns the number; 0 for a search and for NULL.
 */
size_t ken_results_similar_count(const ken_results *results);

/**
 * A past case that a suggestion rests on.
 *
 * - `results`: borrowed.
 * - `i`: its place, from 0.
 * - `out`: written. What it points to belongs to `results`.
 *
 * Errors: `KEN_ERR_INVALID_VALUE` if there is no such case, `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
 */
ken_status ken_results_similar(const ken_results *results,
                               size_t i,
                               ken_similar *out,
                               ken_error **err);

/**
 * An article that resolved a similar case, or helped.
 *
 * - `results`: borrowed; may be NULL.
 * - `i`: the place of the case, from 0.
 * - `j`: the place of the article, from 0, by id.
 *
 * Returns its id, a view that lives as long as `results`; the empty text if there is none.
 */
ken_str ken_results_solved_by(const ken_results *results,
                              size_t i,
                              size_t j);

/**
 * Destroys an answer and sets the caller's pointer to NULL.
 *
 * - `results`: may be NULL, and may point to NULL: then nothing happens, so it may be called twice.
 */
void ken_results_destroy(ken_results **results);

/* ---- Reviews: the freshness of an article, and the queue of articles to review */

/**
 * The freshness of an article: its state, since when, the due date, the reason for a suspicion.
 *
 * It takes no viewer and hides nothing, see docs/viewers.md.
 *
 * - `base`: borrowed.
 * - `article`: borrowed; the id.
 * - `now_ms`: the instant, in milliseconds since 1970-01-01T00:00:00Z, or `KEN_NOW`.
 * - `out`: set to JSON, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_INVALID_VALUE` for the instant, and the common ones.
 */
ken_status ken_base_freshness(const ken_base *base,
                              ken_str article,
                              int64_t now_ms,
                              ken_buf **out,
                              ken_error **err);

/**
 * The articles to review: due, overdue, expired and suspected ones, by risk, which is the probability of being
 * wrong, times one more than the demand, times the harm. Ties go by id. Cost: one pass over all articles.
 *
 * - `base`: borrowed.
 * - `request`: borrowed; JSON `{"owner":..,"from":..,"limit":..,"now":..}`, each key optional; may be empty.
 * - `out`: set to JSON `{"schema":1,"items":[..]}`, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_INVALID_RECORD` if the JSON is not a review request, `KEN_ERR_INVALID_VALUE`, `KEN_ERR_TOO_LARGE`,
 * and the common ones.
 */
ken_status ken_reviews_queue(const ken_base *base,
                             ken_str request,
                             ken_buf **out,
                             ken_error **err);

/* ---- Asking: searches and suggestions, one or many */

/**
 * Searches. Writes nothing; the answer's impression names it in later feedback.
 *
 * - `base`: borrowed.
 * - `request`: borrowed during the call.
 * - `out`: set to the answer. Owned by the caller; destroy it with `ken_results_destroy`.
 *
 * Errors: `KEN_ERR_TOO_LARGE` for a query over its limit, `KEN_ERR_UNKNOWN_NAME`
 * for an audience the base has not, `KEN_ERR_INVALID_VALUE`, `KEN_ERR_INVALID_RECORD` and
 * `KEN_ERR_CONTRADICTION` for context and filter, and the common ones.
 */
ken_status ken_base_search(const ken_base *base,
                           const ken_search_request *request,
                           ken_results **out,
                           ken_error **err);

/**
 * Suggests articles for an open case, or for a text that is not a case yet: by its words, by similar past
 * cases and their solutions, and by the situation. Articles that were tried already, and those with a solve
 * probability below the threshold, are left out. Writes nothing.
 *
 * - `base`: borrowed.
 * - `request`: borrowed during the call.
 * - `out`: set to the answer. Owned by the caller; destroy it with `ken_results_destroy`.
 *
 * Errors: `KEN_ERR_CASE_NOT_FOUND`, `KEN_ERR_TOO_LARGE` for a text over its limit, `KEN_ERR_UNKNOWN_NAME` for
 * an audience the base has not, `KEN_ERR_INVALID_VALUE`, `KEN_ERR_INVALID_RECORD` and `KEN_ERR_CONTRADICTION`
 * for context and filter, and the common ones.
 */
ken_status ken_base_suggest(const ken_base *base,
                            const ken_suggest_request *request,
                            ken_results **out,
                            ken_error **err);

/**
 * Many searches, on as many threads as the option `threads` says. The answers equal those of single calls.
 *
 * - `base`: borrowed.
 * - `requests`: borrowed during the call; `n` requests.
 * - `n`: their number; 0 does nothing.
 * - `out`: `n` places, set to the answers in the order of the requests. Owned by the caller; destroy each
 *   with `ken_results_destroy`. Where a request fails its place is set to NULL, and the others have their answers. If
 *   the call fails as a whole (`ken_error_item_count` is 0), none is set.
 *
 * Errors: those of `ken_base_search`, of the first request that fails; `ken_error_item` gives each.
 */
ken_status ken_base_search_many(const ken_base *base,
                                const ken_search_request *requests,
                                size_t n,
                                ken_results **out,
                                ken_error **err);

/**
 * Many suggestions, in the same way.
 *
 * - `base`: borrowed.
 * - `requests`: borrowed during the call; `n` requests.
 * - `n`: their number; 0 does nothing.
 * - `out`: `n` places, set to the answers in the order of the requests. Owned by the caller; destroy each
 *   with `ken_results_destroy`. Where a request fails its place is set to NULL, and the others have their answers. If
 *   the call fails as a whole (`ken_error_item_count` is 0), none is set.
 *
 * Errors: those of `ken_base_suggest`, of the first request that fails; `ken_error_item` gives each.
 */
ken_status ken_base_suggest_many(const ken_base *base,
                                 const ken_suggest_request *requests,
                                 size_t n,
                                 ken_results **out,
                                 ken_error **err);

/* ---- Bulk rows as Arrow C streams, in and out */

/**
 * The rows of a table as an Arrow C stream, in batches of at most 8192 rows.
 *
 * Tables: `articles`, `versions`, `cases`, `links`, `events`, `evidence`, `freshness`, `review`. Instants are
 * `timestamp[us, UTC]`, names are texts. Rows are in the order of their ids, events in that of their arrival.
 * A batch shows the base as it is when the batch is asked for; events are those there were when the stream
 * was made.
 *
 * The stream keeps the base open: `ken_base_close` answers `KEN_ERR_BUSY` until it is released, and a base
 * that is destroyed meanwhile goes with it.
 *
 * It takes no viewer and hides nothing, see docs/viewers.md.
 *
 * - `base`: borrowed.
 * - `table`: borrowed; one of the tables above.
 * - `options`: borrowed; JSON `{"text":..,"now":..,"review":{..}}`, each key optional: `text` adds the sections of
 *   articles and the entries of cases, `now` is the instant for `freshness`, `review` the request of
 *   `ken_reviews_queue`; may be empty.
 * - `out`: overwritten; its old content is not released. Owned by the caller, who calls its `release`.
 *
 * Errors: `KEN_ERR_INVALID_VALUE` for an unknown table, `KEN_ERR_INVALID_RECORD` for unreadable options, and
 * the common ones. An error while rows are read is the stream's own, by `get_last_error`.
 */
ken_status ken_base_export_rows(const ken_base *base,
                                ken_str table,
                                ken_str options,
                                struct ArrowArrayStream *out,
                                ken_error **err);

/**
 * Imports rows out of an Arrow C stream: a row is read as the JSON line of its columns would be.
 *
 * Tables: `articles`, `cases`, `facts`, `links`, `events`, `actors`. Columns may be of any type that holds text,
 * numbers, booleans, dates, instants with a time zone, lists or structs; null is an absent key. A row that
 * cannot be read, or that the base refuses, is in the report with its number, its column and the reason; the
 * others go on.
 *
 * - `base`: borrowed.
 * - `table`: borrowed; one of the tables above.
 * - `rows`: taken: it is always released before the call returns, unless the pointer itself is NULL or not
 *   aligned. As always with Arrow, its arrays must match its schema.
 * - `mapping`: borrowed; JSON `{"columns":{ours:theirs},"constants":{..},"left_out":[..],"only_mapped":..,"allow_unknown":..}`, each key
 *   optional; may be empty, for columns that have our names.
 * - `options`: borrowed; JSON of import options, see docs/json.md; may be empty.
 * - `progress`: may be NULL; receives the progress now and then.
 * - `data`: handed to it; may be NULL.
 * - `report`: may be NULL; set to JSON of the import report. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_INVALID_VALUE` for an unknown table or a column of a type that cannot be read,
 * `KEN_ERR_UNKNOWN_NAME` and `KEN_ERR_CONTRADICTION` for a mapping that does not fit the columns,
 * `KEN_ERR_INVALID_RECORD` for an unreadable mapping, unreadable options or a damaged stream,
 * `KEN_ERR_IO` if the producer of the rows fails,
 * `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_POISONED`, and the common ones. An error from 300 on leaves the
 * rows that were taken before it; importing again goes on from there.
 */
ken_status ken_base_import_rows(const ken_base *base,
                                ken_str table,
                                struct ArrowArrayStream *rows,
                                ken_str mapping,
                                ken_str options,
                                ken_progress_fn progress,
                                void *data,
                                ken_buf **report,
                                ken_error **err);

/* ---- Import and export of files and bytes, and the verification of the stored data */

/**
 * Imports a file, or all files of a folder: Markdown with front matter, HTML, JSON lines.
 *
 * A second import of the same records changes nothing. A record that cannot be read, or that the base refuses,
 * is in the report with its place and the reason; the others go on.
 *
 * - `base`: borrowed.
 * - `path`: borrowed; the file or folder, in UTF-8.
 * - `options`: borrowed; JSON of import options, see docs/json.md; may be empty.
 * - `progress`: may be NULL; receives the progress after each record.
 * - `data`: handed to it; may be NULL.
 * - `report`: may be NULL; set to JSON of the import report. Owned by the caller; destroy it with `ken_buf_destroy`. An
 *   import that `progress` stops is no error: the report says `stopped`. Nor is one that took nothing, or refused more
 *   than it took: the report begins with a `warning`, which the log gets as well.
 *
 * Errors: `KEN_ERR_IO`, `KEN_ERR_INVALID_RECORD` and `KEN_ERR_INVALID_VALUE` for the options, `KEN_ERR_MEMORY_LIMIT`,
 * `KEN_ERR_DISK_FULL`, `KEN_ERR_POISONED`, and the common ones. An error from 300 on leaves the records that were
 * taken before it; importing again goes on from there.
 */
ken_status ken_base_import(const ken_base *base,
                           ken_str path,
                           ken_str options,
                           ken_progress_fn progress,
                           void *data,
                           ken_buf **report,
                           ken_error **err);

/**
 * Imports one source that is in memory.
 *
 * - `base`: borrowed.
 * - `name`: borrowed; the name of the source. Its ending tells the format: .md, .html, .jsonl or .json. It
 *   stands in the report, and keys are made from it.
 * - `bytes`: borrowed; `len` bytes.
 * - `len`: the number of bytes, at most `KEN_MAX_BYTES`.
 * - `options`: borrowed; JSON of import options, see docs/json.md; may be empty.
 * - `progress`: may be NULL; receives the progress after each record.
 * - `data`: handed to it; may be NULL.
 * - `report`: may be NULL; set to JSON of the import report. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_INVALID_VALUE` for a name that ends in no format, and those of `ken_base_import`.
 */
ken_status ken_base_import_bytes(const ken_base *base,
                                 ken_str name,
                                 const uint8_t *bytes,
                                 size_t len,
                                 ken_str options,
                                 ken_progress_fn progress,
                                 void *data,
                                 ken_buf **report,
                                 ken_error **err);

/**
 * Writes the whole log as JSON lines. Imported into an empty base of the same audiences, language and
 * seed, it gives an equal state.
 *
 * It takes no viewer and hides nothing, see docs/viewers.md.
 *
 * - `base`: borrowed.
 * - `write`: the callback that takes the bytes.
 * - `data`: handed to it; may be NULL.
 * - `records`: may be NULL; set to the number of records written.
 *
 * Errors: `KEN_ERR_CANCELLED` if the callback did not take the bytes, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the
 * common ones.
 */
ken_status ken_base_export(const ken_base *base,
                           ken_write_fn write,
                           void *data,
                           uint64_t *records,
                           ken_error **err);

/**
 * Writes the whole log as JSON lines, as `ken_base_export` does, into a new file. The file is durable when this returns,
 * and removed if the call fails.
 *
 * - `base`: borrowed.
 * - `path`: borrowed; the file, in UTF-8, which must not be there yet.
 * - `records`: may be NULL; set to the number of records written.
 *
 * Errors: `KEN_ERR_IO`, also for a file that is there already, `KEN_ERR_DISK_FULL`, `KEN_ERR_CANCELLED` by
 * `ken_base_interrupt`, `KEN_ERR_CORRUPT`, and the common ones.
 */
ken_status ken_base_export_file(const ken_base *base,
                                ken_str path,
                                uint64_t *records,
                                ken_error **err);

/**
 * Replays the whole log and compares every row of every table; checks that the text index holds
 * exactly the articles of the store. Cost: a replay of the log. Writers wait.
 *
 * - `base`: borrowed.
 * - `cancel`: may be NULL; called now and then, and continues or cancels the call.
 * - `data`: handed to it; may be NULL.
 * - `out`: may be NULL; set to JSON `{"schema":1,"records":..,"rows":..,"digest":".."}`. Owned by the caller; destroy
 *   it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_CORRUPT` and `KEN_ERR_INDEX_FAILED`, naming the first place that differs; `KEN_ERR_CANCELLED`,
 * `KEN_ERR_IO`, and the common ones.
 */
ken_status ken_base_verify(const ken_base *base,
                           ken_cancel_fn cancel,
                           void *data,
                           ken_buf **out,
                           ken_error **err);

/**
 * A digest of the whole state: equal for equal logs, on every machine.
 *
 * - `base`: borrowed.
 * - `out`: set to hexadecimal digits. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the common ones.
 */
ken_status ken_base_digest(const ken_base *base,
                           ken_buf **out,
                           ken_error **err);

/**
 * Markdown as HTML that is safe to show: sanitised, with links, tables and pictures.
 *
 * - `markdown`: borrowed; CommonMark, as the sections of articles hold it.
 * - `out`: set to the HTML. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_INVALID_UTF8`, `KEN_ERR_TOO_LARGE`.
 */
ken_status ken_markdown_to_html(ken_str markdown,
                                ken_buf **out,
                                ken_error **err);

/* ---- Publishing: a snapshot of the part of a base that one audience may see */

/**
 * Fills a snapshot request with its defaults, in the layout of the first release: for languages that declare the struct
 * themselves. In C and C++ a macro of this name passes the size to `ken_snapshot_request_init_sized`.
 *
 * - `request`: written; NULL does nothing.
 */
void ken_snapshot_request_init(ken_snapshot_request *request);

/**
 * Fills a snapshot request with its defaults, as far as the header of the caller knows it.
 *
 * - `request`: written; NULL does nothing.
 * - `size`: the size of the struct there, in bytes.
 */
void ken_snapshot_request_init_sized(ken_snapshot_request *request,
                                     size_t size);

/**
 * Builds a snapshot of the part of a base that one audience may see, as bytes for `ken_snapshot_open_bytes`.
 *
 * It holds the articles that the viewer may see at the instant, their index and their evidence, and for
 * viewers who read cases the past cases and links. People, texts of cases, and articles that are hidden or not yet
 * valid are not in it. Equal logs give equal bytes.
 *
 * Cost: every article that the viewer sees is analysed again, about as much work as importing them; an instant
 * before the last record costs `ken_base_as_of` in addition. Others read and write meanwhile.
 *
 * - `base`: borrowed.
 * - `request`: borrowed during the call.
 * - `cancel`: may be NULL; called now and then, and continues or cancels the call.
 * - `data`: handed to it; may be NULL.
 * - `out`: set to the bytes, see `ken_buf_data`. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_UNKNOWN_NAME` for an audience the base has not, `KEN_ERR_INVALID_VALUE` and `KEN_ERR_TOO_LARGE` for
 * a field, `KEN_ERR_OUT_OF_HISTORY` for an instant in the future, `KEN_ERR_CANCELLED`, `KEN_ERR_CORRUPT`,
 * `KEN_ERR_IO`, and the common ones.
 */
ken_status ken_base_snapshot(const ken_base *base,
                             const ken_snapshot_request *request,
                             ken_cancel_fn cancel,
                             void *data,
                             ken_buf **out,
                             ken_error **err);

/**
 * Builds a snapshot, as `ken_base_snapshot` does, into a file for `ken_snapshot_open`.
 *
 * Atomically replaces the file; readers keep the old one until they refresh. The file is durable when this returns.
 * It is written under its name with `.new` appended first, so two calls at once need two names.
 *
 * - `base`: borrowed.
 * - `request`: borrowed during the call.
 * - `path`: borrowed; the file, in UTF-8, in an existing folder.
 * - `cancel`: may be NULL; called now and then, and continues or cancels the call.
 * - `data`: handed to it; may be NULL.
 * - `info`: may be NULL; set to JSON, as `ken_snapshot_info` gives it. Owned by the caller; destroy it with
 *   `ken_buf_destroy`.
 *
 * Errors: those of `ken_base_snapshot`, and `KEN_ERR_DISK_FULL`. A failed call leaves the old file in place.
 */
ken_status ken_base_snapshot_file(const ken_base *base,
                                  const ken_snapshot_request *request,
                                  ken_str path,
                                  ken_cancel_fn cancel,
                                  void *data,
                                  ken_buf **info,
                                  ken_error **err);

/* ---- ken_snapshot: a read-only file of the part of a base that one audience may see */

/**
 * Opens a snapshot in a file. Any number of processes may open it; each holds the index in memory and reads texts
 * from the file, which it keeps open. If the file is the manifest of a split snapshot,
 * its shards are read on demand from the folder beside it, whose name is the file's with .d appended; a call that
 * needs a missing shard fails with `KEN_ERR_IO`.
 *
 * Cost: one read of the file but for its texts, to compare it with its digests.
 *
 * - `path`: borrowed; the file, in UTF-8.
 * - `out`: set to the snapshot. Owned by the caller; destroy it with `ken_snapshot_destroy`.
 *
 * Errors: `KEN_ERR_IO`, `KEN_ERR_NOT_A_BASE` for a file that is not a snapshot, `KEN_ERR_FORMAT_TOO_NEW` for one of a
 * later version, `KEN_ERR_CORRUPT` for a changed, missing or additional byte;
 * `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_INVALID_UTF8`, `KEN_ERR_TOO_LARGE`.
 */
ken_status ken_snapshot_open(ken_str path,
                             ken_snapshot **out,
                             ken_error **err);

/**
 * Opens a snapshot of bytes in memory.
 *
 * - `bytes`: borrowed; they are copied.
 * - `len`: the number of bytes.
 * - `out`: set to the snapshot. Owned by the caller; destroy it with `ken_snapshot_destroy`.
 *
 * Errors: those of `ken_snapshot_open`, but for `KEN_ERR_IO` and `KEN_ERR_INVALID_UTF8`.
 */
ken_status ken_snapshot_open_bytes(const uint8_t *bytes,
                                   size_t len,
                                   ken_snapshot **out,
                                   ken_error **err);

/**
 * Switches to a newer snapshot if there is one under the name of the file. Calls that begin afterwards use it; calls
 * in flight continue with the old one. A snapshot from bytes does not change.
 *
 * Cost while nothing changed: opening the file and reading a few hundred bytes of it, so a worker may refresh before
 * every request. A newer one is opened beside the old one, which takes the memory of both for that long.
 *
 * - `snapshot`: borrowed.
 * - `changed`: may be NULL; set to 1 if this call found a newer one, else to 0.
 *
 * Errors: `KEN_ERR_CONTRADICTION` if the file is of another base or for another viewer, and those of
 * `ken_snapshot_open`; the old one stays in use. `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
 */
ken_status ken_snapshot_refresh(const ken_snapshot *snapshot,
                                uint32_t *changed,
                                ken_error **err);

/**
 * The info of a snapshot: its audience, the instant from which it answers, its counts.
 *
 * - `snapshot`: borrowed.
 * - `out`: set to JSON, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
 */
ken_status ken_snapshot_info(const ken_snapshot *snapshot,
                             ken_buf **out,
                             ken_error **err);

/**
 * The ranking policy that a snapshot was made under.
 *
 * - `snapshot`: borrowed.
 * - `out`: set to JSON, as `ken_base_policy` gives it. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
 */
ken_status ken_snapshot_policy(const ken_snapshot *snapshot,
                               ken_buf **out,
                               ken_error **err);

/**
 * Searches as `ken_base_search` does. The answer's impression names it in feedback to the base.
 *
 * - `snapshot`: borrowed.
 * - `request`: borrowed during the call. Its audience is the snapshot's, its entitlements are among the snapshot's,
 *   and its instant is the snapshot's or a later one; `KEN_NOW` is by the machine's clock, and not before the snapshot's.
 * - `out`: set to the answer. Owned by the caller; destroy it with `ken_results_destroy`.
 *
 * Errors: `KEN_ERR_OUT_OF_HISTORY` for an instant before the snapshot's, `KEN_ERR_UNKNOWN_NAME` for a viewer it was not
 * made for, `KEN_ERR_CORRUPT` and `KEN_ERR_IO` for its file, and those of `ken_base_search` about the request.
 */
ken_status ken_snapshot_search(const ken_snapshot *snapshot,
                               const ken_search_request *request,
                               ken_results **out,
                               ken_error **err);

/**
 * Suggests as `ken_base_suggest` does for a text. Notes of cases are not in a snapshot: the text comes from the
 * request. A named case contributes only its failed articles, and is never its own precedent.
 *
 * - `snapshot`: borrowed.
 * - `request`: borrowed during the call. Viewer and instant as for `ken_snapshot_search`.
 * - `out`: set to the answer. Owned by the caller; destroy it with `ken_results_destroy`.
 *
 * Errors: `KEN_ERR_OUT_OF_HISTORY` for an instant before the snapshot's, `KEN_ERR_UNKNOWN_NAME` for a viewer it was not
 * made for, `KEN_ERR_CORRUPT` and `KEN_ERR_IO` for its file, and those of `ken_base_suggest` about the request.
 */
ken_status ken_snapshot_suggest(const ken_snapshot *snapshot,
                                const ken_suggest_request *request,
                                ken_results **out,
                                ken_error **err);

/**
 * Completes a text that is being typed: its last word, with the words of most articles first, and titles with this
 * beginning, shorter ones first. Less than two characters give nothing.
 *
 * Cost: a pass over the words with this beginning.
 *
 * - `snapshot`: borrowed.
 * - `typed`: borrowed; the text of the field, at most 8 KiB.
 * - `audience`: borrowed; the snapshot's audience.
 * - `entitlements`: borrowed; the viewer's entitlements, `n` names, among the snapshot's.
 * - `n`: their number; 0 for none, and then `entitlements` may be NULL.
 * - `limit`: completions wanted, and titles wanted, 1 to 10000.
 * - `now_ms`: the instant of the view, in milliseconds since 1970-01-01T00:00:00Z, or `KEN_NOW`.
 * - `out`: set to JSON, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_OUT_OF_HISTORY` for an instant before the snapshot's, `KEN_ERR_UNKNOWN_NAME` for a viewer it was not
 * made for, `KEN_ERR_INVALID_VALUE` and `KEN_ERR_TOO_LARGE` for the limit, the instant and the text,
 * `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`, `KEN_ERR_INVALID_UTF8`.
 */
ken_status ken_snapshot_complete(const ken_snapshot *snapshot,
                                 ken_str typed,
                                 ken_str audience,
                                 const ken_str *entitlements,
                                 size_t n,
                                 size_t limit,
                                 int64_t now_ms,
                                 ken_buf **out,
                                 ken_error **err);

/**
 * An article as the snapshot's viewers see it, without owner, author, source, family and sections for narrower
 * audiences.
 *
 * - `snapshot`: borrowed.
 * - `article`: borrowed; its id, or that of one merged into it.
 * - `out`: set to JSON, as `ken_base_article` gives it. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_CORRUPT` and `KEN_ERR_IO` for its file, `KEN_ERR_NULL_ARGUMENT`,
 * `KEN_ERR_WRONG_HANDLE`, `KEN_ERR_INVALID_UTF8`, `KEN_ERR_TOO_LARGE`.
 */
ken_status ken_snapshot_article(const ken_snapshot *snapshot,
                                ken_str article,
                                ken_buf **out,
                                ken_error **err);

/**
 * The ids of all articles of a snapshot, ascending.
 *
 * - `snapshot`: borrowed.
 * - `out`: set to JSON `{"schema":1,"ids":[..]}`. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
 */
ken_status ken_snapshot_article_ids(const ken_snapshot *snapshot,
                                    ken_buf **out,
                                    ken_error **err);

/**
 * Splits a snapshot for pages that load it on demand: into shards of some KiB each and a manifest, which opens it.
 *
 * Write each shard under its name into the folder that is named as the file of the manifest with `.d` appended, and the
 * manifest last: `ken_snapshot_open` opens it too. An unchanged shard keeps its name, so it may be cached for ever, and a
 * shard that is there already need not be written again.
 *
 * - `bytes`: borrowed; a whole snapshot of `len` bytes.
 * - `len`: the number of bytes.
 * - `take`: the callback that takes the parts.
 * - `data`: handed to it; may be NULL.
 *
 * Errors: `KEN_ERR_NOT_A_BASE`, `KEN_ERR_FORMAT_TOO_NEW` and `KEN_ERR_CORRUPT` for the bytes, `KEN_ERR_CANCELLED` if the
 * callback did not take a part, `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_TOO_LARGE`.
 */
ken_status ken_snapshot_split(const uint8_t *bytes,
                              size_t len,
                              ken_shard_fn take,
                              void *data,
                              ken_error **err);

/**
 * The names of the shards that a manifest refers to, ascending, so that stale ones can be deleted. Readers with an
 * earlier manifest still need its shards. For a whole snapshot: the names that its split would give.
 *
 * - `bytes`: borrowed; a manifest, or a whole snapshot, of `len` bytes.
 * - `len`: the number of bytes.
 * - `out`: set to JSON `{"schema":1,"names":[..]}`. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_NOT_A_BASE`, `KEN_ERR_FORMAT_TOO_NEW`, `KEN_ERR_CORRUPT`, `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_TOO_LARGE`.
 */
ken_status ken_snapshot_shard_names(const uint8_t *bytes,
                                    size_t len,
                                    ken_buf **out,
                                    ken_error **err);

/**
 * Destroys a snapshot and sets the caller's pointer to NULL. No call may be running on it. Its answers live on.
 *
 * - `snapshot`: may be NULL, and may point to NULL: then nothing happens, so it may be called twice.
 */
void ken_snapshot_destroy(ken_snapshot **snapshot);

/* ---- ken_visit: the events of a self-service visit, its outcome, and its handoff to the base */

/**
 * Begins a visit to pages that are answered from a snapshot.
 *
 * - `snapshot`: borrowed.
 * - `session_id`: borrowed; unique among all visits, at most 224 bytes.
 * - `out`: set to the visit. Owned by the caller; destroy it with `ken_visit_destroy`.
 *
 * Errors: `KEN_ERR_INVALID_VALUE` and `KEN_ERR_TOO_LARGE` for the id, `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`,
 * `KEN_ERR_INVALID_UTF8`.
 */
ken_status ken_snapshot_visit(const ken_snapshot *snapshot,
                              ken_str session_id,
                              ken_visit **out,
                              ken_error **err);

/**
 * Begins a visit to pages that are answered from the base itself.
 *
 * - `base`: borrowed.
 * - `session_id`: borrowed; unique among all visits, at most 224 bytes.
 * - `audience`: borrowed; the visitor's audience: a label of the base's audiences.
 * - `out`: set to the visit. Owned by the caller; destroy it with `ken_visit_destroy`.
 *
 * Errors: `KEN_ERR_INVALID_VALUE` and `KEN_ERR_TOO_LARGE` for the id, `KEN_ERR_UNKNOWN_NAME` for an audience the base has
 * not, and the common ones.
 */
ken_status ken_base_visit(const ken_base *base,
                          ken_str session_id,
                          ken_str audience,
                          ken_visit **out,
                          ken_error **err);

/**
 * Resumes a visit from its text form.
 *
 * - `json`: borrowed; the text of `ken_visit_json`.
 * - `out`: set to the visit. Owned by the caller; destroy it with `ken_visit_destroy`.
 *
 * Errors: `KEN_ERR_INVALID_RECORD` if the JSON is not a visit, `KEN_ERR_INVALID_VALUE` and `KEN_ERR_TOO_LARGE` for a
 * field, `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_INVALID_UTF8`.
 */
ken_status ken_visit_resume(ken_str json,
                            ken_visit **out,
                            ken_error **err);

/**
 * The text form of a visit, for a host without memory between requests. `ken_visit_resume` reads it.
 *
 * - `visit`: borrowed.
 * - `out`: set to JSON. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
 */
ken_status ken_visit_json(const ken_visit *visit,
                          ken_buf **out,
                          ken_error **err);

/**
 * Sets the visitor's party, channel and products, as far as known. They hold for the events from here on.
 *
 * - `visit`: changed.
 * - `visitor`: borrowed; JSON `{"party":..,"channel":..,"products":[{"id":..,"version":..}]}`, each key optional;
 *   keys that are left out stay, and products are added.
 *
 * Errors: `KEN_ERR_INVALID_RECORD` if the JSON is not a visitor, `KEN_ERR_INVALID_VALUE` and `KEN_ERR_TOO_LARGE` for a
 * field, `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`, `KEN_ERR_INVALID_UTF8`.
 */
ken_status ken_visit_set(ken_visit *visit,
                         ken_str visitor,
                         ken_error **err);

/**
 * Records an event of the visitor: a search, a list shown, an article opened, a rating. `ken_visit_take_events` takes
 * it to the base.
 *
 * - `visit`: changed.
 * - `event`: borrowed during the call. Id, session, party, channel and audience are the visit's: leave them as
 *   `ken_event_init` set them, and actor and case as well. `KEN_NOW` asks the machine's clock.
 *
 * Errors: `KEN_ERR_INVALID_VALUE` for a field, and for events that no visitor causes; `KEN_ERR_TOO_LARGE` for a field, and after
 * 2000 events; `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`, `KEN_ERR_INVALID_UTF8`.
 */
ken_status ken_visit_record(ken_visit *visit,
                            const ken_event *event,
                            ken_error **err);

/**
 * The events of a visit since the last call, for `ken_base_merge_events`. A batch that is lost on the way is still in the
 * handoff; events that arrive twice count once.
 *
 * - `visit`: changed.
 * - `out`: set to JSON of a batch, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
 */
ken_status ken_visit_take_events(ken_visit *visit,
                                 ken_buf **out,
                                 ken_error **err);

/**
 * The outcome of a visit so far. A visitor who leaves silently does not count as helped.
 *
 * - `visit`: borrowed.
 * - `out`: set to JSON `{"schema":1,"ended":"solved","article":".."}`, or with `handed-over` or `silent` and no article.
 *   Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
 */
ken_status ken_visit_outcome(const ken_visit *visit,
                             ken_buf **out,
                             ken_error **err);

/**
 * Hands an unmet need over to an agent: the visitor's words, and the articles shown and tried, for
 * `ken_base_open_handoff`.
 *
 * - `visit`: changed.
 * - `at_ms`: the instant, in milliseconds since 1970-01-01T00:00:00Z, or `KEN_NOW`, by the machine's clock.
 * - `message`: borrowed; the customer's message, at most 4 MiB; may be empty.
 * - `out`: set to JSON of a handoff, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_INVALID_VALUE` for the instant, `KEN_ERR_TOO_LARGE` for the message, `KEN_ERR_NULL_ARGUMENT`,
 * `KEN_ERR_WRONG_HANDLE`, `KEN_ERR_INVALID_UTF8`.
 */
ken_status ken_visit_hand_over(ken_visit *visit,
                               int64_t at_ms,
                               ken_str message,
                               ken_buf **out,
                               ken_error **err);

/**
 * Destroys a visit and sets the caller's pointer to NULL. Events that were not taken are lost.
 *
 * - `visit`: may be NULL, and may point to NULL: then nothing happens, so it may be called twice.
 */
void ken_visit_destroy(ken_visit **visit);

/**
 * Merges the events of readers, each exactly once: an event with a known id changes nothing. They are durable when the
 * call returns.
 *
 * A batch comes from a page and is not trusted. It may hold only events of readers, about articles that the viewer may
 * see, and that were valid when the event happened. Every event counts as one of `audience`. If that label reads cases,
 * events may concern cases, and their actors are accepted. An event more than a day ahead of the base's clock is
 * rejected. The report lists rejected events; the others count. In the log, the ids of these events begin with `page:`.
 *
 * - `base`: borrowed.
 * - `batch`: borrowed; JSON of a batch, as `ken_visit_take_events` gives it.
 * - `audience`: borrowed; the readers' audience: a label of the base's audiences.
 * - `entitlements`: borrowed; the readers' entitlements, `n` names.
 * - `n`: their number; 0 for none, and then `entitlements` may be NULL.
 * - `merged`: may be NULL; set to JSON `{"schema":1,"new":..,"duplicates":..,"rejected":[..]}`. Owned by the caller; destroy it
 *   with `ken_buf_destroy`.
 *
 * Errors: `KEN_ERR_INVALID_RECORD` if the JSON is not a batch, `KEN_ERR_UNKNOWN_NAME` for an audience the base has not,
 * `KEN_ERR_CONTRADICTION` for a batch of another base; `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`,
 * `KEN_ERR_POISONED`, after which part of it may be in the base, and the call may be made again; and the common ones.
 */
ken_status ken_base_merge_events(const ken_base *base,
                                 ken_str batch,
                                 ken_str audience,
                                 const ken_str *entitlements,
                                 size_t n,
                                 ken_buf **merged,
                                 ken_error **err);

/**
 * Merges the events of a visit, as `ken_base_merge_events` does, and opens a case of the handoff. The customer's
 * messages are its issue; without a message, the queries are, which are notes of the case otherwise. It has the
 * products, the party, the channel and the session. `ken_base_suggest` for that case leaves out the articles that the
 * customer said did not solve it. The same handoff for the same case changes nothing.
 *
 * - `base`: borrowed.
 * - `handoff`: borrowed; JSON of a handoff, as `ken_visit_hand_over` gives it.
 * - `case_id`: borrowed; the id of the new case.
 * - `audience`: borrowed; the visitor's audience: a label of the base's audiences.
 * - `entitlements`: borrowed; the visitor's entitlements, `n` names.
 * - `n`: their number; 0 for none, and then `entitlements` may be NULL.
 * - `merged`: may be NULL; set to JSON, as `ken_base_merge_events` gives it. Owned by the caller; destroy it with
 *   `ken_buf_destroy`.
 *
 * Errors: those of `ken_base_merge_events` and of `ken_base_open_case`.
 */
ken_status ken_base_open_handoff(const ken_base *base,
                                 ken_str handoff,
                                 ken_str case_id,
                                 ken_str audience,
                                 const ken_str *entitlements,
                                 size_t n,
                                 ken_buf **merged,
                                 ken_error **err);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

/** A ken_str of a string literal. A pointer or an array does not compile, since its length is not in its type: ken_str_of
 * makes a view of those. */
#ifdef __cplusplus
#define KEN_STR(literal) (ken_str{"" literal, sizeof("" literal) - 1})
#else
#define KEN_STR(literal) ((ken_str){"" literal, sizeof("" literal) - 1})
#endif

/** The same in braces, as the initialiser of a ken_str or of a field: static const ken_str PUBLIC = KEN_STR_INIT("public"); */
#define KEN_STR_INIT(literal) {"" literal, sizeof("" literal) - 1}

/** A ken_str of a C string; NULL gives the empty text. The string must live as long as the view is used. */
static inline ken_str ken_str_of(const char *text) {
    ken_str view = {text, 0};
    if (text) {
        while (text[view.len] != '\0') {
            view.len++;
        }
    }
    return view;
}

/** Fills a ken_search_request with its defaults, in the size that this header gives it. */
#define ken_search_request_init(request) ken_search_request_init_sized((request), sizeof(ken_search_request))

/** Fills a ken_suggest_request with its defaults, in the size that this header gives it. */
#define ken_suggest_request_init(request) ken_suggest_request_init_sized((request), sizeof(ken_suggest_request))

/** Fills a ken_snapshot_request with its defaults, in the size that this header gives it. */
#define ken_snapshot_request_init(request) ken_snapshot_request_init_sized((request), sizeof(ken_snapshot_request))

/** Fills a ken_event with its defaults, in the size that this header gives it. */
#define ken_event_init(event) ken_event_init_sized((event), sizeof(ken_event))

/** Fills a ken_link_draft with its defaults, in the size that this header gives it. */
#define ken_link_draft_init(link) ken_link_draft_init_sized((link), sizeof(ken_link_draft))

/** Fills a ken_entry with its defaults, in the size that this header gives it. */
#define ken_entry_init(entry) ken_entry_init_sized((entry), sizeof(ken_entry))

/** Fills a ken_case_draft with its defaults, in the size that this header gives it. */
#define ken_case_draft_init(draft) ken_case_draft_init_sized((draft), sizeof(ken_case_draft))

/** Fills a ken_article_info with its defaults, in the size that this header gives it. */
#define ken_article_info_init(info) ken_article_info_init_sized((info), sizeof(ken_article_info))

/** Fills a ken_section with its defaults, in the size that this header gives it. */
#define ken_section_init(section) ken_section_init_sized((section), sizeof(ken_section))

/** Fills a ken_case_info with its defaults, in the size that this header gives it. */
#define ken_case_info_init(info) ken_case_info_init_sized((info), sizeof(ken_case_info))

/** A ken_str as the two arguments of "%.*s" in printf. */
#define KEN_ARG(view) (int)(view).len, (view).ptr

/** 1 if header and library belong together, else 0. A program calls it once, before anything else. */
static inline int ken_check_abi(void) {
    return ken_abi_version() == KEN_ABI_VERSION;
}

#endif  /* KENPOINT_H */
