/*
 * A forking host (PHP-FPM, Apache prefork, gunicorn): the parent opens nothing. One child, the
 * writer, opens the base after the fork and owns it; the workers ask it over a socket each. Then two hosts
 * that do otherwise, and the clear error each of them gets. Nothing can hang: every process has an alarm.
 */
#define _POSIX_C_SOURCE 200809L
#define _DEFAULT_SOURCE

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kenpoint.h>

enum { WORKERS = 4, ROUNDS = 5, LONGEST_SECONDS = 60 };

/* A question and its answer have one size, so that a stream needs no frames. */
struct message {
    enum { SEARCH, SOLVED, RATE, FAILED } what;
    char text[128];
    double number;
};

static void fail(const char *what) {
    perror(what);
    _exit(EXIT_FAILURE);
}

static void must(ken_status status, ken_error **error) {
    if (status != KEN_OK) {
        const ken_str message = ken_error_message(*error);
        fprintf(stderr, "prefork: %.*s\n", (int)message.len, message.ptr);
        _exit(EXIT_FAILURE);
    }
}

/* Forks; the child's alarm ends it if it should ever hang. What is buffered is printed before, by the parent. */
static pid_t forked(void) {
    fflush(NULL);
    const pid_t pid = fork();
    if (pid < 0) {
        fail("prefork: fork");
    }
    if (pid == 0) {
        alarm(LONGEST_SECONDS);
    }
    return pid;
}

/* Waits for a child; one that failed, or that a signal ended, fails the program. */
static void joined(pid_t pid, const char *who) {
    int status = 0;
    if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "prefork: the %s did not end well (status %#x)\n", who, (unsigned)status);
        exit(EXIT_FAILURE);
    }
}

static int read_all(int socket, struct message *message) {
    size_t have = 0;
    while (have < sizeof *message) {
        const ssize_t n = read(socket, (char *)message + have, sizeof *message - have);
        if (n <= 0) {
            return 0;
        }
        have += (size_t)n;
    }
    return 1;
}

static void write_all(int socket, const struct message *message) {
    if (write(socket, message, sizeof *message) != (ssize_t)sizeof *message) {
        fail("prefork: write");
    }
}

/* ---- The writer: the one process that has the base open */

static struct message answered(const ken_base *base, const struct message *asked) {
    struct message answer = *asked;
    ken_error *error = NULL;
    ken_status status = KEN_OK;
    if (asked->what == SEARCH) {
        ken_search_request request;
        ken_search_request_init(&request);
        request.query = ken_str_of(asked->text);
        request.audience = KEN_STR("internal");
        ken_results *results = NULL;
        status = ken_base_search(base, &request, &results, &error);
        answer.number = (double)ken_results_count(results);
        ken_hit hit;
        if (status == KEN_OK && ken_results_hit(results, 0, &hit, NULL) == KEN_OK) {
            snprintf(answer.text, sizeof answer.text, "%.*s", (int)hit.id.len, hit.id.ptr);
        }
        ken_results_destroy(&results);
    } else if (asked->what == SOLVED) {
        ken_event event;
        ken_event_init(&event);
        event.what = KEN_STR("solved");
        event.article = ken_str_of(asked->text);
        status = ken_base_record(base, &event, NULL, &error);
    } else {
        status = ken_base_solve_rate(base, ken_str_of(asked->text), KEN_NOW, &answer.number, &error);
    }
    if (status != KEN_OK) {
        const ken_str message = ken_error_message(error);
        answer.what = FAILED;
        snprintf(answer.text, sizeof answer.text, "%.*s", (int)message.len, message.ptr);
        ken_error_destroy(&error);
    }
    return answer;
}

static void write_for(const char *folder, const int *sockets) {
    ken_base *base = NULL;
    ken_error *error = NULL;
    must(ken_base_open(ken_str_of(folder), NULL, &base, &error), &error);
    must(ken_base_put(base,
                 KEN_STR("{\"id\":\"lamp\",\"kind\":\"product\",\"title\":\"The lamp stays dark\",\"sections\":"
                         "[{\"role\":\"resolution\",\"text\":\"Change the fuse.\"}]}"),
                 NULL, NULL, &error),
         &error);
    struct pollfd asked[WORKERS];
    int n_open = WORKERS;
    for (int i = 0; i < WORKERS; i++) {
        asked[i] = (struct pollfd){.fd = sockets[i], .events = POLLIN};
    }
    while (n_open > 0) {
        if (poll(asked, WORKERS, -1) < 0) {
            fail("prefork: poll");
        }
        for (int i = 0; i < WORKERS; i++) {
            struct message question;
            if (asked[i].revents == 0) {
                continue;
            }
            if (read_all(asked[i].fd, &question)) {
                const struct message answer = answered(base, &question);
                write_all(asked[i].fd, &answer);
            } else {
                /* poll ignores numbers below 0. */
                asked[i].fd = -1;
                n_open--;
            }
        }
    }
    must(ken_base_close(base, &error), &error);
    ken_base_destroy(&base);
}

/* ---- A worker: has no base, and asks */

static struct message ask(int socket, int what, const char *text) {
    struct message message;
    memset(&message, 0, sizeof message);
    message.what = what;
    snprintf(message.text, sizeof message.text, "%s", text);
    write_all(socket, &message);
    if (!read_all(socket, &message)) {
        fail("prefork: the writer is gone");
    }
    if (message.what == FAILED) {
        fprintf(stderr, "prefork: %s\n", message.text);
        _exit(EXIT_FAILURE);
    }
    return message;
}

static void work(int socket, const char *folder, int report) {
    unsigned n_found = 0, n_busy = 0;
    for (int round = 0; round < ROUNDS; round++) {
        const struct message found = ask(socket, SEARCH, "dark lamp");
        n_found += found.number == 1;
        ask(socket, SOLVED, found.text);
        /* A worker that opens the base as well gets KEN_ERR_BUSY at once. */
        ken_base *base = NULL;
        n_busy += ken_base_open(ken_str_of(folder), NULL, &base, NULL) == KEN_ERR_BUSY;
    }
    const unsigned counts[2] = {n_found, n_busy};
    if (write(report, counts, sizeof counts) != (ssize_t)sizeof counts) {
        fail("prefork: write");
    }
}

/* The host as it should be. */
static void host(const char *folder) {
    int to_writer[WORKERS], of_writer[WORKERS], reports[WORKERS][2];
    pid_t workers[WORKERS];
    for (int i = 0; i < WORKERS; i++) {
        int pair[2];
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0 || pipe(reports[i]) != 0) {
            fail("prefork: socketpair");
        }
        to_writer[i] = pair[0];
        of_writer[i] = pair[1];
    }
    const pid_t writer = forked();
    if (writer == 0) {
        for (int i = 0; i < WORKERS; i++) {
            close(to_writer[i]);
        }
        write_for(folder, of_writer);
        _exit(EXIT_SUCCESS);
    }
    /* The first question is answered once the base is open, so the workers below find it so. */
    const double before = ask(to_writer[0], RATE, "lamp").number;
    for (int i = 0; i < WORKERS; i++) {
        workers[i] = forked();
        if (workers[i] == 0) {
            for (int j = 0; j < WORKERS; j++) {
                close(of_writer[j]);
                if (j != i) {
                    close(to_writer[j]);
                }
            }
            work(to_writer[i], folder, reports[i][1]);
            _exit(EXIT_SUCCESS);
        }
    }
    printf("one writer owns the base, %d workers ask it\n", WORKERS);
    for (int i = 0; i < WORKERS; i++) {
        unsigned counts[2] = {0, 0};
        joined(workers[i], "worker");
        if (read(reports[i][0], counts, sizeof counts) != (ssize_t)sizeof counts) {
            fail("prefork: read");
        }
        printf("   worker %d: found it %u times, reported %u solved cases; its own ken_base_open: %.*s %u times\n", i + 1, counts[0],
               counts[0], (int)ken_status_name(KEN_ERR_BUSY).len, ken_status_name(KEN_ERR_BUSY).ptr, counts[1]);
    }
    const double after = ask(to_writer[0], RATE, "lamp").number;
    printf("   the lamp's article solves %.0f %% of its cases, %.0f %% before\n", 100 * after, 100 * before);
    for (int i = 0; i < WORKERS; i++) {
        close(to_writer[i]);
        close(of_writer[i]);
        close(reports[i][0]);
        close(reports[i][1]);
    }
    joined(writer, "writer");
}

/* A host that opens before it forks: the handle is of no use in the child, and its calls say so. */
static void host_that_opens_first(const char *folder) {
    puts("\na host that opens before it forks");
    const pid_t parent = forked();
    if (parent == 0) {
        ken_base *base = NULL;
        ken_error *error = NULL;
        must(ken_base_open(ken_str_of(folder), NULL, &base, &error), &error);
        const pid_t child = forked();
        if (child == 0) {
            ken_search_request request;
            ken_search_request_init(&request);
            request.query = KEN_STR("dark lamp");
            request.audience = KEN_STR("internal");
            ken_results *results = NULL;
            const ken_status status = ken_base_search(base, &request, &results, &error);
            const ken_str name = ken_status_name(status), message = ken_error_message(error);
            printf("   in the child: %.*s, %.*s\n", (int)name.len, name.ptr, (int)message.len, message.ptr);
            ken_error_destroy(&error);
            /* It may be destroyed there, which leaves the parent's base alone. */
            ken_base_destroy(&base);
            fflush(stdout);
            _exit(status == KEN_ERR_FORKED_HANDLE ? EXIT_SUCCESS : EXIT_FAILURE);
        }
        joined(child, "child");
        double rate = 0;
        must(ken_base_solve_rate(base, KEN_STR("lamp"), KEN_NOW, &rate, &error), &error);
        puts("   in the parent: the base answers as before");
        must(ken_base_close(base, &error), &error);
        ken_base_destroy(&base);
        fflush(stdout);
        _exit(EXIT_SUCCESS);
    }
    joined(parent, "host that opens first");
}

/* A host whose processes all open the base: the first one has it. */
static void host_that_opens_twice(const char *folder) {
    puts("\na host of which two processes open the base");
    ken_base *base = NULL;
    ken_error *error = NULL;
    must(ken_base_open(ken_str_of(folder), NULL, &base, &error), &error);
    const pid_t second = forked();
    if (second == 0) {
        ken_base *mine = NULL;
        const ken_status status = ken_base_open(ken_str_of(folder), NULL, &mine, &error);
        const ken_str name = ken_status_name(status), message = ken_error_message(error);
        printf("   the second: %.*s, %.*s\n", (int)name.len, name.ptr, (int)message.len, message.ptr);
        ken_error_destroy(&error);
        fflush(stdout);
        _exit(status == KEN_ERR_BUSY ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    joined(second, "second process");
    must(ken_base_close(base, &error), &error);
    ken_base_destroy(&base);
    const pid_t third = forked();
    if (third == 0) {
        must(ken_base_open(ken_str_of(folder), NULL, &base, &error), &error);
        puts("   once the first has closed it: open");
        ken_base_destroy(&base);
        fflush(stdout);
        _exit(EXIT_SUCCESS);
    }
    joined(third, "third process");
}

/* Removes the folder of the base, which holds files and folders of files. */
static void removed(const char *folder) {
    fflush(NULL);
    const pid_t pid = forked();
    if (pid == 0) {
        execlp("rm", "rm", "-rf", "--", folder, (char *)NULL);
        fail("prefork: rm");
    }
    joined(pid, "rm");
}

int main(void) {
    alarm(2 * LONGEST_SECONDS);
    char temporary[] = "/tmp/kenpoint-prefork-XXXXXX";
    if (!mkdtemp(temporary) || chdir(temporary) != 0) {
        fail("prefork: mkdtemp");
    }
    host("knowledge");
    host_that_opens_first("knowledge");
    host_that_opens_twice("knowledge");
    removed(temporary);
    return EXIT_SUCCESS;
}
