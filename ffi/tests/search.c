/* Searches and suggestions, one and many, and the contents of their answers. */
#include "check.h"

static void hits(void) {
    ken_error *err = NULL;
    ken_base *base = in_memory(NULL, NULL);
    put_three(base);
    ken_results *results = search(base, "light");
    size_t n = ken_results_count(results);
    CHECK(n == 3);
    double last = 1e300;
    for (size_t i = 0; i < n; i++) {
        ken_hit hit;
        OK(ken_results_hit(results, i, &hit, &err));
        CHECK(hit.id.len > 0 && hit.title.len > 0 && is(hit.kind, "product") && is(hit.freshness, "unverified"));
        CHECK(hit.version == 1 && hit.score <= last && hit.solve_probability >= 0 && hit.solve_probability <= 1);
        CHECK(hit.is_cut_before <= 1 && hit.is_cut_after <= 1);
        last = hit.score;
        const ken_range *ranges = NULL;
        OK(ken_results_ranges(results, i, &ranges, &err));
        CHECK(hit.n_ranges > 0);
        uint32_t end = 0;
        for (uint32_t r = 0; r < hit.n_ranges; r++) {
            CHECK(ranges[r].start >= end && ranges[r].start < ranges[r].end && ranges[r].end <= hit.snippet.len);
            ken_str word = {hit.snippet.ptr + ranges[r].start, ranges[r].end - ranges[r].start};
            CHECK(is(word, "light"));
            end = ranges[r].end;
        }
        double product = 1;
        for (size_t f = 0; f < ken_factor_count(); f++) {
            ken_factor factor;
            OK(ken_results_factor(results, i, f, &factor, &err));
            CHECK(factor.name.len > 0 && factor.words.len > 0 && factor.value >= 0);
            product *= factor.value;
        }
        CHECK(memcmp(&product, &hit.score, sizeof product) == 0);
        ken_factor beyond;
        STATUS(KEN_ERR_INVALID_VALUE, ken_results_factor(results, i, ken_factor_count(), &beyond, &err));
        CHECK(ken_results_summary(results, i).len > 0);
        ken_buf *out = NULL;
        OK(ken_results_snippet_html(results, i, &out, &err));
        CHECK(buf_has(out, "<mark>light</mark>"));
        ken_buf_destroy(&out);
        OK(ken_results_explanation(results, i, &out, &err));
        CHECK(buf_has(out, "\"schema\":1") && buf_has(out, "\"factors\":["));
        ken_buf_destroy(&out);
    }
    CHECK(ken_results_impression(results).len > 0);
    CHECK(ken_results_answerable(results) > 0 && ken_results_answerable(results) <= 1);
    CHECK(!ken_results_is_partial(results) && !ken_results_abstained(results));
    CHECK(ken_results_relaxed_count(results) == 0 && ken_results_relaxed(results, 0).len == 0);
    CHECK(ken_results_relaxed_count(NULL) == 0 && ken_results_relaxed(NULL, 0).len == 0);
    CHECK(ken_results_similar_count(results) == 0 && ken_results_solved_by(results, 0, 0).len == 0);
    ken_hit none;
    STATUS(KEN_ERR_INVALID_VALUE, ken_results_hit(results, n, &none, &err));
    /* An answer outlives its base. */
    ken_base_destroy(&base);
    OK(ken_results_hit(results, 0, &none, &err));
    CHECK(none.id.len > 0);
    ken_results_destroy(&results);
}

static void requests(void) {
    ken_error *err = NULL;
    ken_base *base = in_memory(NULL, NULL);
    put_three(base);
    ken_results *results = NULL;
    ken_search_request request;
    ken_search_request_init(&request);
    request.query = KEN_STR("light");
    STATUS(KEN_ERR_INVALID_VALUE, ken_base_search(base, &request, &results, &err));
    request.audience = KEN_STR("martians");
    STATUS(KEN_ERR_UNKNOWN_NAME, ken_base_search(base, &request, &results, &err));
    CHECK(results == NULL);
    /* The public does not see internal articles; without `explain` there are no factors. */
    request.audience = KEN_STR("public");
    OK(ken_base_search(base, &request, &results, &err));
    CHECK(ken_results_count(results) == 2);
    ken_factor factor;
    STATUS(KEN_ERR_INVALID_VALUE, ken_results_factor(results, 0, 0, &factor, &err));
    CHECK(ken_results_summary(results, 0).len == 0);
    ken_results_destroy(&results);
    request.limit = 1;
    request.offset = 1;
    OK(ken_base_search(base, &request, &results, &err));
    CHECK(ken_results_count(results) == 1);
    ken_results_destroy(&results);
    request.offset = 0;
    request.filter = KEN_STR("{\"kindz\":[]}");
    STATUS(KEN_ERR_INVALID_RECORD, ken_base_search(base, &request, &results, &err));
    request.filter = KEN_STR("");
    static const ken_str HELD[] = {{"gold", 4}, {"silver", 6}};
    static const ken_product ITEMS[] = {{{"lamp", 4}, {"4.0.1", 5}}, {{"fuse", 4}, {NULL, 0}}};
    request.entitlements = HELD;
    request.n_entitlements = 2;
    request.context.items = ITEMS;
    request.context.n_items = 2;
    request.context.party = KEN_STR("p1");
    request.context.language = KEN_STR("en");
    OK(ken_base_search(base, &request, &results, &err));
    ken_results_destroy(&results);
    static const ken_product ODD[] = {{{"lamp", 4}, {"?", 1}}};
    request.context.items = ODD;
    request.context.n_items = 1;
    STATUS(KEN_ERR_INVALID_VALUE, ken_base_search(base, &request, &results, &err));
    request.context.n_items = 0;
    request.query = KEN_STR("\"never closed");
    ken_status status = ken_base_search(base, &request, &results, &err);
    CHECK(status == KEN_OK || status == KEN_ERR_INVALID_QUERY);
    ken_error_destroy(&err);
    ken_results_destroy(&results);
    ken_base_destroy(&base);
}

static void suggestions(void) {
    ken_error *err = NULL;
    ken_base *base = in_memory(NULL, NULL);
    put_three(base);
    OK(ken_base_open_case(base, KEN_STR("{\"id\":\"c1\",\"kind\":\"service\",\"entries\":[{\"reuse\":\"issue\",\"text\":\"lamp gives no light\"}]}"), NULL, &err));
    ken_link_draft link;
    ken_link_draft_init(&link);
    link.case_id = KEN_STR("c1"), link.article = KEN_STR("lamp"), link.link = KEN_STR("resolved");
    OK(ken_base_link(base, &link, KEN_STR("ana"), NULL, &err));
    OK(ken_base_resolve_case(base, KEN_STR("c1"), KEN_YES, NULL, &err));
    ken_suggest_request request;
    ken_suggest_request_init(&request);
    request.text = KEN_STR("my lamp gives no light");
    request.audience = KEN_STR("internal");
    request.threshold = 0;
    ken_results *results = NULL;
    OK(ken_base_suggest(base, &request, &results, &err));
    ken_hit hit;
    OK(ken_results_hit(results, 0, &hit, &err));
    CHECK(is(hit.id, "lamp") && ken_results_summary(results, 0).len > 0);
    CHECK(ken_results_similar_count(results) == 1);
    ken_similar similar;
    OK(ken_results_similar(results, 0, &similar, &err));
    CHECK(is(similar.id, "c1") && similar.similarity > 0 && similar.similarity <= 1 && similar.n_solved_by == 1);
    CHECK(is(ken_results_solved_by(results, 0, 0), "lamp") && ken_results_solved_by(results, 0, 1).len == 0);
    STATUS(KEN_ERR_INVALID_VALUE, ken_results_similar(results, 1, &similar, &err));
    ken_results_destroy(&results);
    request.threshold = 1;
    OK(ken_base_suggest(base, &request, &results, &err));
    CHECK(ken_results_count(results) == 0 && ken_results_abstained(results) == 1);
    ken_results_destroy(&results);
    static const ken_str TRIED[] = {{"lamp", 4}};
    request.threshold = 0;
    request.context.tried = TRIED;
    request.context.n_tried = 1;
    OK(ken_base_suggest(base, &request, &results, &err));
    for (size_t i = 0; i < ken_results_count(results); i++) {
        OK(ken_results_hit(results, i, &hit, &err));
        CHECK(!is(hit.id, "lamp"));
    }
    ken_results_destroy(&results);
    request.case_id = KEN_STR("c9");
    STATUS(KEN_ERR_CASE_NOT_FOUND, ken_base_suggest(base, &request, &results, &err));
    ken_base_destroy(&base);
}

/* Many calls in one answer as single ones do, with threads and without; if one fails, none is given. */
static void many(const char *threads) {
    ken_error *err = NULL;
    ken_base *base = in_memory("threads", threads);
    put_three(base);
    enum { N = 24 };
    ken_search_request asked[N];
    ken_suggest_request texts[N];
    ken_results *found[N], *suggested[N];
    memset(found, 0x5a, sizeof found);
    static const char *const QUERIES[] = {"light", "dark lamp", "router", "reset -lamp", "nothing of it"};
    for (int i = 0; i < N; i++) {
        ken_search_request_init(&asked[i]);
        asked[i].query = ken_str_of(QUERIES[i % 5]);
        asked[i].audience = KEN_STR("internal");
        ken_suggest_request_init(&texts[i]);
        texts[i].text = ken_str_of(QUERIES[i % 5]);
        texts[i].audience = KEN_STR("internal");
        texts[i].threshold = 0;
    }
    OK(ken_base_search_many(base, asked, N, found, &err));
    OK(ken_base_suggest_many(base, texts, N, suggested, &err));
    for (int i = 0; i < N; i++) {
        ken_results *one = NULL, *two = NULL;
        OK(ken_base_search(base, &asked[i], &one, &err));
        OK(ken_base_suggest(base, &texts[i], &two, &err));
        CHECK(ken_results_count(one) == ken_results_count(found[i]));
        CHECK(ken_results_count(two) == ken_results_count(suggested[i]));
        for (size_t h = 0; h < ken_results_count(one); h++) {
            ken_hit a, b;
            OK(ken_results_hit(one, h, &a, &err));
            OK(ken_results_hit(found[i], h, &b, &err));
            CHECK(a.id.len == b.id.len && memcmp(a.id.ptr, b.id.ptr, a.id.len) == 0);
            CHECK(memcmp(&a.score, &b.score, sizeof a.score) == 0);
        }
        ken_results_destroy(&one);
        ken_results_destroy(&two);
        ken_results_destroy(&found[i]);
        ken_results_destroy(&suggested[i]);
    }
    /* Each request has an answer or an error: one for the base, one for its struct, one for its text. */
    asked[3].audience = KEN_STR("martians");
    asked[7].struct_size = 3;
    asked[N - 1].query = (ken_str){"\xff", 1};
    CHECK(ken_base_search_many(base, asked, N, found, &err) == KEN_ERR_UNKNOWN_NAME);
    CHECK(has(ken_error_message(err), "requests[3]: ") && has(ken_error_message(err), "2 more of the list"));
    CHECK(has(ken_error_json(err), "\"items\":[{\"item\":3,\"code\":106,") && has(ken_error_json(err), "{\"item\":7,"));
    CHECK(ken_error_item_count(err) == 3);
    static const struct { size_t place; ken_status code; const char *names; } FAILED[] = {
        {3, KEN_ERR_UNKNOWN_NAME, "martians"}, {7, KEN_ERR_INVALID_VALUE, "struct_size"}, {N - 1, KEN_ERR_INVALID_UTF8, "request.query"}};
    for (size_t i = 0; i < 3; i++) {
        const ken_error *item = ken_error_item(err, i);
        CHECK(ken_error_item_place(err, i) == FAILED[i].place && ken_error_code(item) == FAILED[i].code);
        CHECK(has(ken_error_message(item), FAILED[i].names) && ken_error_item_count(item) == 0);
    }
    CHECK(ken_error_item(err, 3) == NULL && ken_error_item_place(err, 3) == 0);
    ken_error_destroy(&err);
    for (int i = 0; i < N; i++) {
        CHECK((found[i] == NULL) == (i == 3 || i == 7 || i == N - 1));
        ken_results_destroy(&found[i]);
    }
    /* A call that fails as a whole sets nothing. */
    memset(found, 0x5a, sizeof found);
    ken_results *before = found[0];
    asked[0].struct_size = 8;
    CHECK(ken_base_search_many(base, asked, N, found, &err) == KEN_ERR_INVALID_VALUE);
    CHECK(ken_error_item_count(err) == 0 && found[0] == before && found[N - 1] == before);
    ken_error_destroy(&err);
    OK(ken_base_search_many(base, NULL, 0, NULL, &err));
    ken_base_destroy(&base);
}

static void markdown(void) {
    ken_error *err = NULL;
    ken_buf *out = NULL;
    OK(ken_markdown_to_html(KEN_STR("*dark* <script>alert(1)</script> [x](javascript:alert(1))"), &out, &err));
    CHECK(buf_has(out, "<em>dark</em>") && !buf_has(out, "<script") && !buf_has(out, "javascript:"));
    ken_buf_destroy(&out);
    OK(ken_markdown_to_html(KEN_STR(""), &out, &err));
    CHECK(ken_buf_text(out).len == 0);
    ken_buf_destroy(&out);
}

int main(void) {
    hits();
    requests();
    suggestions();
    many("0");
    many("2");
    markdown();
    return done("search");
}
