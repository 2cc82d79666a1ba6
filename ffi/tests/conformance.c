/*
 * The golden scenarios of core/tests/conformance, through the C library, in memory and on disk. Their form is
 * described in the README beside them; numbers that come of arithmetic are compared to the bit.
 */
#include "check.h"

#include <cjson/cJSON.h>
#include <dirent.h>
#include <time.h>

enum { FORMAT = 1, MOST = 256 };

/* ---- Small things */

static const cJSON *get(const cJSON *object, const char *name) {
    const cJSON *found = cJSON_GetObjectItemCaseSensitive(object, name);
    return found && !cJSON_IsNull(found) ? found : NULL;
}

static ken_str text(const cJSON *step, const char *name) {
    const char *found = cJSON_GetStringValue(get(step, name));
    return ken_str_of(found);
}

static void add_text(cJSON *object, const char *name, ken_str value) {
    char *copy = calloc(1, value.len + 1);
    if (!copy) {
        exit(2);
    }
    if (value.len) {
        memcpy(copy, value.ptr, value.len);
    }
    cJSON_AddStringToObject(object, name, copy);
    free(copy);
}

/* The 16 digits of a number's bits, most significant first. */
static void add_bits(cJSON *object, const char *name, double number) {
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    char digits[17];
    snprintf(digits, sizeof digits, "%016llx", (unsigned long long)bits);
    cJSON_AddStringToObject(object, name, digits);
}

static void add_copy(cJSON *object, const char *name, const cJSON *value) {
    cJSON_AddItemToObject(object, name, value ? cJSON_Duplicate(value, 1) : cJSON_CreateNull());
}

static cJSON *parsed(ken_buf **buf) {
    ken_str json = ken_buf_text(*buf);
    cJSON *value = cJSON_ParseWithLength(json.ptr, json.len);
    CHECK(value != NULL && cJSON_GetNumberValue(get(value, "schema")) == 1);
    ken_buf_destroy(buf);
    return value;
}

/* An instant such as 2026-01-05 or 2026-01-05T09:00:00Z, in milliseconds. */
static int64_t instant(const char *text) {
    struct tm tm;
    memset(&tm, 0, sizeof tm);
    int n = sscanf(text, "%d-%d-%dT%d:%d:%dZ", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec);
    CHECK(n == 3 || n == 6);
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    return (int64_t)timegm(&tm) * 1000;
}

/* ---- The arguments of a search or a suggestion, which live as long as the step */

typedef struct {
    ken_str entitlements[MOST], components[MOST], tried[MOST];
    ken_product items[MOST];
    char *filter;
} arguments;

static size_t texts(const cJSON *array, ken_str *out) {
    size_t n = 0;
    const cJSON *one;
    cJSON_ArrayForEach(one, array) {
        if (n < MOST && cJSON_IsString(one)) {
            out[n++] = ken_str_of(one->valuestring);
        }
    }
    return n;
}

static ken_context context(const cJSON *step, arguments *a) {
    const cJSON *given = get(step, "context"), *one;
    ken_context context;
    memset(&context, 0, sizeof context);
    context.party = text(given, "party");
    context.region = text(given, "region");
    context.channel = text(given, "channel");
    context.language = text(given, "language");
    cJSON_ArrayForEach(one, get(given, "items")) {
        if (context.n_items < MOST) {
            a->items[context.n_items++] = (ken_product){text(one, "id"), text(one, "version")};
        }
    }
    context.items = a->items;
    context.components = a->components;
    context.n_components = texts(get(given, "components"), a->components);
    context.tried = a->tried;
    context.n_tried = texts(get(given, "tried"), a->tried);
    return context;
}

static ken_str filter(const cJSON *step, arguments *a) {
    const cJSON *given = get(step, "filter");
    a->filter = given ? cJSON_PrintUnformatted(given) : NULL;
    return ken_str_of(a->filter);
}

static ken_str audience(const cJSON *step) {
    ken_str label = text(step, "viewer");
    return label.len ? label : KEN_STR("internal");
}

/* The factors of a hit; multiplied in order they are its score. */
static ken_status add_factors(cJSON *to, const ken_results *results, size_t i, double score, ken_error **err) {
    cJSON *factors = cJSON_AddObjectToObject(to, "factors");
    double product = 1;
    for (size_t f = 0; f < ken_factor_count(); f++) {
        ken_factor factor;
        ken_status status = ken_results_factor(results, i, f, &factor, err);
        if (status != KEN_OK) {
            return status;
        }
        char name[32];
        snprintf(name, sizeof name, "%.*s", (int)factor.name.len, factor.name.ptr);
        add_bits(factors, name, factor.value);
        product *= factor.value;
    }
    CHECK(memcmp(&product, &score, sizeof score) == 0);
    return KEN_OK;
}

static ken_status do_search(const ken_base *base, const cJSON *step, cJSON *seen, ken_error **err) {
    static arguments a;
    ken_search_request request;
    ken_search_request_init(&request);
    request.explain = 1;
    request.query = text(step, "query");
    request.audience = audience(step);
    request.entitlements = a.entitlements;
    request.n_entitlements = texts(get(step, "entitlements"), a.entitlements);
    request.context = context(step, &a);
    request.filter = filter(step, &a);
    if (get(step, "limit")) {
        request.limit = (size_t)cJSON_GetNumberValue(get(step, "limit"));
    }
    if (get(step, "offset")) {
        request.offset = (size_t)cJSON_GetNumberValue(get(step, "offset"));
    }
    ken_results *results = NULL;
    ken_status status = ken_base_search(base, &request, &results, err);
    free(a.filter);
    if (status != KEN_OK) {
        return status;
    }
    cJSON *hits = cJSON_AddArrayToObject(seen, "hits");
    for (size_t i = 0; i < ken_results_count(results); i++) {
        ken_hit hit;
        CHECK(ken_results_hit(results, i, &hit, err) == KEN_OK);
        cJSON *one = cJSON_CreateObject();
        add_text(one, "id", hit.id);
        cJSON_AddNumberToObject(one, "version", hit.version);
        add_text(one, "title", hit.title);
        add_bits(one, "score", hit.score);
        add_text(one, "freshness", hit.freshness);
        add_text(one, "snippet", hit.snippet);
        CHECK(add_factors(one, results, i, hit.score, err) == KEN_OK);
        cJSON_AddItemToArray(hits, one);
    }
    add_bits(seen, "answerable", ken_results_answerable(results));
    if (ken_results_relaxed_count(results) > 0) {
        cJSON *relaxed = cJSON_AddArrayToObject(seen, "relaxed");
        for (size_t i = 0; i < ken_results_relaxed_count(results); i++) {
            ken_str part = ken_results_relaxed(results, i);
            char typed[256];
            snprintf(typed, sizeof typed, "%.*s", (int)part.len, part.ptr);
            cJSON_AddItemToArray(relaxed, cJSON_CreateString(typed));
        }
    }
    ken_results_destroy(&results);
    return KEN_OK;
}

static ken_status do_suggest(const ken_base *base, const cJSON *step, cJSON *seen, ken_error **err) {
    static arguments a;
    ken_suggest_request request;
    ken_suggest_request_init(&request);
    request.text = text(step, "text");
    request.case_id = text(step, "case");
    request.audience = audience(step);
    request.entitlements = a.entitlements;
    request.n_entitlements = texts(get(step, "entitlements"), a.entitlements);
    request.context = context(step, &a);
    request.filter = filter(step, &a);
    if (get(step, "limit")) {
        request.limit = (size_t)cJSON_GetNumberValue(get(step, "limit"));
    }
    if (get(step, "threshold")) {
        request.threshold = cJSON_GetNumberValue(get(step, "threshold"));
    }
    ken_results *results = NULL;
    ken_status status = ken_base_suggest(base, &request, &results, err);
    free(a.filter);
    if (status != KEN_OK) {
        return status;
    }
    cJSON *list = cJSON_AddArrayToObject(seen, "suggestions");
    for (size_t i = 0; i < ken_results_count(results); i++) {
        ken_hit hit;
        CHECK(ken_results_hit(results, i, &hit, err) == KEN_OK);
        cJSON *one = cJSON_CreateObject();
        add_text(one, "id", hit.id);
        add_bits(one, "score", hit.score);
        add_bits(one, "solve_probability", hit.solve_probability);
        add_text(one, "freshness", hit.freshness);
        CHECK(add_factors(one, results, i, hit.score, err) == KEN_OK);
        add_text(one, "summary", ken_results_summary(results, i));
        cJSON_AddItemToArray(list, one);
    }
    list = cJSON_AddArrayToObject(seen, "similar");
    for (size_t i = 0; i < ken_results_similar_count(results); i++) {
        ken_similar similar;
        CHECK(ken_results_similar(results, i, &similar, err) == KEN_OK);
        cJSON *one = cJSON_CreateObject(), *solved = cJSON_CreateArray();
        add_text(one, "id", similar.id);
        add_bits(one, "similarity", similar.similarity);
        for (size_t j = 0; j < similar.n_solved_by; j++) {
            cJSON *id = cJSON_CreateObject();
            add_text(id, "id", ken_results_solved_by(results, i, j));
            cJSON_AddItemToArray(solved, cJSON_DetachItemFromObject(id, "id"));
            cJSON_Delete(id);
        }
        cJSON_AddItemToObject(one, "solved_by", solved);
        cJSON_AddItemToArray(list, one);
    }
    cJSON_AddBoolToObject(seen, "abstained", ken_results_abstained(results) == 1);
    ken_results_destroy(&results);
    return KEN_OK;
}

/* ---- Steps that write nothing */

static ken_status do_read(const ken_base *base, const cJSON *step, cJSON *seen, ken_error **err) {
    const char *what = cJSON_GetStringValue(get(step, "do"));
    ken_str article = text(step, "article"), case_id = text(step, "case");
    ken_buf *buf = NULL;
    cJSON *found = NULL;
    const cJSON *one;
    ken_status status = KEN_OK;
    if (!what) {
        CHECK(!"a step without `do`");
    } else if (strcmp(what, "search") == 0) {
        return do_search(base, step, seen, err);
    } else if (strcmp(what, "suggest") == 0) {
        return do_suggest(base, step, seen, err);
    } else if (strcmp(what, "freshness") == 0) {
        if ((status = ken_base_freshness(base, article, KEN_NOW, &buf, err)) == KEN_OK) {
            found = parsed(&buf);
            add_copy(seen, "state", get(found, "state"));
            add_copy(seen, "due", get(found, "due"));
            add_copy(seen, "expires", get(found, "expires"));
            add_copy(seen, "suspect", get(get(found, "suspect"), "reason"));
            add_bits(seen, "factor", cJSON_GetNumberValue(get(found, "factor")));
        }
    } else if (strcmp(what, "article") == 0) {
        if ((status = ken_base_article(base, article, &buf, err)) == KEN_OK) {
            found = parsed(&buf);
            static const char *const KEYS[] = {"id", "version", "title", "audience", "confidence"};
            for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++) {
                add_copy(seen, KEYS[i], get(found, KEYS[i]));
            }
            add_copy(seen, "text", get(cJSON_GetArrayItem(get(found, "sections"), 0), "text"));
        }
    } else if (strcmp(what, "case") == 0) {
        if ((status = ken_base_case(base, case_id, &buf, err)) == KEN_OK) {
            found = parsed(&buf);
            add_copy(seen, "status", get(found, "status"));
            cJSON_AddNumberToObject(seen, "entries", cJSON_GetArraySize(get(found, "entries")));
        }
    } else if (strcmp(what, "solve_rate") == 0) {
        double rate = 0;
        if ((status = ken_base_solve_rate(base, article, KEN_NOW, &rate, err)) == KEN_OK) {
            add_bits(seen, "solve_rate", rate);
        }
    } else if (strcmp(what, "links") == 0) {
        if ((status = ken_base_links_of_article(base, article, &buf, err)) == KEN_OK) {
            found = parsed(&buf);
            cJSON *links = cJSON_AddArrayToObject(seen, "links");
            cJSON_ArrayForEach(one, get(found, "links")) {
                cJSON *link = cJSON_CreateObject();
                add_copy(link, "case", get(one, "case"));
                add_copy(link, "link", get(one, "link"));
                cJSON_AddBoolToObject(link, "retracted", get(one, "retracted_at") != NULL);
                cJSON_AddItemToArray(links, link);
            }
        }
    } else if (strcmp(what, "review") == 0) {
        char request[64] = "";
        if (get(step, "limit")) {
            snprintf(request, sizeof request, "{\"limit\":%d}", (int)cJSON_GetNumberValue(get(step, "limit")));
        }
        if ((status = ken_reviews_queue(base, ken_str_of(request), &buf, err)) == KEN_OK) {
            found = parsed(&buf);
            cJSON *items = cJSON_AddArrayToObject(seen, "items");
            cJSON_ArrayForEach(one, get(found, "items")) {
                cJSON *item = cJSON_CreateObject();
                add_copy(item, "id", get(one, "id"));
                add_copy(item, "state", get(one, "state"));
                add_bits(item, "risk", cJSON_GetNumberValue(get(one, "risk")));
                cJSON_AddItemToArray(items, item);
            }
        }
    } else if (strcmp(what, "as_of") == 0) {
        ken_base *past = NULL;
        status = ken_base_as_of(base, instant(cJSON_GetStringValue(get(step, "known"))), KEN_STR(""), NULL, NULL, &past, err);
        if (status == KEN_OK) {
            status = do_read(past, get(step, "then"), seen, err);
            ken_base_destroy(&past);
        }
    } else {
        fprintf(stderr, "there is no step `%s`\n", what);
        CHECK(0);
    }
    cJSON_Delete(found);
    return status;
}

/* ---- Steps that write */

static ken_status set_policy(const ken_base *base, const cJSON *changes, int *recorded, ken_error **err) {
    ken_buf *buf = NULL;
    ken_status status = ken_base_policy(base, &buf, err);
    if (status != KEN_OK) {
        return status;
    }
    cJSON *policy = parsed(&buf);
    const cJSON *one;
    cJSON_ArrayForEach(one, changes) {
        cJSON_DeleteItemFromObjectCaseSensitive(policy, one->string);
        add_copy(policy, one->string, one);
    }
    char *json = cJSON_PrintUnformatted(policy);
    status = ken_base_set_policy(base, ken_str_of(json), recorded, err);
    free(json);
    cJSON_Delete(policy);
    return status;
}

static ken_status record(const ken_base *base, const char *event, int *recorded, ken_error **err) {
    size_t size = strlen(event) + 32, n = 0;
    char *events = malloc(size);
    if (!events) {
        exit(2);
    }
    snprintf(events, size, "{\"events\":[%s]}", event);
    ken_status status = ken_base_record_json(base, ken_str_of(events), &n, err);
    *recorded = n == 1 ? KEN_RECORDED_NEW : KEN_RECORDED_DUPLICATE;
    free(events);
    return status;
}

static ken_status act(const ken_base *base, const cJSON *step, cJSON *seen, ken_error **err) {
    const char *what = cJSON_GetStringValue(get(step, "do"));
    ken_str article = text(step, "article"), case_id = text(step, "case"), by = text(step, "by");
    /* The step's object, as JSON. */
    static const char *const OBJECTS[][2] = {{"put", "article"},    {"set_fact", "fact"}, {"open_case", "case"},
                                             {"note", "entry"},     {"record", "event"}};
    char *json = NULL;
    for (size_t i = 0; i < sizeof OBJECTS / sizeof OBJECTS[0]; i++) {
        if (strcmp(what, OBJECTS[i][0]) == 0) {
            json = cJSON_PrintUnformatted(get(step, OBJECTS[i][1]));
        }
    }
    ken_str object = ken_str_of(json);
    int recorded = -1;
    uint32_t version = 0;
    ken_status status = KEN_OK;
    if (strcmp(what, "put") == 0) {
        const cJSON *expects = get(step, "expects");
        status = expects ? ken_base_edit(base, object, (uint32_t)cJSON_GetNumberValue(expects), &version, &recorded, err)
                         : ken_base_put(base, object, &version, &recorded, err);
    } else if (strcmp(what, "set_fact") == 0) {
        status = ken_base_set_fact(base, object, &recorded, err);
    } else if (strcmp(what, "publish") == 0) {
        status = ken_base_publish(base, article, text(step, "audience"), &recorded, err);
    } else if (strcmp(what, "archive") == 0) {
        status = ken_base_archive(base, article, &recorded, err);
    } else if (strcmp(what, "verify") == 0) {
        status = ken_base_verify_article(base, article, by, &recorded, err);
    } else if (strcmp(what, "flag") == 0) {
        status = ken_base_flag(base, article, text(step, "reason"), by, &recorded, err);
    } else if (strcmp(what, "merge") == 0) {
        status = ken_base_merge(base, article, text(step, "into"), &recorded, err);
    } else if (strcmp(what, "relate") == 0) {
        status = ken_base_relate(base, article, text(step, "to"), text(step, "relation"), &recorded, err);
    } else if (strcmp(what, "open_case") == 0) {
        status = ken_base_open_case(base, object, &recorded, err);
    } else if (strcmp(what, "note") == 0) {
        status = ken_base_note(base, case_id, object, &recorded, err);
    } else if (strcmp(what, "resolve") == 0) {
        const cJSON *first = get(step, "first_contact");
        status = ken_base_resolve_case(base, case_id, !first ? KEN_UNKNOWN : cJSON_IsTrue(first) ? KEN_YES : KEN_NO, &recorded, err);
    } else if (strcmp(what, "close_case") == 0) {
        status = ken_base_close_case(base, case_id, &recorded, err);
    } else if (strcmp(what, "reopen") == 0) {
        status = ken_base_reopen_case(base, case_id, &recorded, err);
    } else if (strcmp(what, "link") == 0) {
        const cJSON *given = get(step, "link");
        ken_link_draft link;
        ken_link_draft_init(&link);
        link.case_id = text(given, "case");
        link.article = text(given, "article");
        link.link = text(given, "link");
        link.provenance = text(given, "provenance");
        link.reason = text(given, "reason");
        if (get(given, "confidence")) {
            link.confidence = cJSON_GetNumberValue(get(given, "confidence"));
        }
        status = ken_base_link(base, &link, by, &recorded, err);
    } else if (strcmp(what, "retract") == 0) {
        status = ken_base_retract_link(base, case_id, article, text(step, "link"), &recorded, err);
    } else if (strcmp(what, "record") == 0) {
        status = record(base, json, &recorded, err);
    } else if (strcmp(what, "set_policy") == 0) {
        status = set_policy(base, get(step, "policy"), &recorded, err);
    } else {
        return do_read(base, step, seen, err);
    }
    free(json);
    if (status == KEN_OK) {
        static const char *const NAMES[] = {"new", "duplicate", "unchanged"};
        CHECK(recorded >= 0 && recorded <= 2);
        cJSON_AddStringToObject(seen, "recorded", NAMES[recorded]);
        if (version > 0) {
            cJSON_AddNumberToObject(seen, "version", version);
        }
    }
    return status;
}

/* ---- A scenario */

static int64_t tell_time(void *now) {
    return *(int64_t *)now;
}

static ken_base *open_it(const cJSON *scenario, const char *folder, int64_t *now) {
    ken_error *err = NULL;
    ken_options *options = NULL;
    ken_base *base = NULL;
    *now = instant("2026-01-01");
    OK(ken_options_new(&options, &err));
    OK(ken_options_set(options, KEN_STR("seed"), KEN_STR("7"), &err));
    if (get(scenario, "language")) {
        OK(ken_options_set(options, KEN_STR("language"), text(scenario, "language"), &err));
    }
    OK(ken_options_set_clock(options, tell_time, now, NULL, &err));
    if (folder) {
        OK(ken_base_open(ken_str_of(folder), options, &base, &err));
    } else {
        OK(ken_base_open_memory(options, &base, &err));
    }
    ken_options_destroy(&options);
    return base;
}

static int run(const char *file, const cJSON *scenario, const char *folder) {
    int64_t now = 0;
    ken_base *base = open_it(scenario, folder, &now);
    int number = 0;
    const cJSON *step;
    cJSON_ArrayForEach(step, get(scenario, "steps")) {
        number++;
        if (get(step, "at")) {
            now = instant(cJSON_GetStringValue(get(step, "at")));
        }
        ken_error *err = NULL;
        cJSON *seen = cJSON_CreateObject();
        ken_status status = act(base, step, seen, &err);
        if (status != KEN_OK) {
            cJSON_Delete(seen);
            seen = cJSON_CreateObject();
            add_text(seen, "error", ken_status_name(status));
            cJSON_AddNumberToObject(seen, "number", status);
        }
        if (!cJSON_Compare(seen, cJSON_GetObjectItemCaseSensitive(step, "expect"), 1)) {
            char *found = cJSON_PrintUnformatted(seen);
            char *wanted = cJSON_PrintUnformatted(get(step, "expect"));
            fprintf(stderr, "%s, step %d, %s, %s:\n  expected %s\n  found    %s\n  %.*s\n", file, number,
                    cJSON_GetStringValue(get(step, "do")), folder ? "on disk" : "in memory", wanted ? wanted : "nothing",
                    found, (int)ken_error_message(err).len, err ? ken_error_message(err).ptr : "");
            CHECK(0);
            free(found);
            free(wanted);
        }
        ken_error_destroy(&err);
        cJSON_Delete(seen);
    }
    ken_error *err = NULL;
    OK(ken_base_verify(base, NULL, NULL, NULL, &err));
    OK(ken_base_close(base, &err));
    ken_base_destroy(&base);
    return number;
}

static char *read_file(const char *folder, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!CHECK(file != NULL)) {
        exit(2);
    }
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *bytes = calloc(1, (size_t)size + 1);
    if (!bytes || fread(bytes, 1, (size_t)size, file) != (size_t)size) {
        exit(2);
    }
    fclose(file);
    return bytes;
}

static int is_scenario(const struct dirent *entry) {
    size_t n = strlen(entry->d_name);
    return n > 5 && strcmp(entry->d_name + n - 5, ".json") == 0;
}

int main(void) {
    const char *folder = getenv("KEN_TEST_SCENARIOS");
    struct dirent **names = NULL;
    int n = folder ? scandir(folder, &names, is_scenario, alphasort) : -1, n_steps = 0;
    CHECK(n >= 8);
    for (int i = 0; i < n; i++) {
        char *bytes = read_file(folder, names[i]->d_name), *place = scratch(names[i]->d_name);
        cJSON *scenario = cJSON_Parse(bytes);
        if (CHECK(scenario != NULL) && CHECK(cJSON_GetNumberValue(get(scenario, "format")) == FORMAT)) {
            n_steps += run(names[i]->d_name, scenario, NULL);
            n_steps += run(names[i]->d_name, scenario, place);
        }
        cJSON_Delete(scenario);
        free(place);
        free(bytes);
        free(names[i]);
    }
    free(names);
    printf("%d scenarios, %d steps\n", n, n_steps);
    return done("conformance");
}
