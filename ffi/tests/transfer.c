/* Knowledge in and out: an export imported into an empty base is the same state; callbacks that say stop. */
#include "check.h"

#include <sys/stat.h>

typedef struct {
    uint8_t *bytes;
    size_t len, room;
    int refuse_after;
    int n;
    const ken_base *base;
} sink;

static int take(void *data, const uint8_t *bytes, size_t len) {
    sink *self = data;
    CHECK(len > 0);
    if (self->n++ == self->refuse_after) {
        return 1;
    }
    if (self->base) {
        CHECK(ken_base_close(self->base, NULL) == KEN_ERR_BUSY);
        ken_results *results = search(self->base, "light");
        CHECK(ken_results_count(results) > 0);
        ken_results_destroy(&results);
    }
    while (self->len + len > self->room) {
        self->room = self->room ? self->room * 2 : 4096;
        self->bytes = realloc(self->bytes, self->room);
        if (!self->bytes) {
            exit(2);
        }
    }
    memcpy(self->bytes + self->len, bytes, len);
    self->len += len;
    return 0;
}

static ken_status import(const ken_base *base, const char *name, const void *bytes, size_t len, const char *options,
                         ken_buf **report, ken_error **err) {
    return ken_base_import_bytes(base, ken_str_of(name), bytes, len, ken_str_of(options), NULL, NULL, report, err);
}

static void there_and_back(void) {
    ken_error *err = NULL;
    ken_base *base = in_memory(NULL, NULL);
    put_three(base);
    OK(ken_base_open_case(base, KEN_STR("{\"id\":\"c1\",\"kind\":\"service\",\"entries\":[{\"reuse\":\"issue\",\"text\":\"lamp is dark\"}]}"), NULL, &err));
    ken_link_draft link;
    ken_link_draft_init(&link);
    link.case_id = KEN_STR("c1"), link.article = KEN_STR("lamp"), link.link = KEN_STR("resolved");
    OK(ken_base_link(base, &link, KEN_STR("ana"), NULL, &err));
    OK(ken_base_flag(base, KEN_STR("router"), KEN_STR("unclear"), KEN_STR("ana"), NULL, &err));
    OK(ken_base_merge(base, KEN_STR("twin"), KEN_STR("lamp"), NULL, &err));

    sink out = {.refuse_after = -1, .base = base};
    uint64_t records = 0;
    OK(ken_base_export(base, take, &out, &records, &err));
    CHECK(records >= 7 && out.len > 0);
    ken_base *copy = in_memory(NULL, NULL);
    ken_buf *report = NULL;
    OK(import(copy, "log.jsonl", out.bytes, out.len, "", &report, &err));
    CHECK(buf_has(report, "\"n_skipped\":0") && buf_has(report, "\"stopped\":false"));
    ken_buf_destroy(&report);
    CHECK(are_equal(base, copy));
    /* Again, it changes nothing. */
    OK(import(copy, "log.jsonl", out.bytes, out.len, "", NULL, &err));
    CHECK(are_equal(base, copy));
    ken_base_destroy(&copy);

    sink refuses = {.refuse_after = 0};
    records = 7;
    STATUS(KEN_ERR_CANCELLED, ken_base_export(base, take, &refuses, &records, &err));
    CHECK(records == 7 && refuses.n == 1);
    free(out.bytes);
    free(refuses.bytes);
    ken_base_destroy(&base);
}

/* The last warning of the log. */
static char warned[600];

static void keep_warning(void *data, int level, ken_str topic, ken_str message) {
    (void)data;
    if (level == KEN_LOG_WARNING && is(topic, "import")) {
        snprintf(warned, sizeof warned, "%.*s", KEN_ARG(message));
    }
}

/* An import without a look at the report: the log says that nothing came of it, and which option would help. */
static void nothing_taken(void) {
    ken_error *err = NULL;
    ken_options *options = NULL;
    ken_base *base = NULL;
    OK(ken_options_new(&options, &err));
    OK(ken_options_set_log(options, KEN_LOG_WARNING, keep_warning, NULL, NULL, &err));
    OK(ken_base_open_memory(options, &base, &err));
    ken_options_destroy(&options);
    static const char LINES[] = "{\"id\":\"a\",\"title\":\"A\",\"audience\":\"ITPro\"}\n{\"id\":\"b\",\"title\":\"B\",\"audience\":\"Admin\"}\n";
    OK(import(base, "a.jsonl", LINES, sizeof LINES - 1, "", NULL, &err));
    CHECK(has(ken_str_of(warned), "nothing was imported: all 2 records were refused") && has(ken_str_of(warned), "`audiences`"));
    ken_buf *report = NULL;
    OK(import(base, "a.jsonl", LINES, sizeof LINES - 1, "", &report, &err));
    CHECK(strncmp(ken_buf_text(report).ptr, "{\"schema\":1,\"warning\":\"nothing was imported", 41) == 0);
    ken_buf_destroy(&report);
    warned[0] = '\0';
    OK(import(base, "a.jsonl", LINES, sizeof LINES - 1, "{\"audiences\":[[\"ITPro\",\"internal\"],[\"Admin\",\"internal\"]]}", &report, &err));
    CHECK(buf_has(report, "\"warning\":null,\"created\":2") && warned[0] == '\0');
    ken_buf_destroy(&report);
    ken_base_destroy(&base);
}

static void formats(void) {
    ken_error *err = NULL;
    ken_base *base = in_memory(NULL, NULL);
    ken_buf *report = NULL;
    static const char MARKDOWN[] = "---\nid: md\ntitle: From Markdown\nkind: product\n---\n\nThe lamp is *dark*.\n";
    OK(import(base, "md.md", MARKDOWN, sizeof MARKDOWN - 1, "", &report, &err));
    CHECK(buf_has(report, "\"created\":1"));
    ken_buf_destroy(&report);
    static const char HTML[] = "<html><head><title>From HTML</title></head><body><p>The lamp is dark.</p></body></html>";
    OK(import(base, "page.html", HTML, sizeof HTML - 1, "", &report, &err));
    CHECK(buf_has(report, "\"created\":1"));
    ken_buf_destroy(&report);
    /* A line that is not a record is reported with its place; the others are imported. */
    static const char LINES[] = "{\"type\":\"article\",\"id\":\"a\",\"kind\":\"product\",\"title\":\"A\"}\nno record\n"
                                "{\"type\":\"article\",\"id\":\"b\",\"kind\":\"product\",\"title\":\"B\"}\n";
    OK(import(base, "two.jsonl", LINES, sizeof LINES - 1, "", &report, &err));
    CHECK(buf_has(report, "\"created\":2") && buf_has(report, "\"n_skipped\":1") && buf_has(report, "two.jsonl"));
    ken_buf_destroy(&report);
    /* Bytes that are not UTF-8 are reported, and nothing breaks. */
    static const char BAD[] = "\xff\xfe\n{\"type\":\"article\",\"id\":\"\xff\",\"kind\":\"product\",\"title\":\"A\"}\n";
    OK(import(base, "bad.jsonl", BAD, sizeof BAD - 1, "", &report, &err));
    CHECK(buf_has(report, "\"created\":0"));
    ken_buf_destroy(&report);
    OK(import(base, "none.jsonl", NULL, 0, "", NULL, &err));
    STATUS(KEN_ERR_INVALID_VALUE, import(base, "lines.csv", LINES, 3, "", NULL, &err));
    STATUS(KEN_ERR_INVALID_RECORD, import(base, "two.jsonl", LINES, 3, "{\"arrivalz\":1}", NULL, &err));
    ken_base_destroy(&base);
}

static void folders(void) {
    ken_error *err = NULL;
    ken_base *base = in_memory(NULL, NULL);
    char *folder = scratch("knowledge"), *file = scratch("knowledge/lamp.md");
    CHECK(mkdir(folder, 0755) == 0);
    FILE *text = fopen(file, "w");
    if (CHECK(text != NULL)) {
        fputs("---\nid: md\ntitle: The dark lamp\nkind: product\n---\n\nChange the fuse.\n", text);
        fclose(text);
    }
    ken_buf *report = NULL;
    OK(ken_base_import(base, ken_str_of(folder), KEN_STR(""), NULL, NULL, &report, &err));
    CHECK(buf_has(report, "\"created\":1"));
    ken_buf_destroy(&report);
    OK(ken_base_import(base, ken_str_of(folder), KEN_STR(""), NULL, NULL, &report, &err));
    CHECK(buf_has(report, "\"unchanged\":1"));
    ken_buf_destroy(&report);
    char *absent = scratch("absent");
    STATUS(KEN_ERR_IO, ken_base_import(base, ken_str_of(absent), KEN_STR(""), NULL, NULL, &report, &err));
    CHECK(report == NULL);
    free(absent), free(folder), free(file);
    ken_base_destroy(&base);
}

int main(void) {
    there_and_back();
    nothing_taken();
    formats();
    folders();
    return done("transfer");
}
