/* KEN_STR of a pointer: its size is that of the pointer, not of the text. */
#include <kenpoint.h>

int main(void) {
    const char *text = "dark lamp";
#ifdef RIGHT
    ken_str view = ken_str_of(text);
#else
    ken_str view = KEN_STR(text);
#endif
    return view.len == 9 ? 0 : 1;
}
