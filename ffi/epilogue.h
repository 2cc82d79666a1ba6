/** A ken_str of a string literal. */
#ifdef __cplusplus
#define KEN_STR(literal) (ken_str{(literal), sizeof(literal) - 1})
#else
#define KEN_STR(literal) ((ken_str){(literal), sizeof(literal) - 1})
#endif

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

/** A ken_str as the two arguments of "%.*s" in printf. */
#define KEN_ARG(view) (int)(view).len, (view).ptr

/** 1 if header and library belong together, else 0. A program calls it once, before anything else. */
static inline int ken_check_abi(void) {
    return ken_abi_version() == KEN_ABI_VERSION;
}
