/** A ken_str of a string literal. A pointer or an array does not compile, since its length is not in its type: ken_str_of
 * makes a view of those. */
#ifdef __cplusplus
#define KEN_STR(literal) (ken_str{"" literal, sizeof("" literal) - 1})
#else
#define KEN_STR(literal) ((ken_str){"" literal, sizeof("" literal) - 1})
#endif

/** The same in braces, as the initialiser of a ken_str or of a field: static const ken_str PUBLIC = KEN_STR_INIT("public"); */
#define KEN_STR_INIT(literal) {"" literal, sizeof("" literal) - 1}

/** A ken_str of a C string; NULL gives the empty text. The string must live as long as the view is used. */
static inline ken_str ken_str_of(const char *text) {
    ken_str view = {text, 0};
    if (text) {
        while (text[view.len] != '\0') {
            view.len++;
        }
    }
    return view;
}

/** Fills a ken_search_request with its defaults, in the size that this header gives it. */
#define ken_search_request_init(request) ken_search_request_init_sized((request), sizeof(ken_search_request))

/** Fills a ken_suggest_request with its defaults, in the size that this header gives it. */
#define ken_suggest_request_init(request) ken_suggest_request_init_sized((request), sizeof(ken_suggest_request))

/** Fills a ken_snapshot_request with its defaults, in the size that this header gives it. */
#define ken_snapshot_request_init(request) ken_snapshot_request_init_sized((request), sizeof(ken_snapshot_request))

/** Fills a ken_event with its defaults, in the size that this header gives it. */
#define ken_event_init(event) ken_event_init_sized((event), sizeof(ken_event))

/** Fills a ken_link_draft with its defaults, in the size that this header gives it. */
#define ken_link_draft_init(link) ken_link_draft_init_sized((link), sizeof(ken_link_draft))

/** Fills a ken_entry with its defaults, in the size that this header gives it. */
#define ken_entry_init(entry) ken_entry_init_sized((entry), sizeof(ken_entry))

/** Fills a ken_case_draft with its defaults, in the size that this header gives it. */
#define ken_case_draft_init(draft) ken_case_draft_init_sized((draft), sizeof(ken_case_draft))

/** Fills a ken_article_info with its defaults, in the size that this header gives it. */
#define ken_article_info_init(info) ken_article_info_init_sized((info), sizeof(ken_article_info))

/** Fills a ken_section with its defaults, in the size that this header gives it. */
#define ken_section_init(section) ken_section_init_sized((section), sizeof(ken_section))

/** Fills a ken_case_info with its defaults, in the size that this header gives it. */
#define ken_case_info_init(info) ken_case_info_init_sized((info), sizeof(ken_case_info))

/** A ken_str as the two arguments of "%.*s" in printf. */
#define KEN_ARG(view) (int)(view).len, (view).ptr

/** 1 if header and library belong together, else 0. A program calls it once, before anything else. */
static inline int ken_check_abi(void) {
    return ken_abi_version() == KEN_ABI_VERSION;
}
