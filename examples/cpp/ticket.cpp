// The agent's side of a ticket in modern C++: ask in the customer's words or search, read why, say what came
// of it, and ask again.
//
//     ticket [FOLDER]     FOLDER: the folder to import, by default examples/data, a year of a help centre
//
// Standard input, a line each (ticket.in is a session):
//
//     as LABEL        see as another audience: internal, partner, customer, public
//     with PRODUCT VERSION   a product of the customer
//     ask TEXT        suggestions for this text, by past cases too
//     find WORDS      search: words, "phrases", +must, -not, prefix*
//     why N           the factors of number N
//     solved N        the reader says that number N solved it; the question is asked again
//     failed N        the reader says that it did not
//     quit
//
// The clock stands at a fixed day, so that a session prints the same every time.

#include <kenpoint.hpp>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <iomanip>
#include <iostream>
#include <map>
#include <numeric>
#include <sstream>
#include <string>
#include <string_view>

namespace {

using namespace std::chrono_literals;

constexpr std::size_t width = 100;
constexpr kenpoint::Instant today{1795165200000ms};  // 2026-11-20T09:00:00Z

// The longest start of a text that has `n` characters; text is cut between characters, not between bytes.
std::string_view first_chars(std::string_view text, std::size_t n) {
    std::size_t at = 0;
    while (at < text.size() && (n > 0 || (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80)) {
        n -= (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
        ++at;
    }
    return text.substr(0, at);
}

std::size_t count_chars(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](unsigned char byte) { return (byte & 0xC0) != 0x80; }));
}

// A text of at most `n` characters.
std::string cut(std::string_view text, std::size_t n) {
    return count_chars(text) > n ? std::string(first_chars(text, n - 1)) + "…" : std::string(text);
}

// The same with blanks behind it, so that the next text stands in a column.
std::string column(std::string_view text, std::size_t n) {
    const std::string cell = cut(text, n);
    return cell + std::string(n - count_chars(cell), ' ');
}

std::string repeated(std::string_view text, std::size_t n) {
    std::string all;
    while (n-- > 0) {
        all += text;
    }
    return all;
}

// A snippet in which the matches stand between marks, its ends dotted where text was left out.
std::string marked(const kenpoint::Hit &hit) {
    const std::string_view text = hit.snippet();
    std::string line = hit.is_cut_before() ? "…" : "";
    std::size_t at = 0;
    for (const auto &[start, end] : hit.ranges()) {
        line.append(text.substr(at, start - at)).append("[").append(text.substr(start, end - start)).append("]");
        at = end;
    }
    line.append(text.substr(at)).append(hit.is_cut_after() ? "…" : "");
    std::replace(line.begin(), line.end(), '\n', ' ');
    return line;
}

class Desk {
  public:
    explicit Desk(std::ostream &out) : out_(out), base_(kenpoint::Base::open_memory(options())) {}

    void bring_in(std::string_view folder) {
        std::uint64_t records = 0;
        base_.import_path(folder, R"({"survey_scale":[1,5]})", [&](const kenpoint::Progress &progress) {
            records = progress.records;
            return kenpoint::Flow::proceed;
        });
        out_ << "KENPOINT " << kenpoint::version() << ", AN AGENT'S DESK: " << records << " records of a year\n"
             << repeated("─", width) << '\n';
    }

    void run(std::istream &in, bool is_echoed) {
        const std::map<std::string, std::function<void(std::string)>> commands{
            {"as", [this](std::string label) { audience_ = label; }},
            {"with", [this](std::string item) { has(item); }},
            {"ask", [this](std::string text) { ask(text); }},
            {"find", [this](std::string words) { find(words); }},
            {"why", [this](std::string place) { why(number(place)); }},
            {"solved", [this](std::string place) { tell("solved", number(place)); }},
            {"failed", [this](std::string place) { tell("did-not-solve", number(place)); }},
        };
        for (std::string line; std::getline(in, line) && line != "quit";) {
            if (is_echoed) {
                out_ << "\n> " << line << '\n';
            }
            std::istringstream words(line);
            std::string command, rest;
            words >> command;
            std::getline(words >> std::ws, rest);
            const auto found = commands.find(command);
            try {
                if (found == commands.end()) {
                    throw std::invalid_argument("as, with, ask, find, why, solved, failed or quit");
                }
                found->second(rest);
            } catch (const kenpoint::Error &error) {
                out_ << "  ! " << error.name() << ": " << error.what() << '\n';
            } catch (const std::logic_error &error) {
                out_ << "  ! " << error.what() << '\n';
            }
        }
    }

    void close() const { base_.close(); }

  private:
    static kenpoint::Options options() {
        kenpoint::Options options;
        options.clock([] { return today; });
        return options;
    }

    // The customer's products, for every question from here on.
    void has(const std::string &item) {
        std::istringstream words(item);
        std::string product, version;
        words >> product >> version;
        context_ = kenpoint::Context().item(product, version);
    }

    void ask(const std::string &text) {
        answer([this, text] {
            return base_.suggest(kenpoint::SuggestRequest::for_text(text, audience_).context(context_));
        });
        list(false);
        const kenpoint::SimilarCases cases = answer_.similar();
        const auto n_solved = std::count_if(cases.begin(), cases.end(), [](const kenpoint::Similar &similar) {
            return !similar.solved_by.empty();
        });
        if (!cases.empty()) {
            out_ << "     " << cases.size() << " past cases like it, " << n_solved << " solved by an article; the nearest is "
                 << cases[0].id << '\n';
        }
    }

    void find(const std::string &words) {
        answer([this, words] {
            return base_.search(
                kenpoint::SearchRequest(words, audience_).context(context_).limit(3).explain());
        });
        list(true);
    }

    void why(std::size_t place) {
        const kenpoint::Hit hit = answer_[place];
        out_ << "  " << hit.summary() << '\n';
        for (const auto &[name, value, words] : hit.factors()) {
            out_ << "     " << column(name, 11) << " × " << std::fixed << std::setprecision(3) << value << "  "
                 << cut(words, width - 26) << '\n';
        }
        const auto factors = hit.factors();
        const double product = std::accumulate(
            factors.begin(), factors.end(), 1.0,
            [](double so_far, const kenpoint::Factor &factor) { return so_far * factor.value; });
        out_ << "     multiplied, they are the score" << (product == hit.score() ? ", to the bit\n" : ": NOT\n");
    }

    // Records the word of a reader, asks the same once more, and shows how the scores moved.
    void tell(std::string_view what, std::size_t place) {
        const kenpoint::Hit hit = answer_[place];
        std::map<std::string, double, std::less<>> before;
        for (const kenpoint::Hit &one : answer_) {
            before.emplace(one.id(), one.score());
        }
        base_.record(kenpoint::Event(what)
                         .article(hit.id())
                         .audience(audience_)
                         .session("desk-" + std::to_string(++n_told_)));
        answer(question_);
        for (const kenpoint::Hit &one : answer_) {
            const auto was = before.find(one.id());
            out_ << "  " << one.place() + 1 << "  " << column(one.title(), 68) << "  " << std::fixed << std::setprecision(3);
            if (was == before.end()) {
                out_ << "  new → ";
            } else {
                out_ << was->second << " → ";
            }
            out_ << one.score() << '\n';
        }
    }

    void answer(std::function<kenpoint::Results()> question) {
        question_ = std::move(question);
        answer_ = question_();
    }

    void list(bool with_snippets) {
        if (answer_.empty()) {
            out_ << (answer_.abstained() ? "  nothing that is likely enough to solve it\n" : "  nothing\n");
        }
        for (const kenpoint::Hit &hit : answer_) {
            out_ << "  " << hit.place() + 1 << "  " << column(hit.title(), 68) << "  " << std::fixed
                 << std::setprecision(3) << hit.score() << "  " << hit.freshness() << '\n'
                 << "     " << cut(with_snippets ? marked(hit) : std::string(hit.summary()), width - 5) << '\n';
        }
    }

    // The place of a number on the screen.
    std::size_t number(const std::string &text) const {
        const std::size_t n = std::strtoul(text.c_str(), nullptr, 10);
        if (n < 1 || n > answer_.size()) {
            throw std::out_of_range("that is no number on the screen");
        }
        return n - 1;
    }

    std::ostream &out_;
    kenpoint::Base base_;
    kenpoint::Results answer_;
    kenpoint::Context context_;
    std::function<kenpoint::Results()> question_;
    std::string audience_ = "internal";
    int n_told_ = 0;
};

}  // namespace

int main(int argc, char **argv) {
    try {
        kenpoint::check_abi();
        Desk desk(std::cout);
        desk.bring_in(argc > 1 ? argv[1] : "examples/data");
        desk.run(std::cin, true);
        desk.close();
        return EXIT_SUCCESS;
    } catch (const std::exception &error) {
        std::cerr << "ticket: " << error.what() << '\n';
        return EXIT_FAILURE;
    }
}
