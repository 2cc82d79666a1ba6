// The same in C++17; the C++ layer, where it is installed, compiles beside the C header.
#if __has_include(<kenpoint.hpp>)
#include <kenpoint.hpp>
#else
#include <kenpoint.h>
#endif

#include <cstdio>

int main() {
    if (!ken_check_abi()) {
        return 1;
    }
    ken_base *base = nullptr;
    if (ken_base_open_memory(nullptr, &base, nullptr) != KEN_OK) {
        return 1;
    }
    const ken_str lamp = KEN_STR("{\"id\":\"lamp\",\"kind\":\"product\",\"title\":\"The lamp stays dark\"}");
    if (ken_base_put(base, lamp, nullptr, nullptr, nullptr) != KEN_OK) {
        return 1;
    }
    ken_search_request request;
    ken_search_request_init(&request);
    request.query = KEN_STR("dark lamp");
    request.audience = KEN_STR("internal");
    ken_results *results = nullptr;
    ken_hit hit;
    if (ken_base_search(base, &request, &results, nullptr) != KEN_OK ||
        ken_results_hit(results, 0, &hit, nullptr) != KEN_OK) {
        return 1;
    }
    std::printf("%.*s: %.*s\n", static_cast<int>(hit.id.len), hit.id.ptr, static_cast<int>(hit.title.len), hit.title.ptr);
    ken_results_destroy(&results);
    ken_base_destroy(&base);
    return 0;
}
