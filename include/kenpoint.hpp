/*
 * kenpoint for C++17 and later: a thin, header-only layer over kenpoint.h, which stays the specification.
 *
 * A program in ten lines:
 *
 *     auto base = kenpoint::Base::open("knowledge");
 *     base.put(R"({"id":"lamp","kind":"product","title":"The lamp stays dark"})");
 *     kenpoint::SearchRequest request("dark lamp", "internal");
 *     for (const kenpoint::Hit &hit : base.search(request.explain())) {
 *         std::cout << hit.title() << ": " << hit.summary() << '\n';
 *         for (const kenpoint::Factor &factor : hit.factors()) {
 *             std::cout << "  " << factor.name << " x " << factor.value << '\n';
 *         }
 *     }
 *
 * Rules for all of it:
 *
 * - NAMES. The function ken_base_x(base, ...) is the method base.x(...), ken_snapshot_x(snapshot, ...) and
 *   ken_visit_x(visit, ...) are methods of theirs, and ken_reviews_x(base, ...) is base.reviews().x(...), with the
 *   same rules, limits and costs. A name that is a word of the language is longer here: ken_base_case is
 *   base.case_by_id, ken_base_export is base.export_log, and ken_base_import is base.import_path. This layer makes
 *   no decision that the C interface does not make, sets no default, and checks nothing twice.
 * - ERRORS are exceptions: kenpoint::Error, with the code, its name and its JSON. An
 *   overlooked exception cannot pass for an empty answer, as an overlooked result object could. A program without
 *   exceptions calls the C interface: c() of each object is the handle for it, and both may be used on the same base.
 * - OWNERSHIP. Base, Snapshot, Visit, Options, Results, Text and Bytes own their handles, and are moved,
 *   not copied. An object that was moved from may be destroyed or assigned to; its calls throw NullArgument, its
 *   views are empty.
 * - TEXT goes in as std::string_view, in UTF-8, and is read during the call. Requests, events and links keep
 *   copies of their texts. A returned std::string_view lives as long as the object that returned it: hits, factors
 *   and similar cases as long as their Results.
 *   `for (auto hit : base.search(..))` is safe; `auto hit = base.search(..)[0]` is not: keep the Results.
 * - TIME is kenpoint::Instant, in milliseconds on the system clock. An instant that is left out is now, by the
 *   base's clock, or by the machine's for a Snapshot and a Visit.
 * - THREADS. A const object may be used by any number of threads at once; any other by one at a time.
 * - CALLBACKS are std::function. An exception that leaves one never passes through the library: the call is
 *   stopped, and when it has returned, the exception is thrown on. A clock has no call to stop and must not throw.
 * - C++17, no dependency but the standard library. Compiles without warnings under -Wall -Wextra -Wpedantic.
 */

#ifndef KENPOINT_HPP
#define KENPOINT_HPP

#include "kenpoint.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kenpoint {

/** A moment: milliseconds since 1970-01-01T00:00:00Z. */
using Instant = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;

/** The answer of a callback of a long call. */
enum class Flow : int {
    proceed = KEN_CONTINUE,
    stop = KEN_STOP,
};

/** The effect of a write. */
enum class Recorded : int {
    /** It was recorded. */
    is_new = KEN_RECORDED_NEW,
    /** Nothing changed: an event with this id is recorded already, and counts once. */
    duplicate = KEN_RECORDED_DUPLICATE,
    /** Nothing changed: the put equals the current article. */
    unchanged = KEN_RECORDED_UNCHANGED,
};

/** The first contact: it answered the case, or did not, or that is not known. */
enum class FirstContact : int {
    unknown = KEN_UNKNOWN,
    no = KEN_NO,
    yes = KEN_YES,
};

/** The severity of a log message, and the last level that is logged. */
enum class LogLevel : int {
    error = KEN_LOG_ERROR,
    warning = KEN_LOG_WARNING,
    info = KEN_LOG_INFO,
    debug = KEN_LOG_DEBUG,
};

/** The form of a snapshot's articles: as they were written, or HTML that is safe to put into a page. */
enum class Markup : int {
    common_mark = KEN_MARKUP_COMMONMARK,
    html = KEN_MARKUP_HTML,
};

class Base;

/** Not part of the interface. */
namespace detail {

inline ken_str in(std::string_view text) noexcept { return ken_str{text.data(), text.size()}; }

inline std::string_view out(ken_str text) noexcept {
    return text.len == 0 ? std::string_view() : std::string_view(text.ptr, text.len);
}

inline std::int64_t in(std::optional<Instant> instant) noexcept {
    return instant ? static_cast<std::int64_t>(instant->time_since_epoch().count()) : KEN_NOW;
}

inline Instant instant(std::int64_t ms) noexcept { return Instant(std::chrono::milliseconds(ms)); }

/** Destroys each kind of handle with the function of its own. */
struct Destroy {
    void operator()(ken_error *handle) const noexcept { ken_error_destroy(&handle); }
    void operator()(ken_buf *handle) const noexcept { ken_buf_destroy(&handle); }
    void operator()(ken_options *handle) const noexcept { ken_options_destroy(&handle); }
    void operator()(ken_resources *handle) const noexcept { ken_resources_destroy(&handle); }
    void operator()(ken_results *handle) const noexcept { ken_results_destroy(&handle); }
    void operator()(ken_snapshot *handle) const noexcept { ken_snapshot_destroy(&handle); }
    void operator()(ken_visit *handle) const noexcept { ken_visit_destroy(&handle); }
    void operator()(ken_article *handle) const noexcept { ken_article_destroy(&handle); }
    void operator()(ken_case *handle) const noexcept { ken_case_destroy(&handle); }
};

template <class T>
using Owned = std::unique_ptr<T, Destroy>;

/** A base is destroyed, but for one that a replay lends. */
struct DestroyBase {
    bool is_lent = false;
    void operator()(ken_base *handle) const noexcept {
        if (!is_lent) {
            ken_base_destroy(&handle);
        }
    }
};

}  // namespace detail

/** A failed call. `what()` is a sentence for people: the field, the value found, the limit, the next step. */
class Error : public std::runtime_error {
  public:
    /** An item of a batch that failed: its place from 0, and its error. */
    struct Item {
        std::size_t place;
        ken_status code;
        std::string message;
    };

    /** Of a status, and the object that came with it, if one did. */
    explicit Error(ken_status code, const ken_error *error = nullptr)
        : std::runtime_error(std::string(detail::out(error ? ken_error_message(error) : ken_status_name(code)))),
          code_(code),
          json_(std::make_shared<const std::string>(detail::out(ken_error_json(error)))),
          items_(std::make_shared<const std::vector<Item>>(items_of(error))) {}

    /** Of an error object of the C interface, which stays its owner's. */
    explicit Error(const ken_error *error) : Error(ken_error_code(error), error) {}

    /** The status: one of KEN_ERR_*, by which code branches. A later library may answer with others. */
    ken_status code() const noexcept { return code_; }

    /** Its name, such as ArticleNotFound. */
    std::string_view name() const noexcept { return detail::out(ken_status_name(code_)); }

    /** The whole error as JSON with its causes; it lives as long as the error. */
    std::string_view json() const noexcept { return *json_; }

    /** The items of a batch that failed; empty for any other error. They live as long as the error. */
    const std::vector<Item> &items() const noexcept { return *items_; }

  private:
    static std::vector<Item> items_of(const ken_error *error) {
        std::vector<Item> items;
        for (std::size_t i = 0; i < ken_error_item_count(error); ++i) {
            const ken_error *item = ken_error_item(error, i);
            const std::string_view message = detail::out(ken_error_message(item));
            items.push_back({ken_error_item_place(error, i), ken_error_code(item), std::string(message)});
        }
        return items;
    }

    ken_status code_;
    // Shared, since the copy of an exception must not throw.
    std::shared_ptr<const std::string> json_;
    std::shared_ptr<const std::vector<Item>> items_;
};

namespace detail {

/** Throws the error of a failed call. `call` is given the place for the error object. */
template <class Call>
void checked(Call &&call) {
    ken_error *raw = nullptr;
    const ken_status status = call(&raw);
    if (status != KEN_OK) {
        const Owned<ken_error> error(raw);
        throw Error(status, error.get());
    }
}

/** As `checked`, for calls that make an object; it is owned from the start. */
template <class T, class Call>
Owned<T> made(Call &&call) {
    T *raw = nullptr;
    checked([&](ken_error **err) { return call(&raw, err); });
    return Owned<T>(raw);
}

/** As `checked`, for calls that tell the effect of a write. */
template <class Call>
Recorded recorded(Call &&call) {
    int what = KEN_RECORDED_NEW;
    checked([&](ken_error **err) { return call(&what, err); });
    return static_cast<Recorded>(what);
}

/** A function of the host's during one call. An exception of it waits here until the call has returned. */
template <class Function>
class Callback {
  public:
    explicit Callback(const Function &function) : function_(function) {}

    bool is_set() const noexcept { return static_cast<bool>(function_); }

    template <class... Args>
    int operator()(Args &&...args) noexcept {
        // After the first exception the function is not called again.
        if (thrown_) {
            return KEN_STOP;
        }
        try {
            return static_cast<int>(function_(std::forward<Args>(args)...));
        } catch (...) {
            thrown_ = std::current_exception();
            return KEN_STOP;
        }
    }

    /** Throws the exception of the function, if it threw. */
    void rethrow() const {
        if (thrown_) {
            std::rethrow_exception(thrown_);
        }
    }

  private:
    const Function &function_;
    std::exception_ptr thrown_;
};

/** As `checked`, for a call with a callback: an exception of the callback comes before the error of the call. */
template <class Function, class Call>
void checked(Callback<Function> &callback, Call &&call) {
    ken_error *raw = nullptr;
    const ken_status status = call(&raw);
    const Owned<ken_error> error(raw);
    callback.rethrow();
    if (status != KEN_OK) {
        throw Error(status, error.get());
    }
}

/** An iterator over places: it makes its item when it is read. Random access, by value. */
template <class Range>
class Places {
  public:
    using iterator_category = std::input_iterator_tag;
#if defined(__cpp_lib_ranges)
    using iterator_concept = std::random_access_iterator_tag;
#endif
    using value_type = typename Range::value_type;
    using difference_type = std::ptrdiff_t;
    using reference = value_type;

    /** Keeps an item for as long as `->` is being followed. */
    class pointer {
      public:
        explicit pointer(value_type item) : item_(std::move(item)) {}
        const value_type *operator->() const noexcept { return &item_; }

      private:
        value_type item_;
    };

    Places() = default;
    Places(const Range &range, std::size_t at) : range_(range), at_(static_cast<difference_type>(at)) {}

    reference operator*() const { return range_.item(static_cast<std::size_t>(at_)); }
    pointer operator->() const { return pointer(**this); }
    reference operator[](difference_type n) const { return *(*this + n); }

    Places &operator++() { return *this += 1; }
    Places &operator--() { return *this += -1; }
    Places operator++(int) { return std::exchange(*this, *this + 1); }
    Places operator--(int) { return std::exchange(*this, *this - 1); }
    Places &operator+=(difference_type n) {
        at_ += n;
        return *this;
    }
    Places &operator-=(difference_type n) { return *this += -n; }
    friend Places operator+(Places it, difference_type n) { return it += n; }
    friend Places operator+(difference_type n, Places it) { return it += n; }
    friend Places operator-(Places it, difference_type n) { return it -= n; }
    friend difference_type operator-(const Places &a, const Places &b) { return a.at_ - b.at_; }
    friend bool operator==(const Places &a, const Places &b) { return a.at_ == b.at_; }
    friend bool operator!=(const Places &a, const Places &b) { return a.at_ != b.at_; }
    friend bool operator<(const Places &a, const Places &b) { return a.at_ < b.at_; }
    friend bool operator>(const Places &a, const Places &b) { return a.at_ > b.at_; }
    friend bool operator<=(const Places &a, const Places &b) { return a.at_ <= b.at_; }
    friend bool operator>=(const Places &a, const Places &b) { return a.at_ >= b.at_; }

  private:
    Range range_{};
    difference_type at_ = 0;
};

/** A range of items in a ken_results: the answer, a place in it, and the number of items. */
template <class Derived, class Item>
class Items {
  public:
    using value_type = Item;
    using const_iterator = Places<Derived>;
    using iterator = const_iterator;

    Items() = default;
    Items(const ken_results *results, std::size_t of, std::size_t n) : results_(results), of_(of), n_(n) {}

    std::size_t size() const noexcept { return n_; }
    bool empty() const noexcept { return n_ == 0; }
    const_iterator begin() const { return const_iterator(self(), 0); }
    const_iterator end() const { return const_iterator(self(), n_); }
    /** The item at a place from 0. Throws Error if there is none. */
    Item operator[](std::size_t i) const { return self().item(i); }

  protected:
    const ken_results *results_ = nullptr;
    std::size_t of_ = 0;
    std::size_t n_ = 0;

  private:
    const Derived &self() const noexcept { return static_cast<const Derived &>(*this); }
};

}  // namespace detail

/* ---- Versions */

/** The version of the library that is loaded, such as 0.1.0. It lives for ever. */
inline std::string_view version() noexcept { return detail::out(ken_version()); }

/** The same as a number, as KEN_VERSION_NUMBER counts it. */
inline std::uint32_t version_number() noexcept { return ken_version_number(); }

/** The version of the binary interface of the library that is loaded. */
inline std::uint32_t abi_version() noexcept { return ken_abi_version(); }

/** Throws std::runtime_error if header and library do not belong together. Call it once, before anything else. */
inline void check_abi() {
    if (!ken_check_abi()) {
        throw std::runtime_error("kenpoint: this program was built for binary interface " +
                                 std::to_string(KEN_ABI_VERSION) + ", the library that is loaded has " +
                                 std::to_string(ken_abi_version()) + "; build it against the header of that library");
    }
}

/** The name of a status: KEN_ERR_ARTICLE_NOT_FOUND is ArticleNotFound. Empty for a number that is no status. */
inline std::string_view status_name(ken_status status) noexcept { return detail::out(ken_status_name(status)); }

/* ---- Text that a call made */

/** JSON, HTML, a report. It depends on no other object. */
class Text {
  public:
    /** No text: empty. */
    Text() = default;
    /** Takes over a buffer of the C interface, which may be NULL. */
    explicit Text(ken_buf *handle) noexcept : handle_(handle) {}
    explicit Text(detail::Owned<ken_buf> handle) noexcept : handle_(std::move(handle)) {}

    /** The text; it lives as long as this object. */
    std::string_view view() const noexcept { return detail::out(ken_buf_text(handle_.get())); }
    /** The same, wherever a view is wanted. */
    operator std::string_view() const noexcept { return view(); }
    /** A copy that lives on its own. */
    std::string str() const { return std::string(view()); }
    /** True if there is no text. */
    bool empty() const noexcept { return view().empty(); }
    /** The number of bytes. */
    std::size_t size() const noexcept { return view().size(); }
    /** The handle, for the C interface; it is still owned here. */
    const ken_buf *c() const noexcept { return handle_.get(); }

    /** Writes it as it is. */
    friend std::ostream &operator<<(std::ostream &stream, const Text &text) { return stream << text.view(); }

  private:
    detail::Owned<ken_buf> handle_;
};

/* ---- Bytes that a call made */

/** The bytes of a snapshot. They depend on no other object. */
class Bytes {
  public:
    /** No bytes. */
    Bytes() = default;
    /** Takes over a buffer of the C interface, which may be NULL. */
    explicit Bytes(ken_buf *handle) noexcept : handle_(handle) {}
    explicit Bytes(detail::Owned<ken_buf> handle) noexcept : handle_(std::move(handle)) {}

    /** The first byte; they live as long as this object. */
    const std::uint8_t *data() const noexcept { return ken_buf_data(handle_.get()); }
    /** The number of bytes. */
    std::size_t size() const noexcept { return ken_buf_size(handle_.get()); }
    /** True if there are none. */
    bool empty() const noexcept { return size() == 0; }
    /** The handle, for the C interface; it is still owned here. */
    const ken_buf *c() const noexcept { return handle_.get(); }

  private:
    detail::Owned<ken_buf> handle_;
};

/** Markdown as HTML that is safe to show. */
inline Text markdown_to_html(std::string_view markdown) {
    return Text(detail::made<ken_buf>(
        [&](ken_buf **out, ken_error **err) { return ken_markdown_to_html(detail::in(markdown), out, err); }));
}

/* ---- Options of a base */

/** Threads and one cache that many bases share, so that neither grows with the number of bases. */
class Resources {
  public:
    /** `threads` is the greatest number of threads, 0 for one each core; `cache_bytes` the ceiling of the cache, 0 for 256 MiB. */
    explicit Resources(std::uint32_t threads = 0, std::uint64_t cache_bytes = 0)
        : handle_(detail::made<ken_resources>([&](ken_resources **out, ken_error **err) {
              return ken_resources_new(threads, cache_bytes, out, err);
          })) {}

    /** The present use of the resources, as JSON. */
    Text stats() const {
        return Text(detail::made<ken_buf>(
            [&](ken_buf **out, ken_error **err) { return ken_resources_stats(c(), out, err); }));
    }

    /** The handle, for the C interface; it is still owned here. */
    const ken_resources *c() const noexcept { return handle_.get(); }

  private:
    detail::Owned<ken_resources> handle_;
};

/** The options of a base: options by name, a clock, a log. Setters are chained; it may serve any number of bases. */
class Options {
  public:
    /** Options in which nothing is set. */
    Options() : handle_(detail::made<ken_options>([](ken_options **out, ken_error **err) {
        return ken_options_new(out, err);
    })) {}

    /** Sets an option; the table at ken_options_set has names, values and defaults. */
    Options &set(std::string_view name, std::string_view value) {
        detail::checked([&](ken_error **err) {
            return ken_options_set(handle_.get(), detail::in(name), detail::in(value), err);
        });
        return *this;
    }

    /**
     * Another clock than the machine's. It is called from any thread that uses the base, must not call the
     * library and must not throw: a base has no answer without an instant, so the program ends if it does.
     */
    Options &clock(std::function<Instant()> clock) {
        auto data = std::make_unique<std::function<Instant()>>(std::move(clock));
        const ken_clock_fn call = *data ? &Options::ask_clock : nullptr;
        // The data is the library's from here on, also if the call fails.
        detail::checked([&](ken_error **err) {
            return ken_options_set_clock(handle_.get(), call, data.release(), &Options::drop<std::function<Instant()>>,
                                         err);
        });
        return *this;
    }

    /** Receives the log. Topic and message live during the call. */
    using Log = std::function<void(LogLevel level, std::string_view topic, std::string_view message)>;

    /**
     * Sends log messages up to the level `last` to the host. The callback is called from any thread that uses the
     * base and from the base's own threads, and must not call that base. Its exceptions are dropped: a log has no
     * call that could fail.
     */
    Options &log(LogLevel last, Log log) {
        auto data = std::make_unique<Log>(std::move(log));
        const ken_log_fn call = *data ? &Options::tell_log : nullptr;
        detail::checked([&](ken_error **err) {
            return ken_options_set_log(handle_.get(), static_cast<int>(last), call, data.release(),
                                       &Options::drop<Log>, err);
        });
        return *this;
    }

    /** Gives a base the threads and the cache of these resources in place of its own. */
    Options &resources(const Resources &resources) {
        detail::checked([&](ken_error **err) {
            return ken_options_set_resources(handle_.get(), resources.c(), err);
        });
        return *this;
    }

    /** The handle, for the C interface; it is still owned here. */
    ken_options *c() noexcept { return handle_.get(); }
    const ken_options *c() const noexcept { return handle_.get(); }

  private:
    static std::int64_t ask_clock(void *data) noexcept {
        return detail::in((*static_cast<std::function<Instant()> *>(data))());
    }
    static void tell_log(void *data, int level, ken_str topic, ken_str message) noexcept {
        try {
            (*static_cast<Log *>(data))(static_cast<LogLevel>(level), detail::out(topic), detail::out(message));
        } catch (...) {
        }
    }
    template <class Data>
    static void drop(void *data) noexcept {
        delete static_cast<Data *>(data);
    }

    detail::Owned<ken_options> handle_;
};

/* ---- Requests */

namespace detail {

class Lent;
using Strings = std::vector<std::string>;

inline std::vector<ken_str> in(const Strings &texts) {
    std::vector<ken_str> views;
    views.reserve(texts.size());
    for (const std::string &text : texts) {
        views.push_back(in(text));
    }
    return views;
}

}  // namespace detail

/** The situation of a search or a suggestion. A field that is left out is unknown, and neutral. */
class Context {
  public:
    /** The customer: an account or person id of the host. */
    Context &party(std::string_view id) { return set(party_, id); }
    /** The region. */
    Context &region(std::string_view region) { return set(region_, region); }
    /** phone, email, web, chat... */
    Context &channel(std::string_view channel) { return set(channel_, channel); }
    /** The language to answer in: a tag such as en or pt-BR. */
    Context &language(std::string_view tag) { return set(language_, tag); }
    /** Adds a product they have, with its version, such as 4.0.1, if that is known. */
    Context &item(std::string_view product, std::string_view version = {}) {
        items_.emplace_back(product, version);
        return *this;
    }
    /** Adds a component in play. */
    Context &component(std::string_view name) { return add(components_, name); }
    /** Adds an article that was tried already: suggestions leave it out. */
    Context &tried(std::string_view article) { return add(tried_, article); }

  private:
    friend class detail::Lent;

    Context &set(std::string &field, std::string_view value) {
        field = value;
        return *this;
    }
    Context &add(detail::Strings &list, std::string_view value) {
        list.emplace_back(value);
        return *this;
    }

    std::string party_, region_, channel_, language_;
    std::vector<std::pair<std::string, std::string>> items_;
    detail::Strings components_, tried_;
};

namespace detail {

/** The arrays that a request of the C interface points to, during a call. */
class Lent {
  public:
    Lent(const Context &context, const Strings &entitlements)
        : entitlements_(in(entitlements)),
          components_(in(context.components_)),
          tried_(in(context.tried_)) {
        items_.reserve(context.items_.size());
        for (const auto &[id, version] : context.items_) {
            items_.push_back(ken_product{in(id), in(version)});
        }
    }

    template <class Request>
    void lend(Request &request, const Context &context) const noexcept {
        request.entitlements = entitlements_.data();
        request.n_entitlements = entitlements_.size();
        request.context = ken_context{in(context.party_),
                                      in(context.region_),
                                      in(context.channel_),
                                      in(context.language_),
                                      items_.data(),
                                      items_.size(),
                                      components_.data(),
                                      components_.size(),
                                      tried_.data(),
                                      tried_.size()};
    }

  private:
    std::vector<ken_str> entitlements_, components_, tried_;
    std::vector<ken_product> items_;
};

}  // namespace detail

/** A search. Setters are chained; fields that are not set have the defaults of kenpoint.h. */
class SearchRequest {
  public:
    /** The query (words, "phrases", +must, -not, prefix*, field:word), and the viewer: a label of the audiences. */
    SearchRequest(std::string_view query, std::string_view audience) : query_(query), audience_(audience) {
        ken_search_request_init(&defaults_);
    }

    /** Another query. */
    SearchRequest &query(std::string_view query) {
        query_ = query;
        return *this;
    }
    /** The viewer: a label of the base's audiences. */
    SearchRequest &audience(std::string_view label) {
        audience_ = label;
        return *this;
    }
    /** Adds something the viewer is entitled to. */
    SearchRequest &entitlement(std::string_view name) {
        entitlements_.emplace_back(name);
        return *this;
    }
    /** The situation. */
    SearchRequest &context(Context context) {
        context_ = std::move(context);
        return *this;
    }
    /** A filter on the answer, as JSON (docs/json.md). */
    SearchRequest &filter(std::string_view json) {
        filter_ = json;
        return *this;
    }
    /** Results wanted. */
    SearchRequest &limit(std::size_t results) {
        defaults_.limit = results;
        return *this;
    }
    /** Longest snippet, in characters; 0 for none, and then no text of an article is read. */
    SearchRequest &snippet_chars(std::size_t chars) {
        defaults_.snippet_chars = chars;
        return *this;
    }
    /** Results skipped before the first. */
    SearchRequest &offset(std::size_t results) {
        defaults_.offset = results;
        return *this;
    }
    /** Asks for the explanation of each hit. */
    SearchRequest &explain(bool wanted = true) {
        defaults_.explain = wanted ? 1 : 0;
        return *this;
    }
    /** The instant of the view. */
    SearchRequest &now(Instant instant) {
        defaults_.now_ms = detail::in(instant);
        return *this;
    }

    /** The request of the C interface. It lives as long as `lent` and this request, unchanged. */
    ken_search_request c(const detail::Lent &lent) const noexcept {
        ken_search_request request = defaults_;
        request.query = detail::in(query_);
        request.audience = detail::in(audience_);
        request.filter = detail::in(filter_);
        lent.lend(request, context_);
        return request;
    }
    /** The arrays it points to. */
    detail::Lent lent() const { return detail::Lent(context_, entitlements_); }

  private:
    ken_search_request defaults_;
    std::string query_, audience_, filter_;
    detail::Strings entitlements_;
    Context context_;
};

/** A suggestion for an open case, or for a text that is not a case yet. Setters are chained. */
class SuggestRequest {
  public:
    /** For the case on the screen, seen by an audience. */
    static SuggestRequest for_case(std::string_view case_id, std::string_view audience) {
        return SuggestRequest(case_id, {}, audience);
    }
    /** For a text that is not a case yet. */
    static SuggestRequest for_text(std::string_view text, std::string_view audience) {
        return SuggestRequest({}, text, audience);
    }

    /** More text beside the case. */
    SuggestRequest &text(std::string_view text) {
        text_ = text;
        return *this;
    }
    /** The viewer: a label of the base's audiences. */
    SuggestRequest &audience(std::string_view label) {
        audience_ = label;
        return *this;
    }
    /** Adds something the viewer is entitled to. */
    SuggestRequest &entitlement(std::string_view name) {
        entitlements_.emplace_back(name);
        return *this;
    }
    /** The situation; party, products and channel of the case are added to it. */
    SuggestRequest &context(Context context) {
        context_ = std::move(context);
        return *this;
    }
    /** A filter on the answer, as JSON (docs/json.md). */
    SuggestRequest &filter(std::string_view json) {
        filter_ = json;
        return *this;
    }
    /** Suggestions wanted. */
    SuggestRequest &limit(std::size_t suggestions) {
        defaults_.limit = suggestions;
        return *this;
    }
    /** Longest snippet, in characters; 0 for none, and then no text of an article is read. */
    SuggestRequest &snippet_chars(std::size_t chars) {
        defaults_.snippet_chars = chars;
        return *this;
    }
    /** Nothing below this chance of solving. */
    SuggestRequest &threshold(double chance) {
        defaults_.threshold = chance;
        return *this;
    }
    /** The instant of the view. */
    SuggestRequest &now(Instant instant) {
        defaults_.now_ms = detail::in(instant);
        return *this;
    }

    /** The request of the C interface. It lives as long as `lent` and this request, unchanged. */
    ken_suggest_request c(const detail::Lent &lent) const noexcept {
        ken_suggest_request request = defaults_;
        request.case_id = detail::in(case_id_);
        request.text = detail::in(text_);
        request.audience = detail::in(audience_);
        request.filter = detail::in(filter_);
        lent.lend(request, context_);
        return request;
    }
    /** The arrays it points to. */
    detail::Lent lent() const { return detail::Lent(context_, entitlements_); }

  private:
    SuggestRequest(std::string_view case_id, std::string_view text, std::string_view audience)
        : case_id_(case_id), text_(text), audience_(audience) {
        ken_suggest_request_init(&defaults_);
    }

    ken_suggest_request defaults_;
    std::string case_id_, text_, audience_, filter_;
    detail::Strings entitlements_;
    Context context_;
};

/** A snapshot to be published. Setters are chained; fields that are not set have the defaults of kenpoint.h. */
class SnapshotRequest {
  public:
    /** The audience that it is for: a label of the base's audiences. */
    SnapshotRequest(std::string_view audience) : audience_(audience) { ken_snapshot_request_init(&defaults_); }

    /** Adds an entitlement of its viewers. */
    SnapshotRequest &entitlement(std::string_view name) {
        entitlements_.emplace_back(name);
        return *this;
    }
    /** The instant whose knowledge it holds. */
    SnapshotRequest &at(Instant instant) {
        defaults_.at_ms = detail::in(instant);
        return *this;
    }
    /** The form of its articles. */
    SnapshotRequest &markup(Markup markup) {
        defaults_.markup = static_cast<int>(markup);
        return *this;
    }

    /** The request of the C interface. It lives as long as `held` and this request, unchanged. */
    ken_snapshot_request c(const std::vector<ken_str> &held) const noexcept {
        ken_snapshot_request request = defaults_;
        request.audience = detail::in(audience_);
        request.entitlements = held.data();
        request.n_entitlements = held.size();
        return request;
    }
    /** The array it points to. */
    std::vector<ken_str> held() const { return detail::in(entitlements_); }

  private:
    ken_snapshot_request defaults_;
    std::string audience_;
    detail::Strings entitlements_;
};

/** A request for the base as it was known at an instant. Setters are chained. */
class AsOf {
  public:
    /** The instant: the events that had arrived by then are known. */
    AsOf(Instant known) : known_(known) {}

    /** JSON of a ranking policy that answers as if it had always been in force. */
    AsOf &policy(std::string_view json) {
        policy_ = json;
        return *this;
    }

    /** The instant. */
    Instant known() const noexcept { return known_; }
    /** The policy; empty for the policies of the day. */
    std::string_view policy() const noexcept { return policy_; }

  private:
    Instant known_;
    std::string policy_;
};

/** A request for the base as it was known at each of several instants. Setters are chained. */
class Replay {
  public:
    /** The instants, ascending. */
    Replay(const std::vector<Instant> &instants) {
        instants_ms_.reserve(instants.size());
        for (const Instant instant : instants) {
            instants_ms_.push_back(detail::in(instant));
        }
    }
    Replay(std::initializer_list<Instant> instants) : Replay(std::vector<Instant>(instants)) {}

    /** JSON of a ranking policy that answers as if it had always been in force. */
    Replay &policy(std::string_view json) {
        policy_ = json;
        return *this;
    }

    /** The instants, in milliseconds. */
    const std::vector<std::int64_t> &instants_ms() const noexcept { return instants_ms_; }
    /** The policy; empty for the policies of the day. */
    std::string_view policy() const noexcept { return policy_; }

  private:
    std::vector<std::int64_t> instants_ms_;
    std::string policy_;
};

/* ---- The answer */

/** One factor of a score. The values multiplied from the first to the last are the score. */
struct Factor {
    /** freshness, usefulness, relevance, context or failures. */
    std::string_view name;
    /** Greater than or equal to 0. */
    double value;
    /** The reason, in words. */
    std::string_view words;
};

/** The factors of a hit, in the order in which they are multiplied. Empty if a search did not ask to explain. */
class Factors : public detail::Items<Factors, Factor> {
  public:
    using Items::Items;
    /** The factor at a place from 0. Throws Error if there is none. */
    Factor item(std::size_t i) const {
        ken_factor factor;
        detail::checked([&](ken_error **err) { return ken_results_factor(results_, of_, i, &factor, err); });
        return Factor{detail::out(factor.name), factor.value, detail::out(factor.words)};
    }
};

/** The stretches of a snippet that match, ascending, in bytes of its text. */
class Ranges {
  public:
    /** Of an array that belongs to an answer. */
    Ranges(const ken_range *first, std::size_t n) : first_(first), n_(n) {}
    /** The first stretch, and the place behind the last one. */
    const ken_range *begin() const noexcept { return first_; }
    const ken_range *end() const noexcept { return first_ + n_; }
    std::size_t size() const noexcept { return n_; }
    bool empty() const noexcept { return n_ == 0; }
    const ken_range &operator[](std::size_t i) const { return first_[i]; }

  private:
    const ken_range *first_;
    std::size_t n_;
};

/** One hit of an answer. A view: it lives as long as the Results. */
class Hit {
  public:
    /** The hit at a place from 0 of an answer. Throws Error if there is none. */
    Hit(const ken_results *results, std::size_t at) : results_(results), at_(at) {
        detail::checked([&](ken_error **err) { return ken_results_hit(results_, at_, &hit_, err); });
    }

    /** Its place in the answer, from 0. */
    std::size_t place() const noexcept { return at_; }
    /** The id of the article. */
    std::string_view id() const noexcept { return detail::out(hit_.id); }
    /** The title of the article. */
    std::string_view title() const noexcept { return detail::out(hit_.title); }
    /** product, process, company, competitive, general, analytical, crm or community. */
    std::string_view kind() const noexcept { return detail::out(hit_.kind); }
    /** Its freshness: unverified, fresh, due-soon, due, overdue, expired. */
    std::string_view freshness() const noexcept { return detail::out(hit_.freshness); }
    /** The number of its current version. */
    std::uint32_t version() const noexcept { return hit_.version; }
    /** The product of its factors, to the bit. */
    double score() const noexcept { return hit_.score; }
    /** The probability that it solves the reader's case. */
    double solve_probability() const noexcept { return hit_.solve_probability; }
    /** The stretch of its text that answers best; plain text, not escaped. */
    std::string_view snippet() const noexcept { return detail::out(hit_.snippet); }
    /** True if text before the snippet was cut off. */
    bool is_cut_before() const noexcept { return hit_.is_cut_before != 0; }
    /** True if text after the snippet was cut off. */
    bool is_cut_after() const noexcept { return hit_.is_cut_after != 0; }
    /** The matching stretches of the snippet. */
    Ranges ranges() const {
        const ken_range *first = nullptr;
        detail::checked([&](ken_error **err) { return ken_results_ranges(results_, at_, &first, err); });
        return Ranges(first, hit_.n_ranges);
    }
    /** The snippet as HTML: everything escaped, the matches in <mark>. */
    Text snippet_html() const {
        return Text(detail::made<ken_buf>(
            [&](ken_buf **out, ken_error **err) { return ken_results_snippet_html(results_, at_, out, err); }));
    }
    /** True if it is explained: suggestions always are, hits of a search if it asked to. */
    bool is_explained() const noexcept {
        ken_factor factor;
        return ken_results_factor(results_, at_, 0, &factor, nullptr) == KEN_OK;
    }
    /** Its factors; none if it is not explained. */
    Factors factors() const { return Factors(results_, at_, is_explained() ? ken_factor_count() : 0); }
    /** The reason for its rank, in one sentence; empty if it is not explained. */
    std::string_view summary() const noexcept { return detail::out(ken_results_summary(results_, at_)); }
    /** The whole explanation as JSON (docs/json.md). Throws Error if it is not explained. */
    Text explanation() const {
        return Text(detail::made<ken_buf>(
            [&](ken_buf **out, ken_error **err) { return ken_results_explanation(results_, at_, out, err); }));
    }

  private:
    const ken_results *results_;
    std::size_t at_;
    ken_hit hit_;
};

/** The ids of the articles that resolved a similar case, or helped. */
class SolvedBy : public detail::Items<SolvedBy, std::string_view> {
  public:
    using Items::Items;
    /** The id at a place from 0; empty if there is none. */
    std::string_view item(std::size_t i) const noexcept { return detail::out(ken_results_solved_by(results_, of_, i)); }
};

/** A past case like the one at hand. */
struct Similar {
    /** The id of the case. */
    std::string_view id;
    /** The similarity, in (0, 1]. */
    double similarity;
    /** The articles that resolved it, or helped. */
    SolvedBy solved_by;
};

/** The past cases that a suggestion rests on, most alike first, for viewers who read cases. */
class SimilarCases : public detail::Items<SimilarCases, Similar> {
  public:
    using Items::Items;
    /** The case at a place from 0. Throws Error if there is none. */
    Similar item(std::size_t i) const {
        ken_similar similar;
        detail::checked([&](ken_error **err) { return ken_results_similar(results_, i, &similar, err); });
        return Similar{detail::out(similar.id), similar.similarity, SolvedBy(results_, i, similar.n_solved_by)};
    }
};

/** The hits of an answer, best first. A view: it lives as long as the Results. */
class Hits : public detail::Items<Hits, Hit> {
  public:
    using Items::Items;
    /** The hit at a place from 0. Throws Error if there is none. */
    Hit item(std::size_t i) const { return Hit(results_, i); }
};

/**
 * The answer to a search or a suggestion: a range of hits, best first. It depends on no other object and
 * outlives the base; many threads may read it at once.
 */
class Results {
  public:
    using value_type = Hit;
    using iterator = Hits::iterator;
    using const_iterator = Hits::const_iterator;

    /** No answer: without hits. */
    Results() = default;
    /** Takes over an answer of the C interface, which may be NULL. */
    explicit Results(ken_results *handle) noexcept : handle_(handle) {}
    explicit Results(detail::Owned<ken_results> handle) noexcept : handle_(std::move(handle)) {}

    /** The number of hits. */
    std::size_t size() const noexcept { return ken_results_count(handle_.get()); }
    /** True if there is no hit. */
    bool empty() const noexcept { return size() == 0; }
    /** The hit at a place from 0. Throws Error if there is none. */
    Hit operator[](std::size_t i) const { return Hit(handle_.get(), i); }
    const_iterator begin() const { return hits().begin(); }
    const_iterator end() const { return hits().end(); }
    /** The same hits as a range that may be copied. */
    Hits hits() const { return Hits(handle_.get(), 0, size()); }

    /** The past cases that a suggestion rests on; none for a search. */
    SimilarCases similar() const { return SimilarCases(handle_.get(), 0, ken_results_similar_count(handle_.get())); }
    /** The token that names this answer in feedback. */
    std::string_view impression() const noexcept { return detail::out(ken_results_impression(handle_.get())); }
    /** The probability that the best hit solves the reader's case; 0 if there is no hit. */
    double answerable() const noexcept { return ken_results_answerable(handle_.get()); }
    /** True if a limit cut the work of a search short. */
    bool is_partial() const noexcept { return ken_results_is_partial(handle_.get()) != 0; }
    /** The parts of the query, as typed, that were read as plain words although their signs ask for more, or dropped. */
    std::vector<std::string_view> relaxed() const {
        std::vector<std::string_view> parts;
        for (std::size_t i = 0; i < ken_results_relaxed_count(handle_.get()); i++) {
            parts.push_back(detail::out(ken_results_relaxed(handle_.get(), i)));
        }
        return parts;
    }
    /** True if a suggestion had candidates, all of them below the threshold. */
    bool abstained() const noexcept { return ken_results_abstained(handle_.get()) != 0; }
    /** The handle, for the C interface; it is still owned here. */
    const ken_results *c() const noexcept { return handle_.get(); }

  private:
    detail::Owned<ken_results> handle_;
};

/* ---- Events and links */

/**
 * An event: `Event("rated").article("lamp").value(1)`. `what` of ken_event lists the fields of each kind; the call
 * that records an event with any other field fails.
 */
class Event {
  public:
    /** The kind: `what` of ken_event has the names. */
    explicit Event(std::string_view what) : what_(what) { ken_event_init(&defaults_); }

    /** The id that makes recording it again harmless; without one, the base makes one. */
    Event &id(std::string_view id) { return set(id_, id); }
    /** The instant; without it, now. */
    Event &at(Instant instant) {
        defaults_.at_ms = detail::in(instant);
        return *this;
    }
    /** The actor. */
    Event &actor(std::string_view id) { return set(actor_, id); }
    /** The customer it concerns. */
    Event &party(std::string_view id) { return set(party_, id); }
    /** The visit it belongs to. */
    Event &session(std::string_view id) { return set(session_, id); }
    /** The case it belongs to. */
    Event &case_id(std::string_view id) { return set(case_id_, id); }
    /** phone, email, web, chat... */
    Event &channel(std::string_view channel) { return set(channel_, channel); }
    /** The audience label of the person who caused it. */
    Event &audience(std::string_view label) { return set(audience_, label); }
    /** The id of the article. */
    Event &article(std::string_view id) { return set(article_, id); }
    /** The impression of the answer. */
    Event &impression(std::string_view token) { return set(impression_, token); }
    /** A query, a remark, a reason. */
    Event &text(std::string_view text) { return set(text_, text); }
    /** The place of the article in the list, from 1. */
    Event &rank(std::uint32_t place) {
        defaults_.rank = place;
        return *this;
    }
    /** A number: a rating, seconds, a survey's score. */
    Event &value(double value) {
        defaults_.value = value;
        return *this;
    }

    /** The event of the C interface. It lives as long as this one, unchanged. */
    ken_event c() const noexcept {
        ken_event event = defaults_;
        event.what = detail::in(what_);
        event.id = detail::in(id_);
        event.actor = detail::in(actor_);
        event.party = detail::in(party_);
        event.session = detail::in(session_);
        event.case_id = detail::in(case_id_);
        event.channel = detail::in(channel_);
        event.audience = detail::in(audience_);
        event.article = detail::in(article_);
        event.impression = detail::in(impression_);
        event.text = detail::in(text_);
        return event;
    }

  private:
    Event &set(std::string &field, std::string_view value) {
        field = value;
        return *this;
    }

    ken_event defaults_;
    std::string what_, id_, actor_, party_, session_, case_id_, channel_, audience_, article_, impression_, text_;
};

/** The relation of an article to a case: `Link("c1", "lamp", "resolved")`. */
class Link {
  public:
    /** The type: resolved, helped, referenced, sent, created-from, tried-failed, dismissed, suggested, improved. */
    Link(std::string_view case_id, std::string_view article, std::string_view link)
        : case_id_(case_id), article_(article), link_(link) {
        ken_link_draft_init(&defaults_);
    }

    /** Its provenance: human, rule, learned or imported. */
    Link &provenance(std::string_view provenance) {
        provenance_ = provenance;
        return *this;
    }
    /** For dismissals: not-relevant, already-tried, wrong or outdated. */
    Link &reason(std::string_view reason) {
        reason_ = reason;
        return *this;
    }
    /** The confidence, 0 to 1. */
    Link &confidence(double confidence) {
        defaults_.confidence = confidence;
        return *this;
    }

    /** The link of the C interface. It lives as long as this one, unchanged. */
    ken_link_draft c() const noexcept {
        ken_link_draft link = defaults_;
        link.case_id = detail::in(case_id_);
        link.article = detail::in(article_);
        link.link = detail::in(link_);
        link.provenance = detail::in(provenance_);
        link.reason = detail::in(reason_);
        return link;
    }

  private:
    ken_link_draft defaults_;
    std::string case_id_, article_, link_, provenance_, reason_;
};

/* ---- Cases and articles without JSON */

/** An entry to add to a case: `Entry("It is dark.", "issue")`. */
class Entry {
  public:
    /** The reuse: case-only, or the role of the section that the text may become. */
    Entry(std::string_view text, std::string_view reuse) : text_(text), reuse_(reuse) { ken_entry_init(&defaults_); }

    /** The id of the author. */
    Entry &author(std::string_view id) {
        author_ = id;
        return *this;
    }
    /** The instant; without it, now. */
    Entry &at(Instant instant) {
        defaults_.at_ms = detail::in(instant);
        return *this;
    }

    /** The entry of the C interface. It lives as long as this one, unchanged. */
    ken_entry c() const noexcept {
        ken_entry entry = defaults_;
        entry.text = detail::in(text_);
        entry.reuse = detail::in(reuse_);
        entry.author = detail::in(author_);
        return entry;
    }

  private:
    ken_entry defaults_;
    std::string text_, reuse_, author_;
};

/** A case to open: `CaseDraft("c1").party("acme").entry(Entry("It is dark.", "issue"))`. */
class CaseDraft {
  public:
    /** The id is chosen by the host. */
    explicit CaseDraft(std::string_view id) : id_(id) { ken_case_draft_init(&defaults_); }

    /** service, sales, marketing or community. */
    CaseDraft &kind(std::string_view kind) { return set(kind_, kind); }
    /** phone, email, web, chat... */
    CaseDraft &channel(std::string_view channel) { return set(channel_, channel); }
    /** The customer: an account or person id of the host. */
    CaseDraft &party(std::string_view id) { return set(party_, id); }
    /** The self-service visit before the case. */
    CaseDraft &session(std::string_view id) { return set(session_, id); }
    /** Adds a product in question, with its version if that is known. */
    CaseDraft &item(std::string_view product, std::string_view version = {}) {
        items_.emplace_back(product, version);
        return *this;
    }
    /** Adds an entry. */
    CaseDraft &entry(Entry entry) {
        entries_.push_back(std::move(entry));
        return *this;
    }
    /** The instant of opening; without it, now. */
    CaseDraft &opened(Instant instant) {
        defaults_.opened_ms = detail::in(instant);
        return *this;
    }

    /** Calls `with` with the draft of the C interface, which lives during the call. */
    template <class With>
    auto lend(With &&with) const {
        std::vector<ken_product> items;
        items.reserve(items_.size());
        for (const auto &[id, version] : items_) {
            items.push_back(ken_product{detail::in(id), detail::in(version)});
        }
        std::vector<ken_entry> entries;
        entries.reserve(entries_.size());
        for (const Entry &entry : entries_) {
            entries.push_back(entry.c());
        }
        ken_case_draft draft = defaults_;
        draft.id = detail::in(id_);
        draft.kind = detail::in(kind_);
        draft.channel = detail::in(channel_);
        draft.party = detail::in(party_);
        draft.session = detail::in(session_);
        draft.items = items.data();
        draft.n_items = items.size();
        draft.entries = entries.data();
        draft.n_entries = entries.size();
        return with(draft);
    }

  private:
    CaseDraft &set(std::string &field, std::string_view value) {
        field = value;
        return *this;
    }

    ken_case_draft defaults_;
    std::string id_, kind_, channel_, party_, session_;
    std::vector<std::pair<std::string, std::string>> items_;
    std::vector<Entry> entries_;
};

/** An article with its sections. It depends on no other object; what it tells lives as long as it does. */
class Article {
  public:
    /** Takes over an article of the C interface. */
    explicit Article(ken_article *handle) noexcept : handle_(handle) {}

    /** All of it but its sections. Texts are views of the article. */
    ken_article_info info() const {
        ken_article_info info;
        ken_article_info_init(&info);
        detail::checked([&](ken_error **err) { return ken_article_describe(c(), &info, err); });
        return info;
    }
    /** The section at a place from 0. Throws Error if there is none. */
    ken_section section(std::size_t i) const {
        ken_section section;
        ken_section_init(&section);
        detail::checked([&](ken_error **err) { return ken_article_section(c(), i, &section, err); });
        return section;
    }

    /** The handle, for the C interface; it is still owned here. */
    const ken_article *c() const noexcept { return handle_.get(); }

  private:
    detail::Owned<ken_article> handle_;
};

/** A case with its entries. It depends on no other object; what it tells lives as long as it does. */
class Case {
  public:
    /** Takes over a case of the C interface. */
    explicit Case(ken_case *handle) noexcept : handle_(handle) {}

    /** All of it but its products and entries. Texts are views of the case. */
    ken_case_info info() const {
        ken_case_info info;
        ken_case_info_init(&info);
        detail::checked([&](ken_error **err) { return ken_case_describe(c(), &info, err); });
        return info;
    }
    /** The entry at a place from 0. Throws Error if there is none. */
    ken_entry entry(std::size_t i) const {
        ken_entry entry;
        ken_entry_init(&entry);
        detail::checked([&](ken_error **err) { return ken_case_entry(c(), i, &entry, err); });
        return entry;
    }
    /** The product at a place from 0. Throws Error if there is none. */
    ken_product item(std::size_t i) const {
        ken_product item;
        detail::checked([&](ken_error **err) { return ken_case_item(c(), i, &item, err); });
        return item;
    }

    /** The handle, for the C interface; it is still owned here. */
    const ken_case *c() const noexcept { return handle_.get(); }

  private:
    detail::Owned<ken_case> handle_;
};

/** The effect of putting an article. */
struct Put {
    /** The number of the version that is current now. */
    std::uint32_t version;
    /** The effect of the write. */
    Recorded recorded;
};

/** The progress of an import. */
struct Progress {
    /** The file, or the table, being read; lives during the callback. */
    std::string_view file;
    /** Records read so far, those skipped included. */
    std::uint64_t records;
    /** Records skipped so far. */
    std::uint64_t skipped;
    /** Bytes read so far; 0 for rows. */
    std::uint64_t bytes;
};

/** Receives the progress of an import, and continues or stops it. */
using OnProgress = std::function<Flow(const Progress &)>;

/** Is called now and then during a long call, and continues or cancels it. */
using CancelHook = std::function<Flow()>;

/** Receives the base as it was known at the instant of place `i`. `past` takes no writes, and lives during the call. */
using AtInstant = std::function<Flow(std::size_t i, const Base &past)>;

/** Takes bytes that a call writes; they live during the call. */
using Write = std::function<Flow(std::string_view bytes)>;

/* ---- A visit */

/** A self-service visit: it numbers its events, so that each counts once in the base. */
class Visit {
  public:
    /** Resumes a visit from its text form, which json() gives. */
    static Visit resume(std::string_view json) {
        return Visit(detail::made<ken_visit>(
            [&](ken_visit **out, ken_error **err) { return ken_visit_resume(detail::in(json), out, err); }));
    }
    /** Takes over a visit of the C interface. */
    explicit Visit(ken_visit *handle) noexcept : handle_(handle) {}
    explicit Visit(detail::Owned<ken_visit> handle) noexcept : handle_(std::move(handle)) {}

    /** Its text form. */
    Text json() const {
        return Text(detail::made<ken_buf>([&](ken_buf **out, ken_error **err) { return ken_visit_json(c(), out, err); }));
    }
    /** Sets party and channel and adds products, as JSON; keys that are left out stay. */
    void set(std::string_view visitor) {
        detail::checked([&](ken_error **err) { return ken_visit_set(handle_.get(), detail::in(visitor), err); });
    }
    /** Records an event of the visitor. The visit sets its id, session, party, channel and audience. */
    void record(const Event &event) {
        const ken_event raw = event.c();
        detail::checked([&](ken_error **err) { return ken_visit_record(handle_.get(), &raw, err); });
    }
    /** The events since the last call, as JSON for Base::merge_events. */
    Text take_events() {
        return Text(detail::made<ken_buf>(
            [&](ken_buf **out, ken_error **err) { return ken_visit_take_events(handle_.get(), out, err); }));
    }
    /** The outcome so far, as JSON. */
    Text outcome() const {
        return Text(detail::made<ken_buf>([&](ken_buf **out, ken_error **err) { return ken_visit_outcome(c(), out, err); }));
    }
    /** Hands an unmet need over, with the customer's message, as JSON for Base::open_handoff. */
    Text hand_over(std::string_view message, std::optional<Instant> at = std::nullopt) {
        return Text(detail::made<ken_buf>([&](ken_buf **out, ken_error **err) {
            return ken_visit_hand_over(handle_.get(), detail::in(at), detail::in(message), out, err);
        }));
    }
    /** The handle, for the C interface; it is still owned here. */
    ken_visit *c() noexcept { return handle_.get(); }
    const ken_visit *c() const noexcept { return handle_.get(); }

  private:
    detail::Owned<ken_visit> handle_;
};

/* ---- A snapshot */

/**
 * The part of a base that one audience may see, which answers as the base would, from a file or bytes. Every call may
 * be made from any number of threads at once, and in a child of a fork if no other thread was in a call on it
 * then. Destroy it when no call runs on it; its answers live on.
 */
class Snapshot {
  public:
    /** Opens a snapshot in a file (UTF-8). */
    static Snapshot open(std::string_view path) {
        return Snapshot(detail::made<ken_snapshot>([&](ken_snapshot **out, ken_error **err) {
            return ken_snapshot_open(detail::in(path), out, err);
        }));
    }
    /** Opens a snapshot of bytes, which are copied. */
    static Snapshot open_bytes(const std::uint8_t *bytes, std::size_t size) {
        return Snapshot(detail::made<ken_snapshot>([&](ken_snapshot **out, ken_error **err) {
            return ken_snapshot_open_bytes(bytes, size, out, err);
        }));
    }
    /** The same, of those that Base::snapshot made. */
    static Snapshot open_bytes(const Bytes &bytes) { return open_bytes(bytes.data(), bytes.size()); }
    /** Takes over a snapshot of the C interface. */
    explicit Snapshot(ken_snapshot *handle) noexcept : handle_(handle) {}

    /** Switches to a newer snapshot under the name of its file; false if there is none. */
    bool refresh() const {
        std::uint32_t changed = 0;
        detail::checked([&](ken_error **err) { return ken_snapshot_refresh(c(), &changed, err); });
        return changed != 0;
    }
    /** Its audience, instant and contents, as JSON. */
    Text info() const { return text(ken_snapshot_info); }
    /** The ranking policy it was made under, as JSON. */
    Text policy() const { return text(ken_snapshot_policy); }
    /** Searches as Base::search does. */
    Results search(const SearchRequest &request) const { return asked(request, ken_snapshot_search); }
    /** Suggests as Base::suggest does for a text. */
    Results suggest(const SuggestRequest &request) const { return asked(request, ken_snapshot_suggest); }
    /** Completions of a text that is being typed, as JSON: words and titles, at most `limit` of each. */
    Text complete(std::string_view typed, std::string_view audience, std::size_t limit,
                  const std::vector<std::string> &entitlements = {}, std::optional<Instant> now = std::nullopt) const {
        const std::vector<ken_str> held = detail::in(entitlements);
        return text(ken_snapshot_complete, detail::in(typed), detail::in(audience), held.data(), held.size(), limit,
                    detail::in(now));
    }
    /** An article as its viewers see it, as JSON. */
    Text article(std::string_view id) const { return text(ken_snapshot_article, detail::in(id)); }
    /** An article with its sections, as its viewers see it. */
    Article read_article(std::string_view id) const {
        return Article(detail::made<ken_article>([&](ken_article **out, ken_error **err) {
                           return ken_snapshot_read_article(c(), detail::in(id), out, err);
                       }).release());
    }
    /** Takes a part of a split snapshot: the name of a shard, empty for the manifest, which comes last, and its bytes. */
    using TakeShard = std::function<Flow(std::string_view name, std::string_view bytes)>;
    /** Splits the bytes of a snapshot for pages that load it on demand. */
    static void split(std::string_view bytes, const TakeShard &take) {
        detail::Callback<TakeShard> callback(take);
        detail::checked(callback, [&](ken_error **err) {
            return ken_snapshot_split(reinterpret_cast<const std::uint8_t *>(bytes.data()), bytes.size(),
                                      callback.is_set() ? &Snapshot::take_shard : nullptr, &callback, err);
        });
    }
    /** The names of the shards that a manifest refers to, as JSON. */
    static Text shard_names(std::string_view manifest) {
        return Text(detail::made<ken_buf>([&](ken_buf **out, ken_error **err) {
            return ken_snapshot_shard_names(reinterpret_cast<const std::uint8_t *>(manifest.data()), manifest.size(), out,
                                            err);
        }));
    }
    /** The ids of all its articles, ascending, as JSON. */
    Text article_ids() const { return text(ken_snapshot_article_ids); }
    /** A visit to the pages that are answered from it; the id is unique among all visits. */
    Visit visit(std::string_view session_id) const {
        return Visit(detail::made<ken_visit>([&](ken_visit **out, ken_error **err) {
            return ken_snapshot_visit(c(), detail::in(session_id), out, err);
        }));
    }

    /** The handle, for the C interface; it is still owned here. */
    const ken_snapshot *c() const noexcept { return handle_.get(); }

  private:
    explicit Snapshot(detail::Owned<ken_snapshot> handle) noexcept : handle_(std::move(handle)) {}

    static int take_shard(void *data, ken_str name, const std::uint8_t *bytes, std::size_t len) noexcept {
        const std::string_view part(reinterpret_cast<const char *>(bytes), len);
        return (*static_cast<detail::Callback<TakeShard> *>(data))(detail::out(name), part);
    }

    template <class Call, class... Args>
    Text text(Call call, Args... args) const {
        return Text(detail::made<ken_buf>([&](ken_buf **out, ken_error **err) { return call(c(), args..., out, err); }));
    }
    template <class Request, class Call>
    Results asked(const Request &request, Call call) const {
        const detail::Lent lent = request.lent();
        const auto raw = request.c(lent);
        return Results(
            detail::made<ken_results>([&](ken_results **out, ken_error **err) { return call(c(), &raw, out, err); }));
    }

    detail::Owned<ken_snapshot> handle_;
};

/* ---- Views of a base */

/** The review queue of a base. It lives as long as the base. */
class Reviews {
  public:
    /** The reviews of a base of the C interface. */
    explicit Reviews(const ken_base *base) noexcept : base_(base) {}

    /** The articles to review, by risk, as JSON; the request is JSON too, and may be empty. */
    Text queue(std::string_view request = {}) const {
        return Text(detail::made<ken_buf>([&](ken_buf **out, ken_error **err) {
            return ken_reviews_queue(base_, detail::in(request), out, err);
        }));
    }

  private:
    const ken_base *base_;
};

/* ---- The base */

/**
 * A knowledge base. Every call may be made from any number of threads at once; all of them throw Error, by the
 * codes that kenpoint.h lists at the function of the same name. The destructor closes it and drops the error of a
 * failed close; close() throws it.
 */
class Base {
  public:
    /** Opens a base in a folder (UTF-8), or makes it there. */
    static Base open(std::string_view path) { return opened(path, nullptr); }
    static Base open(std::string_view path, const Options &options) { return opened(path, options.c()); }
    /** Opens an empty base in memory. It is gone when it is closed. */
    static Base open_memory() { return opened_memory(nullptr); }
    static Base open_memory(const Options &options) { return opened_memory(options.c()); }
    /** Takes over a base of the C interface. */
    explicit Base(ken_base *handle) noexcept : handle_(handle) {}

    /** Makes events of reading (searched, shown, viewed and the like) durable. */
    void flush() const {
        detail::checked([&](ken_error **err) { return ken_base_flush(c(), err); });
    }
    /** Closes it. Calls on it throw Closed from then on; closing it again does nothing. */
    void close() const {
        detail::checked([&](ken_error **err) { return ken_base_close(c(), err); });
    }
    /** The present instant by the base's clock. */
    Instant now() const {
        std::int64_t ms = 0;
        detail::checked([&](ken_error **err) { return ken_base_now(c(), &ms, err); });
        return detail::instant(ms);
    }
    /** Its counts, memory and files, as JSON. */
    Text stats() const { return text(ken_base_stats); }

    /* Articles and facts */

    /** Puts an article, as JSON of a draft: a new one, or a new version. */
    Put put(std::string_view article) const {
        Put put{0, Recorded::is_new};
        put.recorded = detail::recorded(
            [&](int *what, ken_error **err) { return ken_base_put(c(), detail::in(article), &put.version, what, err); });
        return put;
    }
    /** Puts a new version on top of the one its writer saw; 0 asks for a new article. */
    Put edit(std::string_view article, std::uint32_t expects) const {
        Put put{0, Recorded::is_new};
        put.recorded = detail::recorded([&](int *what, ken_error **err) {
            return ken_base_edit(c(), detail::in(article), expects, &put.version, what, err);
        });
        return put;
    }
    /** Sets a fact, as JSON. */
    Recorded set_fact(std::string_view fact) const { return write(ken_base_set_fact, fact); }
    /** Changes the states of an article, by JSON; keys that are left out stay. */
    Recorded change_state(std::string_view article, std::string_view change) const {
        return write(ken_base_change_state, article, change);
    }
    /** Validates an article and shows it to an audience. */
    Recorded publish(std::string_view article, std::string_view audience) const {
        return write(ken_base_publish, article, audience);
    }
    /** Takes an article out of use. */
    Recorded archive(std::string_view article) const { return write(ken_base_archive, article); }
    /** Records that a person checked an article and found it right. */
    Recorded verify_article(std::string_view article, std::string_view by) const {
        return write(ken_base_verify_article, article, by);
    }
    /** Flags an article: outdated, wrong, unclear, duplicate or unsafe. */
    Recorded flag(std::string_view article, std::string_view reason, std::string_view by) const {
        return write(ken_base_flag, article, reason, by);
    }
    /** Merges one article into another. */
    Recorded merge(std::string_view article, std::string_view into) const { return write(ken_base_merge, article, into); }
    /** Relates two articles: related, duplicate-of, supersedes, translates, variant-for, depends-on, contradicts. */
    Recorded relate(std::string_view article, std::string_view to, std::string_view relation) const {
        return write(ken_base_relate, article, to, relation);
    }
    /** An article with its text, as JSON. */
    Text article(std::string_view id) const { return text(ken_base_article, detail::in(id)); }
    /** An article as a viewer sees it, as JSON: as the viewer's snapshot of that instant gives it. */
    Text article_for(std::string_view id, std::string_view audience, const std::vector<std::string> &entitlements = {},
                     std::optional<Instant> now = std::nullopt) const {
        const std::vector<ken_str> held = detail::in(entitlements);
        return text(ken_base_article_for, detail::in(id), detail::in(audience), held.data(), held.size(), detail::in(now));
    }
    /** An article as it read in one of its versions, as JSON. */
    Text article_version(std::string_view id, std::uint32_t version) const {
        return text(ken_base_article_version, detail::in(id), version);
    }
    /** Its versions without their text, as JSON. */
    Text versions(std::string_view article) const { return text(ken_base_versions, detail::in(article)); }
    /** The ids of articles after one (from the first, if empty), ascending, at most `limit`; as JSON. */
    Text article_ids(std::string_view after, std::size_t limit) const {
        return text(ken_base_article_ids, detail::in(after), limit);
    }
    /** The ids of cases, in the same way. */
    Text case_ids(std::string_view after, std::size_t limit) const {
        return text(ken_base_case_ids, detail::in(after), limit);
    }
    /** The evidence about an article, as JSON. */
    Text evidence(std::string_view article) const { return text(ken_base_evidence, detail::in(article)); }
    /** The probability that an article solves its reader's case. */
    double solve_rate(std::string_view article, std::optional<Instant> now = std::nullopt) const {
        double rate = 0;
        detail::checked([&](ken_error **err) {
            return ken_base_solve_rate(c(), detail::in(article), detail::in(now), &rate, err);
        });
        return rate;
    }
    /** Its freshness and the reason, as JSON. */
    Text freshness(std::string_view article, std::optional<Instant> now = std::nullopt) const {
        return text(ken_base_freshness, detail::in(article), detail::in(now));
    }
    /** The view on reviews: `base.reviews().queue()`. */
    Reviews reviews() const noexcept { return Reviews(c()); }

    /* Cases, and the people and visits around them */

    /** Opens a case, from JSON. */
    Recorded open_case(std::string_view draft) const { return write(ken_base_open_case, draft); }
    /** Opens a case. */
    Recorded open_case(const CaseDraft &draft) const {
        return draft.lend([&](const ken_case_draft &raw) {
            return detail::recorded(
                [&](int *what, ken_error **err) { return ken_base_open_case_draft(c(), &raw, what, err); });
        });
    }
    /** Adds a note to a case. */
    Recorded note(std::string_view case_id, const Entry &entry) const {
        const ken_entry raw = entry.c();
        return detail::recorded([&](int *what, ken_error **err) {
            return ken_base_note_draft(c(), detail::in(case_id), &raw, what, err);
        });
    }
    /** A case with its entries. */
    Case read_case(std::string_view case_id) const {
        return Case(detail::made<ken_case>([&](ken_case **out, ken_error **err) {
                        return ken_base_read_case(c(), detail::in(case_id), out, err);
                    }).release());
    }
    /** An article with its sections. */
    Article read_article(std::string_view id) const {
        return Article(detail::made<ken_article>([&](ken_article **out, ken_error **err) {
                           return ken_base_read_article(c(), detail::in(id), out, err);
                       }).release());
    }
    /** Adds a note to a case, from JSON. */
    Recorded note(std::string_view case_id, std::string_view entry) const { return write(ken_base_note, case_id, entry); }
    /** Records that a case is resolved. */
    Recorded resolve_case(std::string_view case_id, FirstContact first_contact = FirstContact::unknown) const {
        return detail::recorded([&](int *what, ken_error **err) {
            return ken_base_resolve_case(c(), detail::in(case_id), static_cast<int>(first_contact), what, err);
        });
    }
    /** Closes a case. */
    Recorded close_case(std::string_view case_id) const { return write(ken_base_close_case, case_id); }
    /** Reopens a case. */
    Recorded reopen_case(std::string_view case_id) const { return write(ken_base_reopen_case, case_id); }
    /** A case with its entries, as JSON. */
    Text case_by_id(std::string_view case_id) const { return text(ken_base_case, detail::in(case_id)); }
    /** A visit, cut into intents, as JSON. */
    Text session(std::string_view session_id) const { return text(ken_base_session, detail::in(session_id)); }
    /** The answer behind an impression, as JSON. */
    Text impression(std::string_view token) const { return text(ken_base_impression, detail::in(token)); }
    /** The actor with an id, as JSON. */
    Text actor(std::string_view actor_id) const { return text(ken_base_actor, detail::in(actor_id)); }

    /* Events and links */

    /** Records an event. The next answer already differs. */
    Recorded record(const Event &event) const {
        const ken_event raw = event.c();
        return detail::recorded([&](int *what, ken_error **err) { return ken_base_record(c(), &raw, what, err); });
    }
    /** Records many events in one commit, all or none. */
    std::vector<Recorded> record_all(const std::vector<Event> &events) const {
        std::vector<ken_event> raw;
        raw.reserve(events.size());
        for (const Event &event : events) {
            raw.push_back(event.c());
        }
        std::vector<int> what(events.size());
        detail::checked([&](ken_error **err) {
            return ken_base_record_all(c(), raw.data(), raw.size(), what.empty() ? nullptr : what.data(), err);
        });
        std::vector<Recorded> recorded;
        recorded.reserve(what.size());
        for (const int one : what) {
            recorded.push_back(static_cast<Recorded>(one));
        }
        return recorded;
    }
    /** Records many events in one commit as they arrived at an instant, which is not before the last record. */
    std::vector<Recorded> record_arrived(const std::vector<Event> &events, std::optional<Instant> arrived) const {
        std::vector<ken_event> raw;
        raw.reserve(events.size());
        for (const Event &event : events) {
            raw.push_back(event.c());
        }
        std::vector<int> what(events.size());
        detail::checked([&](ken_error **err) {
            return ken_base_record_arrived(c(), raw.data(), raw.size(), detail::in(arrived), what.data(), err);
        });
        std::vector<Recorded> recorded;
        recorded.reserve(what.size());
        for (const int one : what) {
            recorded.push_back(static_cast<Recorded>(one));
        }
        return recorded;
    }
    /** Stops the long calls that are in flight on other threads; they throw Cancelled. */
    void interrupt() const {
        detail::checked([&](ken_error **err) { return ken_base_interrupt(c(), err); });
    }
    /** Records events of any kind in one commit, from JSON; returns how many were new. */
    std::size_t record_json(std::string_view events) const {
        std::size_t n = 0;
        detail::checked([&](ken_error **err) { return ken_base_record_json(c(), detail::in(events), &n, err); });
        return n;
    }
    /** Links an article to a case. `by`: the person or rule that links. */
    Recorded link(const Link &link, std::string_view by) const {
        const ken_link_draft raw = link.c();
        return detail::recorded(
            [&](int *what, ken_error **err) { return ken_base_link(c(), &raw, detail::in(by), what, err); });
    }
    /** Retracts a link, and restores the previous scores exactly. */
    Recorded retract_link(std::string_view case_id, std::string_view article, std::string_view link) const {
        return write(ken_base_retract_link, case_id, article, link);
    }
    /** Judges a link: confirmed or rejected. */
    Recorded judge_link(std::string_view case_id, std::string_view article, std::string_view link,
                        std::string_view verdict) const {
        return write(ken_base_judge_link, case_id, article, link, verdict);
    }
    /** The links of a case, as JSON. */
    Text links_of_case(std::string_view case_id) const { return text(ken_base_links_of_case, detail::in(case_id)); }
    /** The links of an article, as JSON. */
    Text links_of_article(std::string_view article) const { return text(ken_base_links_of_article, detail::in(article)); }

    /* The ranking policy */

    /** The ranking policy in force, as JSON. */
    Text policy() const { return text(ken_base_policy); }
    /** Puts another one in force. */
    Recorded set_policy(std::string_view policy) const { return write(ken_base_set_policy, policy); }

    /* Asking */

    /** Searches. Writes nothing; the answer's impression names it in later feedback. */
    Results search(const SearchRequest &request) const {
        const detail::Lent lent = request.lent();
        const ken_search_request raw = request.c(lent);
        return Results(detail::made<ken_results>(
            [&](ken_results **out, ken_error **err) { return ken_base_search(c(), &raw, out, err); }));
    }
    /** Suggests articles for a case or a text, by its words and by past cases like it. Writes nothing. */
    Results suggest(const SuggestRequest &request) const {
        const detail::Lent lent = request.lent();
        const ken_suggest_request raw = request.c(lent);
        return Results(detail::made<ken_results>(
            [&](ken_results **out, ken_error **err) { return ken_base_suggest(c(), &raw, out, err); }));
    }
    /** Many searches, on as many threads as the option `threads` says; the answers equal those of single calls. With
     * `failed`, a request that fails is added to it and has no hits; else its error is thrown. */
    std::vector<Results> search_many(const std::vector<SearchRequest> &requests,
                                     std::vector<Error::Item> *failed = nullptr) const {
        return many<ken_search_request>(requests, failed, ken_base_search_many);
    }
    /** Many suggestions, in the same way. */
    std::vector<Results> suggest_many(const std::vector<SuggestRequest> &requests,
                                      std::vector<Error::Item> *failed = nullptr) const {
        return many<ken_suggest_request>(requests, failed, ken_base_suggest_many);
    }

    /* The past */

    /** The base as it was known at an instant: `base.as_of(instant)`, or an AsOf with a policy. It takes no writes. */
    Base as_of(const AsOf &request, const CancelHook &cancel = {}) const {
        detail::Callback<CancelHook> callback(cancel);
        ken_base *out = nullptr;
        const auto call = [&](ken_error **err) {
            return ken_base_as_of(c(), detail::in(request.known()), detail::in(request.policy()),
                                  callback.is_set() ? &Base::ask_cancel : nullptr, &callback, &out, err);
        };
        try {
            detail::checked(callback, call);
        } catch (...) {
            ken_base_destroy(&out);
            throw;
        }
        return Base(out);
    }
    /** Reads the log once and calls back with the base as it was known at each instant of the request. */
    void replay(const Replay &request, const AtInstant &at_instant) const {
        detail::Callback<AtInstant> callback(at_instant);
        detail::checked(callback, [&](ken_error **err) {
            return ken_base_replay(c(), request.instants_ms().data(), request.instants_ms().size(),
                                   detail::in(request.policy()), callback.is_set() ? &Base::ask_replay : nullptr,
                                   &callback, err);
        });
    }

    /* Snapshots */

    /** Builds a snapshot of the part that one audience may see, as bytes for Snapshot::open_bytes. */
    Bytes snapshot(const SnapshotRequest &request, const CancelHook &cancel = {}) const {
        detail::Callback<CancelHook> callback(cancel);
        const std::vector<ken_str> held = request.held();
        const ken_snapshot_request raw = request.c(held);
        ken_buf *out = nullptr;
        const auto call = [&](ken_error **err) {
            return ken_base_snapshot(c(), &raw, callback.is_set() ? &Base::ask_cancel : nullptr, &callback, &out, err);
        };
        return made_by<Bytes>(callback, call, out);
    }
    /** Builds a snapshot into a file, which it replaces atomically. Returns its info, as JSON. */
    Text snapshot_file(const SnapshotRequest &request, std::string_view path, const CancelHook &cancel = {}) const {
        detail::Callback<CancelHook> callback(cancel);
        const std::vector<ken_str> held = request.held();
        const ken_snapshot_request raw = request.c(held);
        ken_buf *info = nullptr;
        const auto call = [&](ken_error **err) {
            return ken_base_snapshot_file(c(), &raw, detail::in(path), callback.is_set() ? &Base::ask_cancel : nullptr,
                                          &callback, &info, err);
        };
        return made_by<Text>(callback, call, info);
    }

    /* Visits */

    /** A visit to the pages that are answered from the base; the id is unique among all visits. */
    Visit visit(std::string_view session_id, std::string_view audience) const {
        return Visit(detail::made<ken_visit>([&](ken_visit **out, ken_error **err) {
            return ken_base_visit(c(), detail::in(session_id), detail::in(audience), out, err);
        }));
    }
    /** Merges the events of readers, each once, from the JSON of Visit::take_events. The merge report is JSON. */
    Text merge_events(std::string_view batch, std::string_view audience,
                      const std::vector<std::string> &entitlements = {}) const {
        const std::vector<ken_str> held = detail::in(entitlements);
        return text(ken_base_merge_events, detail::in(batch), detail::in(audience), held.data(), held.size());
    }
    /** Merges the events of a visit and opens a case of its handoff, from the JSON of Visit::hand_over. */
    Text open_handoff(std::string_view handoff, std::string_view case_id, std::string_view audience,
                      const std::vector<std::string> &entitlements = {}) const {
        const std::vector<ken_str> held = detail::in(entitlements);
        return text(ken_base_open_handoff, detail::in(handoff), detail::in(case_id), detail::in(audience), held.data(),
                    held.size());
    }

    /* In and out */

    /** Imports a file or a folder. `options` is JSON; the report is too. One that `progress` stops is no error. */
    Text import_path(std::string_view path, std::string_view options = {}, const OnProgress &progress = {}) const {
        return imported(progress, [&](ken_progress_fn ask, void *data, ken_buf **report, ken_error **err) {
            return ken_base_import(c(), detail::in(path), detail::in(options), ask, data, report, err);
        });
    }
    /** Imports one source that is in memory; the ending of its name tells the format. */
    Text import_bytes(std::string_view name, std::string_view bytes, std::string_view options = {},
                      const OnProgress &progress = {}) const {
        return imported(progress, [&](ken_progress_fn ask, void *data, ken_buf **report, ken_error **err) {
            return ken_base_import_bytes(c(), detail::in(name), reinterpret_cast<const std::uint8_t *>(bytes.data()),
                                    bytes.size(), detail::in(options), ask, data, report, err);
        });
    }
    /** Writes the whole log as JSON lines; returns the number of records. A callback that stops throws Cancelled. */
    std::uint64_t export_log(const Write &write) const {
        detail::Callback<Write> callback(write);
        std::uint64_t records = 0;
        detail::checked(callback, [&](ken_error **err) {
            return ken_base_export(c(), callback.is_set() ? &Base::give_bytes : nullptr, &callback, &records, err);
        });
        return records;
    }
    /** The same, into a new file (UTF-8), durable when this returns. */
    std::uint64_t export_file(std::string_view path) const {
        std::uint64_t records = 0;
        detail::checked([&](ken_error **err) { return ken_base_export_file(c(), detail::in(path), &records, err); });
        return records;
    }
    /** The same, into a stream. A stream that fails throws Cancelled. */
    std::uint64_t export_log(std::ostream &stream) const {
        return export_log([&](std::string_view bytes) {
            stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
            return stream ? Flow::proceed : Flow::stop;
        });
    }
    /**
     * The rows of a table as an Arrow C stream, which the caller releases. `out` is overwritten without a release
     * of its old content. The stream keeps the base open.
     */
    void export_rows(std::string_view table, ArrowArrayStream &out, std::string_view options = {}) const {
        detail::checked([&](ken_error **err) {
            return ken_base_export_rows(c(), detail::in(table), detail::in(options), &out, err);
        });
    }
    /** Imports rows out of an Arrow C stream, which is always released. The report is JSON. */
    Text import_rows(std::string_view table, ArrowArrayStream &rows, std::string_view mapping = {},
                     std::string_view options = {}, const OnProgress &progress = {}) const {
        return imported(progress, [&](ken_progress_fn ask, void *data, ken_buf **report, ken_error **err) {
            return ken_base_import_rows(c(), detail::in(table), &rows, detail::in(mapping), detail::in(options), ask, data,
                                   report, err);
        });
    }
    /** Replays the whole log and compares every row. The report is JSON. `cancel` must not call the base. */
    Text verify(const CancelHook &cancel = {}) const {
        detail::Callback<CancelHook> callback(cancel);
        ken_buf *out = nullptr;
        const auto call = [&](ken_error **err) {
            return ken_base_verify(c(), callback.is_set() ? &Base::ask_cancel : nullptr, &callback, &out, err);
        };
        return made_by<Text>(callback, call, out);
    }
    /** A digest of the whole state, in hexadecimal: equal for equal logs, on every machine. */
    Text digest() const { return text(ken_base_digest); }

    /** The handle, for the C interface; it is still owned here. */
    const ken_base *c() const noexcept { return handle_.get(); }

  private:
    Base(ken_base *handle, detail::DestroyBase destroy) noexcept : handle_(handle, destroy) {}

    static Base opened(std::string_view path, const ken_options *options) {
        ken_base *out = nullptr;
        detail::checked([&](ken_error **err) { return ken_base_open(detail::in(path), options, &out, err); });
        return Base(out);
    }
    static Base opened_memory(const ken_options *options) {
        ken_base *out = nullptr;
        detail::checked([&](ken_error **err) { return ken_base_open_memory(options, &out, err); });
        return Base(out);
    }

    /** Of a function (base, args..., out, err) the text it made. */
    template <class Call, class... Args>
    Text text(Call call, Args... args) const {
        return Text(detail::made<ken_buf>([&](ken_buf **out, ken_error **err) { return call(c(), args..., out, err); }));
    }
    /** The effect of a write by a function (base, texts..., recorded, err). */
    template <class Call, class... Texts>
    Recorded write(Call call, Texts... texts) const {
        return detail::recorded([&](int *what, ken_error **err) { return call(c(), detail::in(texts)..., what, err); });
    }
    /** The text or bytes that a call with a callback made; they are freed if the callback threw. */
    template <class Made, class Function, class Call>
    static Made made_by(detail::Callback<Function> &callback, Call &&call, ken_buf *&out) {
        try {
            detail::checked(callback, call);
        } catch (...) {
            ken_buf_destroy(&out);
            throw;
        }
        return Made(out);
    }
    template <class Call>
    static Text imported(const OnProgress &progress, Call &&import) {
        detail::Callback<OnProgress> callback(progress);
        ken_buf *report = nullptr;
        const auto call = [&](ken_error **err) {
            return import(callback.is_set() ? &Base::ask_progress : nullptr, &callback, &report, err);
        };
        return made_by<Text>(callback, call, report);
    }
    template <class Raw, class Request, class Call>
    std::vector<Results> many(const std::vector<Request> &requests, std::vector<Error::Item> *failed, Call call) const {
        std::vector<detail::Lent> lent;
        std::vector<Raw> raw;
        lent.reserve(requests.size());
        raw.reserve(requests.size());
        for (const Request &request : requests) {
            lent.push_back(request.lent());
            raw.push_back(request.c(lent.back()));
        }
        // Made before the call, so that nothing can fail between the answers and their owners.
        std::vector<ken_results *> out(requests.size(), nullptr);
        std::vector<Results> results(requests.size());
        ken_error *error = nullptr;
        const ken_status status = call(c(), raw.data(), raw.size(), out.data(), &error);
        const detail::Owned<ken_error> owned(error);
        for (std::size_t i = 0; i < out.size(); ++i) {
            results[i] = Results(out[i]);
        }
        if (status != KEN_OK) {
            const Error thrown(status, error);
            if (!failed || thrown.items().empty()) {
                throw thrown;
            }
            failed->insert(failed->end(), thrown.items().begin(), thrown.items().end());
        }
        return results;
    }

    static int ask_cancel(void *data) noexcept { return (*static_cast<detail::Callback<CancelHook> *>(data))(); }
    static int ask_progress(void *data, const ken_progress *so_far) noexcept {
        const Progress progress{detail::out(so_far->file), so_far->records, so_far->skipped, so_far->bytes};
        return (*static_cast<detail::Callback<OnProgress> *>(data))(progress);
    }
    static int ask_replay(void *data, std::size_t i, const ken_base *past) noexcept {
        // The handle is lent: no call takes it but as const, and it is not destroyed here.
        const Base lent(const_cast<ken_base *>(past), detail::DestroyBase{true});
        return (*static_cast<detail::Callback<AtInstant> *>(data))(i, lent);
    }
    static int give_bytes(void *data, const std::uint8_t *bytes, std::size_t len) noexcept {
        const std::string_view text(reinterpret_cast<const char *>(bytes), len);
        return (*static_cast<detail::Callback<Write> *>(data))(text);
    }

    std::unique_ptr<ken_base, detail::DestroyBase> handle_;
};

}  // namespace kenpoint

#endif /* KENPOINT_HPP */
