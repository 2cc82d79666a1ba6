/*
 * Eight threads on one handle: each puts articles, finds them at once, records events of readers, and asks.
 * Threads wait for each other only to commit; in any order, the totals are the same.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kenpoint.h>

enum { THREADS = 8, ROUNDS = 25 };

/* The counts of one thread. Nothing is shared but the base. */
struct worker {
    const ken_base *base;
    int number;
    unsigned n_put, n_unchanged, n_found, n_recorded, n_duplicates, n_answers, n_refused;
};

static void must(ken_status status, ken_error **error) {
    if (status != KEN_OK) {
        const ken_str message = ken_error_message(*error);
        fprintf(stderr, "threads: %.*s\n", (int)message.len, message.ptr);
        exit(EXIT_FAILURE);
    }
}

/* The number of articles that a query finds. */
static size_t hits(const ken_base *base, const char *query) {
    ken_search_request request;
    ken_search_request_init(&request);
    request.query = ken_str_of(query);
    request.audience = KEN_STR("internal");
    ken_results *results = NULL;
    ken_error *error = NULL;
    must(ken_base_search(base, &request, &results, &error), &error);
    const size_t n = ken_results_count(results);
    ken_results_destroy(&results);
    return n;
}

static void *work(void *data) {
    struct worker *me = data;
    for (int round = 0; round < ROUNDS; round++) {
        ken_error *error = NULL;
        char id[32], word[32], article[256], event_id[64];
        snprintf(id, sizeof id, "a-%d-%d", me->number, round);
        snprintf(word, sizeof word, "code%dx%d", me->number, round);
        snprintf(article, sizeof article,
                 "{\"id\":\"%s\",\"kind\":\"product\",\"title\":\"What %s means\",\"sections\":[{\"role\":\"resolution\","
                 "\"text\":\"Restart the lamp and read %s again.\"}]}",
                 id, word, word);
        int recorded;
        for (int again = 0; again < 2; again++) {
            must(ken_base_put(me->base, ken_str_of(article), NULL, &recorded, &error), &error);
            me->n_put += recorded == KEN_RECORDED_NEW;
            me->n_unchanged += recorded == KEN_RECORDED_UNCHANGED;
        }
        /* A thread finds its article as soon as the call that wrote it has returned. */
        me->n_found += hits(me->base, word) == 1;

        ken_event event;
        ken_event_init(&event);
        snprintf(event_id, sizeof event_id, "solved-%s", id);
        event.what = KEN_STR("solved");
        event.id = ken_str_of(event_id);
        event.article = ken_str_of(id);
        for (int again = 0; again < 3; again++) {
            must(ken_base_record(me->base, &event, &recorded, &error), &error);
            me->n_recorded += recorded == KEN_RECORDED_NEW;
            me->n_duplicates += recorded == KEN_RECORDED_DUPLICATE;
        }
        me->n_answers += hits(me->base, "restart lamp") > 0;

        /* A call that fails harms no other, on this thread or another. */
        event.id = (ken_str){NULL, 0};
        event.article = KEN_STR("nowhere");
        me->n_refused += ken_base_record(me->base, &event, NULL, NULL) == KEN_ERR_ARTICLE_NOT_FOUND;
    }
    return NULL;
}

int main(void) {
    ken_base *base = NULL;
    ken_error *error = NULL;
    must(ken_base_open_memory(NULL, &base, &error), &error);

    pthread_t threads[THREADS];
    struct worker workers[THREADS];
    memset(workers, 0, sizeof workers);
    for (int i = 0; i < THREADS; i++) {
        workers[i].base = base;
        workers[i].number = i;
        if (pthread_create(&threads[i], NULL, work, &workers[i]) != 0) {
            perror("threads: pthread_create");
            return EXIT_FAILURE;
        }
    }
    struct worker total = {0};
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        total.n_put += workers[i].n_put;
        total.n_unchanged += workers[i].n_unchanged;
        total.n_found += workers[i].n_found;
        total.n_recorded += workers[i].n_recorded;
        total.n_duplicates += workers[i].n_duplicates;
        total.n_answers += workers[i].n_answers;
        total.n_refused += workers[i].n_refused;
    }

    printf("%d threads on one base, %d rounds each\n\n", THREADS, ROUNDS);
    printf("  %4u  articles put\n", total.n_put);
    printf("  %4u  put again, unchanged\n", total.n_unchanged);
    printf("  %4u  found by the thread that wrote it, with its next call\n", total.n_found);
    printf("  %4u  events recorded\n", total.n_recorded);
    printf("  %4u  duplicates, counted once\n", total.n_duplicates);
    printf("  %4u  questions answered meanwhile\n", total.n_answers);
    printf("  %4u  writes refused, harming no other\n", total.n_refused);

    /* Every table equals a replay of the log, in whatever order the threads wrote it. */
    ken_buf *report = NULL;
    must(ken_base_verify(base, NULL, NULL, &report, &error), &error);
    ken_buf_destroy(&report);
    puts("\nverified: a replay of the log gives every row");

    must(ken_base_close(base, &error), &error);
    ken_base_destroy(&base);
    return EXIT_SUCCESS;
}
