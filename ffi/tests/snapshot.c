/* Snapshots: their answers, their viewers, and their file, which is replaced while others read it. */
#include "check.h"

#include <pthread.h>
#include <sys/wait.h>
#include <valgrind/valgrind.h>

/* 2026-03-01T12:00:00Z, where the clock of these bases stands, and a day. */
static const int64_t NOON = 1772366400000, DAY = 86400000;

static int64_t noon(void *data) {
    (void)data;
    return NOON;
}

/* Three articles, one of them internal, and a case that the lamp's resolved. */
static ken_base *help_centre(void) {
    ken_error *err = NULL;
    ken_options *options = NULL;
    ken_base *base = NULL;
    OK(ken_options_new(&options, &err));
    OK(ken_options_set_clock(options, noon, NULL, NULL, &err));
    OK(ken_base_open_memory(options, &base, &err));
    ken_options_destroy(&options);
    put_three(base);
    OK(ken_base_open_case(base, KEN_STR("{\"id\":\"c1\",\"kind\":\"service\",\"entries\":[{\"reuse\":\"issue\",\"text\":\"lamp gives no light\"}]}"), NULL, &err));
    ken_link_draft link;
    ken_link_draft_init(&link);
    link.case_id = KEN_STR("c1"), link.article = KEN_STR("lamp"), link.link = KEN_STR("resolved");
    OK(ken_base_link(base, &link, KEN_STR("ana"), NULL, &err));
    OK(ken_base_resolve_case(base, KEN_STR("c1"), KEN_YES, NULL, &err));
    return base;
}

static void publish(const ken_base *base, const char *audience, const char *path) {
    ken_error *err = NULL;
    OK(ken_base_snapshot_file(base, SNAPSHOT_REQUEST(ken_str_of(audience), NULL, 0, KEN_NOW, KEN_MARKUP_COMMONMARK), ken_str_of(path), NULL, NULL, NULL, &err));
}

static ken_snapshot *opened(const char *path) {
    ken_error *err = NULL;
    ken_snapshot *snapshot = NULL;
    OK(ken_snapshot_open(ken_str_of(path), &snapshot, &err));
    return snapshot;
}

static ken_search_request query(const char *text, const char *audience, int64_t now_ms) {
    ken_search_request request;
    ken_search_request_init(&request);
    request.query = ken_str_of(text), request.audience = ken_str_of(audience);
    request.now_ms = now_ms, request.explain = 1;
    return request;
}

/* The number of articles that answer "light" for the public. */
static size_t n_found(const ken_snapshot *snapshot) {
    ken_error *err = NULL;
    ken_search_request request = query("light", "public", NOON);
    ken_results *results = NULL;
    OK(ken_snapshot_search(snapshot, &request, &results, &err));
    size_t n = ken_results_count(results);
    ken_results_destroy(&results);
    return n;
}

static int same(ken_str a, ken_str b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Checks that two answers are equal bit for bit. */
static void check_same(const ken_results *a, const ken_results *b) {
    ken_error *err = NULL;
    CHECK(ken_results_count(a) == ken_results_count(b));
    CHECK(same(ken_results_impression(a), ken_results_impression(b)));
    double left = ken_results_answerable(a), right = ken_results_answerable(b);
    CHECK(memcmp(&left, &right, sizeof left) == 0);
    for (size_t i = 0; i < ken_results_count(a); i++) {
        ken_hit one, two;
        OK(ken_results_hit(a, i, &one, &err));
        OK(ken_results_hit(b, i, &two, &err));
        CHECK(same(one.id, two.id) && same(one.title, two.title) && same(one.snippet, two.snippet));
        CHECK(memcmp(&one.score, &two.score, sizeof one.score) == 0);
        CHECK(memcmp(&one.solve_probability, &two.solve_probability, sizeof one.solve_probability) == 0);
        CHECK(one.version == two.version && one.n_ranges == two.n_ranges);
        ken_buf *why = NULL, *as_well = NULL;
        OK(ken_results_explanation(a, i, &why, &err));
        OK(ken_results_explanation(b, i, &as_well, &err));
        CHECK(same(ken_buf_text(why), ken_buf_text(as_well)));
        ken_buf_destroy(&why);
        ken_buf_destroy(&as_well);
    }
    CHECK(ken_results_similar_count(a) == ken_results_similar_count(b));
    for (size_t i = 0; i < ken_results_similar_count(a); i++) {
        ken_similar one, two;
        OK(ken_results_similar(a, i, &one, &err));
        OK(ken_results_similar(b, i, &two, &err));
        CHECK(same(one.id, two.id) && memcmp(&one.similarity, &two.similarity, sizeof one.similarity) == 0);
    }
}

static void answers_are_those_of_the_base(void) {
    static const char *const AUDIENCES[] = {"public", "internal"};
    static const char *const TEXTS[] = {"light", "dark lamp", "\"red light\"", "res*", "+lamp -dark", "nothing of it"};
    ken_error *err = NULL;
    ken_base *base = help_centre();
    for (size_t a = 0; a < 2; a++) {
        ken_buf *file = NULL;
        OK(ken_base_snapshot(base, SNAPSHOT_REQUEST(ken_str_of(AUDIENCES[a]), NULL, 0, KEN_NOW, KEN_MARKUP_COMMONMARK), NULL, NULL, &file, &err));
        ken_snapshot *snapshot = NULL;
        OK(ken_snapshot_open_bytes(ken_buf_data(file), ken_buf_size(file), &snapshot, &err));
        ken_buf_destroy(&file);
        for (size_t t = 0; t < sizeof TEXTS / sizeof *TEXTS; t++) {
            for (int64_t now = NOON; now <= NOON + 400 * DAY; now += 200 * DAY) {
                ken_search_request search = query(TEXTS[t], AUDIENCES[a], now);
                ken_results *of_base = NULL, *of_snapshot = NULL;
                OK(ken_base_search(base, &search, &of_base, &err));
                OK(ken_snapshot_search(snapshot, &search, &of_snapshot, &err));
                check_same(of_base, of_snapshot);
                ken_results_destroy(&of_base);
                ken_results_destroy(&of_snapshot);
                ken_suggest_request suggest;
                ken_suggest_request_init(&suggest);
                suggest.text = ken_str_of(TEXTS[t]), suggest.audience = ken_str_of(AUDIENCES[a]);
                suggest.now_ms = now, suggest.threshold = 0;
                OK(ken_base_suggest(base, &suggest, &of_base, &err));
                OK(ken_snapshot_suggest(snapshot, &suggest, &of_snapshot, &err));
                check_same(of_base, of_snapshot);
                if (t == 1) {
                    CHECK(ken_results_similar_count(of_snapshot) == a);
                }
                ken_results_destroy(&of_base);
                ken_results_destroy(&of_snapshot);
            }
        }
        ken_snapshot_destroy(&snapshot);
    }
    ken_base_destroy(&base);
}

static void what_it_is(void) {
    ken_error *err = NULL;
    ken_base *base = help_centre();
    char *path = scratch("what-it-is.ken");
    static const ken_str HELD[] = {{"silver", 6}, {"gold", 4}};
    ken_buf *bytes = NULL, *info = NULL, *as_well = NULL;
    OK(ken_base_snapshot_file(base, SNAPSHOT_REQUEST(KEN_STR("public"), HELD, 2, KEN_NOW, KEN_MARKUP_COMMONMARK), ken_str_of(path), NULL, NULL, &info, &err));
    CHECK(buf_has(info, "\"schema\":1") && buf_has(info, "\"audience\":\"public\",\"entitlements\":[\"gold\",\"silver\"]"));
    CHECK(buf_has(info, "\"known\":\"2026-03-01T12:00:00.000Z\",\"articles\":2,\"cases\":0,\"markup\":\"commonmark\""));
    ken_snapshot *snapshot = opened(path);
    OK(ken_snapshot_info(snapshot, &as_well, &err));
    CHECK(same(ken_buf_text(info), ken_buf_text(as_well)));
    ken_buf_destroy(&as_well);
    ken_buf_destroy(&info);
    OK(ken_snapshot_article_ids(snapshot, &info, &err));
    CHECK(buf_is(info, "{\"schema\":1,\"ids\":[\"lamp\",\"router\"]}"));
    ken_buf_destroy(&info);
    OK(ken_snapshot_article(snapshot, KEN_STR("lamp"), &info, &err));
    CHECK(buf_has(info, "\"text\":\"Change the fuse.\""));
    ken_buf_destroy(&info);
    STATUS(KEN_ERR_ARTICLE_NOT_FOUND, ken_snapshot_article(snapshot, KEN_STR("twin"), &info, &err));
    OK(ken_snapshot_policy(snapshot, &info, &err));
    OK(ken_base_policy(base, &as_well, &err));
    CHECK(same(ken_buf_text(info), ken_buf_text(as_well)));
    ken_buf_destroy(&as_well);
    ken_buf_destroy(&info);
    OK(ken_snapshot_complete(snapshot, KEN_STR("rou"), KEN_STR("public"), HELD, 2, 5, NOON, &info, &err));
    CHECK(buf_is(info, "{\"schema\":1,\"words\":[{\"text\":\"Router\",\"articles\":1}],"
                       "\"titles\":[{\"text\":\"Router shows a red light\",\"article\":\"router\"}]}"));
    ken_buf_destroy(&info);
    /* The score of the best hit, the same on every machine. */
    ken_search_request request = query("dark lamp", "public", NOON);
    ken_results *results = NULL;
    ken_hit best;
    OK(ken_snapshot_search(snapshot, &request, &results, &err));
    OK(ken_results_hit(results, 0, &best, &err));
    static const double GOLDEN = 0.71824911265944458;
    CHECK(ken_results_count(results) == 1 && is(best.id, "lamp"));
    if (!CHECK(best.score == GOLDEN)) {
        fprintf(stderr, "the score is %.17g\n", best.score);
    }
    /* An answer outlives its snapshot. */
    ken_snapshot_destroy(&snapshot);
    CHECK(ken_results_summary(results, 0).len > 0);
    ken_results_destroy(&results);
    /* The bytes are those of the file, and no text. */
    OK(ken_base_snapshot(base, SNAPSHOT_REQUEST(KEN_STR("public"), HELD, 2, KEN_NOW, KEN_MARKUP_COMMONMARK), NULL, NULL, &bytes, &err));
    CHECK(ken_buf_text(bytes).len == 0);
    FILE *file = fopen(path, "rb");
    if (CHECK(file != NULL)) {
        unsigned char *read = malloc(ken_buf_size(bytes) + 1);
        CHECK(read && fread(read, 1, ken_buf_size(bytes) + 1, file) == ken_buf_size(bytes));
        CHECK(read && memcmp(read, ken_buf_data(bytes), ken_buf_size(bytes)) == 0);
        free(read);
        fclose(file);
    }
    ken_buf_destroy(&bytes);
    OK(ken_markdown_to_html(KEN_STR("*dark*"), &bytes, &err));
    CHECK(ken_buf_size(bytes) == ken_buf_text(bytes).len && (const char *)ken_buf_data(bytes) == ken_buf_text(bytes).ptr);
    ken_buf_destroy(&bytes);
    free(path);
    ken_base_destroy(&base);
}

static int say_stop(void *data) {
    (void)data;
    return KEN_STOP;
}

static void whom_and_when(void) {
    ken_error *err = NULL;
    ken_base *base = help_centre();
    ken_buf *file = NULL;
    static const ken_str GOLD = {"gold", 4};
    STATUS(KEN_ERR_UNKNOWN_NAME, ken_base_snapshot(base, SNAPSHOT_REQUEST(KEN_STR("martians"), NULL, 0, KEN_NOW, KEN_MARKUP_COMMONMARK), NULL, NULL, &file, &err));
    STATUS(KEN_ERR_CANCELLED, ken_base_snapshot(base, SNAPSHOT_REQUEST(KEN_STR("public"), NULL, 0, KEN_NOW, KEN_MARKUP_COMMONMARK), say_stop, NULL, &file, &err));
    CHECK(file == NULL);
    OK(ken_base_snapshot(base, SNAPSHOT_REQUEST(KEN_STR("public"), NULL, 0, KEN_NOW, KEN_MARKUP_COMMONMARK), NULL, NULL, &file, &err));
    ken_snapshot *snapshot = NULL;
    OK(ken_snapshot_open_bytes(ken_buf_data(file), ken_buf_size(file), &snapshot, &err));
    ken_buf_destroy(&file);
    ken_results *results = NULL;
    ken_search_request request = query("light", "internal", NOON);
    STATUS(KEN_ERR_UNKNOWN_NAME, ken_snapshot_search(snapshot, &request, &results, &err));
    request.audience = KEN_STR("public"), request.entitlements = &GOLD, request.n_entitlements = 1;
    STATUS(KEN_ERR_UNKNOWN_NAME, ken_snapshot_search(snapshot, &request, &results, &err));
    request.n_entitlements = 0, request.now_ms = NOON - 1;
    STATUS(KEN_ERR_OUT_OF_HISTORY, ken_snapshot_search(snapshot, &request, &results, &err));
    ken_suggest_request suggest;
    ken_suggest_request_init(&suggest);
    suggest.text = KEN_STR("light"), suggest.audience = KEN_STR("internal"), suggest.now_ms = NOON;
    STATUS(KEN_ERR_UNKNOWN_NAME, ken_snapshot_suggest(snapshot, &suggest, &results, &err));
    suggest.audience = KEN_STR("public"), suggest.now_ms = NOON - 1;
    STATUS(KEN_ERR_OUT_OF_HISTORY, ken_snapshot_suggest(snapshot, &suggest, &results, &err));
    CHECK(results == NULL);
    STATUS(KEN_ERR_UNKNOWN_NAME, ken_snapshot_complete(snapshot, KEN_STR("rou"), KEN_STR("public"), &GOLD, 1, 5, NOON, &file, &err));
    STATUS(KEN_ERR_OUT_OF_HISTORY, ken_snapshot_complete(snapshot, KEN_STR("rou"), KEN_STR("public"), NULL, 0, 5, NOON - 1, &file, &err));
    ken_snapshot_destroy(&snapshot);
    /* The past of a base, and now by the machine's clock. */
    OK(ken_base_snapshot(base, SNAPSHOT_REQUEST(KEN_STR("public"), NULL, 0, NOON - DAY, KEN_MARKUP_COMMONMARK), NULL, NULL, &file, &err));
    OK(ken_snapshot_open_bytes(ken_buf_data(file), ken_buf_size(file), &snapshot, &err));
    ken_buf_destroy(&file);
    CHECK(n_found(snapshot) == 0);
    ken_snapshot_destroy(&snapshot);
    ken_base_destroy(&base);
    base = in_memory(NULL, NULL);
    put_three(base);
    OK(ken_base_snapshot(base, SNAPSHOT_REQUEST(KEN_STR("public"), NULL, 0, KEN_NOW, KEN_MARKUP_COMMONMARK), NULL, NULL, &file, &err));
    OK(ken_snapshot_open_bytes(ken_buf_data(file), ken_buf_size(file), &snapshot, &err));
    ken_buf_destroy(&file);
    request.now_ms = suggest.now_ms = KEN_NOW, suggest.threshold = 0;
    OK(ken_snapshot_search(snapshot, &request, &results, &err));
    CHECK(ken_results_count(results) == 2);
    ken_results_destroy(&results);
    OK(ken_snapshot_suggest(snapshot, &suggest, &results, &err));
    CHECK(ken_results_count(results) == 2);
    ken_results_destroy(&results);
    OK(ken_snapshot_complete(snapshot, KEN_STR("li"), KEN_STR("public"), NULL, 0, 5, KEN_NOW, &file, &err));
    CHECK(buf_has(file, "\"light\""));
    ken_buf_destroy(&file);
    ken_snapshot_destroy(&snapshot);
    ken_base_destroy(&base);
}

/* With KEN_MARKUP_HTML a page shows safe HTML and finds the same articles. */
static void for_a_page(void) {
    ken_error *err = NULL;
    ken_base *base = help_centre();
    put(base, "{\"id\":\"mixed\",\"kind\":\"product\",\"title\":\"A light *fuse*\",\"audience\":\"public\","
              "\"confidence\":\"validated\",\"sections\":[{\"role\":\"resolution\",\"text\":\"Turn it *gently*.\\n\\n<script>alert(1)</script>\\n\\n"
              "[x](javascript:alert(1)) <b onclick=y>z</b>\"}]}");
    ken_buf *file = NULL, *info = NULL, *article = NULL;
    for (int wrong = -1; wrong <= 2; wrong += 3) {
        STATUS(KEN_ERR_INVALID_VALUE, ken_base_snapshot(base, SNAPSHOT_REQUEST(KEN_STR("public"), NULL, 0, KEN_NOW, wrong), NULL, NULL, &file, &err));
    }
    CHECK(file == NULL);
    char *path = scratch("page.ken");
    OK(ken_base_snapshot_file(base, SNAPSHOT_REQUEST(KEN_STR("public"), NULL, 0, KEN_NOW, KEN_MARKUP_HTML), ken_str_of(path), NULL, NULL, &info, &err));
    CHECK(buf_has(info, "\"markup\":\"html\""));
    ken_buf_destroy(&info);
    ken_snapshot *snapshot = opened(path);
    OK(ken_snapshot_info(snapshot, &info, &err));
    CHECK(buf_has(info, "\"markup\":\"html\""));
    ken_buf_destroy(&info);
    OK(ken_snapshot_article(snapshot, KEN_STR("mixed"), &article, &err));
    CHECK(buf_has(article, "<p>Turn it <em>gently</em>.</p>"));
    CHECK(!buf_has(article, "<script") && !buf_has(article, "javascript:") && !buf_has(article, "onclick"));
    ken_buf_destroy(&article);
    CHECK(n_found(snapshot) == 3);
    ken_search_request request = query("gently", "public", NOON);
    ken_results *of_base = NULL, *of_snapshot = NULL;
    OK(ken_base_search(base, &request, &of_base, &err));
    OK(ken_snapshot_search(snapshot, &request, &of_snapshot, &err));
    CHECK(ken_results_count(of_snapshot) == 1);
    check_same(of_base, of_snapshot);
    ken_results_destroy(&of_base);
    ken_results_destroy(&of_snapshot);
    ken_snapshot_destroy(&snapshot);
    free(path);
    ken_base_destroy(&base);
}

static void write_file(const char *path, const void *bytes, size_t len) {
    FILE *file = fopen(path, "wb");
    if (CHECK(file != NULL)) {
        CHECK(fwrite(bytes, 1, len, file) == len);
        CHECK(fclose(file) == 0);
    }
}

static void damage_is_told(void) {
    ken_error *err = NULL;
    ken_base *base = help_centre();
    ken_buf *whole = NULL;
    OK(ken_base_snapshot(base, SNAPSHOT_REQUEST(KEN_STR("public"), NULL, 0, KEN_NOW, KEN_MARKUP_COMMONMARK), NULL, NULL, &whole, &err));
    size_t len = ken_buf_size(whole);
    uint8_t *copy = malloc(len);
    char *path = scratch("damaged.ken");
    ken_snapshot *snapshot = NULL;
    STATUS(KEN_ERR_IO, ken_snapshot_open(ken_str_of(path), &snapshot, &err));
    STATUS(KEN_ERR_NOT_A_BASE, ken_snapshot_open_bytes(NULL, 0, &snapshot, &err));
    if (CHECK(copy != NULL)) {
        memcpy(copy, ken_buf_data(whole), len);
        copy[0] ^= 1;
        STATUS(KEN_ERR_NOT_A_BASE, ken_snapshot_open_bytes(copy, len, &snapshot, &err));
        const uint8_t format = copy[8];
        copy[0] ^= 1, copy[8] = 99;
        STATUS(KEN_ERR_FORMAT_TOO_NEW, ken_snapshot_open_bytes(copy, len, &snapshot, &err));
        write_file(path, copy, len);
        STATUS(KEN_ERR_FORMAT_TOO_NEW, ken_snapshot_open(ken_str_of(path), &snapshot, &err));
        copy[8] = format, copy[len / 2] ^= 16;
        STATUS(KEN_ERR_CORRUPT, ken_snapshot_open_bytes(copy, len, &snapshot, &err));
        copy[len / 2] ^= 16;
        STATUS(KEN_ERR_CORRUPT, ken_snapshot_open_bytes(copy, len - 1, &snapshot, &err));
        write_file(path, copy, len / 3);
        STATUS(KEN_ERR_CORRUPT, ken_snapshot_open(ken_str_of(path), &snapshot, &err));
        CHECK(snapshot == NULL);
        /* Of bytes everything is compared at once; of a file, a text when it is shown. */
        copy[len - 1] ^= 1;
        STATUS(KEN_ERR_CORRUPT, ken_snapshot_open_bytes(copy, len, &snapshot, &err));
        write_file(path, copy, len);
        OK(ken_snapshot_open(ken_str_of(path), &snapshot, &err));
        ken_buf *article = NULL;
        STATUS(KEN_ERR_CORRUPT, ken_snapshot_article(snapshot, KEN_STR("lamp"), &article, &err));
        ken_snapshot_destroy(&snapshot);
    }
    free(copy), free(path);
    ken_buf_destroy(&whole);
    ken_base_destroy(&base);
}

static void a_newer_one_is_found(void) {
    ken_error *err = NULL;
    ken_base *base = help_centre();
    char *path = scratch("newer.ken");
    publish(base, "public", path);
    ken_snapshot *snapshot = opened(path);
    uint32_t changed = 7;
    OK(ken_snapshot_refresh(snapshot, &changed, &err));
    CHECK(changed == 0 && n_found(snapshot) == 2);
    OK(ken_base_archive(base, KEN_STR("router"), NULL, &err));
    publish(base, "public", path);
    CHECK(n_found(snapshot) == 2);
    OK(ken_snapshot_refresh(snapshot, &changed, &err));
    CHECK(changed == 1 && n_found(snapshot) == 1);
    OK(ken_snapshot_refresh(snapshot, NULL, &err));

    /* Files that cannot take its place: it answers as before. */
    changed = 7;
    publish(base, "internal", path);
    STATUS(KEN_ERR_CONTRADICTION, ken_snapshot_refresh(snapshot, &changed, &err));
    write_file(path, "no snapshot", 11);
    STATUS(KEN_ERR_NOT_A_BASE, ken_snapshot_refresh(snapshot, &changed, &err));
    CHECK(unlink(path) == 0);
    STATUS(KEN_ERR_IO, ken_snapshot_refresh(snapshot, &changed, &err));
    CHECK(changed == 7 && n_found(snapshot) == 1);
    ken_snapshot_destroy(&snapshot);

    /* One of bytes stays as it is. */
    ken_buf *bytes = NULL;
    OK(ken_base_snapshot(base, SNAPSHOT_REQUEST(KEN_STR("public"), NULL, 0, KEN_NOW, KEN_MARKUP_COMMONMARK), NULL, NULL, &bytes, &err));
    OK(ken_snapshot_open_bytes(ken_buf_data(bytes), ken_buf_size(bytes), &snapshot, &err));
    ken_buf_destroy(&bytes);
    OK(ken_snapshot_refresh(snapshot, &changed, &err));
    CHECK(changed == 0 && n_found(snapshot) == 1);
    ken_snapshot_destroy(&snapshot);
    char *nowhere = scratch("no-folder/a.ken");
    STATUS(KEN_ERR_IO, ken_base_snapshot_file(base, SNAPSHOT_REQUEST(KEN_STR("public"), NULL, 0, KEN_NOW, KEN_MARKUP_COMMONMARK), ken_str_of(nowhere), NULL, NULL, &bytes, &err));
    CHECK(bytes == NULL);
    free(path), free(nowhere);
    ken_base_destroy(&base);
}

/* ---- Many threads, and a fork */

enum { THREADS = 4, ROUNDS = 40 };

static atomic_int n_changes;

static void *ask_and_refresh(void *shared) {
    const ken_snapshot *snapshot = shared;
    ken_error *err = NULL;
    for (int round = 0; round < ROUNDS; round++) {
        /* An article more or less, and nothing between the two. */
        size_t n = n_found(snapshot);
        CHECK(n == 2 || n == 3);
        uint32_t changed = 0;
        OK(ken_snapshot_refresh(snapshot, &changed, &err));
        atomic_fetch_add(&n_changes, (int)changed);
    }
    return NULL;
}

static void threads_share_one(void) {
    ken_error *err = NULL;
    ken_base *base = help_centre();
    char *path = scratch("shared.ken");
    publish(base, "public", path);
    ken_snapshot *snapshot = opened(path);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, ask_and_refresh, snapshot) == 0);
    }
    put(base, "{\"id\":\"fuse\",\"kind\":\"product\",\"title\":\"A light fuse\",\"audience\":\"public\",\"confidence\":\"validated\"}");
    publish(base, "public", path);
    OK(ken_base_archive(base, KEN_STR("fuse"), NULL, &err));
    publish(base, "public", path);
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
    /* Of two newer ones each is found by one thread at most, and the last is found by all. */
    OK(ken_snapshot_refresh(snapshot, NULL, &err));
    CHECK(atomic_load(&n_changes) <= 2 && n_found(snapshot) == 2);
    ken_snapshot_destroy(&snapshot);
    free(path);
    ken_base_destroy(&base);
}

static void children_answer_as_well(void) {
    ken_error *err = NULL;
    ken_base *base = help_centre();
    char *path = scratch("forked.ken");
    publish(base, "public", path);
    ken_snapshot *snapshot = opened(path);
    CHECK(n_found(snapshot) == 2);
    OK(ken_base_archive(base, KEN_STR("router"), NULL, &err));
    publish(base, "public", path);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        alarm(60);
        /* The parent's base is left alone in the child, so its memory is lost there. */
        VALGRIND_CLO_CHANGE("--leak-check=no");
        atomic_store(&n_failures, 0);
        CHECK(n_found(snapshot) == 2);
        OK(ken_snapshot_refresh(snapshot, NULL, &err));
        CHECK(n_found(snapshot) == 1);
        ken_snapshot_destroy(&snapshot);
        fflush(NULL);
        _exit(atomic_load(&n_failures) ? 1 : 0);
    }
    int status = -1;
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK(n_found(snapshot) == 2);
    ken_snapshot_destroy(&snapshot);
    free(path);
    ken_base_destroy(&base);
}

int main(void) {
    answers_are_those_of_the_base();
    what_it_is();
    whom_and_when();
    for_a_page();
    damage_is_told();
    a_newer_one_is_found();
    threads_share_one();
    children_answer_as_well();
    return done("snapshot");
}
