/*
 * What an earlier header said of the functions that older.c calls: some structs end before fields that they have today.
 * It is kept as it is, so that a program of that header is tested with the library of today.
 */
#ifndef KENPOINT_OLDER_H
#define KENPOINT_OLDER_H

#include <stddef.h>
#include <stdint.h>

typedef int ken_status;
typedef struct ken_base ken_base;
typedef struct ken_options ken_options;
typedef struct ken_results ken_results;
typedef struct ken_error ken_error;
typedef struct ken_buf ken_buf;

typedef struct {
    const char *ptr;
    size_t len;
} ken_str;

typedef struct {
    ken_str id;
    ken_str version;
} ken_product;

typedef struct {
    ken_str party;
    ken_str region;
    ken_str channel;
    ken_str language;
    const ken_product *items;
    size_t n_items;
    const ken_str *components;
    size_t n_components;
    const ken_str *tried;
    size_t n_tried;
} ken_context;

/* Without filter, limit, offset, now_ms and snippet_chars. */
typedef struct {
    uint32_t struct_size;
    uint32_t explain;
    ken_str query;
    ken_str audience;
    const ken_str *entitlements;
    size_t n_entitlements;
    ken_context context;
} ken_search_request;

/* Without now_ms, threshold and snippet_chars. */
typedef struct {
    uint32_t struct_size;
    uint32_t reserved;
    ken_str case_id;
    ken_str text;
    ken_str audience;
    const ken_str *entitlements;
    size_t n_entitlements;
    ken_context context;
    ken_str filter;
    size_t limit;
} ken_suggest_request;

/* Without at_ms. */
typedef struct {
    uint32_t struct_size;
    int markup;
    ken_str audience;
    const ken_str *entitlements;
    size_t n_entitlements;
} ken_snapshot_request;

/* Without impression, text and value. */
typedef struct {
    uint32_t struct_size;
    uint32_t rank;
    ken_str what;
    ken_str id;
    int64_t at_ms;
    ken_str actor;
    ken_str party;
    ken_str session;
    ken_str case_id;
    ken_str channel;
    ken_str audience;
    ken_str article;
} ken_event;

/* Without provenance, reason and confidence. */
typedef struct {
    uint32_t struct_size;
    uint32_t reserved;
    ken_str case_id;
    ken_str article;
    ken_str link;
} ken_link_draft;

void ken_search_request_init_sized(ken_search_request *request, size_t size);
void ken_suggest_request_init_sized(ken_suggest_request *request, size_t size);
void ken_snapshot_request_init_sized(ken_snapshot_request *request, size_t size);
void ken_event_init_sized(ken_event *event, size_t size);
void ken_link_draft_init_sized(ken_link_draft *link, size_t size);

ken_status ken_base_open_memory(const ken_options *options, ken_base **out, ken_error **err);
void ken_base_destroy(ken_base **base);
ken_status ken_base_put(const ken_base *base, ken_str article, uint32_t *version, int *recorded, ken_error **err);
ken_status ken_base_open_case(const ken_base *base, ken_str draft, int *recorded, ken_error **err);
ken_status ken_base_link(const ken_base *base, const ken_link_draft *link, ken_str by, int *recorded, ken_error **err);
ken_status ken_base_record_all(const ken_base *base, const ken_event *events, size_t n, int *recorded, ken_error **err);
ken_status ken_base_search(const ken_base *base, const ken_search_request *request, ken_results **out, ken_error **err);
ken_status ken_base_search_many(const ken_base *base, const ken_search_request *requests, size_t n, ken_results **out,
                                ken_error **err);
ken_status ken_base_suggest(const ken_base *base, const ken_suggest_request *request, ken_results **out,
                            ken_error **err);
ken_status ken_base_snapshot(const ken_base *base, const ken_snapshot_request *request, int (*cancel)(void *),
                             void *data, ken_buf **out, ken_error **err);
size_t ken_results_count(const ken_results *results);
void ken_results_destroy(ken_results **results);
size_t ken_buf_size(const ken_buf *buf);
void ken_buf_destroy(ken_buf **buf);
ken_str ken_error_message(const ken_error *error);
void ken_error_destroy(ken_error **error);

#define KEN_STR(literal) ((ken_str){"" literal, sizeof("" literal) - 1})
#define ken_search_request_init(request) ken_search_request_init_sized((request), sizeof(ken_search_request))
#define ken_suggest_request_init(request) ken_suggest_request_init_sized((request), sizeof(ken_suggest_request))
#define ken_snapshot_request_init(request) ken_snapshot_request_init_sized((request), sizeof(ken_snapshot_request))
#define ken_event_init(event) ken_event_init_sized((event), sizeof(ken_event))
#define ken_link_draft_init(link) ken_link_draft_init_sized((link), sizeof(ken_link_draft))

#endif
