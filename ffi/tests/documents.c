/* A ticket screen without a JSON parser: a case written and read as structs, an article by its sections. */
#include "check.h"

static void a_case_as_structs(void) {
    ken_error *err = NULL;
    ken_base *base = in_memory(NULL, NULL);
    put_three(base);
    const ken_product items[] = {{KEN_STR_INIT("lamp-2000"), KEN_STR_INIT("4.0.1")}, {KEN_STR_INIT("fuse"), KEN_STR_INIT("")}};
    ken_entry entries[2];
    for (int i = 0; i < 2; i++) {
        ken_entry_init(&entries[i]);
    }
    entries[0].text = KEN_STR("Since the storm my lamp is dark."), entries[0].reuse = KEN_STR("issue");
    entries[0].author = KEN_STR("ann"), entries[0].at_ms = 1767603600000;
    entries[1].text = KEN_STR("Call after six."), entries[1].reuse = KEN_STR("case-only"), entries[1].at_ms = 1767603660000;
    ken_case_draft draft;
    ken_case_draft_init(&draft);
    draft.id = KEN_STR("c1"), draft.channel = KEN_STR("phone"), draft.party = KEN_STR("acme");
    draft.items = items, draft.n_items = 2;
    draft.entries = entries, draft.n_entries = 2;
    draft.opened_ms = 1767603600000;
    int recorded = -1;
    OK(ken_base_open_case_draft(base, &draft, &recorded, &err));
    CHECK(recorded == KEN_RECORDED_NEW);
    ken_entry note;
    ken_entry_init(&note);
    note.text = KEN_STR("The fuse is gone."), note.reuse = KEN_STR("cause");
    OK(ken_base_note_draft(base, KEN_STR("c1"), &note, NULL, &err));

    /* The same case by JSON. */
    ken_base *other = in_memory(NULL, NULL);
    put_three(other);
    OK(ken_base_open_case(other,
                          KEN_STR("{\"id\":\"c1\",\"opened\":1767603600000,\"channel\":\"phone\",\"party\":\"acme\","
                                  "\"products\":[{\"id\":\"lamp-2000\",\"version\":\"4.0.1\"},{\"id\":\"fuse\"}],\"entries\":["
                                  "{\"at\":1767603600000,\"text\":\"Since the storm my lamp is dark.\",\"reuse\":\"issue\",\"author\":\"ann\"},"
                                  "{\"at\":1767603660000,\"text\":\"Call after six.\",\"reuse\":\"case-only\"}]}"),
                          NULL, &err));
    ken_case *one = NULL, *two = NULL;
    OK(ken_base_read_case(base, KEN_STR("c1"), &one, &err));
    OK(ken_base_read_case(other, KEN_STR("c1"), &two, &err));
    ken_base_destroy(&base), ken_base_destroy(&other);

    ken_case_info info, same;
    ken_case_info_init(&info), ken_case_info_init(&same);
    OK(ken_case_describe(one, &info, &err));
    OK(ken_case_describe(two, &same, &err));
    CHECK(is(info.id, "c1") && is(info.kind, "service") && is(info.status, "open") && is(info.channel, "phone"));
    CHECK(is(info.party, "acme") && info.session.len == 0 && info.first_contact == KEN_UNKNOWN);
    CHECK(info.opened_ms == 1767603600000 && same.opened_ms == info.opened_ms && info.done_ms == KEN_NOW);
    CHECK(info.n_items == 2 && info.n_entries == 3 && same.n_items == 2 && same.n_entries == 2);
    ken_product item;
    OK(ken_case_item(one, 0, &item, &err));
    CHECK(is(item.id, "lamp-2000") && is(item.version, "4.0.1"));
    OK(ken_case_item(one, 1, &item, &err));
    CHECK(is(item.id, "fuse") && item.version.len == 0);
    STATUS(KEN_ERR_INVALID_VALUE, ken_case_item(one, 2, &item, &err));
    ken_entry entry, equal;
    ken_entry_init(&entry), ken_entry_init(&equal);
    for (size_t i = 0; i < 2; i++) {
        OK(ken_case_entry(one, i, &entry, &err));
        OK(ken_case_entry(two, i, &equal, &err));
        CHECK(entry.text.len == equal.text.len && memcmp(entry.text.ptr, equal.text.ptr, entry.text.len) == 0);
        CHECK(entry.at_ms == equal.at_ms && entry.at_ms == entries[i].at_ms && entry.author.len == equal.author.len);
        CHECK(entry.reuse.len == entries[i].reuse.len && memcmp(entry.reuse.ptr, entries[i].reuse.ptr, entry.reuse.len) == 0);
    }
    OK(ken_case_entry(one, 2, &entry, &err));
    CHECK(is(entry.text, "The fuse is gone.") && is(entry.reuse, "cause"));
    STATUS(KEN_ERR_INVALID_VALUE, ken_case_entry(one, 3, &entry, &err));
    CHECK(is(entry.text, "The fuse is gone."));
    ken_case_destroy(&one), ken_case_destroy(&two);
}

static void what_is_refused(void) {
    ken_error *err = NULL;
    ken_base *base = in_memory(NULL, NULL);
    ken_entry entries[2];
    ken_entry_init(&entries[0]), ken_entry_init(&entries[1]);
    entries[0].text = entries[1].text = KEN_STR("dark");
    entries[0].reuse = KEN_STR("issue"), entries[1].reuse = KEN_STR("isue");
    ken_case_draft draft;
    ken_case_draft_init(&draft);
    draft.id = KEN_STR("c1"), draft.entries = entries, draft.n_entries = 2;
    CHECK(ken_base_open_case_draft(base, &draft, NULL, &err) == KEN_ERR_INVALID_VALUE);
    CHECK(has(ken_error_message(err), "draft.entries[1]") && has(ken_error_message(err), "isue"));
    ken_error_destroy(&err);
    draft.n_entries = 1, draft.kind = KEN_STR("servce");
    CHECK(ken_base_open_case_draft(base, &draft, NULL, &err) == KEN_ERR_INVALID_VALUE);
    CHECK(has(ken_error_message(err), "did you mean service?"));
    ken_error_destroy(&err);
    STATUS(KEN_ERR_CASE_NOT_FOUND, ken_base_note_draft(base, KEN_STR("c1"), &entries[0], NULL, &err));
    ken_case *ticket = NULL;
    STATUS(KEN_ERR_CASE_NOT_FOUND, ken_base_read_case(base, KEN_STR("c1"), &ticket, &err));
    ken_base_destroy(&base);
}

static void the_sections_of_an_article(void) {
    ken_error *err = NULL;
    ken_base *base = in_memory(NULL, NULL);
    put_three(base);
    put(base, "{\"id\":\"door\",\"kind\":\"process\",\"title\":\"Door\",\"owner\":\"ann\",\"audience\":\"public\",\"confidence\":\"validated\","
              "\"sections\":[{\"role\":\"issue\",\"heading\":\"What you see\",\"text\":\"It *sticks*.\"},"
              "{\"role\":\"note\",\"text\":\"Batch 7.\",\"audience\":\"internal\"}]}");
    ken_article *article = NULL;
    OK(ken_base_read_article(base, KEN_STR("door"), &article, &err));
    ken_article_info info;
    ken_article_info_init(&info);
    OK(ken_article_describe(article, &info, &err));
    CHECK(is(info.id, "door") && is(info.title, "Door") && is(info.kind, "process") && is(info.language, "en"));
    CHECK(is(info.audience, "public") && is(info.confidence, "validated") && is(info.owner, "ann"));
    CHECK(info.author.len == 0 && info.version == 1 && info.n_sections == 2 && info.verified_ms == KEN_NOW && info.edited_ms > 0);
    ken_section section;
    ken_section_init(&section);
    OK(ken_article_section(article, 0, &section, &err));
    CHECK(is(section.role, "issue") && is(section.heading, "What you see") && is(section.text, "It *sticks*."));
    CHECK(section.audience.len == 0);
    OK(ken_article_section(article, 1, &section, &err));
    CHECK(is(section.role, "note") && section.heading.len == 0 && is(section.audience, "internal"));
    STATUS(KEN_ERR_INVALID_VALUE, ken_article_section(article, 2, &section, &err));
    ken_article_destroy(&article);

    /* A snapshot of the public has the first section alone. */
    ken_buf *bytes = NULL;
    OK(ken_base_snapshot(base, SNAPSHOT_REQUEST(KEN_STR("public"), NULL, 0, KEN_NOW, KEN_MARKUP_HTML), NULL, NULL, &bytes, &err));
    ken_snapshot *snapshot = NULL;
    OK(ken_snapshot_open_bytes(ken_buf_data(bytes), ken_buf_size(bytes), &snapshot, &err));
    OK(ken_snapshot_read_article(snapshot, KEN_STR("door"), &article, &err));
    OK(ken_article_describe(article, &info, &err));
    CHECK(info.n_sections == 1 && info.owner.len == 0);
    OK(ken_article_section(article, 0, &section, &err));
    CHECK(has(section.text, "<em>sticks</em>"));
    ken_article_destroy(&article);
    STATUS(KEN_ERR_ARTICLE_NOT_FOUND, ken_snapshot_read_article(snapshot, KEN_STR("twin"), &article, &err));
    ken_snapshot_destroy(&snapshot);
    ken_buf_destroy(&bytes);
    ken_base_destroy(&base);
}

int main(void) {
    a_case_as_structs();
    what_is_refused();
    the_sections_of_an_article();
    return done("documents");
}
