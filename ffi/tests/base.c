/*
 * A base on disk and in memory: opened, closed, opened again; what is durable; what a handle answers when it
 * is closed, destroyed within a callback, or owned by another handle.
 */
#include "check.h"

static void reopened_it_has_what_was_written(void) {
    ken_error *err = NULL;
    char *folder = scratch("base");
    ken_base *base = NULL;
    OK(ken_base_open(ken_str_of(folder), NULL, &base, &err));
    put_three(base);
    ken_buf *before = digest(base);
    ken_base *second = NULL;
    STATUS(KEN_ERR_BUSY, ken_base_open(ken_str_of(folder), NULL, &second, &err));
    CHECK(second == NULL);

    OK(ken_base_flush(base, &err));
    OK(ken_base_close(base, &err));
    OK(ken_base_close(base, &err));
    STATUS(KEN_ERR_CLOSED, ken_base_flush(base, &err));
    int64_t now = 7;
    STATUS(KEN_ERR_CLOSED, ken_base_now(base, &now, &err));
    CHECK(now == 7);

    /* The files are free before the handle is. */
    OK(ken_base_open(ken_str_of(folder), NULL, &second, &err));
    ken_base_destroy(&base);
    CHECK(base == NULL);
    ken_buf *after = digest(second);
    CHECK(ken_buf_text(before).len > 0 && buf_has(after, "") && ken_buf_text(after).len == ken_buf_text(before).len);
    CHECK(memcmp(ken_buf_text(before).ptr, ken_buf_text(after).ptr, ken_buf_text(before).len) == 0);
    ken_buf_destroy(&before);
    ken_buf_destroy(&after);
    ken_buf *verified = NULL;
    OK(ken_base_verify(second, NULL, NULL, &verified, &err));
    CHECK(buf_has(verified, "\"schema\":1") && buf_has(verified, "\"digest\":"));
    ken_buf_destroy(&verified);

    /* Destroyed without being closed, it is flushed. */
    put(second, "{\"id\":\"late\",\"kind\":\"product\",\"title\":\"Late\"}");
    ken_base_destroy(&second);
    OK(ken_base_open(ken_str_of(folder), NULL, &base, &err));
    ken_buf *article = NULL;
    OK(ken_base_article(base, KEN_STR("late"), &article, &err));
    CHECK(buf_has(article, "\"id\":\"late\""));
    ken_buf_destroy(&article);
    ken_base_destroy(&base);
    free(folder);
}

static void what_cannot_be_opened(void) {
    ken_error *err = NULL;
    ken_base *base = NULL;
    char *path = scratch("a-file");
    FILE *file = fopen(path, "w");
    if (CHECK(file != NULL)) {
        fputs("no base\n", file);
        fclose(file);
    }
    ken_status status = ken_base_open(ken_str_of(path), NULL, &base, &err);
    CHECK(status == KEN_ERR_IO || status == KEN_ERR_NOT_A_BASE);
    ken_error_destroy(&err);
    CHECK(base == NULL);
    free(path);
    path = scratch("a-file/base");
    STATUS(KEN_ERR_IO, ken_base_open(ken_str_of(path), NULL, &base, &err));
    free(path);
    /* The folders above it are made, too. */
    path = scratch("above/base");
    OK(ken_base_open(ken_str_of(path), NULL, &base, &err));
    ken_base_destroy(&base);
    free(path);
}

static void read_only_it_is_read_and_never_written(void) {
    ken_error *err = NULL;
    char *folder = scratch("read-only");
    ken_options *options = NULL;
    OK(ken_options_new(&options, &err));
    OK(ken_options_set(options, KEN_STR("read_only"), KEN_STR("true"), &err));
    ken_base *base = NULL, *second = NULL;
    STATUS(KEN_ERR_NOT_A_BASE, ken_base_open(ken_str_of(folder), options, &base, &err));
    STATUS(KEN_ERR_CONTRADICTION, ken_base_open_memory(options, &base, &err));
    OK(ken_base_open(ken_str_of(folder), NULL, &base, &err));
    put_three(base);
    STATUS(KEN_ERR_BUSY, ken_base_open(ken_str_of(folder), options, &second, &err));
    ken_base_destroy(&base);

    OK(ken_base_open(ken_str_of(folder), options, &base, &err));
    OK(ken_base_open(ken_str_of(folder), options, &second, &err));
    ken_results *results = search(second, "dark");
    CHECK(ken_results_count(results) > 0);
    ken_results_destroy(&results);
    STATUS(KEN_ERR_READ_ONLY, ken_base_put(base, KEN_STR("{\"id\":\"x\",\"kind\":\"product\",\"title\":\"X\"}"), NULL, NULL, &err));
    OK(ken_base_flush(base, &err));
    OK(ken_base_close(base, &err));
    ken_base *writer = NULL;
    STATUS(KEN_ERR_BUSY, ken_base_open(ken_str_of(folder), NULL, &writer, &err));
    ken_base_destroy(&second);
    OK(ken_base_open(ken_str_of(folder), NULL, &writer, &err));
    ken_base_destroy(&writer);
    ken_base_destroy(&base);
    ken_options_destroy(&options);
    free(folder);
}

static void a_folder_moved_away_takes_no_writes(void) {
    ken_error *err = NULL;
    char *folder = scratch("moved"), *aside = scratch("moved-aside");
    ken_base *base = NULL;
    OK(ken_base_open(ken_str_of(folder), NULL, &base, &err));
    put_three(base);
    CHECK(rename(folder, aside) == 0);
    STATUS(KEN_ERR_IO, ken_base_put(base, KEN_STR("{\"id\":\"x\",\"kind\":\"product\",\"title\":\"X\"}"), NULL, NULL, &err));
    CHECK(rename(aside, folder) == 0);
    put(base, "{\"id\":\"x\",\"kind\":\"product\",\"title\":\"X\"}");
    ken_base_destroy(&base);
    free(folder);
    free(aside);
}

static void errors_are_objects(void) {
    ken_error *err = NULL;
    ken_base *base = in_memory(NULL, NULL);
    ken_buf *out = NULL;
    CHECK(ken_base_article(base, KEN_STR("nobody"), &out, &err) == KEN_ERR_ARTICLE_NOT_FOUND);
    CHECK(out == NULL);
    CHECK(has(ken_error_message(err), "nobody"));
    CHECK(has(ken_error_json(err), "\"schema\":1,\"code\":201,\"name\":\"ArticleNotFound\",\"message\":"));
    CHECK(has(ken_error_json(err), "\"causes\":["));
    /* It outlives the base. */
    ken_base_destroy(&base);
    CHECK(ken_error_code(err) == KEN_ERR_ARTICLE_NOT_FOUND);
    ken_error_destroy(&err);
    CHECK(err == NULL);
}

static void statistics(void) {
    ken_error *err = NULL;
    ken_base *base = in_memory("memory_limit", "1000000000");
    put_three(base);
    ken_buf *stats = NULL;
    OK(ken_base_stats(base, &stats, &err));
    static const char *const KEYS[] = {"\"schema\":1",    "\"articles\":3",   "\"cases\":0",         "\"links\":0",
                                       "\"records\":",    "\"memory\":{",     "\"files\":{",
                                       "\"memory_limit\":1000000000", "\"documents_in_memory\":", "\"documents_on_disk\":",
                                       "\"index_segments\":", "\"relaxed_events\":"};
    for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++) {
        if (!buf_has(stats, KEYS[i])) {
            fprintf(stderr, "no %s in %.*s\n", KEYS[i], (int)ken_buf_text(stats).len, ken_buf_text(stats).ptr);
            CHECK(0);
        }
    }
    ken_buf_destroy(&stats);
    ken_base_destroy(&base);
}

/* Writes up to the limit: a refused write leaves nothing, and earlier data stays readable. */
static void memory_limit(void) {
    ken_error *err = NULL;
    ken_base *base = in_memory("memory_limit", "3000000");
    ken_status status = KEN_OK;
    int n = 0;
    char article[4096];
    while (status == KEN_OK && n < 3000) {
        int head = snprintf(article, sizeof article,
                            "{\"id\":\"a%d\",\"kind\":\"product\",\"title\":\"Number %d\",\"sections\":[{\"role\":\"issue\",\"text\":\"", n, n);
        for (int i = 0; i < 300; i++) {
            head += snprintf(article + head, sizeof article - (size_t)head, "w%d ", n * 300 + i);
        }
        snprintf(article + head, sizeof article - (size_t)head, "\"}]}");
        status = ken_base_put(base, ken_str_of(article), NULL, NULL, &err);
        n += status == KEN_OK;
    }
    CHECK(status == KEN_ERR_MEMORY_LIMIT && n > 0);
    ken_error_destroy(&err);
    char id[16];
    ken_buf *out = NULL;
    snprintf(id, sizeof id, "a%d", n);
    STATUS(KEN_ERR_ARTICLE_NOT_FOUND, ken_base_article(base, ken_str_of(id), &out, &err));
    OK(ken_base_article(base, KEN_STR("a0"), &out, &err));
    ken_buf_destroy(&out);
    ken_results *results = search(base, "number");
    CHECK(ken_results_count(results) > 0);
    ken_results_destroy(&results);
    ken_base_destroy(&base);
}

/* ---- Within callbacks of a long call */

typedef struct {
    ken_base *base;
    int n;
    ken_status closing;
    int (*act)(void *self);
} within;

static int on_progress(void *data, const ken_progress *progress) {
    within *self = data;
    CHECK(progress->records >= 1 && progress->file.len > 0);
    self->n++;
    return self->act(self);
}

#define LINES                                                                                      \
    "{\"type\":\"article\",\"id\":\"one\",\"kind\":\"product\",\"title\":\"One lamp\"}\n"           \
    "{\"type\":\"article\",\"id\":\"two\",\"kind\":\"product\",\"title\":\"Two lamps\"}\n"          \
    "{\"type\":\"article\",\"id\":\"three\",\"kind\":\"product\",\"title\":\"Three lamps\"}\n"

static ken_status import_lines(ken_base *base, within *self, ken_buf **report, ken_error **err) {
    return ken_base_import_bytes(base, KEN_STR("lines.jsonl"), (const uint8_t *)LINES, sizeof LINES - 1, KEN_STR(""),
                            on_progress, self, report, err);
}

static int close_it(void *data) {
    within *self = data;
    self->closing = ken_base_close(self->base, NULL);
    return KEN_CONTINUE;
}

static int destroy_it(void *data) {
    within *self = data;
    ken_base_destroy(&self->base);
    CHECK(self->base == NULL);
    return KEN_CONTINUE;
}

static int use_it(void *data) {
    within *self = data;
    put(self->base, LAMP);
    ken_results *results = search(self->base, "dark");
    CHECK(ken_results_count(results) == 1);
    ken_results_destroy(&results);
    return KEN_CONTINUE;
}

static int stop_it(void *data) {
    (void)data;
    return KEN_STOP;
}

static void within_progress(void) {
    ken_error *err = NULL;
    within self = {in_memory(NULL, NULL), 0, KEN_OK, close_it};
    ken_buf *report = NULL;
    OK(import_lines(self.base, &self, &report, &err));
    CHECK(self.closing == KEN_ERR_BUSY && self.n >= 1);
    CHECK(buf_has(report, "\"created\":3") && buf_has(report, "\"stopped\":false"));
    ken_buf_destroy(&report);
    ken_base_destroy(&self.base);

    self = (within){in_memory(NULL, NULL), 0, KEN_OK, use_it};
    OK(import_lines(self.base, &self, NULL, &err));
    CHECK(self.n >= 1);
    ken_base_destroy(&self.base);

    self = (within){in_memory(NULL, NULL), 0, KEN_OK, stop_it};
    OK(import_lines(self.base, &self, &report, &err));
    CHECK(self.n == 1 && buf_has(report, "\"stopped\":true"));
    ken_buf_destroy(&report);
    ken_base_destroy(&self.base);

    /* Destroyed by its own call's callback, it is freed when the call returns. */
    self = (within){in_memory(NULL, NULL), 0, KEN_OK, destroy_it};
    OK(import_lines(self.base, &self, &report, &err));
    CHECK(self.base == NULL && buf_has(report, "\"created\":3"));
    ken_buf_destroy(&report);
}

static int cancel(void *data) {
    within *self = data;
    self->n++;
    int64_t now;
    self->closing = ken_base_now(self->base, &now, NULL);
    return self->act ? self->act(self) : KEN_CONTINUE;
}

static void within_verify(void) {
    ken_error *err = NULL;
    within self = {in_memory(NULL, NULL), 0, KEN_OK, NULL};
    put_three(self.base);
    OK(ken_base_verify(self.base, cancel, &self, NULL, &err));
    CHECK(self.n > 0 && self.closing == KEN_ERR_NOT_ALLOWED_HERE);
    self.act = stop_it;
    ken_buf *out = NULL;
    STATUS(KEN_ERR_CANCELLED, ken_base_verify(self.base, cancel, &self, &out, &err));
    CHECK(out == NULL);
    ken_base_destroy(&self.base);
}

int main(void) {
    reopened_it_has_what_was_written();
    what_cannot_be_opened();
    read_only_it_is_read_and_never_written();
    a_folder_moved_away_takes_no_writes();
    errors_are_objects();
    statistics();
    memory_limit();
    within_progress();
    within_verify();
    return done("base");
}
