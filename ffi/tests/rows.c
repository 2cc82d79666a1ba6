/* Rows as Arrow C streams: read with nothing but the header, handed from one base to another. */
#include "check.h"

static int64_t count_rows(struct ArrowArrayStream *stream, int *has_id) {
    struct ArrowSchema schema;
    CHECK(stream->get_schema(stream, &schema) == 0);
    CHECK(strcmp(schema.format, "+s") == 0);
    *has_id = 0;
    for (int64_t i = 0; i < schema.n_children; i++) {
        *has_id |= strcmp(schema.children[i]->name, "id") == 0;
    }
    schema.release(&schema);
    int64_t n = 0;
    for (;;) {
        struct ArrowArray array;
        memset(&array, 0, sizeof array);
        if (!CHECK(stream->get_next(stream, &array) == 0) || !array.release) {
            return n;
        }
        n += array.length;
        array.release(&array);
    }
}

static void out(void) {
    ken_error *err = NULL;
    ken_base *base = in_memory(NULL, NULL);
    put_three(base);
    struct ArrowArrayStream stream;
    OK(ken_base_export_rows(base, KEN_STR("articles"), KEN_STR("{\"text\":true}"), &stream, &err));
    int has_id = 0;
    CHECK(count_rows(&stream, &has_id) == 3 && has_id);
    /* The stream keeps the base open. */
    STATUS(KEN_ERR_BUSY, ken_base_close(base, &err));
    stream.release(&stream);
    CHECK(stream.release == NULL);
    static const char *const TABLES[] = {"articles", "versions", "cases", "links", "events", "evidence", "freshness", "review"};
    for (size_t i = 0; i < sizeof TABLES / sizeof TABLES[0]; i++) {
        OK(ken_base_export_rows(base, ken_str_of(TABLES[i]), KEN_STR(""), &stream, &err));
        CHECK(count_rows(&stream, &has_id) >= 0);
        stream.release(&stream);
    }
    memset(&stream, 0x5a, sizeof stream);
    STATUS(KEN_ERR_INVALID_VALUE, ken_base_export_rows(base, KEN_STR("tables"), KEN_STR(""), &stream, &err));
    STATUS(KEN_ERR_INVALID_RECORD, ken_base_export_rows(base, KEN_STR("articles"), KEN_STR("{\"texts\":true}"), &stream, &err));
    /* A base that is destroyed meanwhile goes with the stream. */
    OK(ken_base_export_rows(base, KEN_STR("articles"), KEN_STR(""), &stream, &err));
    ken_base_destroy(&base);
    CHECK(base == NULL);
    CHECK(count_rows(&stream, &has_id) == 3);
    stream.release(&stream);
}

static int stop(void *data, const ken_progress *progress) {
    ++*(int *)data;
    CHECK(progress->records == 1 && progress->bytes > 0);
    return KEN_STOP;
}

static void in(void) {
    ken_error *err = NULL;
    ken_base *from = in_memory(NULL, NULL), *into = in_memory(NULL, NULL);
    put_three(from);
    struct ArrowArrayStream stream;
    ken_buf *report = NULL;
    OK(ken_base_export_rows(from, KEN_STR("articles"), KEN_STR("{\"text\":true}"), &stream, &err));
    ken_status status = ken_base_import_rows(into, KEN_STR("articles"), &stream, KEN_STR("{\"columns\":{\"id\":\"id\",\"title\":\"title\",\"kind\":\"kind\"},\"only_mapped\":true}"),
                                        KEN_STR(""), NULL, NULL, &report, &err);
    check_status(status, KEN_OK, err, "ken_base_import_rows", __FILE__, __LINE__);
    err = NULL;
    CHECK(stream.release == NULL);
    CHECK(buf_has(report, "\"created\":3"));
    ken_buf_destroy(&report);
    ken_buf *article = NULL;
    OK(ken_base_article(into, KEN_STR("lamp"), &article, &err));
    CHECK(buf_has(article, "The lamp stays dark"));
    ken_buf_destroy(&article);

    /* Taken and released also by a call that fails. */
    OK(ken_base_export_rows(from, KEN_STR("articles"), KEN_STR(""), &stream, &err));
    STATUS(KEN_ERR_INVALID_VALUE, ken_base_import_rows(into, KEN_STR("tables"), &stream, KEN_STR(""), KEN_STR(""), NULL, NULL, &report, &err));
    CHECK(stream.release == NULL && report == NULL);
    OK(ken_base_export_rows(from, KEN_STR("articles"), KEN_STR(""), &stream, &err));
    STATUS(KEN_ERR_UNKNOWN_NAME, ken_base_import_rows(into, KEN_STR("articles"), &stream, KEN_STR("{\"columns\":{\"id\":\"no such column\"}}"), KEN_STR(""), NULL, NULL, &report, &err));
    CHECK(stream.release == NULL);
    STATUS(KEN_ERR_INVALID_RECORD, ken_base_import_rows(into, KEN_STR("articles"), &stream, KEN_STR(""), KEN_STR(""), NULL, NULL, &report, &err));

    int n = 0;
    OK(ken_base_export_rows(from, KEN_STR("articles"), KEN_STR(""), &stream, &err));
    OK(ken_base_import_rows(into, KEN_STR("articles"), &stream, KEN_STR("{\"columns\":{\"id\":\"id\",\"title\":\"title\",\"kind\":\"kind\"},\"only_mapped\":true}"), KEN_STR(""), stop, &n, &report, &err));
    CHECK(n == 1 && buf_has(report, "\"stopped\":true"));
    ken_buf_destroy(&report);
    ken_base_destroy(&from);
    ken_base_destroy(&into);
}

int main(void) {
    out();
    in();
    return done("rows");
}
