/*
 * Eight threads on one handle: searches, suggestions, puts and records mixed. What commutes gives the answers
 * of a run by one thread to the bit, and the log as it became gives the same state, to the digest.
 */
#include "check.h"

#include <pthread.h>

enum { THREADS = 8, ROUNDS = 12 };

/* 2026-01-05T09:00:00Z: one instant for all, so that the order of arrival does not show. */
static int64_t stand_still(void *data) {
    (void)data;
    return 1767603600000;
}

/* A base whose closing waits inside its log callback until it is let go. */
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t moved = PTHREAD_COND_INITIALIZER;
static int is_inside, may_go;

static void wait_when_closing(void *data, int level, ken_str topic, ken_str message) {
    (void)data, (void)level, (void)topic;
    if (message.len < 21 || memcmp(message.ptr, "the index flush began", 21) != 0) {
        return;
    }
    pthread_mutex_lock(&gate);
    is_inside = 1;
    pthread_cond_broadcast(&moved);
    while (!may_go) {
        pthread_cond_wait(&moved, &gate);
    }
    pthread_mutex_unlock(&gate);
}

static void *close_it(void *data) {
    ken_error *err = NULL;
    OK(ken_base_close((const ken_base *)data, &err));
    return NULL;
}

/* A closing is a call in flight: a second close answers KEN_ERR_BUSY, and a destroy leaves the base to the first. */
static void destroyed_while_it_is_closed(void) {
    ken_error *err = NULL;
    ken_options *options = NULL;
    ken_base *base = NULL;
    char *folder = scratch("closing");
    OK(ken_options_new(&options, &err));
    OK(ken_options_set_log(options, KEN_LOG_DEBUG, wait_when_closing, NULL, NULL, &err));
    OK(ken_base_open(ken_str_of(folder), options, &base, &err));
    ken_options_destroy(&options);
    put_three(base);
    pthread_t closer;
    CHECK(pthread_create(&closer, NULL, close_it, base) == 0);
    pthread_mutex_lock(&gate);
    while (!is_inside) {
        pthread_cond_wait(&moved, &gate);
    }
    pthread_mutex_unlock(&gate);
    CHECK(ken_base_close(base, NULL) == KEN_ERR_BUSY);
    CHECK(ken_base_flush(base, NULL) == KEN_ERR_CLOSED);
    ken_base_destroy(&base);
    CHECK(base == NULL);
    pthread_mutex_lock(&gate);
    may_go = 1;
    pthread_cond_broadcast(&moved);
    pthread_mutex_unlock(&gate);
    CHECK(pthread_join(closer, NULL) == 0);
    OK(ken_base_open(ken_str_of(folder), NULL, &base, &err));
    OK(ken_base_verify(base, NULL, NULL, NULL, &err));
    ken_base_destroy(&base);
    free(folder);
}

static ken_base *open_it(void) {
    ken_error *err = NULL;
    ken_options *options = NULL;
    ken_base *base = NULL;
    OK(ken_options_new(&options, &err));
    OK(ken_options_set(options, KEN_STR("threads"), KEN_STR("2"), &err));
    OK(ken_options_set_clock(options, stand_still, NULL, NULL, &err));
    OK(ken_base_open_memory(options, &base, &err));
    ken_options_destroy(&options);
    put_three(base);
    return base;
}

static void write_one(const ken_base *base, int thread, int round) {
    ken_error *err = NULL;
    char text[256], id[32];
    snprintf(text, sizeof text,
             "{\"id\":\"t%d-%d\",\"kind\":\"product\",\"title\":\"Lamp %d of thread %d\",\"audience\":\"public\",\"confidence\":\"validated\"}",
             thread, round, round, thread);
    OK(ken_base_put(base, ken_str_of(text), NULL, NULL, &err));
    ken_event event;
    ken_event_init(&event);
    snprintf(id, sizeof id, "e%d-%d", thread, round);
    event.id = ken_str_of(id);
    event.what = KEN_STR("rated");
    event.article = KEN_STR("lamp");
    event.value = 1;
    event.at_ms = 1767603600000;
    int recorded = -1;
    OK(ken_base_record(base, &event, &recorded, &err));
    CHECK(recorded == KEN_RECORDED_NEW);
}

static void read_one(const ken_base *base) {
    ken_error *err = NULL;
    ken_results *results = search(base, "lamp");
    CHECK(ken_results_count(results) >= 2);
    ken_results_destroy(&results);
    ken_suggest_request request;
    ken_suggest_request_init(&request);
    request.text = KEN_STR("lamp without light");
    request.audience = KEN_STR("internal");
    request.threshold = 0;
    OK(ken_base_suggest(base, &request, &results, &err));
    CHECK(ken_results_count(results) > 0);
    ken_results_destroy(&results);
    ken_search_request many[4];
    ken_results *found[4];
    for (int i = 0; i < 4; i++) {
        ken_search_request_init(&many[i]);
        many[i].query = KEN_STR("light");
        many[i].audience = KEN_STR("public");
    }
    OK(ken_base_search_many(base, many, 4, found, &err));
    for (int i = 0; i < 4; i++) {
        ken_results_destroy(&found[i]);
    }
    ken_buf *article = NULL;
    OK(ken_base_article(base, KEN_STR("lamp"), &article, &err));
    ken_buf_destroy(&article);
}

typedef struct {
    const ken_base *base;
    int number;
} worker;

static void *work(void *data) {
    worker *self = data;
    for (int round = 0; round < ROUNDS; round++) {
        write_one(self->base, self->number, round);
        read_one(self->base);
    }
    return NULL;
}

/* A base is destroyed by one thread while another one's call runs: the last of them frees it. */
typedef struct {
    ken_base *base;
    atomic_int is_running, may_go_on;
} race;

static int wait_for_the_other(void *data, const ken_progress *progress) {
    (void)progress;
    race *self = data;
    atomic_store(&self->is_running, 1);
    while (!atomic_load(&self->may_go_on)) {
        usleep(1000);
    }
    return KEN_CONTINUE;
}

static void *import_slowly(void *data) {
    race *self = data;
    ken_error *err = NULL;
    static const char LINES[] = "{\"type\":\"article\",\"id\":\"a\",\"kind\":\"product\",\"title\":\"A\"}\n"
                                "{\"type\":\"article\",\"id\":\"b\",\"kind\":\"product\",\"title\":\"B\"}\n";
    ken_buf *report = NULL;
    OK(ken_base_import_bytes(self->base, KEN_STR("a.jsonl"), (const uint8_t *)LINES, sizeof LINES - 1, KEN_STR(""),
                        wait_for_the_other, self, &report, &err));
    CHECK(buf_has(report, "\"created\":2"));
    ken_buf_destroy(&report);
    return NULL;
}

static void *search_until_closed(void *data) {
    const ken_base *base = data;
    ken_search_request request;
    ken_search_request_init(&request);
    request.query = KEN_STR("lamp"), request.audience = KEN_STR("internal");
    for (;;) {
        ken_results *results = NULL;
        ken_status status = ken_base_search(base, &request, &results, NULL);
        ken_results_destroy(&results);
        if (status != KEN_OK) {
            CHECK(status == KEN_ERR_CLOSED);
            return NULL;
        }
    }
}

/* Closing ends with the calls in flight: an import that is in its callback, searches on other threads. */
static void closed_while_calls_run(void) {
    ken_error *err = NULL;
    race self = {open_it(), 0, 0};
    pthread_t importer, closer, searchers[3];
    CHECK(pthread_create(&importer, NULL, import_slowly, &self) == 0);
    for (int i = 0; i < 3; i++) {
        CHECK(pthread_create(&searchers[i], NULL, search_until_closed, self.base) == 0);
    }
    while (!atomic_load(&self.is_running)) {
        usleep(1000);
    }
    CHECK(pthread_create(&closer, NULL, close_it, self.base) == 0);
    /* The searches end by the closing, and the import goes on. */
    for (int i = 0; i < 3; i++) {
        CHECK(pthread_join(searchers[i], NULL) == 0);
    }
    STATUS(KEN_ERR_BUSY, ken_base_close(self.base, &err));
    STATUS(KEN_ERR_CLOSED, ken_base_flush(self.base, &err));
    atomic_store(&self.may_go_on, 1);
    CHECK(pthread_join(closer, NULL) == 0);
    CHECK(pthread_join(importer, NULL) == 0);
    OK(ken_base_close(self.base, &err));
    ken_base_destroy(&self.base);
}

static void destroyed_while_a_call_runs(void) {
    race self = {in_memory(NULL, NULL), 0, 0};
    pthread_t other;
    CHECK(pthread_create(&other, NULL, import_slowly, &self) == 0);
    while (!atomic_load(&self.is_running)) {
        usleep(1000);
    }
    ken_base *mine = self.base;
    ken_base_destroy(&mine);
    CHECK(mine == NULL);
    atomic_store(&self.may_go_on, 1);
    CHECK(pthread_join(other, NULL) == 0);
}

static int take(void *data, const uint8_t *bytes, size_t len) {
    FILE *file = data;
    return fwrite(bytes, 1, len, file) == len ? 0 : 1;
}

/* The log as it became, in its order of arrival, written again by one thread: equal to the digest. */
static void the_log_by_one_thread_is_the_same_state(const ken_base *shared) {
    ken_error *err = NULL;
    char *bytes = NULL;
    size_t len = 0;
    FILE *file = open_memstream(&bytes, &len);
    if (!CHECK(file != NULL)) {
        return;
    }
    OK(ken_base_export(shared, take, file, NULL, &err));
    fclose(file);
    ken_base *copy = in_memory(NULL, NULL);
    OK(ken_base_import_bytes(copy, KEN_STR("log.jsonl"), (const uint8_t *)bytes, len, KEN_STR(""), NULL, NULL, NULL, &err));
    CHECK(are_equal(shared, copy));
    ken_base_destroy(&copy);
    free(bytes);
}

int main(void) {
    ken_error *err = NULL;
    ken_base *shared = open_it(), *alone = open_it();
    pthread_t threads[THREADS];
    worker workers[THREADS];
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (worker){shared, i};
        CHECK(pthread_create(&threads[i], NULL, work, &workers[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        for (int round = 0; round < ROUNDS; round++) {
            write_one(alone, i, round);
        }
    }
    double together = -1, one_by_one = -2;
    OK(ken_base_solve_rate(shared, KEN_STR("lamp"), KEN_NOW, &together, &err));
    OK(ken_base_solve_rate(alone, KEN_STR("lamp"), KEN_NOW, &one_by_one, &err));
    CHECK(memcmp(&together, &one_by_one, sizeof together) == 0);
    ken_results *a = search(shared, "lamp"), *b = search(alone, "lamp");
    CHECK(ken_results_count(a) == 10 && ken_results_count(b) == 10);
    for (size_t i = 0; i < 10; i++) {
        ken_hit one, other;
        OK(ken_results_hit(a, i, &one, &err));
        OK(ken_results_hit(b, i, &other, &err));
        CHECK(one.id.len == other.id.len && memcmp(one.id.ptr, other.id.ptr, one.id.len) == 0);
        CHECK(memcmp(&one.score, &other.score, sizeof one.score) == 0);
    }
    ken_results_destroy(&a);
    ken_results_destroy(&b);
    the_log_by_one_thread_is_the_same_state(shared);
    OK(ken_base_verify(shared, NULL, NULL, NULL, &err));
    ken_base_destroy(&shared);
    ken_base_destroy(&alone);
    closed_while_calls_run();
    destroyed_while_a_call_runs();
    destroyed_while_it_is_closed();
    return done("threads");
}
