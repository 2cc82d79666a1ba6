/* Events: as structs and as JSON, one by one and in one commit. */
#include "check.h"

static const struct { const char *what, *article, *text; double value; uint32_t rank; const char *json; } EVENTS[] = {
    {"searched", "", "dark lamp", -1, 0, "\"query\":\"dark lamp\""},
    {"clicked", "lamp", "", -1, 2, "\"article\":\"lamp\",\"rank\":2"},
    {"viewed", "lamp", "", -1, 0, "\"article\":\"lamp\""},
    {"dwelt", "lamp", "", 30, 0, "\"article\":\"lamp\",\"seconds\":30"},
    {"copied", "lamp", "", -1, 0, "\"article\":\"lamp\""},
    {"returned", "lamp", "", 4.5, 0, "\"article\":\"lamp\",\"after_s\":4.5"},
    {"rated", "lamp", "", 0.5, 0, "\"article\":\"lamp\",\"value\":0.5"},
    {"solved", "lamp", "", -1, 0, "\"article\":\"lamp\""},
    {"did-not-solve", "router", "", -1, 0, "\"article\":\"router\""},
    {"commented", "lamp", "so bright", -1, 0, "\"article\":\"lamp\",\"text\":\"so bright\""},
    {"flagged", "router", "wrong", -1, 0, "\"article\":\"router\",\"reason\":\"wrong\""},
};
enum { N = sizeof EVENTS / sizeof EVENTS[0] };

/* 2026-01-05T09:00:00Z */
static const int64_t AT = 1767603600000;

static ken_event event(int i) {
    static char ids[N][8];
    ken_event event;
    ken_event_init(&event);
    snprintf(ids[i], sizeof ids[i], "e%d", i);
    event.id = ken_str_of(ids[i]);
    event.what = ken_str_of(EVENTS[i].what);
    event.article = ken_str_of(EVENTS[i].article);
    event.text = ken_str_of(EVENTS[i].text);
    event.value = EVENTS[i].value;
    event.rank = EVENTS[i].rank;
    event.at_ms = AT + i;
    event.session = KEN_STR("s1");
    event.party = KEN_STR("p1");
    event.actor = KEN_STR("ana");
    event.channel = KEN_STR("web");
    event.audience = KEN_STR("public");
    return event;
}

/* The past is written in 2026, independent of the machine's clock. */
static int64_t clock_of_2026(void *data) {
    (void)data;
    return AT + 1000;
}

static ken_base *open_it(void) {
    ken_error *err = NULL;
    ken_options *options = NULL;
    ken_base *base = NULL;
    OK(ken_options_new(&options, &err));
    OK(ken_options_set_clock(options, clock_of_2026, NULL, NULL, &err));
    OK(ken_base_open_memory(options, &base, &err));
    ken_options_destroy(&options);
    put_three(base);
    return base;
}

static void a_struct_is_its_json(void) {
    ken_error *err = NULL;
    ken_base *by_struct = open_it(), *by_many = open_it(), *by_json = open_it();
    ken_event all[N];
    int recorded[N];
    char json[8192] = "{\"events\":[";
    for (int i = 0; i < N; i++) {
        all[i] = event(i);
        int one = -1;
        OK(ken_base_record(by_struct, &all[i], &one, &err));
        CHECK(one == KEN_RECORDED_NEW);
        size_t n = strlen(json);
        snprintf(json + n, sizeof json - n,
                 "%s{\"id\":\"e%d\",\"what\":\"%s\",%s,\"at\":\"2026-01-05T09:00:00.%03dZ\",\"session\":\"s1\",\"party\":\"p1\",\"actor\":\"ana\",\"channel\":\"web\",\"audience\":\"public\"}",
                 i ? "," : "", i, EVENTS[i].what, EVENTS[i].json, i);
    }
    strcat(json, "]}");
    OK(ken_base_record_all(by_many, all, N, recorded, &err));
    size_t n_new = 0;
    OK(ken_base_record_json(by_json, ken_str_of(json), &n_new, &err));
    CHECK(n_new == N);
    CHECK(are_equal(by_struct, by_many) && are_equal(by_struct, by_json));
    /* Recording again counts once. */
    OK(ken_base_record_all(by_many, all, N, recorded, &err));
    for (int i = 0; i < N; i++) {
        CHECK(recorded[i] == KEN_RECORDED_DUPLICATE);
    }
    OK(ken_base_record_json(by_json, ken_str_of(json), &n_new, &err));
    CHECK(n_new == 0 && are_equal(by_struct, by_json));
    ken_buf *out = NULL;
    OK(ken_base_session(by_struct, KEN_STR("s1"), &out, &err));
    CHECK(buf_has(out, "\"schema\":1"));
    ken_buf_destroy(&out);
    STATUS(KEN_ERR_SESSION_NOT_FOUND, ken_base_session(by_struct, KEN_STR("s9"), &out, &err));
    ken_base_destroy(&by_struct);
    ken_base_destroy(&by_many);
    ken_base_destroy(&by_json);
}

static void what_is_refused(void) {
    ken_error *err = NULL;
    ken_base *base = open_it();
    ken_event one = event(7);
    one.value = 0.5;
    CHECK(ken_base_record(base, &one, NULL, &err) == KEN_ERR_INVALID_VALUE);
    CHECK(has(ken_error_message(err), "event.value"));
    ken_error_destroy(&err);
    one = event(2);
    one.rank = 1;
    CHECK(ken_base_record(base, &one, NULL, &err) == KEN_ERR_INVALID_VALUE && has(ken_error_message(err), "event.rank"));
    ken_error_destroy(&err);
    one = event(6);
    one.value = 1.5;
    STATUS(KEN_ERR_INVALID_VALUE, ken_base_record(base, &one, NULL, &err));
    one = event(3);
    one.value = 0.5;
    STATUS(KEN_ERR_INVALID_VALUE, ken_base_record(base, &one, NULL, &err));
    one = event(4);
    one.what = KEN_STR("danced");
    STATUS(KEN_ERR_INVALID_VALUE, ken_base_record(base, &one, NULL, &err));
    one = event(4);
    one.article = KEN_STR("");
    CHECK(ken_base_record(base, &one, NULL, &err) == KEN_ERR_INVALID_VALUE && has(ken_error_message(err), "event.article"));
    ken_error_destroy(&err);
    /* All or none: the last of three is refused, and the first two are not there. */
    ken_event three[] = {event(6), event(7), event(4)};
    three[2].what = KEN_STR("danced");
    ken_buf *before = digest(base);
    int recorded[3] = {7, 7, 7};
    CHECK(ken_base_record_all(base, three, 3, recorded, &err) == KEN_ERR_INVALID_VALUE);
    CHECK(has(ken_error_message(err), "events[2]: ") && ken_error_item_count(err) == 1);
    CHECK(ken_error_item_place(err, 0) == 2);
    ken_error_destroy(&err);
    CHECK(recorded[0] == 7 && recorded[2] == 7);
    /* What only the base can refuse is named by its place too. */
    three[2].what = KEN_STR("viewed");
    three[1].article = KEN_STR("nowhere");
    CHECK(ken_base_record_all(base, three, 3, recorded, &err) == KEN_ERR_ARTICLE_NOT_FOUND);
    CHECK(has(ken_error_message(err), "events[1]: ") && has(ken_error_message(err), "nowhere"));
    ken_error_destroy(&err);
    size_t n = 7;
    CHECK(ken_base_record_json(base, KEN_STR("{\"events\":[{\"what\":\"viewed\",\"article\":\"lamp\"},{\"what\":\"solvd\",\"article\":\"lamp\"},{\"what\":\"rated\",\"article\":\"lamp\",\"value\":\"4\"}]}"), &n, &err) == KEN_ERR_INVALID_RECORD);
    CHECK(has(ken_error_message(err), "events[1]: ") && has(ken_error_message(err), "did you mean solved?"));
    CHECK(ken_error_item_count(err) == 2 && has(ken_error_message(ken_error_item(err, 1)), "event.value"));
    ken_error_destroy(&err);
    STATUS(KEN_ERR_INVALID_RECORD, ken_base_record_json(base, KEN_STR("{\"events\":[{\"what\":\"viewed\",\"article\":\"lamp\"},{\"what\":\"danced\"}]}"), &n, &err));
    CHECK(n == 7);
    ken_buf *after = digest(base);
    CHECK(memcmp(ken_buf_text(before).ptr, ken_buf_text(after).ptr, ken_buf_text(after).len) == 0);
    ken_buf_destroy(&before);
    ken_buf_destroy(&after);
    OK(ken_base_record_all(base, NULL, 0, NULL, &err));
    ken_base_destroy(&base);
}

static void impressions(void) {
    ken_error *err = NULL;
    ken_base *base = open_it();
    ken_results *results = search(base, "dark lamp");
    ken_event shown;
    ken_event_init(&shown);
    shown.what = KEN_STR("shown");
    shown.impression = ken_results_impression(results);
    OK(ken_base_record(base, &shown, NULL, &err));
    ken_buf *out = NULL;
    OK(ken_base_impression(base, shown.impression, &out, &err));
    CHECK(buf_has(out, "lamp"));
    ken_buf_destroy(&out);
    shown.impression = KEN_STR("no-token");
    STATUS(KEN_ERR_INVALID_IMPRESSION, ken_base_record(base, &shown, NULL, &err));
    STATUS(KEN_ERR_INVALID_IMPRESSION, ken_base_impression(base, KEN_STR("no-token"), &out, &err));
    ken_results_destroy(&results);
    ken_base_destroy(&base);
}

int main(void) {
    a_struct_is_its_json();
    what_is_refused();
    impressions();
    return done("events");
}
