/* KEN_STR_INIT of a pointer, where a static object is initialised; of literals it is an initialiser in C11 and C++17. */
#include <kenpoint.h>

#define WORD "internal"

static const char *const POINTER = WORD;
static const ken_str AUDIENCE = KEN_STR_INIT("internal");
static const ken_str JOINED = KEN_STR_INIT("in" "ter" "nal");
static const ken_product PRODUCTS[] = {{KEN_STR_INIT("lamp"), KEN_STR_INIT("4.0")}, {KEN_STR_INIT("fuse"), KEN_STR_INIT("")}};
#ifdef RIGHT
static const ken_str VIEW = KEN_STR_INIT(WORD);
#else
static const ken_str VIEW = KEN_STR_INIT(POINTER);
#endif

int main(void) {
    return POINTER && AUDIENCE.len == 8 && JOINED.len == 8 && VIEW.len == 8 && PRODUCTS[0].version.len == 3 &&
                   PRODUCTS[1].version.len == 0
               ? 0
               : 1;
}
