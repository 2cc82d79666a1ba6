/* A forking host: handles of the parent are refused in the child at once, nothing hangs, and a lock ends with its owner. */
#include "check.h"

#include <signal.h>
#include <sys/wait.h>
#include <valgrind/valgrind.h>

/* Runs a test in a child; a child that hangs is ended by its alarm, and that is a failure. */
static void in_child(const char *what, void (*test)(ken_base *, const char *), ken_base *base, const char *folder) {
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        alarm(60);
        /* The memory of the parent's base is left alone in the child, so all of it is lost there. */
        VALGRIND_CLO_CHANGE("--leak-check=no");
        atomic_store(&n_failures, 0);
        test(base, folder);
        fflush(NULL);
        _exit(atomic_load(&n_failures) ? 1 : 0);
    }
    int status = -1;
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "%s: the child ended with %d, by signal %d\n", what, WEXITSTATUS(status),
                WIFSIGNALED(status) ? WTERMSIG(status) : 0);
        CHECK(0);
    }
}

static int carry_on(void *data) {
    (void)data;
    return KEN_CONTINUE;
}

static int visit(void *data, size_t i, const ken_base *past) {
    (void)data, (void)i, (void)past;
    return KEN_CONTINUE;
}

static int take(void *data, const uint8_t *bytes, size_t len) {
    (void)data, (void)bytes, (void)len;
    return 0;
}

static void every_call_is_refused(ken_base *base, const char *folder) {
    (void)folder;
    ken_error *err = NULL;
    ken_buf *buf = NULL;
    int64_t now = 0, instant = 1767603600000;
    ken_results *results = NULL;
    ken_base *past = NULL;
    ken_search_request search;
    ken_search_request_init(&search);
    search.query = KEN_STR("light"), search.audience = KEN_STR("internal");
    ken_suggest_request suggest;
    ken_suggest_request_init(&suggest);
    suggest.text = KEN_STR("light"), suggest.audience = KEN_STR("internal");
    ken_event event;
    ken_event_init(&event);
    event.what = KEN_STR("viewed"), event.article = KEN_STR("lamp");
    struct ArrowArrayStream stream;
    STATUS(KEN_ERR_FORKED_HANDLE, ken_base_now(base, &now, &err));
    STATUS(KEN_ERR_FORKED_HANDLE, ken_base_stats(base, &buf, &err));
    STATUS(KEN_ERR_FORKED_HANDLE, ken_base_flush(base, &err));
    STATUS(KEN_ERR_FORKED_HANDLE, ken_base_put(base, KEN_STR(LAMP), NULL, NULL, &err));
    STATUS(KEN_ERR_FORKED_HANDLE, ken_base_article(base, KEN_STR("lamp"), &buf, &err));
    STATUS(KEN_ERR_FORKED_HANDLE, ken_base_record(base, &event, NULL, &err));
    STATUS(KEN_ERR_FORKED_HANDLE, ken_base_search(base, &search, &results, &err));
    STATUS(KEN_ERR_FORKED_HANDLE, ken_base_suggest(base, &suggest, &results, &err));
    STATUS(KEN_ERR_FORKED_HANDLE, ken_base_search_many(base, &search, 1, &results, &err));
    STATUS(KEN_ERR_FORKED_HANDLE, ken_base_suggest_many(base, &suggest, 1, &results, &err));
    STATUS(KEN_ERR_FORKED_HANDLE, ken_base_as_of(base, instant, KEN_STR(""), carry_on, NULL, &past, &err));
    STATUS(KEN_ERR_FORKED_HANDLE, ken_base_replay(base, &instant, 1, KEN_STR(""), visit, NULL, &err));
    STATUS(KEN_ERR_FORKED_HANDLE, ken_base_export(base, take, NULL, NULL, &err));
    STATUS(KEN_ERR_FORKED_HANDLE, ken_base_verify(base, NULL, NULL, NULL, &err));
    STATUS(KEN_ERR_FORKED_HANDLE, ken_base_export_rows(base, KEN_STR("articles"), KEN_STR(""), &stream, &err));
    STATUS(KEN_ERR_FORKED_HANDLE, ken_base_close(base, &err));
    ken_base_destroy(&base);
    CHECK(base == NULL);
}

static void the_folder_is_taken(ken_base *base, const char *folder) {
    (void)base;
    ken_error *err = NULL;
    ken_base *mine = NULL;
    STATUS(KEN_ERR_BUSY, ken_base_open(ken_str_of(folder), NULL, &mine, &err));
    CHECK(mine == NULL);
}

/* A base of the child's own, with threads of its own, though the parent's had theirs. */
static void a_base_of_its_own(ken_base *base, const char *folder) {
    ken_base_destroy(&base);
    ken_error *err = NULL;
    ken_options *options = NULL;
    ken_base *mine = NULL;
    OK(ken_options_new(&options, &err));
    OK(ken_options_set(options, KEN_STR("threads"), KEN_STR("2"), &err));
    OK(ken_base_open(ken_str_of(folder), options, &mine, &err));
    ken_options_destroy(&options);
    put_three(mine);
    enum { N = 16 };
    ken_suggest_request asked[N];
    ken_results *found[N];
    for (int i = 0; i < N; i++) {
        ken_suggest_request_init(&asked[i]);
        asked[i].text = KEN_STR("the lamp gives no light");
        asked[i].audience = KEN_STR("internal");
        asked[i].threshold = 0;
    }
    OK(ken_base_suggest_many(mine, asked, N, found, &err));
    for (int i = 0; i < N; i++) {
        CHECK(ken_results_count(found[i]) > 0);
        ken_results_destroy(&found[i]);
    }
    OK(ken_base_close(mine, &err));
    ken_base_destroy(&mine);
}

/* An answer is no base: it may be read and destroyed in a child. */
static ken_results *answer;

static void answers_are_readable(ken_base *base, const char *folder) {
    (void)base, (void)folder;
    ken_error *err = NULL;
    ken_hit hit;
    OK(ken_results_hit(answer, 0, &hit, &err));
    CHECK(hit.id.len > 0);
    ken_results_destroy(&answer);
}

/* A stream of the parent's answers with an error, and may be released. */
static struct ArrowArrayStream stream;

static void streams_are_refused(ken_base *base, const char *folder) {
    (void)base, (void)folder;
    struct ArrowArray array;
    memset(&array, 0, sizeof array);
    CHECK(stream.get_next(&stream, &array) != 0);
    CHECK(stream.get_last_error(&stream) && strstr(stream.get_last_error(&stream), "fork"));
    stream.release(&stream);
}

/* The stream of a base that the parent destroyed: the last of it goes, in the parent and not in the child. */
static struct ArrowArrayStream orphan;

static void an_orphan_is_left_alone(ken_base *base, const char *folder) {
    (void)base, (void)folder;
    orphan.release(&orphan);
    CHECK(orphan.release == NULL);
}

/* Tells what opening a folder answers. */
static ken_status open_status(const char *folder) {
    ken_base *base = NULL;
    ken_status status = ken_base_open(ken_str_of(folder), NULL, &base, NULL);
    ken_base_destroy(&base);
    return status;
}

/* A process owns a base and forks a helper, which destroys the handle or not, and lives on. The owner ends by a
 * signal. Returns what opening the folder answers then. */
static ken_status owner_dies(const char *folder, int destroys, int reads) {
    int to_parent[2], to_helper[2];
    CHECK(pipe(to_parent) == 0 && pipe(to_helper) == 0);
    fflush(NULL);
    pid_t owner = fork();
    if (owner == 0) {
        ken_base *base = NULL;
        struct ArrowArrayStream rows;
        VALGRIND_CLO_CHANGE("--leak-check=no");
        close(to_helper[1]);
        if (ken_base_open(ken_str_of(folder), NULL, &base, NULL) != KEN_OK ||
            (reads && ken_base_export_rows(base, KEN_STR("articles"), KEN_STR(""), &rows, NULL) != KEN_OK)) {
            _exit(1);
        }
        if (fork() == 0) {
            if (destroys) {
                ken_base_destroy(&base);
            }
            if (reads) {
                /* A number that was closed once is the next file's, and must stay that file's. */
                int mine = dup(to_parent[1]);
                rows.release(&rows);
                CHECK(write(mine, "", 0) == 0);
            }
            char answer = atomic_load(&n_failures) ? 'x' : 'a';
            if (write(to_parent[1], &answer, 1) == 1) {
                (void)!read(to_helper[0], &answer, 1);
            }
            _exit(0);
        }
        /* The owner goes on with its base while the helper lives, until it is killed. */
        for (;;) {
            if (ken_base_put(base, KEN_STR(LAMP), NULL, NULL, NULL) != KEN_OK) {
                _exit(1);
            }
            usleep(1000);
        }
    }
    char answer = 0;
    CHECK(read(to_parent[0], &answer, 1) == 1 && answer == 'a');
    CHECK(open_status(folder) == KEN_ERR_BUSY);
    CHECK(kill(owner, SIGKILL) == 0 && waitpid(owner, NULL, 0) == owner);
    ken_status status = open_status(folder);
    /* The end of the pipe ends the helper. */
    close(to_helper[1]), close(to_helper[0]);
    CHECK(read(to_parent[0], &answer, 0) == 0);
    close(to_parent[0]), close(to_parent[1]);
    return status;
}

static void a_lock_ends_with_its_owner(void) {
    char *folder = scratch("owner");
    CHECK(owner_dies(folder, 1, 0) == KEN_OK);
    CHECK(owner_dies(folder, 1, 1) == KEN_OK);
    /* The header says so: the lock is that of an inherited descriptor, which only the helper can close. */
    CHECK(owner_dies(folder, 0, 0) == KEN_ERR_BUSY);
    free(folder);
}

int main(void) {
    a_lock_ends_with_its_owner();
    ken_error *err = NULL;
    char *folder = scratch("parent"), *other = scratch("child");
    ken_options *options = NULL;
    OK(ken_options_new(&options, &err));
    OK(ken_options_set(options, KEN_STR("threads"), KEN_STR("2"), &err));
    ken_base *base = NULL;
    OK(ken_base_open(ken_str_of(folder), options, &base, &err));
    ken_options_destroy(&options);
    put_three(base);
    /* The parent's threads are up before the fork. */
    ken_suggest_request asked[8];
    ken_results *found[8];
    for (int i = 0; i < 8; i++) {
        ken_suggest_request_init(&asked[i]);
        asked[i].text = KEN_STR("the lamp gives no light");
        asked[i].audience = KEN_STR("internal");
    }
    OK(ken_base_suggest_many(base, asked, 8, found, &err));
    for (int i = 0; i < 8; i++) {
        ken_results_destroy(&found[i]);
    }
    answer = search(base, "light");
    OK(ken_base_export_rows(base, KEN_STR("articles"), KEN_STR(""), &stream, &err));

    in_child("every call is refused", every_call_is_refused, base, folder);
    in_child("the folder is taken", the_folder_is_taken, base, folder);
    in_child("a base of its own", a_base_of_its_own, base, other);
    in_child("answers are readable", answers_are_readable, base, folder);
    in_child("streams are refused", streams_are_refused, base, folder);

    char *third = scratch("orphan");
    ken_base *gone = NULL;
    OK(ken_base_open(ken_str_of(third), NULL, &gone, &err));
    put_three(gone);
    /* An event of reading starts the base's own thread, which is not in the child. */
    ken_event viewed;
    ken_event_init(&viewed);
    viewed.what = KEN_STR("viewed");
    viewed.article = KEN_STR("lamp");
    OK(ken_base_record(gone, &viewed, NULL, &err));
    OK(ken_base_export_rows(gone, KEN_STR("articles"), KEN_STR(""), &orphan, &err));
    ken_base_destroy(&gone);
    in_child("an orphan is left alone", an_orphan_is_left_alone, NULL, third);
    orphan.release(&orphan);
    in_child("what the orphan kept is free", a_base_of_its_own, NULL, third);
    free(third);

    /* The parent goes on. */
    stream.release(&stream);
    ken_results_destroy(&answer);
    put(base, "{\"id\":\"after\",\"kind\":\"product\",\"title\":\"After the fork\"}");
    ken_results *results = search(base, "fork");
    CHECK(ken_results_count(results) == 1);
    ken_results_destroy(&results);
    OK(ken_base_verify(base, NULL, NULL, NULL, &err));
    OK(ken_base_close(base, &err));
    ken_base_destroy(&base);
    /* Closed here, the folder is free for a child. */
    in_child("a base that the parent closed", a_base_of_its_own, NULL, folder);
    free(folder), free(other);
    return done("fork");
}
