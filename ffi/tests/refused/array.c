/* KEN_STR of an array: its size is that of the array, not of the text in it. */
#include <kenpoint.h>

int main(void) {
    char text[64] = "dark lamp";
#ifdef RIGHT
    ken_str view = ken_str_of(text);
#else
    ken_str view = KEN_STR(text);
#endif
    return view.len == 9 ? 0 : 1;
}
