/* Visits: an event of one counts once in the base, and an unmet need becomes a case. */
#include "check.h"

/* A base, the snapshot that its visitors are answered from, and a visit to it. */
typedef struct {
    ken_base *base;
    ken_snapshot *snapshot;
    ken_visit *visit;
} help;

static help help_centre(void) {
    ken_error *err = NULL;
    ken_buf *bytes = NULL;
    help it = {.base = in_memory(NULL, NULL)};
    put_three(it.base);
    OK(ken_base_snapshot(it.base, SNAPSHOT_REQUEST(KEN_STR("public"), NULL, 0, KEN_NOW, KEN_MARKUP_COMMONMARK), NULL, NULL, &bytes, &err));
    OK(ken_snapshot_open_bytes(ken_buf_data(bytes), ken_buf_size(bytes), &it.snapshot, &err));
    OK(ken_snapshot_visit(it.snapshot, KEN_STR("v1"), &it.visit, &err));
    ken_buf_destroy(&bytes);
    return it;
}

static void gone(help *it) {
    ken_visit_destroy(&it->visit);
    ken_snapshot_destroy(&it->snapshot);
    ken_base_destroy(&it->base);
}

static ken_event of(const char *what, const char *article, const char *text) {
    ken_event event;
    ken_event_init(&event);
    event.what = ken_str_of(what), event.article = ken_str_of(article), event.text = ken_str_of(text);
    return event;
}

static void record(ken_visit *visit, const char *what, const char *article, const char *text) {
    ken_error *err = NULL;
    ken_event event = of(what, article, text);
    OK(ken_visit_record(visit, &event, &err));
}

static void ends(const ken_visit *visit, const char *wanted) {
    ken_error *err = NULL;
    ken_buf *end = NULL;
    OK(ken_visit_outcome(visit, &end, &err));
    CHECK(buf_is(end, wanted));
    ken_buf_destroy(&end);
}

static void merges(const ken_base *base, const ken_buf *batch, const char *wanted) {
    ken_error *err = NULL;
    ken_buf *merged = NULL;
    OK(ken_base_merge_events(base, ken_buf_text(batch), KEN_STR("public"), NULL, 0, &merged, &err));
    CHECK(buf_is(merged, wanted));
    ken_buf_destroy(&merged);
}

static void what_is_done_counts_once(void) {
    ken_error *err = NULL;
    help it = help_centre();
    double before = 0, after = 0;
    OK(ken_base_solve_rate(it.base, KEN_STR("lamp"), KEN_NOW, &before, &err));
    OK(ken_visit_set(it.visit, KEN_STR("{\"party\":\"acme\",\"products\":[{\"id\":\"lamp-2000\",\"version\":\"4.0.1\"}]}"), &err));
    OK(ken_visit_set(it.visit, KEN_STR("{\"channel\":\"web\"}"), &err));
    ends(it.visit, "{\"schema\":1,\"ended\":\"silent\"}");
    record(it.visit, "searched", NULL, "dark lamp");
    record(it.visit, "viewed", "lamp", NULL);
    record(it.visit, "solved", "lamp", NULL);
    ends(it.visit, "{\"schema\":1,\"ended\":\"solved\",\"article\":\"lamp\"}");
    ken_buf *batch = NULL, *session = NULL;
    OK(ken_visit_take_events(it.visit, &batch, &err));
    CHECK(buf_has(batch, "\"id\":\"v1-1\"") && buf_has(batch, "\"id\":\"v1-3\"") && buf_has(batch, "\"party\":\"acme\""));
    CHECK(buf_has(batch, "\"channel\":\"web\"") && buf_has(batch, "\"audience\":\"public\""));
    merges(it.base, batch, "{\"schema\":1,\"new\":3,\"duplicates\":0,\"rejected\":[]}");
    merges(it.base, batch, "{\"schema\":1,\"new\":0,\"duplicates\":3,\"rejected\":[]}");
    ken_buf_destroy(&batch);
    OK(ken_base_solve_rate(it.base, KEN_STR("lamp"), KEN_NOW, &after, &err));
    CHECK(after > before);
    OK(ken_base_session(it.base, KEN_STR("v1"), &session, &err));
    CHECK(buf_has(session, "\"queries\":[\"dark lamp\"]") && buf_has(session, "\"party\":\"acme\""));
    ken_buf_destroy(&session);
    /* Nothing is given twice; a visit of a base's own pages counts as well. */
    OK(ken_visit_take_events(it.visit, &batch, &err));
    CHECK(buf_has(batch, "\"events\":[]"));
    ken_buf_destroy(&batch);
    ken_visit *other = NULL;
    OK(ken_base_visit(it.base, KEN_STR("v2"), KEN_STR("public"), &other, &err));
    record(other, "did-not-solve", "router", NULL);
    OK(ken_visit_take_events(other, &batch, &err));
    merges(it.base, batch, "{\"schema\":1,\"new\":1,\"duplicates\":0,\"rejected\":[]}");
    /* No other base takes it, and none for an audience it has not. */
    ken_base *stranger = in_memory("seed", "7");
    STATUS(KEN_ERR_CONTRADICTION, ken_base_merge_events(stranger, ken_buf_text(batch), KEN_STR("public"), NULL, 0, NULL, &err));
    STATUS(KEN_ERR_UNKNOWN_NAME, ken_base_merge_events(it.base, ken_buf_text(batch), KEN_STR("martians"), NULL, 0, NULL, &err));
    ken_base_destroy(&stranger);
    ken_buf_destroy(&batch);
    ken_visit_destroy(&other);
    gone(&it);
}

static void events_of_no_visitor_are_refused(void) {
    ken_error *err = NULL;
    help it = help_centre();
    ken_event event = of("sent", "lamp", NULL);
    STATUS(KEN_ERR_INVALID_VALUE, ken_visit_record(it.visit, &event, &err));
    ken_str *const OWN[] = {&event.id, &event.actor, &event.party, &event.session, &event.case_id, &event.channel, &event.audience};
    event = of("solved", "lamp", NULL);
    for (size_t i = 0; i < sizeof OWN / sizeof *OWN; i++) {
        *OWN[i] = KEN_STR("mine");
        STATUS(KEN_ERR_INVALID_VALUE, ken_visit_record(it.visit, &event, &err));
        *OWN[i] = KEN_STR("");
    }
    STATUS(KEN_ERR_INVALID_RECORD, ken_visit_set(it.visit, KEN_STR("{\"partyy\":\"acme\"}"), &err));
    STATUS(KEN_ERR_INVALID_VALUE, ken_visit_set(it.visit, KEN_STR("{\"channel\":\"web\",\"party\":\" acme\"}"), &err));
    ken_visit *none = NULL;
    STATUS(KEN_ERR_INVALID_VALUE, ken_snapshot_visit(it.snapshot, KEN_STR(""), &none, &err));
    STATUS(KEN_ERR_UNKNOWN_NAME, ken_base_visit(it.base, KEN_STR("v2"), KEN_STR("martians"), &none, &err));
    STATUS(KEN_ERR_INVALID_RECORD, ken_visit_resume(KEN_STR("{\"session\":\"v1\"}"), &none, &err));
    CHECK(none == NULL);
    /* Nothing came of any of it. */
    ken_buf *batch = NULL;
    OK(ken_visit_take_events(it.visit, &batch, &err));
    CHECK(buf_has(batch, "\"events\":[]"));
    ken_buf_destroy(&batch);
    record(it.visit, "solved", "lamp", NULL);
    OK(ken_visit_take_events(it.visit, &batch, &err));
    CHECK(!buf_has(batch, "channel") && !buf_has(batch, "party"));
    ken_buf_destroy(&batch);
    /* Events that a page cannot report are rejected; the others count. */
    record(it.visit, "did-not-solve", "router", NULL);
    OK(ken_visit_take_events(it.visit, &batch, &err));
    ken_str json = ken_buf_text(batch);
    char *text = calloc(1, json.len + 200);
    if (CHECK(text != NULL)) {
        memcpy(text, json.ptr, json.len - 2);
        strcat(text, ",{\"id\":\"x\",\"at\":\"2026-01-01T00:00:00Z\",\"what\":\"verified\",\"article\":\"lamp\"}]}");
        ken_buf *merged = NULL;
        OK(ken_base_merge_events(it.base, ken_str_of(text), KEN_STR("public"), NULL, 0, &merged, &err));
        CHECK(buf_has(merged, "\"new\":1,\"duplicates\":0,\"rejected\":[{\"index\":1,\"event\":\"x\",\"code\":101"));
        ken_buf_destroy(&merged);
    }
    free(text);
    ken_buf_destroy(&batch);
    gone(&it);
}

static void a_need_is_handed_over(void) {
    ken_error *err = NULL;
    help it = help_centre();
    record(it.visit, "searched", NULL, "no light");
    record(it.visit, "did-not-solve", "lamp", NULL);
    /* A host that forgets goes on from the text form. */
    ken_buf *json = NULL, *handoff = NULL, *merged = NULL, *opened = NULL;
    OK(ken_visit_json(it.visit, &json, &err));
    ken_visit_destroy(&it.visit);
    OK(ken_visit_resume(ken_buf_text(json), &it.visit, &err));
    ken_buf_destroy(&json);
    record(it.visit, "viewed", "router", NULL);
    OK(ken_visit_hand_over(it.visit, KEN_NOW, KEN_STR("The lamp gives no light, the fuse is fine."), &handoff, &err));
    CHECK(buf_has(handoff, "\"leave_out\":[\"lamp\"]") && buf_has(handoff, "\"id\":\"v1-3\""));
    ends(it.visit, "{\"schema\":1,\"ended\":\"handed-over\"}");
    OK(ken_base_open_handoff(it.base, ken_buf_text(handoff), KEN_STR("c1"), KEN_STR("public"), NULL, 0, &merged, &err));
    CHECK(buf_is(merged, "{\"schema\":1,\"new\":3,\"duplicates\":0,\"rejected\":[]}"));
    ken_buf_destroy(&merged);
    OK(ken_base_open_handoff(it.base, ken_buf_text(handoff), KEN_STR("c1"), KEN_STR("public"), NULL, 0, &merged, &err));
    CHECK(buf_is(merged, "{\"schema\":1,\"new\":0,\"duplicates\":3,\"rejected\":[]}"));
    ken_buf_destroy(&merged);
    ken_buf_destroy(&handoff);
    OK(ken_base_case(it.base, KEN_STR("c1"), &opened, &err));
    CHECK(buf_has(opened, "the fuse is fine") && buf_has(opened, "\"session\":\"v1\""));
    ken_buf_destroy(&opened);
    /* The suggestion leaves out the article that did not solve it. */
    ken_suggest_request request;
    ken_suggest_request_init(&request);
    request.case_id = KEN_STR("c1"), request.audience = KEN_STR("internal"), request.threshold = 0;
    ken_results *results = NULL;
    OK(ken_base_suggest(it.base, &request, &results, &err));
    CHECK(ken_results_count(results) > 0);
    for (size_t i = 0; i < ken_results_count(results); i++) {
        ken_hit hit;
        OK(ken_results_hit(results, i, &hit, &err));
        CHECK(!is(hit.id, "lamp"));
    }
    ken_results_destroy(&results);
    gone(&it);
}

int main(void) {
    what_is_done_counts_once();
    events_of_no_visitor_are_refused();
    a_need_is_handed_over();
    return done("visit");
}
