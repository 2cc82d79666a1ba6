/* The base as it was: one past, and a sweep through many. */
#include "check.h"

/* 2026-01-05T09:00:00Z */
static const int64_t DAY = INT64_C(24) * 3600 * 1000, FIRST = 1767603600000;

typedef struct {
    ken_base *base;
    int64_t now;
    int n;
    int stop_at;
    int destroy;
    struct ArrowArrayStream rows;
} story;

static int64_t tell_time(void *data) {
    return ((story *)data)->now;
}

static ken_base *open_it(story *self) {
    ken_error *err = NULL;
    ken_options *options = NULL;
    ken_base *base = NULL;
    OK(ken_options_new(&options, &err));
    OK(ken_options_set_clock(options, tell_time, self, NULL, &err));
    OK(ken_base_open_memory(options, &base, &err));
    ken_options_destroy(&options);
    self->now = FIRST;
    put(base, LAMP);
    self->now = FIRST + DAY;
    put(base, ROUTER);
    self->now = FIRST + 2 * DAY;
    put(base, TWIN);
    return base;
}

static size_t count(const ken_base *base) {
    ken_results *results = search(base, "light");
    size_t n = ken_results_count(results);
    ken_results_destroy(&results);
    return n;
}

/* The rows left in a stream, which is released. */
static int64_t rows_of(struct ArrowArrayStream *stream) {
    int64_t n = 0;
    for (;;) {
        struct ArrowArray array;
        memset(&array, 0, sizeof array);
        if (!CHECK(stream->get_next(stream, &array) == 0) || !array.release) {
            break;
        }
        n += array.length;
        array.release(&array);
    }
    stream->release(stream);
    return n;
}

static int stop(void *data) {
    (void)data;
    return KEN_STOP;
}

static int counting(void *data) {
    ++*(int *)data;
    return KEN_CONTINUE;
}

static void as_of(void) {
    ken_error *err = NULL;
    story self = {0};
    ken_base *base = open_it(&self), *past = NULL;
    OK(ken_base_as_of(base, FIRST + DAY, KEN_STR(""), NULL, NULL, &past, &err));
    CHECK(count(past) == 2 && count(base) == 3);
    int64_t now = 0;
    OK(ken_base_now(past, &now, &err));
    CHECK(now == FIRST + DAY);
    STATUS(KEN_ERR_INVALID_TRANSITION, ken_base_put(past, KEN_STR(LAMP), NULL, NULL, &err));
    ken_base *none = NULL;
    STATUS(KEN_ERR_CANCELLED, ken_base_as_of(base, FIRST, KEN_STR(""), stop, NULL, &none, &err));
    STATUS(KEN_ERR_INVALID_VALUE, ken_base_as_of(base, KEN_NOW, KEN_STR(""), NULL, NULL, &none, &err));
    CHECK(none == NULL);
    /* Under another policy, as if that had always been in force. */
    ken_base *trial = NULL;
    ken_buf *policy = NULL;
    OK(ken_base_as_of(base, FIRST + DAY, KEN_STR("{\"case_rho\":0.25}"), NULL, NULL, &trial, &err));
    OK(ken_base_policy(trial, &policy, &err));
    CHECK(buf_has(policy, "\"case_rho\":0.25"));
    ken_buf_destroy(&policy);
    ken_base_destroy(&trial);
    STATUS(KEN_ERR_INVALID_RECORD, ken_base_as_of(base, FIRST, KEN_STR("[]"), NULL, NULL, &none, &err));
    STATUS(KEN_ERR_INVALID_VALUE, ken_base_as_of(base, FIRST, KEN_STR("{\"case_rho\":7}"), NULL, NULL, &none, &err));
    CHECK(none == NULL);
    /* The cancel callback and its data are used during the call only. */
    ken_base *cancellable = NULL;
    int n = 0;
    OK(ken_base_as_of(base, FIRST, KEN_STR(""), counting, &n, &cancellable, &err));
    CHECK(n > 0);
    int before = n;
    OK(ken_base_verify(cancellable, NULL, NULL, NULL, &err));
    CHECK(n == before);
    ken_base_destroy(&cancellable);
    /* The past goes on without the present. */
    ken_base_destroy(&base);
    CHECK(count(past) == 2);
    OK(ken_base_close(past, &err));
    STATUS(KEN_ERR_CLOSED, ken_base_now(past, &now, &err));
    ken_base_destroy(&past);
}

static int visit(void *data, size_t i, const ken_base *past) {
    story *self = data;
    ken_error *err = NULL;
    CHECK(i == (size_t)self->n);
    CHECK(count(past) == i + 1);
    STATUS(KEN_ERR_INVALID_TRANSITION, ken_base_put(past, KEN_STR(LAMP), NULL, NULL, &err));
    STATUS(KEN_ERR_BUSY, ken_base_close(past, &err));
    if (i == 1) {
        /* A stream of the past outlives the visit; it shows the sweep where that has come to. */
        OK(ken_base_export_rows(past, KEN_STR("articles"), KEN_STR(""), &self->rows, &err));
    }
    if (self->base) {
        /* The base itself may be asked and written to, and not closed; nor may the past. */
        CHECK(count(self->base) == 3);
        char article[96];
        snprintf(article, sizeof article, "{\"id\":\"v%zu\",\"kind\":\"product\",\"title\":\"Visit\"}", i);
        put(self->base, article);
        STATUS(KEN_ERR_BUSY, ken_base_close(self->base, &err));
        if (self->destroy) {
            ken_base_destroy(&self->base);
            CHECK(self->base == NULL);
        }
    }
    self->n++;
    return self->n == self->stop_at ? KEN_STOP : KEN_CONTINUE;
}

static void replay(void) {
    ken_error *err = NULL;
    story self = {0};
    ken_base *base = open_it(&self);
    const int64_t instants[] = {FIRST, FIRST + DAY, FIRST + 2 * DAY};
    self.base = base;
    OK(ken_base_replay(base, instants, 3, KEN_STR(""), visit, &self, &err));
    CHECK(self.n == 3);
    CHECK(rows_of(&self.rows) >= 2);
    self.n = 0;
    self.stop_at = 2;
    STATUS(KEN_ERR_CANCELLED, ken_base_replay(base, instants, 3, KEN_STR(""), visit, &self, &err));
    CHECK(self.n == 2 && rows_of(&self.rows) >= 2);
    const int64_t back[] = {FIRST + DAY, FIRST};
    self.n = self.stop_at = 0;
    self.base = NULL;
    ken_status status = ken_base_replay(base, back, 2, KEN_STR(""), visit, &self, &err);
    CHECK(status == KEN_ERR_OUT_OF_HISTORY && self.n == 0);
    ken_error_destroy(&err);
    OK(ken_base_replay(base, NULL, 0, KEN_STR(""), visit, &self, &err));
    /* Destroyed by its own visitor, it is freed when the call returns. */
    self.base = base;
    self.destroy = 1;
    OK(ken_base_replay(base, instants, 3, KEN_STR(""), visit, &self, &err));
    CHECK(self.n == 3 && rows_of(&self.rows) >= 2);
}

int main(void) {
    as_of();
    replay();
    return done("history");
}
