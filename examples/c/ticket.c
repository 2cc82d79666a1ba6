/*
 * A ticket screen in a terminal: a case comes in, suggestions stand beside it with their reasons, the agent
 * chooses, and the next case like it gets a better answer.
 *
 *     ticket [FOLDER]     FOLDER: the folder to import, by default examples/data, a year of a help centre
 *
 * Standard input, a line each (ticket.in is a session):
 *
 *     ticket ID PARTY PRODUCT VERSION     a case; its text follows, up to a line with a full stop only
 *     search WORDS                        search further; the hits are numbered on
 *     accept N                            the agent sends number N to the customer
 *     tried N                             number N was tried, in vain
 *     dismiss N REASON                    not-relevant, already-tried, wrong or outdated
 *     resolve N                           number N solved the case
 *     quit
 *
 * The clock stands at a fixed day and goes on by a minute with each line, so that a session prints the same
 * every time. Colours are used if standard output is a terminal.
 */
#define _POSIX_C_SOURCE 200809L

#include <math.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kenpoint.h>

enum { WIDTH = 100, TITLE = 64, ROOM = 16, ID_BYTES = 128 };

static const int64_t MORNING = 1795165200000; /* 2026-11-20T09:00:00Z */
static const int64_t MINUTE = 60 * 1000;
static const char AGENT[] = "tom.baker";

/* The state of the screen: the base, its clock, the case, and the articles behind the numbers on the screen. */
static ken_base *base;
static atomic_llong now;
static char case_id[ID_BYTES];
static char items[ROOM][ID_BYTES];
static size_t n_items, n_resolved;

/* ---- Layout */

static const char *bold = "", *dim = "", *plain = "";

/* Prints at most `width` characters of a text, on one line; returns how many. */
static int cut(ken_str text, int width) {
    int n_chars = 0;
    for (size_t i = 0; i < text.len; i++) {
        n_chars += ((unsigned char)text.ptr[i] & 0xC0) != 0x80;
    }
    const int n_shown = n_chars > width ? width - 1 : n_chars;
    int n = 0;
    for (size_t i = 0; i < text.len; i++) {
        n += ((unsigned char)text.ptr[i] & 0xC0) != 0x80;
        if (n > n_shown) {
            break;
        }
        putchar(text.ptr[i] == '\n' ? ' ' : text.ptr[i]);
    }
    if (n_chars > width) {
        fputs("…", stdout);
    }
    return n_chars > width ? width : n_chars;
}

/* The same with blanks behind it, so that the next text stands in a column. */
static void column(ken_str text, int width) {
    const int n_shown = cut(text, width);
    printf("%*s", width - n_shown, "");
}

static void rule(void) {
    fputs(dim, stdout);
    for (int i = 0; i < WIDTH; i++) {
        fputs("─", stdout);
    }
    printf("%s\n", plain);
}

/* A heading with something at its right end. */
static void heading(const char *left, const char *right) {
    printf("\n%s%s%s%*s%s\n", bold, left, plain, WIDTH - (int)strlen(left) - (int)strlen(right), "", right);
    rule();
}

/* Wraps the customer's words behind a line at the left. */
static void quote(const char *text) {
    int column_now = 0;
    for (const char *word = text; *word;) {
        const size_t len = strcspn(word, " \n");
        if (column_now > 0 && column_now + 1 + (int)len > WIDTH - 6) {
            putchar('\n');
            column_now = 0;
        }
        if (column_now == 0) {
            printf("   %s│%s ", dim, plain);
        } else {
            putchar(' ');
        }
        printf("%.*s", (int)len, word);
        column_now += (int)len + 1;
        word += len + strspn(word + len, " \n");
    }
    putchar('\n');
}

/* A factor as a bar around 1: to the right it raises the score, to the left it lowers it; two cells double. */
static void bar(double factor) {
    enum { CELLS = 8 };
    const double doublings = factor > 0 ? log2(factor) : -CELLS;
    const long cells = lround(fmax(-CELLS, fmin(CELLS, 2 * doublings)));
    for (long i = -CELLS; i < 0; i++) {
        fputs(i >= cells ? "█" : " ", stdout);
    }
    printf("%s┃%s", dim, plain);
    for (long i = 1; i <= CELLS; i++) {
        fputs(i <= cells ? "█" : " ", stdout);
    }
}

/* ---- What a call answered */

/* Returns 1 if a call succeeded; otherwise prints the reason. */
static int went_well(ken_status status, ken_error **error) {
    if (status == KEN_OK) {
        return 1;
    }
    const ken_str message = ken_error_message(*error);
    printf("   %s!%s %.*s\n", bold, plain, (int)message.len, message.ptr);
    ken_error_destroy(error);
    return 0;
}

/* Ends the program if a call failed without which there is nothing to show. */
static void must(ken_status status, ken_error **error) {
    if (status != KEN_OK) {
        const ken_str message = ken_error_message(*error);
        fprintf(stderr, "ticket: %.*s\n", (int)message.len, message.ptr);
        ken_error_destroy(error);
        exit(EXIT_FAILURE);
    }
}

/* ---- JSON of a case, written into a text that grows */

static char *json;
static size_t json_len, json_size;

static void put_bytes(const char *bytes, size_t len) {
    while (json_len + len + 1 > json_size) {
        json_size = json_size ? 2 * json_size : 1024;
        json = realloc(json, json_size);
        if (!json) {
            abort();
        }
    }
    memcpy(json + json_len, bytes, len);
    json_len += len;
    json[json_len] = '\0';
}

static void put_text(const char *text) {
    put_bytes("\"", 1);
    for (; *text; text++) {
        char escaped[8];
        if (*text == '"' || *text == '\\' || (unsigned char)*text < 0x20) {
            snprintf(escaped, sizeof escaped, "\\u%04x", (unsigned)(unsigned char)*text);
            put_bytes(escaped, 6);
        } else {
            put_bytes(text, 1);
        }
    }
    put_bytes("\"", 1);
}

/* Keys and texts in turn, up to NULL: a text that begins with a quote, a brace or a bracket is written as it is. */
static ken_str json_of(const char *part, ...) {
    va_list rest;
    va_start(rest, part);
    json_len = 0;
    for (int is_text = 0; part; part = va_arg(rest, const char *), is_text = !is_text) {
        is_text ? put_text(part) : put_bytes(part, strlen(part));
    }
    va_end(rest);
    return (ken_str){json, json_len};
}

/* ---- The screen */

/* Gives an article the next number on the screen. */
static size_t numbered(ken_str id) {
    if (n_items == ROOM) {
        n_items = 0;
    }
    snprintf(items[n_items], ID_BYTES, "%.*s", (int)id.len, id.ptr);
    return ++n_items;
}

static void title_line(const ken_hit *hit) {
    printf("\n%s%4zu%s  %s", bold, numbered(hit->id), plain, bold);
    column(hit->title, TITLE);
    printf("%s  ", plain);
    column(hit->freshness, 10);
    printf("  solves %3.0f %%\n", 100 * hit->solve_probability);
}

static void reason_lines(const ken_results *results, size_t i) {
    fputs("      ", stdout);
    cut(ken_results_summary(results, i), WIDTH - 6);
    putchar('\n');
    for (size_t j = 0; j < ken_factor_count(); j++) {
        ken_factor factor;
        ken_error *error = NULL;
        must(ken_results_factor(results, i, j, &factor, &error), &error);
        printf("      %s", dim);
        column(factor.name, 11);
        printf("%s × %-6.3f ", plain, factor.value);
        bar(factor.value);
        fputs("  ", stdout);
        cut(factor.words, WIDTH - 46);
        putchar('\n');
    }
}

static void similar_lines(const ken_results *results) {
    const size_t n = ken_results_similar_count(results);
    if (n > 0) {
        printf("\n   %zu past case%s like it\n", n, n == 1 ? "" : "s");
    }
    for (size_t i = 0; i < n && i < 3; i++) {
        ken_similar similar;
        ken_error *error = NULL;
        must(ken_results_similar(results, i, &similar, &error), &error);
        fputs("      ", stdout);
        column(similar.id, 10);
        printf("  %2.0f %% alike  ", 100 * similar.similarity);
        const ken_str solved_by = ken_results_solved_by(results, i, 0);
        if (similar.n_solved_by == 0) {
            printf("%sno article solved it%s\n", dim, plain);
        } else {
            printf("solved by %.*s", (int)solved_by.len, solved_by.ptr);
            printf(similar.n_solved_by > 1 ? " and %zu more\n" : "\n", similar.n_solved_by - 1);
        }
    }
}

/* Records an event of the agent; the next answer takes it into account. */
static int tell(const char *what, ken_str article, ken_str impression) {
    ken_event event;
    ken_event_init(&event);
    event.what = ken_str_of(what);
    event.actor = ken_str_of(AGENT);
    event.case_id = ken_str_of(case_id);
    event.article = article;
    event.impression = impression;
    ken_error *error = NULL;
    return went_well(ken_base_record(base, &event, NULL, &error), &error);
}

static ken_results *suggested(const ken_base *at, ken_str for_case, ken_str for_text, const ken_product *product) {
    ken_suggest_request request;
    ken_suggest_request_init(&request);
    request.case_id = for_case;
    request.text = for_text;
    request.audience = KEN_STR("internal");
    request.context.items = product;
    request.context.n_items = product ? 1 : 0;
    ken_results *results = NULL;
    ken_error *error = NULL;
    return went_well(ken_base_suggest(at, &request, &results, &error), &error) ? results : NULL;
}

/* Asks again for the case on the screen, and shows the best answers now. */
static void show_suggestions(void) {
    n_items = 0;
    ken_results *results = suggested(base, ken_str_of(case_id), (ken_str){NULL, 0}, NULL);
    if (!results) {
        return;
    }
    if (ken_results_count(results) == 0) {
        puts("\n   Nothing that is likely to solve it.");
    }
    for (size_t i = 0; i < ken_results_count(results); i++) {
        ken_hit hit;
        ken_error *error = NULL;
        must(ken_results_hit(results, i, &hit, &error), &error);
        title_line(&hit);
        reason_lines(results, i);
    }
    similar_lines(results);
    if (ken_results_count(results) > 0) {
        tell("suggested", (ken_str){NULL, 0}, ken_results_impression(results));
    }
    ken_results_destroy(&results);
}

/* The answer to the same words in the morning, before the outcomes of today. */
static void show_morning(const char *text, const ken_product *product) {
    ken_base *morning = NULL;
    ken_error *error = NULL;
    must(ken_base_as_of(base, MORNING, KEN_STR(""), NULL, NULL, &morning, &error), &error);
    ken_results *results = suggested(morning, (ken_str){NULL, 0}, ken_str_of(text), product);
    ken_hit hit;
    if (results && ken_results_hit(results, 0, &hit, NULL) == KEN_OK) {
        printf("\n   %sThis morning the first answer would have been:%s %.*s\n", dim, plain, (int)hit.title.len,
               hit.title.ptr);
    }
    ken_results_destroy(&results);
    ken_base_destroy(&morning);
}

/* ---- The lines of the session */

/* The next line of standard input, without its end; NULL after the last. A command is prompted for, or echoed. */
static char *next_line(int is_echoed) {
    static char *line;
    static size_t size;
    const int is_typed = isatty(STDIN_FILENO);
    if (is_typed && is_echoed) {
        printf("\n%s> %s", bold, plain);
        fflush(stdout);
    }
    const ssize_t len = getline(&line, &size, stdin);
    if (len < 0) {
        free(line);
        line = NULL;
        return NULL;
    }
    line[strcspn(line, "\r\n")] = '\0';
    if (is_echoed && !is_typed && *line) {
        printf("\n%s> %s%s\n", bold, line, plain);
    }
    return line;
}

static void open_ticket(char *args) {
    char *rest = args;
    const char *id = strtok_r(rest, " ", &rest);
    const char *party = strtok_r(NULL, " ", &rest);
    const char *product = strtok_r(NULL, " ", &rest);
    const char *version = strtok_r(NULL, " ", &rest);
    if (!version || strlen(id) >= ID_BYTES) {
        puts("   ! A ticket has an id, a party, a product and its version.");
        return;
    }
    char screen[ID_BYTES + 16], about[ID_BYTES];
    snprintf(screen, sizeof screen, "TICKET %s", id);
    snprintf(about, sizeof about, "%s %s, %s", product, version, party);
    snprintf(case_id, sizeof case_id, "%s", id);

    /* Copies, since the words are in the line that is read over. */
    char party_text[ID_BYTES], product_text[ID_BYTES], version_text[ID_BYTES];
    snprintf(party_text, sizeof party_text, "%s", party);
    snprintf(product_text, sizeof product_text, "%s", product);
    snprintf(version_text, sizeof version_text, "%s", version);
    char text[8192] = "";
    for (char *line = next_line(0); line && strcmp(line, ".") != 0; line = next_line(0)) {
        const size_t len = strlen(text);
        snprintf(text + len, sizeof text - len, "%s%s", len ? "\n" : "", line);
    }

    heading(screen, about);
    quote(text);
    const ken_product item = {ken_str_of(product_text), ken_str_of(version_text)};
    const ken_str draft = json_of("{\"id\":", case_id, ",\"kind\":\"service\",\"party\":", party_text,
                                  ",\"products\":[{\"id\":", product_text, ",\"version\":", version_text,
                                  "}],\"entries\":[{\"reuse\":\"issue\",\"text\":", text, "}]}", NULL);
    ken_error *error = NULL;
    if (went_well(ken_base_open_case(base, draft, NULL, &error), &error)) {
        if (n_resolved > 0) {
            show_morning(text, &item);
        }
        show_suggestions();
    }
}

static void search(const char *words) {
    ken_search_request request;
    ken_search_request_init(&request);
    request.query = ken_str_of(words);
    request.audience = KEN_STR("internal");
    request.limit = 3;
    request.explain = 1;
    ken_results *results = NULL;
    ken_error *error = NULL;
    if (!went_well(ken_base_search(base, &request, &results, &error), &error)) {
        return;
    }
    for (size_t i = 0; i < ken_results_count(results); i++) {
        ken_hit hit;
        must(ken_results_hit(results, i, &hit, &error), &error);
        title_line(&hit);
        fputs(hit.is_cut_before ? "      …" : "      ", stdout);
        cut(hit.snippet, WIDTH - 7);
        putchar('\n');
    }
    ken_results_destroy(&results);
}

/* Links the article of a number to the case. */
static int link_to_case(ken_str article, const char *link, const char *reason) {
    ken_link_draft draft;
    ken_link_draft_init(&draft);
    draft.case_id = ken_str_of(case_id);
    draft.article = article;
    draft.link = ken_str_of(link);
    draft.reason = ken_str_of(reason);
    ken_error *error = NULL;
    return went_well(ken_base_link(base, &draft, ken_str_of(AGENT), NULL, &error), &error);
}

static void choose(const char *choice, const char *number, const char *reason) {
    const unsigned long n = number ? strtoul(number, NULL, 10) : 0;
    if (n < 1 || n > n_items) {
        puts("   ! That is no number on the screen.");
        return;
    }
    const ken_str article = ken_str_of(items[n - 1]);
    ken_error *error = NULL;
    if (strcmp(choice, "accept") == 0) {
        if (tell("accepted", article, (ken_str){NULL, 0}) && tell("sent", article, (ken_str){NULL, 0})) {
            printf("   Sent to the customer: %s\n", items[n - 1]);
        }
    } else if (strcmp(choice, "dismiss") == 0) {
        if (link_to_case(article, "dismissed", reason)) {
            printf("   Put aside, %s: %s\n", reason, items[n - 1]);
        }
    } else if (strcmp(choice, "tried") == 0) {
        if (link_to_case(article, "tried-failed", NULL)) {
            printf("   Tried in vain, so it is not suggested again: %s\n", items[n - 1]);
            show_suggestions();
        }
    } else if (link_to_case(article, "resolved", NULL) &&
               went_well(ken_base_resolve_case(base, ken_str_of(case_id), KEN_YES, NULL, &error), &error)) {
        printf("   Case %s is resolved by %s\n", case_id, items[n - 1]);
        n_resolved++;
    }
}

static int is_choice(const char *word) {
    return strcmp(word, "accept") == 0 || strcmp(word, "dismiss") == 0 || strcmp(word, "tried") == 0 ||
           strcmp(word, "resolve") == 0;
}

static int64_t tell_time(void *data) {
    (void)data;
    return atomic_load(&now);
}

/* Counts the records of the import on standard error, if that is a terminal. */
static int tell_progress(void *data, const ken_progress *progress) {
    uint64_t *records = data;
    *records = progress->records;
    if (isatty(STDERR_FILENO) && progress->records % 500 == 0) {
        fprintf(stderr, "\r%llu records ...", (unsigned long long)progress->records);
    }
    return KEN_CONTINUE;
}

int main(int argc, char **argv) {
    if (!ken_check_abi()) {
        fputs("ticket: the header and the library do not belong together\n", stderr);
        return EXIT_FAILURE;
    }
    if (isatty(STDOUT_FILENO)) {
        bold = "\033[1m", dim = "\033[2m", plain = "\033[0m";
    }
    atomic_store(&now, MORNING);
    ken_error *error = NULL;
    ken_options *options = NULL;
    must(ken_options_new(&options, &error), &error);
    must(ken_options_set_clock(options, tell_time, NULL, NULL, &error), &error);
    must(ken_base_open_memory(options, &base, &error), &error);
    ken_options_destroy(&options);

    uint64_t records = 0;
    must(ken_base_import(base, ken_str_of(argc > 1 ? argv[1] : "examples/data"), KEN_STR("{\"survey_scale\":[1,5]}"),
                    tell_progress, &records, NULL, &error),
         &error);
    char brought_in[64];
    snprintf(brought_in, sizeof brought_in, "%llu records of a year", (unsigned long long)records);
    heading("KENPOINT, A TICKET SCREEN", brought_in);
    if (isatty(STDIN_FILENO)) {
        puts("   ticket ID PARTY PRODUCT VERSION, then what the customer writes, then a line with a full stop");
        puts("   search WORDS   accept N   tried N   dismiss N REASON   resolve N   quit");
    }

    for (char *line = next_line(1); line; line = next_line(1)) {
        atomic_fetch_add(&now, MINUTE);
        char *rest = line;
        const char *command = strtok_r(rest, " ", &rest);
        if (!command) {
            continue;
        }
        if (strcmp(command, "ticket") == 0) {
            open_ticket(rest);
        } else if (strcmp(command, "search") == 0) {
            search(rest);
        } else if (is_choice(command) && *case_id) {
            const char *number = strtok_r(NULL, " ", &rest);
            const char *reason = strtok_r(NULL, " ", &rest);
            choose(command, number, reason ? reason : "");
        } else if (strcmp(command, "quit") == 0) {
            break;
        } else {
            puts("   ! ticket, search, accept, tried, dismiss, resolve or quit");
        }
    }
    free(json);
    must(ken_base_close(base, &error), &error);
    ken_base_destroy(&base);
    return EXIT_SUCCESS;
}
