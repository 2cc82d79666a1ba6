/* The least that shows a library which works: a base, an article, an answer, an error. */
#include <kenpoint.h>
#include <stdio.h>
#include <stdlib.h>

static void must(ken_status status, ken_error *err) {
    if (status != KEN_OK) {
        ken_str message = ken_error_message(err);
        fprintf(stderr, "%d: %.*s\n", status, (int)message.len, message.ptr);
        exit(1);
    }
}

int main(void) {
    ken_error *err = NULL;
    ken_base *base = NULL;
    ken_results *results = NULL;
    ken_search_request request;
    ken_hit hit;

    if (!ken_check_abi()) {
        fprintf(stderr, "the header is of another binary interface than the library\n");
        return 1;
    }
    must(ken_base_open_memory(NULL, &base, &err), err);
    must(ken_base_put(base, KEN_STR("{\"id\":\"lamp\",\"kind\":\"product\",\"title\":\"The lamp stays dark\"}"), NULL, NULL, &err), err);

    ken_search_request_init(&request);
    request.query = KEN_STR("dark lamp");
    request.audience = KEN_STR("internal");
    must(ken_base_search(base, &request, &results, &err), err);
    must(ken_results_hit(results, 0, &hit, &err), err);
    printf("%.*s: %.*s\n", (int)hit.id.len, hit.id.ptr, (int)hit.title.len, hit.title.ptr);

    if (ken_base_publish(base, KEN_STR("absent"), KEN_STR("public"), NULL, &err) != KEN_ERR_ARTICLE_NOT_FOUND) {
        return 1;
    }
    ken_error_destroy(&err);
    ken_results_destroy(&results);
    ken_base_destroy(&base);
    return 0;
}
