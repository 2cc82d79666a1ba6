/*
 * The header and the library that is loaded are of one version: each code, each size, each number.
 * `constants_cases.h` is made from the header by `cargo xtask c`.
 */
#include "check.h"

#include "constants_cases.h"

int main(void) {
    size_t n = sizeof CODES / sizeof CODES[0];
    CHECK(n > 20);
    for (size_t i = 0; i < n; i++) {
        if (!is(ken_status_name(CODES[i].number), CODES[i].name)) {
            ken_str found = ken_status_name(CODES[i].number);
            fprintf(stderr, "%d is %.*s in the library, %s in the header\n", CODES[i].number, (int)found.len,
                    found.ptr ? found.ptr : "", CODES[i].name);
            CHECK(0);
        }
    }
    CHECK(is(ken_status_name(KEN_OK), "Ok"));
    for (int number = 1; number <= 999; number++) {
        size_t known = 0;
        for (size_t i = 0; i < n; i++) {
            known += CODES[i].number == number;
        }
        if ((ken_status_name(number).len > 0) != (known == 1)) {
            fprintf(stderr, "%d: the library names it, or the header does, and the other does not\n", number);
            CHECK(0);
        }
    }
    check_sizes();
    CHECK(ken_abi_version() == KEN_ABI_VERSION && ken_check_abi());
    CHECK(ken_version_number() == KEN_VERSION_NUMBER);
    char version[32];
    snprintf(version, sizeof version, "%d.%d.%d", KEN_VERSION_NUMBER / 10000, KEN_VERSION_NUMBER / 100 % 100,
             KEN_VERSION_NUMBER % 100);
    CHECK(is(ken_version(), version));

    /* The longest text: one byte more is refused before a byte of it is read. */
    CHECK((uint64_t)KEN_MAX_BYTES == (UINT64_C(1) << 31) - 1);
    ken_error *err = NULL;
    ken_buf *buf = NULL;
    ken_str text = {NULL, (size_t)KEN_MAX_BYTES + 1};
    STATUS(KEN_ERR_TOO_LARGE, ken_markdown_to_html(text, &buf, &err));
    text.len = (size_t)KEN_MAX_BYTES;
    STATUS(KEN_ERR_NULL_ARGUMENT, ken_markdown_to_html(text, &buf, &err));

    /* Levels, answers and outcomes are numbers that hosts store: they do not move. */
    CHECK(KEN_CONTINUE == 0 && KEN_STOP == 1);
    CHECK(KEN_LOG_ERROR == 1 && KEN_LOG_WARNING == 2 && KEN_LOG_INFO == 3 && KEN_LOG_DEBUG == 4);
    CHECK(KEN_MARKUP_COMMONMARK == 0 && KEN_MARKUP_HTML == 1);
    CHECK(KEN_RECORDED_NEW == 0 && KEN_RECORDED_DUPLICATE == 1 && KEN_RECORDED_UNCHANGED == 2);
    CHECK(KEN_UNKNOWN == -1 && KEN_NO == 0 && KEN_YES == 1 && KEN_NOW == INT64_MIN);
    CHECK(ken_factor_count() == 5);
    CHECK(is(ken_str_of("lamp"), "lamp") && ken_str_of(NULL).len == 0 && KEN_STR("lamp").len == 4);
    return done("constants");
}
