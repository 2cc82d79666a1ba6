/* Articles and facts, cases and links: put, changed, read, refused. */
#include "check.h"

static void versions(void) {
    ken_error *err = NULL;
    ken_base *base = in_memory(NULL, NULL);
    uint32_t version = 0;
    int recorded = -1;
    OK(ken_base_put(base, KEN_STR(LAMP), &version, &recorded, &err));
    CHECK(version == 1 && recorded == KEN_RECORDED_NEW);
    OK(ken_base_put(base, KEN_STR(LAMP), &version, &recorded, &err));
    CHECK(version == 1 && recorded == KEN_RECORDED_UNCHANGED);
    ken_str other = KEN_STR("{\"id\":\"lamp\",\"kind\":\"product\",\"title\":\"The lamp is bright\",\"audience\":\"public\",\"confidence\":\"validated\"}");
    STATUS(KEN_ERR_VERSION_CONFLICT, ken_base_edit(base, other, 7, &version, &recorded, &err));
    CHECK(version == 1);
    OK(ken_base_edit(base, other, 1, &version, &recorded, &err));
    CHECK(version == 2 && recorded == KEN_RECORDED_NEW);
    STATUS(KEN_ERR_VERSION_CONFLICT, ken_base_edit(base, other, 0, NULL, NULL, &err));

    ken_buf *out = NULL;
    OK(ken_base_article(base, KEN_STR("lamp"), &out, &err));
    CHECK(buf_has(out, "\"schema\":1") && buf_has(out, "\"title\":\"The lamp is bright\"") && buf_has(out, "\"version\":2"));
    ken_buf_destroy(&out);
    OK(ken_base_article_version(base, KEN_STR("lamp"), 1, &out, &err));
    CHECK(buf_has(out, "\"title\":\"The lamp stays dark\""));
    ken_buf_destroy(&out);
    STATUS(KEN_ERR_VERSION_NOT_FOUND, ken_base_article_version(base, KEN_STR("lamp"), 3, &out, &err));
    STATUS(KEN_ERR_VERSION_NOT_FOUND, ken_base_article_version(base, KEN_STR("lamp"), 0, &out, &err));
    OK(ken_base_versions(base, KEN_STR("lamp"), &out, &err));
    CHECK(buf_has(out, "\"schema\":1") && buf_has(out, "\"versions\":["));
    ken_buf_destroy(&out);

    static const struct { const char *article; ken_status code; const char *names; } BAD[] = {
        {"", KEN_ERR_INVALID_RECORD, "article"},
        {"{", KEN_ERR_INVALID_RECORD, "article"},
        {"[]", KEN_ERR_INVALID_RECORD, "article"},
        {"{\"id\":\"a\",\"kind\":\"gadget\",\"title\":\"A\"}", KEN_ERR_INVALID_RECORD, "gadget"},
        {"{\"id\":\"a\",\"kind\":\"product\",\"title\":\"A\",\"sektions\":[]}", KEN_ERR_INVALID_RECORD, "sektions"},
        {"{\"id\":\"\",\"kind\":\"product\",\"title\":\"A\"}", KEN_ERR_INVALID_VALUE, "id"},
        {"{\"id\":\"a\",\"kind\":\"product\",\"title\":\"A\",\"audience\":\"martians\"}", KEN_ERR_UNKNOWN_NAME, "martians"},
    };
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        CHECK(ken_base_put(base, ken_str_of(BAD[i].article), &version, &recorded, &err) == BAD[i].code);
        if (!has(ken_error_message(err), BAD[i].names)) {
            fprintf(stderr, "%s: %.*s\n", BAD[i].article, (int)ken_error_message(err).len, ken_error_message(err).ptr);
            CHECK(0);
        }
        ken_error_destroy(&err);
    }
    ken_base_destroy(&base);
}

static void states(void) {
    ken_error *err = NULL;
    ken_base *base = in_memory(NULL, NULL);
    put_three(base);
    int recorded = -1;
    OK(ken_base_publish(base, KEN_STR("twin"), KEN_STR("public"), &recorded, &err));
    CHECK(recorded == KEN_RECORDED_NEW);
    STATUS(KEN_ERR_UNKNOWN_NAME, ken_base_publish(base, KEN_STR("twin"), KEN_STR("martians"), NULL, &err));
    OK(ken_base_change_state(base, KEN_STR("twin"), KEN_STR("{\"audience\":\"internal\"}"), &recorded, &err));
    STATUS(KEN_ERR_INVALID_RECORD, ken_base_change_state(base, KEN_STR("twin"), KEN_STR("{\"audiense\":\"internal\"}"), NULL, &err));
    OK(ken_base_verify_article(base, KEN_STR("lamp"), KEN_STR("ana"), &recorded, &err));
    OK(ken_base_flag(base, KEN_STR("router"), KEN_STR("outdated"), KEN_STR("ana"), &recorded, &err));
    STATUS(KEN_ERR_INVALID_VALUE, ken_base_flag(base, KEN_STR("router"), KEN_STR("ugly"), KEN_STR("ana"), NULL, &err));
    OK(ken_base_relate(base, KEN_STR("lamp"), KEN_STR("router"), KEN_STR("related"), &recorded, &err));
    STATUS(KEN_ERR_INVALID_VALUE, ken_base_relate(base, KEN_STR("lamp"), KEN_STR("router"), KEN_STR("aunt"), NULL, &err));
    ken_buf *out = NULL;
    OK(ken_base_freshness(base, KEN_STR("router"), KEN_NOW, &out, &err));
    CHECK(buf_has(out, "\"suspect\":{") && buf_has(out, "outdated"));
    ken_buf_destroy(&out);
    OK(ken_reviews_queue(base, KEN_STR("{\"limit\":1}"), &out, &err));
    CHECK(buf_has(out, "\"items\":[{") && buf_has(out, "router") && !buf_has(out, "twin"));
    ken_buf_destroy(&out);
    OK(ken_reviews_queue(base, KEN_STR(""), &out, &err));
    ken_buf_destroy(&out);
    STATUS(KEN_ERR_INVALID_RECORD, ken_reviews_queue(base, KEN_STR("{\"limmit\":1}"), &out, &err));

    OK(ken_base_merge(base, KEN_STR("twin"), KEN_STR("lamp"), &recorded, &err));
    OK(ken_base_article(base, KEN_STR("twin"), &out, &err));
    CHECK(buf_has(out, "\"id\":\"lamp\""));
    ken_buf_destroy(&out);
    CHECK(ken_base_put(base, KEN_STR("{\"id\":\"a\",\"kind\":\"product\",\"titel\":\"A\"}"), NULL, NULL, &err) == KEN_ERR_INVALID_RECORD);
    CHECK(has(ken_error_message(err), "did you mean title?"));
    ken_error_destroy(&err);
    STATUS(KEN_ERR_INVALID_TRANSITION, ken_base_put(base, KEN_STR(TWIN), NULL, NULL, &err));
    OK(ken_base_archive(base, KEN_STR("router"), &recorded, &err));
    ken_results *results = search(base, "router");
    CHECK(ken_results_count(results) == 0);
    ken_results_destroy(&results);

    OK(ken_base_set_fact(base, KEN_STR("{\"subject\":\"lamp\",\"predicate\":\"colour\",\"value\":\"red\",\"as_of\":\"2026-01-01T00:00:00Z\"}"), &recorded, &err));
    CHECK(recorded == KEN_RECORDED_NEW);
    STATUS(KEN_ERR_INVALID_VALUE, ken_base_set_fact(base, KEN_STR("{\"subject\":\"\",\"predicate\":\"p\",\"value\":\"v\",\"as_of\":\"2026-01-01T00:00:00Z\"}"), NULL, &err));
    ken_base_destroy(&base);
}

static void ids(void) {
    ken_error *err = NULL;
    ken_base *base = in_memory(NULL, NULL);
    put_three(base);
    ken_buf *page = NULL;
    OK(ken_base_article_ids(base, KEN_STR(""), 2, &page, &err));
    CHECK(buf_is(page, "{\"schema\":1,\"ids\":[\"lamp\",\"router\"]}"));
    ken_buf_destroy(&page);
    OK(ken_base_article_ids(base, KEN_STR("router"), 2, &page, &err));
    CHECK(buf_is(page, "{\"schema\":1,\"ids\":[\"twin\"]}"));
    ken_buf_destroy(&page);
    STATUS(KEN_ERR_INVALID_VALUE, ken_base_article_ids(base, KEN_STR(""), 0, &page, &err));
    STATUS(KEN_ERR_TOO_LARGE, ken_base_case_ids(base, KEN_STR(""), 10001, &page, &err));
    OK(ken_base_open_case(base, KEN_STR("{\"id\":\"c1\",\"entries\":[]}"), NULL, &err));
    OK(ken_base_case_ids(base, KEN_STR(""), 10, &page, &err));
    CHECK(buf_is(page, "{\"schema\":1,\"ids\":[\"c1\"]}"));
    ken_buf_destroy(&page);
    ken_base_destroy(&base);
}

static void cases_and_links(void) {
    ken_error *err = NULL;
    ken_base *base = in_memory(NULL, NULL);
    put_three(base);
    int recorded = -1;
    OK(ken_base_open_case(base, KEN_STR("{\"id\":\"c1\",\"kind\":\"service\",\"entries\":[{\"reuse\":\"issue\",\"text\":\"lamp is dark\"}]}"), &recorded, &err));
    OK(ken_base_note(base, KEN_STR("c1"), KEN_STR("{\"reuse\":\"resolution\",\"text\":\"changed the fuse\"}"), &recorded, &err));
    ken_link_draft link;
    ken_link_draft_init(&link);
    link.case_id = KEN_STR("c1");
    link.article = KEN_STR("lamp");
    link.link = KEN_STR("resolved");
    OK(ken_base_link(base, &link, KEN_STR("ana"), &recorded, &err));
    CHECK(recorded == KEN_RECORDED_NEW);
    link.link = KEN_STR("married");
    STATUS(KEN_ERR_INVALID_VALUE, ken_base_link(base, &link, KEN_STR("ana"), NULL, &err));
    link.link = KEN_STR("resolved");
    link.article = KEN_STR("nobody");
    STATUS(KEN_ERR_ARTICLE_NOT_FOUND, ken_base_link(base, &link, KEN_STR("ana"), NULL, &err));
    double rate = -1, before = -1;
    OK(ken_base_solve_rate(base, KEN_STR("lamp"), KEN_NOW, &rate, &err));
    CHECK(rate > 0 && rate < 1);
    OK(ken_base_resolve_case(base, KEN_STR("c1"), KEN_YES, &recorded, &err));
    STATUS(KEN_ERR_INVALID_VALUE, ken_base_resolve_case(base, KEN_STR("c1"), 2, NULL, &err));
    OK(ken_base_reopen_case(base, KEN_STR("c1"), &recorded, &err));
    OK(ken_base_resolve_case(base, KEN_STR("c1"), KEN_UNKNOWN, &recorded, &err));
    OK(ken_base_close_case(base, KEN_STR("c1"), &recorded, &err));
    ken_buf *out = NULL;
    OK(ken_base_case(base, KEN_STR("c1"), &out, &err));
    CHECK(buf_has(out, "\"status\":\"closed\"") && buf_has(out, "changed the fuse"));
    ken_buf_destroy(&out);
    OK(ken_base_links_of_case(base, KEN_STR("c1"), &out, &err));
    CHECK(buf_has(out, "\"links\":[{") && buf_has(out, "\"resolved\""));
    ken_buf_destroy(&out);
    OK(ken_base_links_of_article(base, KEN_STR("lamp"), &out, &err));
    CHECK(buf_has(out, "\"c1\""));
    ken_buf_destroy(&out);
    OK(ken_base_judge_link(base, KEN_STR("c1"), KEN_STR("lamp"), KEN_STR("resolved"), KEN_STR("confirmed"), &recorded, &err));
    OK(ken_base_solve_rate(base, KEN_STR("lamp"), KEN_NOW, &before, &err));
    OK(ken_base_retract_link(base, KEN_STR("c1"), KEN_STR("lamp"), KEN_STR("resolved"), &recorded, &err));
    OK(ken_base_solve_rate(base, KEN_STR("lamp"), KEN_NOW, &rate, &err));
    CHECK(rate < before);
    STATUS(KEN_ERR_LINK_NOT_FOUND, ken_base_retract_link(base, KEN_STR("c1"), KEN_STR("router"), KEN_STR("resolved"), NULL, &err));
    STATUS(KEN_ERR_CASE_NOT_FOUND, ken_base_case(base, KEN_STR("c2"), &out, &err));
    OK(ken_base_evidence(base, KEN_STR("lamp"), &out, &err));
    CHECK(buf_has(out, "\"schema\":1"));
    ken_buf_destroy(&out);
    OK(ken_base_policy(base, &out, &err));
    OK(ken_base_set_policy(base, ken_buf_text(out), &recorded, &err));
    ken_buf_destroy(&out);
    STATUS(KEN_ERR_INVALID_RECORD, ken_base_set_policy(base, KEN_STR("{\"no_such_constant\":1}"), NULL, &err));
    ken_base_destroy(&base);
}

int main(void) {
    versions();
    states();
    ids();
    cases_and_links();
    return done("articles");
}
