// Tests of include/kenpoint.hpp: that each call arrives, that owned objects are freed once, that errors and
// exceptions come out where they should. What the calls do is tested elsewhere.
//
// One program; it prints a line for each test and fails at the first that does not hold.

#include <kenpoint.hpp>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <numeric>
#include <sstream>
#include <string>
#include <thread>
#include <type_traits>

#if defined(__cpp_lib_ranges)
#include <ranges>
static_assert(std::ranges::random_access_range<kenpoint::Results>);
static_assert(std::ranges::sized_range<kenpoint::Factors>);
static_assert(std::ranges::random_access_range<kenpoint::SimilarCases>);
#endif

static_assert(!std::is_copy_constructible_v<kenpoint::Base> && std::is_nothrow_move_constructible_v<kenpoint::Base>);
static_assert(!std::is_copy_constructible_v<kenpoint::Results>);
static_assert(!std::is_copy_constructible_v<kenpoint::Text>);
static_assert(!std::is_copy_constructible_v<kenpoint::Options>);
static_assert(!std::is_copy_constructible_v<kenpoint::Snapshot>);
static_assert(!std::is_copy_constructible_v<kenpoint::Bytes>);
static_assert(!std::is_copy_constructible_v<kenpoint::Visit>);
static_assert(std::is_nothrow_copy_constructible_v<kenpoint::Error>);

using namespace std::chrono_literals;
using kenpoint::Base;
using kenpoint::Context;
using kenpoint::Error;
using kenpoint::Event;
using kenpoint::Flow;
using kenpoint::Instant;
using kenpoint::Link;
using kenpoint::Recorded;
using kenpoint::SearchRequest;
using kenpoint::SnapshotRequest;
using kenpoint::SuggestRequest;

namespace {

void hold(bool holds, const char *what, int line) {
    if (!holds) {
        std::cerr << "layer.cpp:" << line << ": does not hold: " << what << '\n';
        std::exit(EXIT_FAILURE);
    }
}
#define HOLD(...) hold((__VA_ARGS__), #__VA_ARGS__, __LINE__)

// The code that a call throws; 0 if it throws none.
template <class Call>
ken_status thrown(Call &&call) {
    try {
        call();
        return KEN_OK;
    } catch (const Error &error) {
        return error.code();
    }
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

constexpr Instant start{1795165200000ms};

// A clock that a test sets.
struct Clock {
    std::shared_ptr<std::atomic<std::int64_t>> ms = std::make_shared<std::atomic<std::int64_t>>(start.time_since_epoch().count());
    Instant operator()() const { return Instant(std::chrono::milliseconds(ms->load())); }
    void go_on(std::chrono::milliseconds by) const { *ms += by.count(); }
};

constexpr const char *lamp = R"({"id":"lamp","kind":"product","title":"The lamp stays dark",
    "sections":[{"role":"issue","text":"The lamp does not light up after a power cut."},
                {"role":"resolution","text":"Change the **fuse**."}]})";
constexpr const char *door = R"({"id":"door","kind":"product","title":"The door does not shut",
    "sections":[{"role":"resolution","text":"Oil the hinge of the door."}]})";

Base filled(const kenpoint::Options &options) {
    Base base = Base::open_memory(options);
    HOLD(base.put(lamp).version == 1);
    HOLD(base.put(door).recorded == Recorded::is_new);
    return base;
}
Base filled() { return filled(kenpoint::Options()); }

void versions_are_told() {
    kenpoint::check_abi();
    HOLD(kenpoint::abi_version() == KEN_ABI_VERSION);
    HOLD(kenpoint::version_number() == KEN_VERSION_NUMBER);
    HOLD(!kenpoint::version().empty());
    HOLD(kenpoint::status_name(KEN_ERR_BUSY) == "Busy");
    HOLD(kenpoint::status_name(-7).empty());
}

void errors_carry_code_name_sentence_and_json() {
    const Base base = filled();
    try {
        base.article("nowhere");
        HOLD(false);
    } catch (const Error &error) {
        const Error copy = error;
        HOLD(copy.code() == KEN_ERR_ARTICLE_NOT_FOUND);
        HOLD(copy.name() == "ArticleNotFound");
        HOLD(contains(copy.what(), "nowhere"));
        HOLD(contains(copy.json(), "\"code\":201"));
    }
    // A call of the C interface on the same base, and its error in this one.
    ken_error *raw = nullptr;
    HOLD(ken_base_publish(base.c(), KEN_STR("nowhere"), KEN_STR("public"), nullptr, &raw) == KEN_ERR_ARTICLE_NOT_FOUND);
    const Error of_c(raw);
    ken_error_destroy(&raw);
    HOLD(of_c.code() == KEN_ERR_ARTICLE_NOT_FOUND && contains(of_c.what(), "nowhere"));
    HOLD(thrown([&] { base.put("\xff"); }) == KEN_ERR_INVALID_UTF8);
    HOLD(thrown([&] { base.put("{"); }) == KEN_ERR_INVALID_RECORD);
    HOLD(thrown([&] { kenpoint::Options().set("sed", "1"); }) == KEN_ERR_UNKNOWN_NAME);
    HOLD(thrown([] { Base::open("\xff"); }) == KEN_ERR_INVALID_UTF8);
}

void what_was_moved_from_answers_with_errors() {
    Base base = filled();
    const Base other = std::move(base);
    HOLD(thrown([&] { base.now(); }) == KEN_ERR_NULL_ARGUMENT);
    HOLD(other.search({"lamp", "internal"}).size() == 1);
    base = filled();
    HOLD(base.search({"door", "internal"}).size() == 1);
    kenpoint::Results results = base.search({"door", "internal"});
    const kenpoint::Results kept = std::move(results);
    HOLD(results.empty() && results.begin() == results.end() && results.impression().empty());
    HOLD(kept.size() == 1);
    HOLD(kenpoint::Text().empty() && kenpoint::Text().view().empty());
}

void closing_is_final() {
    const Base base = filled();
    base.flush();
    base.close();
    base.close();
    HOLD(thrown([&] { base.now(); }) == KEN_ERR_CLOSED);
}

void articles_and_facts() {
    const Base base = filled();
    HOLD(base.put(lamp).recorded == Recorded::unchanged);
    HOLD(thrown([&] { base.edit(door, 7); }) == KEN_ERR_VERSION_CONFLICT);
    const kenpoint::Put put =
        base.edit(R"({"id":"door","kind":"product","title":"The door does not close"})", 1);
    HOLD(put.version == 2 && put.recorded == Recorded::is_new);
    HOLD(contains(base.article("door"), "does not close"));
    HOLD(contains(base.article_version("door", 1), "does not shut"));
    HOLD(contains(base.versions("door"), "\"versions\":["));
    base.set_fact(R"({"subject":"lamp","predicate":"price","value":"12","as_of":"2026-11-01T00:00:00Z"})");
    base.publish("lamp", "public");
    HOLD(base.search({"lamp fuse", "public"}).size() == 1);
    base.change_state("lamp", R"({"audience":"internal"})");
    HOLD(base.search({"lamp fuse", "public"}).empty());
    base.verify_article("lamp", "ann");
    base.flag("lamp", "outdated", "bob");
    HOLD(contains(base.freshness("lamp"), "outdated"));
    HOLD(contains(base.freshness("lamp", base.now()), "outdated"));
    HOLD(contains(base.reviews().queue(R"({"limit":5})"), "\"lamp\""));
    HOLD(contains(base.reviews().queue(), "\"items\""));
    base.relate("lamp", "door", "related");
    base.merge("door", "lamp");
    HOLD(contains(base.article("door"), "\"lamp\""));
    HOLD(contains(base.evidence("lamp"), "\"evidence\":["));
    base.archive("lamp");
    HOLD(contains(base.stats(), "\"schema\":1"));
    HOLD(kenpoint::markdown_to_html("*a* <b>").view() != "*a* <b>");
    HOLD(contains(kenpoint::markdown_to_html("*a*"), "<em>a</em>"));
}

void cases_links_and_events() {
    const Base base = filled();
    base.open_case(R"({"id":"c1","kind":"service","entries":[{"text":"Storm, and now the lamp is dark.","reuse":"issue"}]})");
    base.note("c1", R"({"text":"Called back.","reuse":"case-only"})");
    HOLD(base.link(Link("c1", "door", "dismissed").reason("not-relevant"), "ann") == Recorded::is_new);
    HOLD(base.link(Link("c1", "lamp", "resolved").provenance("human").confidence(0.9), "ann") == Recorded::is_new);
    HOLD(base.judge_link("c1", "lamp", "resolved", "confirmed") == Recorded::is_new);
    base.resolve_case("c1", kenpoint::FirstContact::yes);
    base.close_case("c1");
    base.reopen_case("c1");
    HOLD(contains(base.case_by_id("c1"), "Called back."));
    HOLD(contains(base.links_of_case("c1"), "\"resolved\""));
    HOLD(contains(base.links_of_article("lamp"), "\"c1\""));
    HOLD(base.retract_link("c1", "lamp", "resolved") == Recorded::is_new);
    HOLD(thrown([&] { base.retract_link("c1", "lamp", "helped"); }) == KEN_ERR_LINK_NOT_FOUND);

    HOLD(base.record(Event("searched").session("s1").text("dark lamp").audience("internal").channel("web")) == Recorded::is_new);
    HOLD(base.record(Event("rated").id("e1").article("lamp").value(1).actor("ann").at(base.now())) == Recorded::is_new);
    HOLD(base.record(Event("rated").id("e1").article("lamp").value(1).actor("ann")) == Recorded::duplicate);
    HOLD(thrown([&] { base.record(Event("searched").article("lamp")); }) == KEN_ERR_INVALID_VALUE);
    const auto many = base.record_all({Event("viewed").article("lamp").session("s1"),
                                        Event("clicked").article("lamp").rank(1).session("s1").party("p"),
                                        Event("rated").id("e1").article("lamp").value(1).actor("ann")});
    HOLD(many == std::vector<Recorded>{Recorded::is_new, Recorded::is_new, Recorded::duplicate});
    HOLD(base.record_all({}).empty());
    HOLD(base.record_json(R"({"events":[{"what":"actor-set","who":{"id":"ann","licence":"publisher"}}]})") == 1);
    HOLD(contains(base.actor("ann"), "publisher"));
    HOLD(contains(base.session("s1"), "\"s1\""));
    const double rate = base.solve_rate("lamp");
    HOLD(rate > 0 && rate < 1 && rate == base.solve_rate("lamp", base.now()));
}

void answers_are_ranges() {
    const Base base = filled();
    base.open_case(R"({"id":"c1","entries":[{"text":"Storm, and now the lamp is dark.","reuse":"issue"}]})");
    base.link(Link("c1", "lamp", "resolved"), "ann");
    base.resolve_case("c1");

    const kenpoint::Results found = base.search(SearchRequest("lamp OR door fuse hinge", "internal").explain());
    HOLD(found.size() >= 1 && !found.empty());
    std::size_t n = 0;
    for (const kenpoint::Hit &hit : found) {
        HOLD(hit.place() == n++);
        HOLD(!hit.id().empty() && !hit.title().empty() && hit.kind() == "product" && hit.version() == 1);
        HOLD(!hit.freshness().empty() && hit.score() > 0 && hit.solve_probability() > 0);
        HOLD(hit.is_explained() && !hit.summary().empty() && contains(hit.explanation(), "\"factors\""));
        const auto factors = hit.factors();
        HOLD(factors.size() == ken_factor_count());
        const double product = std::accumulate(factors.begin(), factors.end(), 1.0,
                                               [](double so_far, const kenpoint::Factor &f) { return so_far * f.value; });
        HOLD(product == hit.score());
        HOLD(!factors[0].name.empty() && !factors.begin()->words.empty());
        HOLD(!hit.ranges().empty() && hit.ranges()[0].end <= hit.snippet().size());
        for (const auto &[from, to] : hit.ranges()) {
            HOLD(from < to && to <= hit.snippet().size());
        }
        HOLD(contains(hit.snippet_html(), "<mark>"));
        (void)hit.is_cut_before();
        (void)hit.is_cut_after();
    }
    HOLD(n == found.size() && found.end() - found.begin() == static_cast<std::ptrdiff_t>(n));
    HOLD(found.begin()->id() == found[0].id() && found.begin()[0].id() == found[0].id());
    HOLD(std::any_of(found.begin(), found.end(), [](const kenpoint::Hit &hit) { return hit.id() == "lamp"; }));
    auto it = found.begin();
    HOLD(it++ == found.begin() && it > found.begin() && --it == found.begin() && !(it != found.begin()));
    HOLD(thrown([&] { found[99]; }) == KEN_ERR_INVALID_VALUE);
    HOLD(contains(base.impression(found.impression()), "\"schema\":1"));
    HOLD(found.relaxed().empty() && base.search({"lamp \"no such words\"", "internal"}).relaxed().size() == 1);
    HOLD(!found.is_partial() && !found.abstained() && found.similar().empty() && found.answerable() > 0);

    const kenpoint::Results plain = base.search({"lamp", "internal"});
    HOLD(!plain[0].is_explained() && plain[0].factors().empty() && plain[0].summary().empty());
    HOLD(thrown([&] { plain[0].explanation(); }) == KEN_ERR_INVALID_VALUE);

    const kenpoint::Results suggested = base.suggest(SuggestRequest::for_text("a storm, the lamp is dark", "internal"));
    HOLD(suggested[0].id() == "lamp" && suggested.similar().size() == 1);
    for (const kenpoint::Similar &similar : suggested.similar()) {
        HOLD(similar.id == "c1" && similar.similarity > 0 && similar.solved_by.size() == 1);
        HOLD(*similar.solved_by.begin() == "lamp");
    }
    // An answer outlives its base.
    const kenpoint::Results outlives = filled().search({"lamp", "internal"});
    HOLD(outlives[0].title() == "The lamp stays dark");
}

void requests_keep_what_they_are_given() {
    const Base base = filled();
    SearchRequest search(std::string("la") + "mp", std::string("inter") + "nal");
    search.context(Context()
                       .party(std::string("p") + "1")
                       .region("eu")
                       .channel("phone")
                       .language(std::string("e") + "n")
                       .item(std::string("aurora-") + "router", std::string("4.0.") + "2")
                       .component(std::string("ring-light-") + "component"))
        .entitlement(std::string("a-long-entitlement-") + "name")
        .filter(std::string(R"({"kinds":["product"]})"))
        .limit(1)
        .offset(0)
        .now(base.now());
    const SearchRequest copy = search;
    search.query("door").audience("internal");
    HOLD(base.search(copy)[0].id() == "lamp" && base.search(search)[0].id() == "door");
    HOLD(base.search(SearchRequest("lamp", "internal").offset(1)).empty());
    HOLD(thrown([&] { base.search({"lamp", "nobody"}); }) == KEN_ERR_UNKNOWN_NAME);
    HOLD(thrown([&] { base.search(SearchRequest("lamp", "internal").filter("{\"kindz\":[]}")); }) != KEN_OK);

    base.open_case(R"({"id":"c1","entries":[{"text":"The lamp is dark.","reuse":"issue"}]})");
    SuggestRequest suggest = SuggestRequest::for_case("c1", "internal");
    suggest.text("since the storm").limit(5).threshold(0).now(base.now()).entitlement("a").filter("").audience("internal");
    HOLD(base.suggest(suggest)[0].id() == "lamp");
    suggest.context(Context().tried("lamp"));
    const kenpoint::Results without = base.suggest(suggest);
    HOLD(std::none_of(without.begin(), without.end(), [](const kenpoint::Hit &hit) { return hit.id() == "lamp"; }));
    HOLD(base.suggest(SuggestRequest::for_text("The lamp is dark", "internal").threshold(1)).abstained());

    const std::vector<SearchRequest> searches{copy, search, copy};
    const auto many = base.search_many(searches);
    HOLD(many.size() == 3 && many[0][0].id() == "lamp" && many[1][0].id() == "door");
    HOLD(many[2][0].score() == many[0][0].score());
    HOLD(base.search_many({}).empty());
    HOLD(base.suggest_many({SuggestRequest::for_case("c1", "internal")})[0][0].id() == "lamp");
    HOLD(thrown([&] { base.search_many({copy, SearchRequest("lamp", "nobody")}); }) == KEN_ERR_UNKNOWN_NAME);
    std::vector<kenpoint::Error::Item> failed;
    const auto some = base.search_many({SearchRequest("lamp", "nobody"), copy}, &failed);
    HOLD(some.size() == 2 && some[0].empty() && some[1][0].id() == "lamp");
    HOLD(failed.size() == 1 && failed[0].place == 0 && failed[0].code == KEN_ERR_UNKNOWN_NAME);
    HOLD(failed[0].message.find("nobody") != std::string::npos);
}

void cases_and_articles_need_no_json() {
    const Base base = filled();
    const auto opened = kenpoint::Instant(std::chrono::milliseconds(1767603600000));
    kenpoint::CaseDraft draft("c9");
    draft.kind("service").channel("phone").party("acme").session("s1").item("lamp-2000", "4.0.1").opened(opened);
    draft.entry(kenpoint::Entry("The lamp is dark.", "issue").author("ann").at(opened));
    HOLD(base.open_case(draft) == Recorded::is_new);
    HOLD(base.note("c9", kenpoint::Entry("The fuse is gone.", "cause")) == Recorded::is_new);
    const kenpoint::Case ticket = base.read_case("c9");
    HOLD(ticket.info().n_entries == 2 && ticket.info().n_items == 1 && ticket.info().opened_ms == 1767603600000);
    HOLD(kenpoint::detail::out(ticket.entry(0).text) == "The lamp is dark.");
    HOLD(kenpoint::detail::out(ticket.entry(1).reuse) == "cause");
    HOLD(kenpoint::detail::out(ticket.item(0).version) == "4.0.1");
    HOLD(thrown([&] { ticket.entry(2); }) == KEN_ERR_INVALID_VALUE);
    const kenpoint::Article read = base.read_article("lamp");
    HOLD(read.info().n_sections == 2 && kenpoint::detail::out(read.section(1).text) == "Change the **fuse**.");
    HOLD(thrown([&] { base.read_article("nowhere"); }) == KEN_ERR_ARTICLE_NOT_FOUND);
    base.interrupt();
    HOLD(base.record_arrived({kenpoint::Event("solved").article("lamp").actor("ann")}, std::nullopt).size() == 1);
    const kenpoint::Bytes whole = base.snapshot(kenpoint::SnapshotRequest("internal"));
    std::size_t n_shards = 0, n_manifests = 0;
    const std::string_view bytes(reinterpret_cast<const char *>(whole.data()), whole.size());
    kenpoint::Snapshot::split(bytes, [&](std::string_view name, std::string_view part) {
        (name.empty() ? n_manifests : n_shards) += part.empty() ? 0 : 1;
        return Flow::proceed;
    });
    HOLD(n_shards > 0 && n_manifests == 1);
    HOLD(kenpoint::Snapshot::shard_names(bytes).view().find("\"names\":[\"") != std::string_view::npos);
    const kenpoint::Snapshot snapshot = kenpoint::Snapshot::open_bytes(whole);
    HOLD(snapshot.read_article("door").info().n_sections == 1);
}

void clocks_and_logs_are_called_and_freed() {
    const Clock clock;
    auto topics = std::make_shared<std::vector<std::string>>();
    {
        kenpoint::Options options;
        options.set("seed", "7")
            .clock(clock)
            .log(kenpoint::LogLevel::debug, [topics](kenpoint::LogLevel, std::string_view topic, std::string_view) {
                topics->emplace_back(topic);
                throw std::runtime_error("what a log throws is dropped");
            });
        const Base base = filled(options);
        HOLD(base.now() == start);
        clock.go_on(1min);
        HOLD(base.now() == start + 1min);
        HOLD(options.c() != nullptr && base.c() != nullptr);
        base.close();
    }
    HOLD(!topics->empty());
    HOLD(topics.use_count() == 1 && clock.ms.use_count() == 1);
    HOLD(thrown([] { kenpoint::Options().clock(nullptr); }) == KEN_ERR_NULL_ARGUMENT);
    HOLD(thrown([] { kenpoint::Options().log(kenpoint::LogLevel::info, nullptr); }) == KEN_ERR_NULL_ARGUMENT);
}

struct Mine {};

// Tells if the call rethrows the exception of a callback, unchanged.
template <class Call>
bool throws_mine(Call &&call) {
    try {
        call();
    } catch (const Mine &) {
        return true;
    }
    return false;
}

void exceptions_of_callbacks_come_out_after_the_call() {
    const Clock clock;
    kenpoint::Options options;
    options.clock(clock);
    const Base base = filled(options);
    clock.go_on(1h);
    base.archive("door");

    const std::string lines = "{\"type\":\"article\",\"id\":\"a\",\"kind\":\"product\",\"title\":\"A\"}\n"
                              "{\"type\":\"article\",\"id\":\"b\",\"kind\":\"product\",\"title\":\"B\"}\n";
    HOLD(throws_mine([&] { base.import_bytes("a.jsonl", lines, {}, [](const kenpoint::Progress &) -> Flow { throw Mine(); }); }));
    int n_asked = 0;
    const kenpoint::Text stopped = base.import_bytes("a.jsonl", lines, {}, [&](const kenpoint::Progress &so_far) {
        HOLD(contains(so_far.file, "a.jsonl") && so_far.skipped == 0 && so_far.bytes > 0);
        n_asked += so_far.records > 0;
        return Flow::stop;
    });
    HOLD(n_asked == 1 && contains(stopped, "\"stopped\":true"));
    HOLD(contains(base.import_bytes("a.jsonl", lines), "\"stopped\":false"));

    HOLD(throws_mine([&] { base.export_log([](std::string_view) -> Flow { throw Mine(); }); }));
    HOLD(thrown([&] { base.export_log([](std::string_view) { return Flow::stop; }); }) == KEN_ERR_CANCELLED);
    HOLD(thrown([&] { base.export_log(kenpoint::Write()); }) == KEN_ERR_NULL_ARGUMENT);

    HOLD(throws_mine([&] { base.verify([]() -> Flow { throw Mine(); }); }));
    HOLD(thrown([&] { base.verify([] { return Flow::stop; }); }) == KEN_ERR_CANCELLED);
    HOLD(contains(base.verify([] { return Flow::proceed; }), "\"digest\""));

    HOLD(throws_mine([&] { base.as_of(start, []() -> Flow { throw Mine(); }); }));
    HOLD(thrown([&] { base.as_of(start, [] { return Flow::stop; }); }) == KEN_ERR_CANCELLED);

    int n_visits = 0;
    HOLD(throws_mine([&] {
        base.replay({start, start + 2h}, [&](std::size_t, const Base &) -> Flow {
            ++n_visits;
            throw Mine();
        });
    }));
    HOLD(n_visits == 1);
    HOLD(thrown([&] { base.replay({start}, [](std::size_t, const Base &) { return Flow::stop; }); }) == KEN_ERR_CANCELLED);
    HOLD(thrown([&] { base.replay({start + 2h, start}, [](std::size_t, const Base &) { return Flow::proceed; }); }) == KEN_ERR_OUT_OF_HISTORY);
    // The base is none the worse.
    HOLD(base.search({"lamp", "internal"}).size() == 1);
    base.close();
}

void the_past_is_seen() {
    const Clock clock;
    kenpoint::Options options;
    options.clock(clock);
    const Base base = filled(options);
    clock.go_on(1h);
    base.archive("door");
    HOLD(base.search({"door", "internal"}).empty());
    {
        const Base past = base.as_of(start);
        HOLD(past.search({"door", "internal"}).size() == 1 && past.now() == start);
        HOLD(thrown([&] { past.put(lamp); }) == KEN_ERR_INVALID_TRANSITION);
    }
    std::vector<std::size_t> found;
    base.replay({start, start + 1h}, [&](std::size_t i, const Base &past) {
        HOLD(i == found.size());
        found.push_back(past.search({"door", "internal"}).size());
        return Flow::proceed;
    });
    HOLD(found == std::vector<std::size_t>{1, 0});
    const std::string trial = R"({"case_rho":0.25})";
    HOLD(contains(base.as_of(kenpoint::AsOf(start).policy(trial)).policy(), "\"case_rho\":0.25"));
    HOLD(thrown([&] { base.as_of(kenpoint::AsOf(start).policy("[]")); }) == KEN_ERR_INVALID_RECORD);
    const std::vector<Instant> instants{start};
    base.replay(kenpoint::Replay(instants).policy(trial), [&](std::size_t, const Base &past) {
        found.push_back(contains(past.policy(), "\"case_rho\":0.25"));
        return Flow::proceed;
    });
    HOLD(found == std::vector<std::size_t>{1, 0, 1});
    const kenpoint::Bytes early = base.snapshot(SnapshotRequest("internal").at(start));
    HOLD(contains(kenpoint::Snapshot::open_bytes(early).article_ids(), R"(["door","lamp"])"));
    HOLD(contains(kenpoint::Snapshot::open_bytes(base.snapshot({"internal"})).article_ids(), R"(["lamp"])"));
}

void what_goes_out_comes_in() {
    kenpoint::Options options;
    options.clock(Clock());
    const Base base = filled(options);
    std::stringstream log;
    const std::uint64_t records = base.export_log(log);
    HOLD(records >= 2);
    const Base other = Base::open_memory(options);
    other.import_bytes("log.jsonl", log.str());
    HOLD(other.search({"lamp", "internal"}).size() == 1);
    HOLD(base.digest().view() == other.digest().view() && !base.digest().empty());
    std::ostringstream full;
    full.setstate(std::ios::badbit);
    HOLD(thrown([&] { base.export_log(full); }) == KEN_ERR_CANCELLED);
    HOLD(thrown([&] { base.import_path("/nowhere/at/all"); }) == KEN_ERR_IO);
    HOLD(thrown([&] { base.import_bytes("a.exe", "x"); }) == KEN_ERR_INVALID_VALUE);

    ArrowArrayStream rows{};
    base.export_rows("articles", rows, R"({"text":true})");
    HOLD(rows.release != nullptr);
    HOLD(thrown([&] { base.close(); }) == KEN_ERR_BUSY);
    const Base third = Base::open_memory(options);
    const kenpoint::Text report = third.import_rows("articles", rows, {}, {}, [](const kenpoint::Progress &) { return Flow::proceed; });
    HOLD(rows.release == nullptr && contains(report, "\"schema\":1"));
    HOLD(thrown([&] { base.export_rows("nothing", rows); }) == KEN_ERR_INVALID_VALUE);
    base.close();
}

void a_snapshot_answers_and_is_refreshed() {
    const Base base = filled();
    const kenpoint::Bytes bytes = base.snapshot(SnapshotRequest("internal").entitlement("gold"));
    HOLD(!bytes.empty() && bytes.data() != nullptr && ken_buf_size(bytes.c()) == bytes.size());
    HOLD(kenpoint::Bytes().empty());
    const kenpoint::Snapshot of_bytes = kenpoint::Snapshot::open_bytes(bytes);
    HOLD(contains(of_bytes.info(), R"("entitlements":["gold"])") && !of_bytes.refresh());
    const auto for_a_page = kenpoint::Snapshot::open_bytes(base.snapshot(SnapshotRequest("internal").markup(kenpoint::Markup::html)));
    HOLD(contains(of_bytes.info(), R"("markup":"commonmark")") && contains(for_a_page.info(), R"("markup":"html")"));
    HOLD(thrown([] { kenpoint::Snapshot::open_bytes(nullptr, 0); }) == KEN_ERR_NOT_A_BASE);

    const auto path = std::filesystem::temp_directory_path() / ("kenpoint-layer-" + std::to_string(std::chrono::steady_clock::now().time_since_epoch().count()) + ".ken");
    const std::string file = path.string();
    const kenpoint::Text info = base.snapshot_file({"internal"}, file);
    kenpoint::Snapshot snapshot = kenpoint::Snapshot::open(file);
    HOLD(snapshot.info().view() == info.view() && ken_snapshot_refresh(snapshot.c(), nullptr, nullptr) == KEN_OK);
    const Instant now = base.now();
    const kenpoint::Results own = base.search(SearchRequest("lamp", "internal").now(now));
    const kenpoint::Results found = snapshot.search(SearchRequest("lamp", "internal").now(now));
    HOLD(found.size() == 1 && found[0].score() == own[0].score() && found.impression() == own.impression());
    HOLD(snapshot.suggest(SuggestRequest::for_text("The lamp is dark", "internal").threshold(0)).size() == 1);
    HOLD(thrown([&] { snapshot.search({"lamp", "public"}); }) == KEN_ERR_UNKNOWN_NAME);
    HOLD(contains(snapshot.article("lamp"), "power cut") && contains(snapshot.article_ids(), R"(["door","lamp"])"));
    HOLD(contains(snapshot.complete("the do", "internal", 5), R"("article":"door")"));
    HOLD(snapshot.policy().view() == base.policy().view());
    base.archive("door");
    base.snapshot_file({"internal"}, file);
    HOLD(snapshot.refresh() && !snapshot.refresh() && contains(snapshot.article_ids(), R"(["lamp"])"));
    const kenpoint::Snapshot kept = std::move(snapshot);
    HOLD(thrown([&] { snapshot.info(); }) == KEN_ERR_NULL_ARGUMENT);
    snapshot = kenpoint::Snapshot::open(file);
    HOLD(snapshot.info().view() == kept.info().view());
    HOLD(std::filesystem::remove(path));

    HOLD(thrown([&] { base.snapshot(SnapshotRequest("internal").markup(kenpoint::Markup::html), [] { return Flow::stop; }); }) == KEN_ERR_CANCELLED);
    bool came_out = false;
    try {
        base.snapshot_file({"internal"}, file, []() -> Flow { throw std::string("enough"); });
    } catch (const std::string &word) {
        came_out = word == "enough";
    }
    HOLD(came_out && !std::filesystem::exists(path));
}

void a_visit_comes_back() {
    const Base base = filled();
    const kenpoint::Snapshot snapshot = kenpoint::Snapshot::open_bytes(base.snapshot({"internal"}));
    kenpoint::Visit visit = snapshot.visit("v1");
    visit.set(R"({"party":"acme"})");
    visit.record(Event("searched").text("no light"));
    visit.record(Event("did-not-solve").article("lamp"));
    HOLD(thrown([&] { visit.record(Event("solved").article("lamp").id("e1")); }) == KEN_ERR_INVALID_VALUE);
    const kenpoint::Text batch = visit.take_events();
    HOLD(contains(base.merge_events(batch, "internal"), R"("new":2)"));
    kenpoint::Visit later = kenpoint::Visit::resume(visit.json());
    HOLD(later.json().view() == visit.json().view() && contains(later.outcome(), "silent") && later.c() != nullptr);
    const kenpoint::Text handoff = later.hand_over("The lamp is dark still.", base.now());
    HOLD(contains(later.outcome(), "handed-over") && contains(handoff, R"("leave_out":["lamp"])"));
    HOLD(contains(base.open_handoff(handoff, "c1", "internal"), R"("duplicates":2)"));
    HOLD(contains(base.case_by_id("c1"), "dark still"));
    HOLD(contains(base.visit("v2", "internal").take_events(), R"("events":[])"));
}

void a_policy_goes_round() {
    const Base base = filled();
    const std::string policy = base.policy().str();
    HOLD(base.set_policy(policy) == Recorded::unchanged || base.policy().view() == policy);
    HOLD(thrown([&] { base.set_policy(R"({"k1":0})"); }) == KEN_ERR_INVALID_RECORD);
    std::ostringstream shown;
    shown << base.policy();
    HOLD(shown.str() == policy && base.policy().size() == policy.size() && base.policy().c() != nullptr);
}

void many_threads_share_a_base() {
    const Base base = filled();
    std::atomic<int> n_found{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&base, &n_found, i] {
            for (int round = 0; round < 20; ++round) {
                const kenpoint::Results results = base.search(SearchRequest("lamp", "internal").explain());
                n_found += results.size() == 1 && !results[0].factors().empty();
                base.record(Event("solved").article("lamp").id("e" + std::to_string(100 * i + round)));
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    HOLD(n_found == 80);
    HOLD(!base.verify().empty());
}

}  // namespace

int main() {
    const std::pair<const char *, void (*)()> tests[] = {
#define TEST(name) {#name, name}
        TEST(versions_are_told),
        TEST(errors_carry_code_name_sentence_and_json),
        TEST(what_was_moved_from_answers_with_errors),
        TEST(closing_is_final),
        TEST(articles_and_facts),
        TEST(cases_links_and_events),
        TEST(answers_are_ranges),
        TEST(requests_keep_what_they_are_given),
        TEST(cases_and_articles_need_no_json),
        TEST(clocks_and_logs_are_called_and_freed),
        TEST(exceptions_of_callbacks_come_out_after_the_call),
        TEST(the_past_is_seen),
        TEST(what_goes_out_comes_in),
        TEST(a_snapshot_answers_and_is_refreshed),
        TEST(a_visit_comes_back),
        TEST(a_policy_goes_round),
        TEST(many_threads_share_a_base),
    };
    for (const auto &[name, test] : tests) {
        try {
            test();
        } catch (const std::exception &error) {
            std::cerr << name << ": threw " << error.what() << '\n';
            return EXIT_FAILURE;
        }
        std::cout << "ok  " << name << std::endl;
    }
    return EXIT_SUCCESS;
}
