/* A program of a later header, whose structs are longer, with the library of today. */
#include "check.h"

typedef struct {
    ken_search_request known;
    uint64_t later[2];
} later_request;

typedef struct {
    ken_event known;
    ken_str later;
} later_event;

int main(void) {
    ken_error *err = NULL;
    ken_base *base = in_memory(NULL, NULL);
    put_three(base);

    later_request request;
    memset(&request, 0x5a, sizeof request);
    ken_search_request_init_sized(&request.known, sizeof request);
    CHECK(request.known.struct_size == sizeof request && request.later[0] == 0 && request.later[1] == 0);
    request.known.query = KEN_STR("light");
    request.known.audience = KEN_STR("internal");
    ken_results *results = NULL;
    OK(ken_base_search(base, &request.known, &results, &err));
    CHECK(ken_results_count(results) == 3);
    ken_results_destroy(&results);

    /* The structs of an array lie as far apart as their size says. */
    later_request many[2] = {request, request};
    many[1].known.query = KEN_STR("router");
    ken_results *answers[2] = {NULL, NULL};
    OK(ken_base_search_many(base, &many[0].known, 2, answers, &err));
    CHECK(ken_results_count(answers[0]) == 3 && ken_results_count(answers[1]) == 1);
    ken_results_destroy(&answers[0]), ken_results_destroy(&answers[1]);

    /* A field that this library does not know is an error that says where it is, and which version this is. */
    request.later[1] = 1;
    CHECK(ken_base_search(base, &request.known, &results, &err) == KEN_ERR_INVALID_VALUE);
    char offset[32];
    snprintf(offset, sizeof offset, "at offset %zu ", offsetof(later_request, later) + 8);
    CHECK(has(ken_error_message(err), "request.struct_size") && has(ken_error_message(err), offset));
    ken_str version = ken_version();
    char word[32];
    snprintf(word, sizeof word, "version %.*s", KEN_ARG(version));
    CHECK(has(ken_error_message(err), word));
    ken_error_destroy(&err);

    later_event event;
    memset(&event, 0x5a, sizeof event);
    ken_event_init_sized(&event.known, sizeof event);
    event.known.what = KEN_STR("viewed"), event.known.article = KEN_STR("lamp"), event.known.session = KEN_STR("s1");
    OK(ken_base_record(base, &event.known, NULL, &err));
    event.later = KEN_STR("x");
    STATUS(KEN_ERR_INVALID_VALUE, ken_base_record(base, &event.known, NULL, &err));
    ken_base_destroy(&base);
    return done("newer");
}
