/* A program of an earlier header, whose structs are shorter, with the library of today. */
#include "older/kenpoint.h"

#include <stdio.h>
#include <string.h>

static int n_failures;

#define CHECK(condition)                                                                                     \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            n_failures++;                                                                                    \
            fprintf(stderr, "%s:%d: this does not hold: %s\n", __FILE__, __LINE__, #condition);              \
        }                                                                                                    \
    } while (0)

static void ok(ken_status status, ken_error **err, int line) {
    if (status != 0) {
        ken_str message = ken_error_message(*err);
        n_failures++;
        fprintf(stderr, "line %d: %d: %.*s\n", line, status, (int)message.len, message.ptr ? message.ptr : "");
        ken_error_destroy(err);
    }
}

#define OK(call) ok((call), &err, __LINE__)

/* A struct with a guard behind it, which no call may write. */
#define GUARDED(type)                                                                                        \
    struct {                                                                                                 \
        type it;                                                                                             \
        unsigned char guard[64];                                                                             \
    }

static int is_whole(const unsigned char *guard) {
    for (size_t i = 0; i < 64; i++) {
        if (guard[i] != 0x5a) {
            return 0;
        }
    }
    return 1;
}

int main(void) {
    ken_error *err = NULL;
    ken_base *base = NULL;
    OK(ken_base_open_memory(NULL, &base, &err));
    /* Eleven articles: the default limit of a search, which this header does not know, is ten. */
    for (int i = 0; i < 11; i++) {
        char article[160];
        int n = snprintf(article, sizeof article, "{\"id\":\"a%d\",\"kind\":\"product\",\"title\":\"The lamp stays dark %d\"}", i, i);
        OK(ken_base_put(base, (ken_str){article, (size_t)n}, NULL, NULL, &err));
    }
    OK(ken_base_open_case(base, KEN_STR("{\"id\":\"c1\",\"entries\":[{\"reuse\":\"issue\",\"text\":\"dark lamp\"}]}"), NULL, &err));

    GUARDED(ken_search_request) search;
    memset(&search, 0x5a, sizeof search);
    ken_search_request_init(&search.it);
    CHECK(search.it.struct_size == sizeof search.it && is_whole(search.guard));
    search.it.query = KEN_STR("lamp");
    search.it.audience = KEN_STR("internal");
    ken_results *results = NULL;
    OK(ken_base_search(base, &search.it, &results, &err));
    CHECK(ken_results_count(results) == 10);
    ken_results_destroy(&results);

    ken_search_request many[3] = {search.it, search.it, search.it};
    many[1].query = KEN_STR("nothing of it");
    ken_results *answers[3] = {NULL, NULL, NULL};
    OK(ken_base_search_many(base, many, 3, answers, &err));
    CHECK(ken_results_count(answers[0]) == 10 && ken_results_count(answers[1]) == 0 && ken_results_count(answers[2]) == 10);
    for (int i = 0; i < 3; i++) {
        ken_results_destroy(&answers[i]);
    }

    GUARDED(ken_suggest_request) suggest;
    memset(&suggest, 0x5a, sizeof suggest);
    ken_suggest_request_init(&suggest.it);
    CHECK(suggest.it.limit == 3 && is_whole(suggest.guard));
    suggest.it.case_id = KEN_STR("c1");
    suggest.it.audience = KEN_STR("internal");
    OK(ken_base_suggest(base, &suggest.it, &results, &err));
    /* By the policy's threshold, which this header does not know either, there may be fewer. */
    CHECK(ken_results_count(results) <= 3);
    ken_results_destroy(&results);

    GUARDED(ken_event) events[2];
    memset(events, 0x5a, sizeof events);
    ken_event list[2];
    for (int i = 0; i < 2; i++) {
        ken_event_init(&events[i].it);
        CHECK(is_whole(events[i].guard));
        events[i].it.what = i ? KEN_STR("solved") : KEN_STR("viewed");
        events[i].it.article = KEN_STR("a1");
        events[i].it.session = KEN_STR("s1");
        list[i] = events[i].it;
    }
    int recorded[2] = {7, 7};
    OK(ken_base_record_all(base, list, 2, recorded, &err));
    CHECK(recorded[0] == 0 && recorded[1] == 0);

    GUARDED(ken_link_draft) link;
    memset(&link, 0x5a, sizeof link);
    ken_link_draft_init(&link.it);
    CHECK(is_whole(link.guard));
    link.it.case_id = KEN_STR("c1");
    link.it.article = KEN_STR("a1");
    link.it.link = KEN_STR("resolved");
    OK(ken_base_link(base, &link.it, KEN_STR("ann"), NULL, &err));

    GUARDED(ken_snapshot_request) published;
    memset(&published, 0x5a, sizeof published);
    ken_snapshot_request_init(&published.it);
    CHECK(is_whole(published.guard));
    published.it.audience = KEN_STR("internal");
    ken_buf *bytes = NULL;
    OK(ken_base_snapshot(base, &published.it, NULL, NULL, &bytes, &err));
    CHECK(ken_buf_size(bytes) > 0);
    ken_buf_destroy(&bytes);

    ken_base_destroy(&base);
    printf(n_failures ? "older: %d FAILED\n" : "older: ok\n", n_failures);
    return n_failures != 0;
}
