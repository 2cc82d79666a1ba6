/*
 * One process writes, eight answer. The readers are forked first and open no base: each opens the snapshot that
 * the writer publishes for the public, answers from it as the base would, to the bit, and refreshes when it is
 * asked to. Here the writer asks them over a socket each; a host would refresh before each request, or once a
 * second. Nothing can hang: every process has an alarm.
 */
#define _POSIX_C_SOURCE 200809L
#define _DEFAULT_SOURCE

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kenpoint.h>

enum { READERS = 8, LONGEST_SECONDS = 60 };

#define HELP "help.ken"

/* The request of the writer to a reader: to refresh or not, and the instant of the answer. */
struct question {
    int64_t now_ms;
    uint32_t refresh;
};

/* The best hit for a dark lamp. */
struct answer {
    double score;
    uint32_t changed;
    char title[64];
};

static void fail(const char *what) {
    perror(what);
    _exit(EXIT_FAILURE);
}

static void must(ken_status status, ken_error **error) {
    if (status != KEN_OK) {
        const ken_str message = ken_error_message(*error);
        fprintf(stderr, "snapshots: %.*s\n", KEN_ARG(message));
        _exit(EXIT_FAILURE);
    }
}

static ken_search_request dark_lamp(int64_t now_ms) {
    ken_search_request request;
    ken_search_request_init(&request);
    request.query = KEN_STR("dark lamp");
    request.audience = KEN_STR("public");
    request.now_ms = now_ms;
    return request;
}

static struct answer best_of(const ken_results *results) {
    struct answer answer;
    memset(&answer, 0, sizeof answer);
    ken_error *error = NULL;
    ken_hit hit;
    must(ken_results_hit(results, 0, &hit, &error), &error);
    answer.score = hit.score;
    snprintf(answer.title, sizeof answer.title, "%.*s", KEN_ARG(hit.title));
    return answer;
}

/* ---- A reader: has no base, and answers from the file */

static void serve(int socket) {
    ken_error *error = NULL;
    ken_snapshot *snapshot = NULL;
    struct question asked;
    while (recv(socket, &asked, sizeof asked, MSG_WAITALL) == (ssize_t)sizeof asked) {
        uint32_t changed = 0;
        if (!snapshot) {
            must(ken_snapshot_open(KEN_STR(HELP), &snapshot, &error), &error);
        }
        if (asked.refresh) {
            must(ken_snapshot_refresh(snapshot, &changed, &error), &error);
        }
        const ken_search_request request = dark_lamp(asked.now_ms);
        ken_results *results = NULL;
        must(ken_snapshot_search(snapshot, &request, &results, &error), &error);
        struct answer answer = best_of(results);
        answer.changed = changed;
        ken_results_destroy(&results);
        if (send(socket, &answer, sizeof answer, 0) != (ssize_t)sizeof answer) {
            fail("snapshots: send");
        }
    }
    ken_snapshot_destroy(&snapshot);
}

/* ---- The writer: the one process that has the base */

static void publish(const ken_base *base, const char *title) {
    char article[512];
    snprintf(article, sizeof article,
             "{\"id\":\"lamp\",\"kind\":\"product\",\"title\":\"%s\",\"audience\":\"public\",\"confidence\":\"validated\","
             "\"sections\":[{\"role\":\"resolution\",\"text\":\"Change the fuse.\"},"
             "{\"role\":\"note\",\"text\":\"Batch 7 has the wrong fuse.\",\"audience\":\"internal\"}]}",
             title);
    ken_error *error = NULL;
    must(ken_base_put(base, ken_str_of(article), NULL, NULL, &error), &error);
    ken_snapshot_request request;
    ken_snapshot_request_init(&request);
    request.audience = KEN_STR("public");
    must(ken_base_snapshot_file(base, &request, KEN_STR(HELP), NULL, NULL, NULL, &error), &error);
}

/* Asks all readers at once, and compares their answers with that of the base. */
static void ask(const ken_base *base, const int *sockets, uint32_t refresh) {
    ken_error *error = NULL;
    struct question question;
    memset(&question, 0, sizeof question);
    question.refresh = refresh;
    must(ken_base_now(base, &question.now_ms, &error), &error);
    const ken_search_request request = dark_lamp(question.now_ms);
    ken_results *results = NULL;
    must(ken_base_search(base, &request, &results, &error), &error);
    const struct answer own = best_of(results);
    ken_results_destroy(&results);
    for (int i = 0; i < READERS; i++) {
        if (send(sockets[i], &question, sizeof question, 0) != (ssize_t)sizeof question) {
            fail("snapshots: send");
        }
    }
    for (int i = 0; i < READERS; i++) {
        struct answer answer;
        if (recv(sockets[i], &answer, sizeof answer, MSG_WAITALL) != (ssize_t)sizeof answer) {
            fail("snapshots: a reader is gone");
        }
        const int is_equal = answer.score == own.score && strcmp(answer.title, own.title) == 0;
        printf("   reader %d%s: %s%s\n", i + 1, answer.changed ? ", refreshed" : "", answer.title,
               is_equal ? ", as the base" : ", as the base did before");
    }
}

int main(void) {
    char folder[] = "/tmp/kenpoint-snapshots-XXXXXX";
    if (!mkdtemp(folder) || chdir(folder) != 0) {
        fail("snapshots: mkdtemp");
    }
    alarm(2 * LONGEST_SECONDS);
    int sockets[READERS];
    pid_t readers[READERS];
    for (int i = 0; i < READERS; i++) {
        int pair[2];
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0 || (readers[i] = fork()) < 0) {
            fail("snapshots: socketpair, fork");
        }
        sockets[i] = pair[0];
        if (readers[i] == 0) {
            alarm(LONGEST_SECONDS);
            for (int j = 0; j <= i; j++) {
                close(sockets[j]);
            }
            serve(pair[1]);
            _exit(EXIT_SUCCESS);
        }
        close(pair[1]);
    }

    ken_error *error = NULL;
    ken_base *base = NULL;
    must(ken_base_open_memory(NULL, &base, &error), &error);
    puts("the writer publishes, and each reader opens the file");
    publish(base, "The lamp stays dark");
    ask(base, sockets, 0);
    puts("\nthe writer puts a change and publishes again: who has not refreshed goes on");
    publish(base, "The lamp stays dark after a power cut");
    ask(base, sockets, 0);
    puts("\neach reader refreshes");
    ask(base, sockets, 1);
    ken_base_destroy(&base);

    /* A reader ends when nobody can ask it any more. */
    for (int i = 0; i < READERS; i++) {
        int status = 0;
        close(sockets[i]);
        if (waitpid(readers[i], &status, 0) != readers[i] || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
            fprintf(stderr, "snapshots: reader %d did not end well (status %#x)\n", i + 1, (unsigned)status);
            return EXIT_FAILURE;
        }
    }
    return unlink(HELP) == 0 && rmdir(folder) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
