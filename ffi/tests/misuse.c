/*
 * Every function of the header, misused in every way that can be caught: `misuse_cases.h` is made from the
 * header by `cargo xtask c`. Expected is the documented code, an error that names the parameter, outputs as
 * they were, and a host that lives; with and without a place for the error; from two threads at once on the
 * same handles; and, in a build for tests, with a panic inside each function.
 */
#include "check.h"

#include <dlfcn.h>
#include <math.h>
#include <pthread.h>

#define HUGE_LENGTH ((size_t)1 << 40)

/* Expected codes that are none of the library's. */
enum { RIGHT = -1, ANY = -2 };

static const ken_str BAD_UTF8 = {"ok \xff\xfe", 5};
static const ken_str BAD_TEXT = {"\xc3(", 2};
static const ken_product BAD_PRODUCT = {{"\xc3(", 2}, {NULL, 0}};
static const ken_entry BAD_ENTRY = {sizeof(ken_entry), 0, {"\xc3(", 2}, KEN_STR_INIT("issue"), {NULL, 0}, KEN_NOW};
/* 2099: behind every record, so that a view of that time knows all. */
static const int64_t LATER = 4070908800000;

#define ARTICLE ken_str_of(LAMP)
#define FACT KEN_STR("{\"subject\":\"lamp\",\"predicate\":\"colour\",\"value\":\"red\",\"as_of\":\"2026-01-01T00:00:00Z\"}")
#define CASE KEN_STR("{\"id\":\"c1\",\"kind\":\"service\",\"products\":[{\"id\":\"lamp-2000\"}],\"entries\":[{\"reuse\":\"issue\",\"text\":\"lamp is dark\"}]}")
#define EVENTS KEN_STR("{\"events\":[{\"id\":\"e1\",\"what\":\"viewed\",\"article\":\"lamp\"}]}")
#define LINE "{\"type\":\"article\",\"id\":\"lamp\",\"kind\":\"product\",\"title\":\"The lamp stays dark\"}\n"

/* The objects of the cases. The threads share all but the options and the visit. */
typedef struct {
    ken_base *base, *closed;
    ken_options *options;
    ken_resources *resources;
    ken_buf *buf;
    ken_error *error;
    ken_results *results;
    ken_snapshot *snapshot;
    ken_buf *packed, *text_of_visit, *text_of_batch, *text_of_handoff;
    ken_visit *visit;
    ken_article *article;
    ken_case *ticket;
    ken_str folder, file, policy, impression, snapshot_file, published, exported, visit_json, batch, handoff;
} fixture;

/* ---- Outputs: filled with a pattern before, and compared with it after, a call that fails */

static void spoil(void *place, size_t size) {
    memset(place, 0x5a, size);
}

static int is_spoilt(const void *place, size_t size) {
    const unsigned char *bytes = place;
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != 0x5a) {
            return 0;
        }
    }
    return 1;
}

/* ---- A panic inside; only a library built with the feature `testing` has the functions */

static void (*test_panic_at)(int64_t);
static void (*test_panic_off)(void);

static void find_panic(void) {
    *(void **)&test_panic_at = dlsym(RTLD_DEFAULT, "ken_test_panic_at");
    *(void **)&test_panic_off = dlsym(RTLD_DEFAULT, "ken_test_panic_off");
}

static int may_panic(void) {
    return test_panic_at != NULL && test_panic_off != NULL;
}

static void panic_at(int64_t places) {
    test_panic_at(places);
}

static void panic_off(void) {
    test_panic_off();
}

/* ---- Callbacks that do nothing */

static int64_t stand_still(void *data) {
    (void)data;
    return LATER;
}

static void say_nothing(void *data, int level, ken_str topic, ken_str message) {
    (void)data, (void)level, (void)topic, (void)message;
}

static int carry_on(void *data) {
    (void)data;
    return KEN_CONTINUE;
}

static int keep_importing(void *data, const ken_progress *progress) {
    (void)data, (void)progress;
    return KEN_CONTINUE;
}

static int replay_nothing(void *data, size_t i, const ken_base *past) {
    (void)data, (void)i, (void)past;
    return KEN_CONTINUE;
}

static int take_all(void *data, const uint8_t *bytes, size_t len) {
    (void)data, (void)bytes, (void)len;
    return 0;
}

static int take_shard(void *data, ken_str name, const uint8_t *bytes, size_t len) {
    (void)data, (void)name, (void)bytes, (void)len;
    return 0;
}

/* ---- Right structs */

static ken_search_request right_ken_search_request(fixture *f) {
    (void)f;
    ken_search_request request;
    ken_search_request_init(&request);
    request.query = KEN_STR("dark lamp");
    request.audience = KEN_STR("internal");
    return request;
}

static ken_suggest_request right_ken_suggest_request(fixture *f) {
    (void)f;
    ken_suggest_request request;
    ken_suggest_request_init(&request);
    request.text = KEN_STR("dark lamp");
    request.audience = KEN_STR("internal");
    return request;
}

static ken_snapshot_request right_ken_snapshot_request(fixture *f) {
    (void)f;
    return snapshot_request(KEN_STR("public"), NULL, 0, KEN_NOW, KEN_MARKUP_COMMONMARK);
}

static ken_event right_ken_event(fixture *f) {
    (void)f;
    ken_event event;
    ken_event_init(&event);
    event.what = KEN_STR("rated");
    event.article = KEN_STR("lamp");
    event.value = 1;
    return event;
}

static ken_link_draft right_ken_link_draft(fixture *f) {
    (void)f;
    ken_link_draft link;
    ken_link_draft_init(&link);
    link.case_id = KEN_STR("c1");
    link.article = KEN_STR("lamp");
    link.link = KEN_STR("resolved");
    return link;
}

static ken_entry right_ken_entry(fixture *f) {
    (void)f;
    ken_entry entry;
    ken_entry_init(&entry);
    entry.text = KEN_STR("still dark");
    entry.reuse = KEN_STR("issue");
    return entry;
}

static ken_case_draft right_ken_case_draft(fixture *f) {
    (void)f;
    ken_case_draft draft;
    ken_case_draft_init(&draft);
    draft.id = KEN_STR("c2");
    return draft;
}

static ken_str right_ken_str(fixture *f) {
    (void)f;
    return KEN_STR("gold");
}

static void make_stream(fixture *f, struct ArrowArrayStream *stream) {
    ken_error *err = NULL;
    OK(ken_base_export_rows(f->base, KEN_STR("articles"), KEN_STR("{\"text\":true}"), stream, &err));
}

/* ---- Objects to be destroyed */

static ken_base *make_ken_base(fixture *f) {
    (void)f;
    return in_memory(NULL, NULL);
}

static ken_resources *make_ken_resources(fixture *f) {
    (void)f;
    ken_error *err = NULL;
    ken_resources *resources = NULL;
    OK(ken_resources_new(1, 1 << 20, &resources, &err));
    return resources;
}

static ken_options *make_ken_options(fixture *f) {
    (void)f;
    ken_error *err = NULL;
    ken_options *options = NULL;
    OK(ken_options_new(&options, &err));
    return options;
}

static ken_buf *make_ken_buf(fixture *f) {
    (void)f;
    ken_error *err = NULL;
    ken_buf *buf = NULL;
    OK(ken_markdown_to_html(KEN_STR("*dark*"), &buf, &err));
    return buf;
}

static ken_error *make_ken_error(fixture *f) {
    (void)f;
    ken_error *error = NULL;
    CHECK(ken_base_open_memory(NULL, NULL, &error) == KEN_ERR_NULL_ARGUMENT);
    return error;
}

static ken_results *make_ken_results(fixture *f) {
    return search(f->base, "dark lamp");
}

static ken_snapshot *make_ken_snapshot(fixture *f) {
    ken_error *err = NULL;
    ken_snapshot *snapshot = NULL;
    OK(ken_snapshot_open(f->snapshot_file, &snapshot, &err));
    return snapshot;
}

static ken_visit *make_ken_visit(fixture *f) {
    ken_error *err = NULL;
    ken_visit *visit = NULL;
    OK(ken_snapshot_visit(f->snapshot, KEN_STR("v1"), &visit, &err));
    return visit;
}

static ken_article *make_ken_article(fixture *f) {
    ken_error *err = NULL;
    ken_article *article = NULL;
    OK(ken_base_read_article(f->base, KEN_STR("lamp"), &article, &err));
    return article;
}

static ken_case *make_ken_case(fixture *f) {
    ken_error *err = NULL;
    ken_case *ticket = NULL;
    OK(ken_base_read_case(f->base, KEN_STR("c1"), &ticket, &err));
    return ticket;
}

/* ---- Judging a call */

static void judge(const char *function, const char *what, ken_status found, ken_status wanted, ken_status also,
                  int has_slot, ken_error *error, int is_untouched, const char *names) {
    int holds = found == wanted;
    if (wanted == RIGHT) {
        holds = found == KEN_OK || found == also;
    } else if (wanted == ANY) {
        holds = found != KEN_ERR_PANICKED && found != KEN_ERR_INTERNAL;
    }
    ken_str message = ken_error_message(error);
    const char *wrong = NULL;
    if (!holds) {
        wrong = "another code than documented";
    } else if (has_slot && (found == KEN_OK) != (error == NULL)) {
        wrong = "an error slot that does not agree with the status";
    } else if (has_slot && found != KEN_OK && (ken_error_code(error) != found || message.len == 0)) {
        wrong = "an error of another code, or without a message";
    } else if (has_slot && found != KEN_OK && wanted != RIGHT && *names && !has(message, names)) {
        wrong = "a message that does not name what is wrong";
    } else if (found != KEN_OK && !is_untouched) {
        wrong = "outputs written by a call that failed";
    }
    if (wrong) {
        atomic_fetch_add(&n_failures, 1);
        fprintf(stderr, "%s, %s: %s: answers %d, expected %d; names `%s`; %.*s\n", function, what, wrong, found,
                wanted, names, (int)message.len, message.ptr ? message.ptr : "");
    }
}

static atomic_int n_tried;

/* One misuse, with a place for the error and without. */
#define TRY(function, what, change, wanted, also, names)                                                     \
    for (int slot = 0; slot < 2; slot++) {                                                                   \
        args_##function a;                                                                                   \
        fill_##function(f, &a);                                                                              \
        change;                                                                                              \
        ken_error *error = slot ? (ken_error *)&a : NULL;                                                    \
        ken_status found = call_##function(&a, slot ? &error : NULL);                                        \
        judge(#function, what, found, wanted, also, slot, error, is_untouched_##function(&a), names);        \
        ken_error_destroy(&error);                                                                           \
        free_##function(&a);                                                                                 \
        atomic_fetch_add(&n_tried, 1);                                                                       \
    }

/* A panic where the call begins: it answers so, and all goes on as before. */
#define PANIC(function)                                                                                      \
    for (int slot = 0; may_panic() && slot < 2; slot++) {                                                    \
        args_##function a;                                                                                   \
        fill_##function(f, &a);                                                                              \
        ken_error *error = NULL;                                                                             \
        panic_at(0);                                                                                         \
        ken_status found = call_##function(&a, slot ? &error : NULL);                                        \
        panic_off();                                                                                         \
        judge(#function, "a panic", found, KEN_ERR_PANICKED, 0, slot, error, is_untouched_##function(&a),    \
              "asked for by a test");                                                                        \
        ken_error_destroy(&error);                                                                           \
        free_##function(&a);                                                                                 \
    }

/* A panic inside a base: it answers only that from then on, and other bases are as they were. */
#define PANIC_INSIDE(function)                                                                               \
    if (may_panic()) {                                                                                       \
        args_##function a;                                                                                   \
        fill_##function(f, &a);                                                                              \
        ken_base *base = in_memory(NULL, NULL);                                                              \
        ken_error *error = NULL;                                                                             \
        a.base = base;                                                                                       \
        panic_at(1);                                                                                         \
        ken_status found = call_##function(&a, &error);                                                      \
        panic_off();                                                                                         \
        judge(#function, "a panic inside", found, KEN_ERR_PANICKED, 0, 1, error, is_untouched_##function(&a), \
              "asked for by a test");                                                                        \
        ken_error_destroy(&error);                                                                           \
        free_##function(&a);                                                                                 \
        fill_##function(f, &a);                                                                              \
        a.base = base;                                                                                       \
        found = call_##function(&a, &error);                                                                 \
        judge(#function, "after a panic", found, KEN_ERR_PANICKED, 0, 1, error, is_untouched_##function(&a), \
              "base");                                                                                       \
        ken_error_destroy(&error);                                                                           \
        free_##function(&a);                                                                                 \
        only_panicked(f, &base);                                                                             \
    }

static void only_panicked(fixture *f, ken_base **base) {
    ken_error *err = NULL;
    int64_t now = 0;
    STATUS(KEN_ERR_PANICKED, ken_base_now(*base, &now, &err));
    STATUS(KEN_ERR_PANICKED, ken_base_flush(*base, &err));
    STATUS(KEN_ERR_PANICKED, ken_base_close(*base, &err));
    OK(ken_base_now(f->base, &now, &err));
    ken_base_destroy(base);
    CHECK(*base == NULL);
}

#include "misuse_cases.h"

/* A copy of a buffer's text that ends in NUL; freed by the caller. */
static char *copied(ken_str text) {
    char *copy = calloc(1, text.len + 1);
    if (!copy) {
        exit(2);
    }
    memcpy(copy, text.ptr, text.len);
    return copy;
}

static void *in_thread(void *shared) {
    fixture mine = *(fixture *)shared;
    mine.options = make_ken_options(&mine);
    mine.resources = make_ken_resources(&mine);
    mine.visit = make_ken_visit(&mine);
    char *folder = scratch("misuse-0"), *published = scratch("published-0"), *exported = scratch("exported-0");
    static atomic_int number;
    char me = (char)('0' + atomic_fetch_add(&number, 1));
    folder[strlen(folder) - 1] = published[strlen(published) - 1] = exported[strlen(exported) - 1] = me;
    mine.folder = ken_str_of(folder);
    mine.published = ken_str_of(published);
    mine.exported = ken_str_of(exported);
    misuse_everything(&mine);
    ken_options_destroy(&mine.options);
    ken_resources_destroy(&mine.resources);
    ken_visit_destroy(&mine.visit);
    free(folder), free(published), free(exported);
    return NULL;
}

/* A base on disk that panicked is opened again, and has all that was written. */
static void reopens_after_a_panic(void) {
    ken_error *err = NULL;
    char *folder = scratch("panicked");
    ken_base *base = NULL;
    OK(ken_base_open(ken_str_of(folder), NULL, &base, &err));
    put_three(base);
    panic_at(1);
    CHECK(ken_base_put(base, ARTICLE, NULL, NULL, NULL) == KEN_ERR_PANICKED);
    panic_off();
    CHECK(ken_base_put(base, ARTICLE, NULL, NULL, NULL) == KEN_ERR_PANICKED);
    ken_base_destroy(&base);
    OK(ken_base_open(ken_str_of(folder), NULL, &base, &err));
    ken_results *results = search(base, "dark");
    CHECK(ken_results_count(results) == 1);
    ken_results_destroy(&results);
    OK(ken_base_verify(base, NULL, NULL, NULL, &err));
    ken_base_destroy(&base);
    free(folder);
}

int main(void) {
    find_panic();
    const char *wanted = getenv("KEN_TEST_PANICS");
    CHECK((wanted != NULL) == may_panic());
    ken_error *err = NULL;
    fixture f;
    memset(&f, 0, sizeof f);
    f.base = in_memory(NULL, NULL);
    f.closed = in_memory(NULL, NULL);
    OK(ken_base_close(f.closed, &err));
    put_three(f.base);
    put(f.base, "{\"id\":\"old\",\"kind\":\"product\",\"title\":\"An old one\",\"audience\":\"internal\"}");
    OK(ken_base_open_case(f.base, CASE, NULL, &err));
    OK(ken_base_record_json(f.base,
                       KEN_STR("{\"events\":[{\"id\":\"s\",\"what\":\"searched\",\"query\":\"dark\",\"session\":\"s1\",\"actor\":\"ana\"}]}"),
                       NULL, &err));
    ken_link_draft link = right_ken_link_draft(&f);
    OK(ken_base_link(f.base, &link, KEN_STR("ana"), NULL, &err));
    f.buf = make_ken_buf(&f);
    f.error = make_ken_error(&f);
    ken_suggest_request request = right_ken_suggest_request(&f);
    request.threshold = 0;
    OK(ken_base_suggest(f.base, &request, &f.results, &err));
    CHECK(ken_results_count(f.results) > 0);
    ken_buf *policy = NULL;
    OK(ken_base_policy(f.base, &policy, &err));
    char *text = copied(ken_buf_text(policy)), *token = copied(ken_results_impression(f.results));
    f.policy = ken_str_of(text);
    f.impression = ken_str_of(token);
    char *file = scratch("misuse.jsonl");
    f.file = ken_str_of(file);
    FILE *lines = fopen(file, "w");
    if (CHECK(lines != NULL)) {
        fputs(LINE, lines);
        fclose(lines);
    }
    ken_buf_destroy(&policy);
    char *snapshot_file = scratch("misuse.ken");
    f.snapshot_file = ken_str_of(snapshot_file);
    ken_str held = right_ken_str(&f);
    OK(ken_base_snapshot_file(f.base, SNAPSHOT_REQUEST(KEN_STR("internal"), &held, 1, KEN_NOW, KEN_MARKUP_COMMONMARK), f.snapshot_file, NULL, NULL, NULL, &err));
    OK(ken_base_snapshot(f.base, SNAPSHOT_REQUEST(KEN_STR("internal"), &held, 1, KEN_NOW, KEN_MARKUP_COMMONMARK), NULL, NULL, &f.packed, &err));
    f.snapshot = make_ken_snapshot(&f);
    f.article = make_ken_article(&f);
    f.ticket = make_ken_case(&f);
    ken_visit *visit = make_ken_visit(&f);
    ken_event event = right_ken_event(&f);
    OK(ken_visit_record(visit, &event, &err));
    OK(ken_visit_json(visit, &f.text_of_visit, &err));
    OK(ken_visit_take_events(visit, &f.text_of_batch, &err));
    OK(ken_visit_hand_over(visit, KEN_NOW, KEN_STR("still dark"), &f.text_of_handoff, &err));
    ken_visit_destroy(&visit);
    f.visit_json = ken_buf_text(f.text_of_visit);
    f.batch = ken_buf_text(f.text_of_batch);
    f.handoff = ken_buf_text(f.text_of_handoff);

    pthread_t threads[2];
    for (int i = 0; i < 2; i++) {
        CHECK(pthread_create(&threads[i], NULL, in_thread, &f) == 0);
    }
    for (int i = 0; i < 2; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
    if (may_panic()) {
        reopens_after_a_panic();
    }

    OK(ken_base_verify(f.base, NULL, NULL, NULL, &err));
    ken_results_destroy(&f.results);
    ken_error_destroy(&f.error);
    ken_buf_destroy(&f.buf);
    ken_buf_destroy(&f.packed);
    ken_buf_destroy(&f.text_of_visit);
    ken_buf_destroy(&f.text_of_batch);
    ken_buf_destroy(&f.text_of_handoff);
    ken_snapshot_destroy(&f.snapshot);
    ken_article_destroy(&f.article);
    ken_case_destroy(&f.ticket);
    ken_base_destroy(&f.closed);
    ken_base_destroy(&f.base);
    free(text), free(token), free(file), free(snapshot_file);
    printf("%d functions, %d calls\n", N_FUNCTIONS, atomic_load(&n_tried));
    return done("misuse");
}
