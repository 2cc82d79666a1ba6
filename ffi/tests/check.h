/*
 * The base of every test of the C library: checks that continue after a failure and count it, calls that
 * must answer with a certain code, and a small base of three articles.
 */
#ifndef CHECK_H
#define CHECK_H

#include <kenpoint.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_int n_failures;

static inline int check_that(int holds, const char *what, const char *file, int line) {
    if (!holds) {
        atomic_fetch_add(&n_failures, 1);
        fprintf(stderr, "%s:%d: this does not hold: %s\n", file, line, what);
    }
    return holds;
}

/** Says so, and goes on, if a condition does not hold. */
#define CHECK(condition) check_that((condition) ? 1 : 0, #condition, __FILE__, __LINE__)

static inline int check_status(ken_status found, ken_status wanted, ken_error *error, const char *what,
                               const char *file, int line) {
    int holds = found == wanted;
    if (!holds) {
        ken_str message = ken_error_message(error);
        fprintf(stderr, "%s:%d: %s answers %d, not %d: %.*s\n", file, line, what, found, wanted,
                (int)message.len, message.ptr ? message.ptr : "");
        atomic_fetch_add(&n_failures, 1);
    }
    /* Whatever comes of it, the error slot agrees with the status. */
    check_that((found == KEN_OK) == (error == NULL), "an error object if and only if it failed", file, line);
    check_that(ken_error_code(error) == found, "the error has the code of the status", file, line);
    check_that(found == KEN_OK || ken_error_message(error).len > 0, "the error has a message", file, line);
    ken_error_destroy(&error);
    return holds;
}

/** A call with `&err` as its last argument that must answer with a code. */
#define STATUS(wanted, call) check_call((wanted), (call), &err, #call, __FILE__, __LINE__)

static inline int check_call(ken_status wanted, ken_status found, ken_error **err, const char *what,
                             const char *file, int line) {
    ken_error *error = *err;
    *err = NULL;
    return check_status(found, wanted, error, what, file, line);
}

/** A call that must succeed. */
#define OK(call) STATUS(KEN_OK, call)

/** Tells if two texts are equal. */
static inline int is(ken_str text, const char *wanted) {
    return text.len == strlen(wanted) && (text.len == 0 || memcmp(text.ptr, wanted, text.len) == 0);
}

/** Tells if a text contains another one. */
static inline int has(ken_str text, const char *part) {
    size_t n = strlen(part);
    for (size_t i = 0; i + n <= text.len; i++) {
        if (memcmp(text.ptr + i, part, n) == 0) {
            return 1;
        }
    }
    return 0;
}

static inline int buf_is(const ken_buf *buf, const char *wanted) {
    return is(ken_buf_text(buf), wanted);
}

static inline int buf_has(const ken_buf *buf, const char *part) {
    return has(ken_buf_text(buf), part);
}

/** A base in memory with an option set; NULL leaves it out. */
static inline ken_base *in_memory(const char *name, const char *value) {
    ken_error *err = NULL;
    ken_options *options = NULL;
    ken_base *base = NULL;
    OK(ken_options_new(&options, &err));
    OK(ken_options_set(options, KEN_STR("threads"), KEN_STR("0"), &err));
    if (name) {
        OK(ken_options_set(options, ken_str_of(name), ken_str_of(value), &err));
    }
    OK(ken_base_open_memory(options, &base, &err));
    ken_options_destroy(&options);
    return base;
}

static inline void put(const ken_base *base, const char *article) {
    ken_error *err = NULL;
    OK(ken_base_put(base, ken_str_of(article), NULL, NULL, &err));
}

#define LAMP                                                                                               \
    "{\"id\":\"lamp\",\"kind\":\"product\",\"title\":\"The lamp stays dark\",\"audience\":\"public\","        \
    "\"confidence\":\"validated\",\"sections\":[{\"role\":\"issue\",\"text\":\"The lamp gives no light.\"}," \
    "{\"role\":\"resolution\",\"text\":\"Change the fuse.\"}]}"
#define ROUTER                                                                                             \
    "{\"id\":\"router\",\"kind\":\"product\",\"title\":\"Router shows a red light\",\"audience\":\"public\"," \
    "\"confidence\":\"validated\",\"sections\":[{\"role\":\"issue\",\"text\":\"The light is red.\"},"        \
    "{\"role\":\"resolution\",\"text\":\"Hold the reset button for ten seconds.\"}]}"
#define TWIN                                                                                               \
    "{\"id\":\"twin\",\"kind\":\"product\",\"title\":\"Lamp without light\",\"audience\":\"internal\","       \
    "\"confidence\":\"validated\",\"sections\":[{\"role\":\"issue\",\"text\":\"No light in the lamp.\"}]}"

static inline void put_three(const ken_base *base) {
    put(base, LAMP);
    put(base, ROUTER);
    put(base, TWIN);
}

/** The answer to a query of an insider's; destroyed by the caller. */
static inline ken_results *search(const ken_base *base, const char *query) {
    ken_error *err = NULL;
    ken_search_request request;
    ken_search_request_init(&request);
    request.query = ken_str_of(query);
    request.audience = KEN_STR("internal");
    request.explain = 1;
    ken_results *results = NULL;
    OK(ken_base_search(base, &request, &results, &err));
    return results;
}

static inline ken_snapshot_request snapshot_request(ken_str audience, const ken_str *entitlements, size_t n,
                                                    int64_t at_ms, int markup) {
    ken_snapshot_request request;
    ken_snapshot_request_init(&request);
    request.audience = audience;
    request.entitlements = entitlements;
    request.n_entitlements = n;
    request.at_ms = at_ms;
    request.markup = markup;
    return request;
}

/** A pointer to a snapshot request with these fields. */
#define SNAPSHOT_REQUEST(...) ((ken_snapshot_request[]){snapshot_request(__VA_ARGS__)})

static inline ken_buf *digest(const ken_base *base) {
    ken_error *err = NULL;
    ken_buf *buf = NULL;
    OK(ken_base_digest(base, &buf, &err));
    return buf;
}

/** Tells if two bases are in the same state. */
static inline int are_equal(const ken_base *one, const ken_base *other) {
    ken_buf *a = digest(one), *b = digest(other);
    ken_str left = ken_buf_text(a), right = ken_buf_text(b);
    int equal = left.len > 0 && left.len == right.len && memcmp(left.ptr, right.ptr, left.len) == 0;
    ken_buf_destroy(&a);
    ken_buf_destroy(&b);
    return equal;
}

/** The folder that the runner made for this run, with a name behind it; freed by the caller. */
static inline char *scratch(const char *name) {
    const char *folder = getenv("KEN_TEST_FOLDER");
    if (!folder) {
        fprintf(stderr, "KEN_TEST_FOLDER names the folder for files; `cargo xtask c` sets it\n");
        exit(2);
    }
    size_t n = strlen(folder) + strlen(name) + 2;
    char *path = malloc(n);
    if (!path) {
        exit(2);
    }
    snprintf(path, n, "%s/%s", folder, name);
    return path;
}

/** The end of each test. */
static inline int done(const char *test) {
    int n = atomic_load(&n_failures);
    if (n == 0) {
        printf("%s: ok\n", test);
    } else {
        printf("%s: %d FAILED\n", test, n);
    }
    return n != 0;
}

#endif
