/*
 * kenpoint for C and C++. This header is the specification: what is not said here is not promised.
 *
 * A program in ten lines (error handling left out):
 *
 *     ken_base *base = NULL;
 *     ken_base_open(KEN_STR("knowledge"), NULL, &base, NULL);
 *     ken_base_put(base, KEN_STR("{\"id\":\"lamp\",\"kind\":\"product\",\"title\":\"The lamp stays dark\"}"),
 *             NULL, NULL, NULL);
 *     ken_search_request request;
 *     ken_search_request_init(&request);
 *     request.query = KEN_STR("dark lamp");
 *     request.audience = KEN_STR("internal");
 *     ken_results *results = NULL;
 *     ken_base_search(base, &request, &results, NULL);
 *     ken_results_destroy(&results);
 *     ken_base_destroy(&base);
 *
 * FORKING HOSTS (PHP-FPM, Apache prefork, gunicorn): open the base after the fork, in one process. One
 * process at a time owns a base on disk; a second one gets KEN_ERR_BUSY. A handle that was opened before a
 * fork answers KEN_ERR_FORKED_HANDLE in the child, and may be destroyed there. examples/c/prefork.c shows it.
 *
 * MANY PROCESSES THAT ANSWER, ONE THAT WRITES. The one that has the base publishes a snapshot for an audience, a
 * file that is replaced at once and whole, as often as readers should see what is new. Each of the others opens
 * the file, answers from it as the base would, to the bit, and refreshes now and then, which costs next to
 * nothing while nothing changed. What readers do comes back as the events of a ken_visit, which ken_base_merge_events takes
 * in once, however often they arrive; a need that was not met comes back by ken_base_open_handoff.
 * examples/c/snapshots.c shows it.
 *
 *     ken_base_snapshot_file(base, KEN_STR("public"), NULL, 0, KEN_NOW, KEN_MARKUP_COMMONMARK,
 *                            KEN_STR("help.ken"), NULL, NULL, NULL, NULL);
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
 * What holds everywhere:
 *
 * - STATUS. A function that can fail returns a ken_status: KEN_OK (0), or a code that names what is wrong.
 *   If it fails, nothing was done, unless it is said otherwise, and no output was written.
 * - ERRORS. The last parameter of such a function, `err`, may be NULL. Otherwise it is set to NULL on
 *   success and to a new error object on failure, which the caller destroys with ken_error_destroy. What
 *   stood there before is overwritten, not destroyed. There is no "last error" anywhere else.
 * - HANDLES are opaque. A function ken_x_destroy takes a pointer to the caller's pointer, frees the object and
 *   sets the pointer to NULL; with NULL, or a pointer to NULL, it does nothing. A handle of another type answers
 *   KEN_ERR_WRONG_HANDLE. A copy of a pointer whose object was destroyed must not be used: that cannot be caught.
 * - OUTPUTS come last before `err` and are written last. One that may be NULL is said to be so; any other that
 *   is NULL answers KEN_ERR_NULL_ARGUMENT.
 * - TEXT is a ken_str: a pointer and a length, UTF-8, without a NUL byte at its end, always borrowed. KEN_STR
 *   makes one of a literal, ken_str_of of a C string. Text that is not UTF-8 answers KEN_ERR_INVALID_UTF8,
 *   and one longer than KEN_MAX_BYTES KEN_ERR_TOO_LARGE.
 * - JSON is versioned: what the library writes has a key "schema"; docs/json.md has the shapes. A key that
 *   means nothing is an error, so that a misspelt one is found.
 * - TIME is in milliseconds since 1970-01-01T00:00:00Z, from the year -9999 to 9999; KEN_NOW asks the base's clock,
 *   or the machine's for a snapshot, which has none.
 * - THREADS. `const ken_x *` may be used by any number of threads at once; `ken_x *` by one at a time. The
 *   library has no global state: two bases in one process do not know of each other.
 * - CALLBACKS may call the library, unless it is said otherwise; what is not allowed answers
 *   KEN_ERR_NOT_ALLOWED_HERE or KEN_ERR_BUSY, and never waits. They must not throw or longjmp.
 * - PRINTING. The library prints nothing, but that a panic writes a line to standard error before it is caught.
 * - PANICS. A fault inside the library becomes KEN_ERR_PANICKED; the base answers only that from then on, until
 *   it is opened again; a snapshot, in which nothing is written, answers on. Running out of memory or stack ends the process, as in any program.
 * - COMMON ERRORS. Every function with a `base` may answer KEN_ERR_NULL_ARGUMENT, KEN_ERR_WRONG_HANDLE,
 *   KEN_ERR_CLOSED, KEN_ERR_FORKED_HANDLE, KEN_ERR_NOT_ALLOWED_HERE, KEN_ERR_PANICKED and KEN_ERR_INTERNAL; one
 *   with a ken_str also KEN_ERR_INVALID_UTF8 and KEN_ERR_TOO_LARGE. "The common ones" below are these. Any function
 *   may answer KEN_ERR_PANICKED and KEN_ERR_INTERNAL.
 * - UNLOADING the library with dlclose does nothing.
 *
 * Made by `cargo xtask header` from ffi/src; do not edit.
 */
