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
