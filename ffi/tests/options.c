/* Options by name, a host's clock and log: their effect, and that their data is freed once. */
#include "check.h"

#include <sys/wait.h>
#include <valgrind/valgrind.h>

static void names_and_values(void) {
    ken_error *err = NULL;
    ken_options *options = NULL;
    OK(ken_options_new(&options, &err));
    static const char *const GOOD[][2] = {
        {"seed", "18446744073709551615"}, {"language", "de"},  {"threads", "1"},      {"memory_limit", "100000000"},
        {"cache_bytes", "1048576"},       {"index_flush_docs", "64"}, {"background", "false"}, {"trust_file", "true"},
        {"read_only", "false"},
        {"audiences", "{\"labels\":[{\"name\":\"in\",\"inward\":[],\"floor\":\"not-validated\",\"reads_cases\":true,\"sees_expired\":true}]}"},
    };
    for (size_t i = 0; i < sizeof GOOD / sizeof GOOD[0]; i++) {
        ken_status status = ken_options_set(options, ken_str_of(GOOD[i][0]), ken_str_of(GOOD[i][1]), &err);
        check_status(status, KEN_OK, err, GOOD[i][0], __FILE__, __LINE__);
        err = NULL;
    }
    ken_base *base = NULL;
    OK(ken_base_open_memory(options, &base, &err));
    ken_base_destroy(&base);

    static const struct { const char *name, *value; ken_status code; } BAD[] = {
        {"sead", "1", KEN_ERR_UNKNOWN_NAME},          {"", "1", KEN_ERR_UNKNOWN_NAME},
        {"seed", "-1", KEN_ERR_INVALID_VALUE},        {"seed", "18446744073709551616", KEN_ERR_INVALID_VALUE},
        {"seed", "", KEN_ERR_INVALID_VALUE},          {"threads", "two", KEN_ERR_INVALID_VALUE},
        {"background", "yes", KEN_ERR_INVALID_VALUE}, {"trust_file", "1", KEN_ERR_INVALID_VALUE},
        {"read_only", "", KEN_ERR_INVALID_VALUE},
        {"audiences", "{}", KEN_ERR_INVALID_RECORD},  {"audiences", "[", KEN_ERR_INVALID_RECORD},
    };
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        ken_status status = ken_options_set(options, ken_str_of(BAD[i].name), ken_str_of(BAD[i].value), &err);
        check_status(status, BAD[i].code, err, BAD[i].name, __FILE__, __LINE__);
        err = NULL;
    }
    ken_options_destroy(&options);

    /* Ranges are checked when a base is opened. */
    OK(ken_options_new(&options, &err));
    OK(ken_options_set(options, KEN_STR("threads"), KEN_STR("257"), &err));
    STATUS(KEN_ERR_INVALID_VALUE, ken_base_open_memory(options, &base, &err));
    /* Setting it again replaces it. */
    OK(ken_options_set(options, KEN_STR("threads"), KEN_STR("0"), &err));
    OK(ken_base_open_memory(options, &base, &err));
    ken_options_destroy(&options);
    put_three(base);
    ken_base_destroy(&base);
}

static void shared_resources(void) {
    ken_error *err = NULL;
    ken_resources *shared = NULL;
    STATUS(KEN_ERR_INVALID_VALUE, ken_resources_new(257, 0, &shared, &err));
    STATUS(KEN_ERR_INVALID_VALUE, ken_resources_new(1, 1000, &shared, &err));
    CHECK(shared == NULL);
    OK(ken_resources_new(2, 1 << 20, &shared, &err));
    ken_options *options = NULL;
    OK(ken_options_new(&options, &err));
    STATUS(KEN_ERR_NULL_ARGUMENT, ken_options_set_resources(options, NULL, &err));
    OK(ken_options_set_resources(options, shared, &err));
    ken_base *bases[20] = {0};
    for (int i = 0; i < 20; i++) {
        char name[32];
        snprintf(name, sizeof name, "shared-%d", i);
        char *folder = scratch(name);
        OK(ken_base_open(ken_str_of(folder), options, &bases[i], &err));
        put_three(bases[i]);
        free(folder);
    }
    ken_buf *stats = NULL;
    OK(ken_resources_stats(shared, &stats, &err));
    CHECK(buf_has(stats, "\"bases\":20") && buf_has(stats, "\"cache_limit\":1048576"));
    ken_buf_destroy(&stats);
    /* The child of a fork has none of the threads, and waits for none. */
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        ken_base *mine = NULL;
        alarm(60);
        VALGRIND_CLO_CHANGE("--leak-check=no");
        STATUS(KEN_ERR_FORKED_HANDLE, ken_resources_stats(shared, &stats, &err));
        STATUS(KEN_ERR_FORKED_HANDLE, ken_base_open_memory(options, &mine, &err));
        ken_options_destroy(&options);
        ken_resources_destroy(&shared);
        fflush(NULL);
        _exit(atomic_load(&n_failures) ? 1 : 0);
    }
    int status = -1;
    CHECK(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    /* Of its own or shared, not both. */
    ken_base *base = NULL;
    OK(ken_options_set(options, KEN_STR("threads"), KEN_STR("2"), &err));
    STATUS(KEN_ERR_CONTRADICTION, ken_base_open_memory(options, &base, &err));
    /* They end in any order. */
    ken_options_destroy(&options);
    ken_base_destroy(&bases[0]);
    ken_resources_destroy(&shared);
    CHECK(shared == NULL);
    ken_resources_destroy(&shared);
    for (int i = 1; i < 20; i++) {
        ken_results *results = search(bases[i], "dark");
        CHECK(ken_results_count(results) > 0);
        ken_results_destroy(&results);
        ken_base_destroy(&bases[i]);
    }
}

typedef struct {
    atomic_int n_calls, n_drops, n_levels[5];
    int64_t now;
    const ken_base *_Atomic base;
    atomic_int inside;
    ken_base *_Atomic to_destroy;
} host;

static int64_t tell_time(void *data) {
    host *self = data;
    atomic_fetch_add(&self->n_calls, 1);
    return self->now;
}

static void drop(void *data) {
    atomic_fetch_add(&((host *)data)->n_drops, 1);
}

static void clocks(void) {
    ken_error *err = NULL;
    host first = {0}, second = {0};
    first.now = 1000;
    second.now = 1767603600000;
    ken_options *options = NULL;
    OK(ken_options_new(&options, &err));
    OK(ken_options_set_clock(options, tell_time, &first, drop, &err));
    CHECK(first.n_drops == 0);
    /* Replaced, it is needed no more. */
    OK(ken_options_set_clock(options, tell_time, &second, drop, &err));
    CHECK(first.n_drops == 1 && first.n_calls == 0);
    ken_base *base = NULL, *other = NULL;
    OK(ken_base_open_memory(options, &base, &err));
    OK(ken_base_open_memory(options, &other, &err));
    ken_options_destroy(&options);
    CHECK(second.n_drops == 0);
    int64_t now = 0;
    OK(ken_base_now(base, &now, &err));
    CHECK(now == 1767603600000);
    /* An instant outside of time is its nearest end: a clock has nobody to answer an error to. */
    second.now = INT64_MAX;
    OK(ken_base_now(base, &now, &err));
    CHECK(now > INT64_C(253400000000000) && now < INT64_C(253402300800000));
    second.now = 1767603600000;
    int before = second.n_calls;
    ken_results *results = search(base, "dark");
    CHECK(second.n_calls - before <= 1);
    ken_results_destroy(&results);
    ken_base_destroy(&base);
    CHECK(second.n_drops == 0);
    OK(ken_base_close(other, &err));
    CHECK(second.n_drops == 1);
    ken_base_destroy(&other);
    CHECK(second.n_drops == 1);

    /* Freed also by a call that fails. */
    host third = {0};
    STATUS(KEN_ERR_NULL_ARGUMENT, ken_options_set_clock(NULL, tell_time, &third, drop, &err));
    CHECK(third.n_drops == 1);
    OK(ken_options_new(&options, &err));
    STATUS(KEN_ERR_NULL_ARGUMENT, ken_options_set_clock(options, NULL, &third, drop, &err));
    CHECK(third.n_drops == 2);
    ken_options_destroy(&options);
}

static void listen(void *data, int level, ken_str topic, ken_str message) {
    host *self = data;
    CHECK(level >= KEN_LOG_ERROR && level <= KEN_LOG_DEBUG && topic.len > 0 && message.len > 0);
    atomic_fetch_add(&self->n_levels[level], 1);
    const ken_base *base = atomic_load(&self->base);
    if (base) {
        int64_t now;
        atomic_store(&self->inside, ken_base_now(base, &now, NULL));
        ken_base *keep = atomic_load(&self->to_destroy);
        if (keep) {
            ken_base *mine = keep;
            ken_base_destroy(&mine);
            CHECK(mine == keep);
        }
    }
}

static ken_base *listened(host *self, int level, const char *folder) {
    ken_error *err = NULL;
    ken_options *options = NULL;
    ken_base *base = NULL;
    OK(ken_options_new(&options, &err));
    OK(ken_options_set(options, KEN_STR("index_flush_docs"), KEN_STR("1"), &err));
    OK(ken_options_set(options, KEN_STR("background"), KEN_STR("false"), &err));
    OK(ken_options_set_log(options, level, listen, self, drop, &err));
    OK(ken_base_open(ken_str_of(folder), options, &base, &err));
    ken_options_destroy(&options);
    return base;
}

static void logs(void) {
    ken_error *err = NULL;
    char *folder = scratch("logged");
    host self = {0};
    ken_base *base = listened(&self, KEN_LOG_DEBUG, folder);
    CHECK(self.n_levels[KEN_LOG_INFO] >= 1);
    /* From the log callback the base is not to be called, and destroying it does nothing. */
    atomic_store(&self.base, base);
    atomic_store(&self.to_destroy, base);
    atomic_store(&self.inside, -1);
    for (int i = 0; i < 4; i++) {
        char article[128];
        snprintf(article, sizeof article, "{\"id\":\"a%d\",\"kind\":\"product\",\"title\":\"Lamp %d\"}", i, i);
        put(base, article);
    }
    OK(ken_base_close(base, &err));
    int heard = self.n_levels[KEN_LOG_DEBUG] + self.n_levels[KEN_LOG_INFO];
    CHECK(heard >= 2 && self.inside == KEN_ERR_NOT_ALLOWED_HERE);
    CHECK(self.n_drops == 1);
    atomic_store(&self.base, NULL);
    ken_base_destroy(&base);

    /* Told only up to the level asked for. */
    host quiet = {0};
    base = listened(&quiet, KEN_LOG_WARNING, folder);
    ken_base_destroy(&base);
    CHECK(quiet.n_levels[KEN_LOG_INFO] == 0 && quiet.n_levels[KEN_LOG_DEBUG] == 0 && quiet.n_drops == 1);

    ken_options *options = NULL;
    OK(ken_options_new(&options, &err));
    STATUS(KEN_ERR_INVALID_VALUE, ken_options_set_log(options, 0, listen, &quiet, drop, &err));
    STATUS(KEN_ERR_INVALID_VALUE, ken_options_set_log(options, 5, listen, &quiet, drop, &err));
    STATUS(KEN_ERR_NULL_ARGUMENT, ken_options_set_log(options, KEN_LOG_INFO, NULL, &quiet, drop, &err));
    CHECK(quiet.n_drops == 4);
    ken_options_destroy(&options);
    free(folder);
}

int main(void) {
    names_and_values();
    shared_resources();
    clocks();
    logs();
    return done("options");
}
