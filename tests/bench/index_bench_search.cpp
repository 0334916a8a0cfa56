// Map: made-up people / our store / SQLite / questions / measuring.
//
// SQLite's table has one folded text a user, which holds all that a search looks in, and one LIKE
// on it: less to do than four columns with a LIKE each. LIKE is told to mind case, which spares it
// folding. The page has the same columns as ours shows. SQLite need not say how many users match;
// ours does. Each needle is asked once of ours, so that no answer is one that was kept from before.
#include "bench/index_bench_search.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/text.h"
#include "store/snapshots.h"
#include "store/store.h"

namespace entrad::bench {
namespace {

constexpr char kTenant[] = "bench";
constexpr std::size_t kPage = 50;
constexpr double kGoal = 0.2;
constexpr base::SnapshotNumber kFirst{1};

// --- people ---

struct Person {
  base::Guid id;
  store::UserSummary summary;

  std::string folded() const {
    return base::fold(summary.display_name) + '\n' + base::fold(summary.user_principal_name) +
           '\n' + base::fold(summary.mail) + '\n' + id.str();
  }
};

struct Script {
  std::vector<std::string> given;
  std::vector<std::string> family;
  std::vector<std::string> logins;  // of the family names, as addresses write them
};

const std::vector<Script>& scripts() {
  static const std::vector<Script> all{
      {{"Anna", "Maria", "Peter", "Johannes", "Sofia", "Olivia", "Liam", "Emma", "Noah", "Ava"},
       {"Andersson", "Schmidt", "Kowalski", "O'Brien", "Fernandez", "Baker", "Rossi", "Novak"},
       {"andersson", "schmidt", "kowalski", "obrien", "fernandez", "baker", "rossi", "novak"}},
      {{"Åsa", "Jürgen", "Zoë", "Łukasz", "Søren"},
       {"Öberg", "Müller", "Wójcik", "Ångström"},
       {"oberg", "mueller", "wojcik", "angstrom"}},
      {{"Дмитрий", "Ольга", "Анна"}, {"Орлов", "Иванова"}, {"orlov", "ivanova"}},
      {{"太郎", "花子"}, {"山田", "佐藤"}, {"yamada", "sato"}},
      {{"Ελένη", "Γιώργος"}, {"Παπαδόπουλος", "Σοφός"}, {"papadopoulos", "sofos"}}};
  return all;
}

Person person(std::mt19937_64& random, std::uint64_t number) {
  const auto& script = scripts()[std::array<std::size_t, 8>{0, 0, 0, 0, 1, 2, 3, 4}[random() % 8]];
  const auto family = random() % script.family.size();
  const auto given = random() % script.given.size();
  // A made-up middle part, so that names differ as they do in a large directory.
  std::string middle;
  for (int i = 0; i < 4; ++i) middle += static_cast<char>('a' + random() % 26);
  Person out;
  std::array<std::uint8_t, 16> bytes{};
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  out.id = base::Guid(bytes);
  out.summary.display_name = script.given[given] + " " + static_cast<char>(middle[0] - 'a' + 'A') +
                             middle.substr(1) + " " + script.family[family];
  const std::string login = script.logins[family] + "." + middle + std::to_string(number);
  out.summary.user_principal_name = login + "@aurora.example";
  out.summary.mail = random() % 5 == 0 ? login + "@mail.aurora.example" : login + "@aurora.example";
  out.summary.user_type = random() % 10 == 0 ? "Guest" : "Member";
  return out;
}

std::vector<Person> people(std::uint64_t users) {
  std::mt19937_64 random(7);
  std::vector<Person> all;
  all.reserve(users);
  for (std::uint64_t i = 0; i < users; ++i) all.push_back(person(random, i));
  return all;
}

// --- our store ---

template <typename T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(result).value();
}

void fill(store::Store& store, const std::vector<Person>& all) {
  const base::SystemClock clock;
  auto writer = must(store.snapshots().begin(kTenant, api::SnapshotKind::full, clock.wall()));
  for (const auto& person : all)
    must(writer.put_user(person.id, person.summary, "{\"id\":\"" + person.id.str() + "\"}"));
  writer.mark_swept(api::ObjectKind::user);
  must(writer.seal(clock.wall()));
}

// --- SQLite ---

class Database {
 public:
  Database(const std::filesystem::path& file, const std::vector<Person>& all) {
    sqlite3* opened = nullptr;
    const int code = sqlite3_open(file.c_str(), &opened);
    database_.reset(opened);
    check(code);
    run("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA mmap_size=1073741824;"
        "PRAGMA case_sensitive_like=ON; PRAGMA cache_size=-262144;"
        "CREATE TABLE user(id TEXT, name TEXT, upn TEXT, mail TEXT, folded TEXT); BEGIN");
    auto insert = prepare("INSERT INTO user VALUES(?,?,?,?,?)");
    for (const auto& person : all) add(*insert, person);
    run("COMMIT");
    page_ = prepare(
        "SELECT id, name, upn, mail FROM user WHERE folded LIKE ? ORDER BY name, id LIMIT 50");
    count_ = prepare("SELECT count(*) FROM user WHERE folded LIKE ?");
  }

  std::vector<std::string> page(const std::string& needle) {
    const Asked asked(*page_, needle);
    std::vector<std::string> ids;
    std::size_t shown = 0;
    while (sqlite3_step(page_.get()) == SQLITE_ROW) {
      ids.push_back(text(*page_, 0));
      for (int column = 1; column < 4; ++column) shown += text(*page_, column).size();
    }
    if (shown == 0 && !ids.empty()) throw std::runtime_error("SQLite shows no names");
    return ids;
  }

  std::uint64_t count(const std::string& needle) {
    const Asked asked(*count_, needle);
    if (sqlite3_step(count_.get()) != SQLITE_ROW) throw std::runtime_error("SQLite cannot count");
    return static_cast<std::uint64_t>(sqlite3_column_int64(count_.get(), 0));
  }

 private:
  using Statement = std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>;

  // A statement with its needle, ready for the next question when it ends.
  class Asked {
   public:
    Asked(sqlite3_stmt& statement, const std::string& needle)
        : statement_(statement), pattern_('%' + needle + '%') {
      sqlite3_bind_text(&statement, 1, pattern_.c_str(), -1, SQLITE_STATIC);
    }
    ~Asked() { sqlite3_reset(&statement_); }
    Asked(const Asked&) = delete;
    Asked& operator=(const Asked&) = delete;

   private:
    sqlite3_stmt& statement_;
    std::string pattern_;
  };

  void check(int code) const {
    if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW)
      throw std::runtime_error(std::string("SQLite: ") + sqlite3_errmsg(database_.get()));
  }
  void run(const char* statements) {
    check(sqlite3_exec(database_.get(), statements, nullptr, nullptr, nullptr));
  }
  Statement prepare(const char* text) {
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v2(database_.get(), text, -1, &statement, nullptr));
    return {statement, &sqlite3_finalize};
  }
  void add(sqlite3_stmt& insert, const Person& person) {
    const std::array<std::string, 5> values{person.id.str(),
                                            base::fold(person.summary.display_name),
                                            base::fold(person.summary.user_principal_name),
                                            base::fold(person.summary.mail), person.folded()};
    for (int i = 0; i < 5; ++i)
      sqlite3_bind_text(&insert, i + 1, values[static_cast<std::size_t>(i)].c_str(), -1,
                        SQLITE_TRANSIENT);
    check(sqlite3_step(&insert));
    sqlite3_reset(&insert);
  }
  static std::string text(sqlite3_stmt& statement, int column) {
    return reinterpret_cast<const char*>(sqlite3_column_text(&statement, column));
  }

  std::unique_ptr<sqlite3, decltype(&sqlite3_close)> database_{nullptr, &sqlite3_close};
  Statement page_{nullptr, &sqlite3_finalize};
  Statement count_{nullptr, &sqlite3_finalize};
};

// --- questions ---

struct Kind {
  std::string name;
  std::vector<std::string> needles;  // folded
};

std::vector<Kind> kinds(const std::vector<Person>& all) {
  Kind middle{"middle_of_upn", {}};
  Kind part_of_id{"part_of_id", {}};
  Kind whole_id{"whole_id", {}};
  for (std::size_t i = 1; i <= 5; ++i) {
    const auto& person = all[i * all.size() / 6];
    const auto& name = person.summary.user_principal_name;
    middle.needles.push_back(name.substr(name.find('@') - 6, 5));
    part_of_id.needles.push_back(person.id.str().substr(4, 6));
    whole_id.needles.push_back(person.id.str());
  }
  return {{"one_letter", {"a", "e", "o", "k", "z"}},
          {"two_letters", {"an", "er", "so", "ab", "qx"}},
          {"given_name", {"anna", "maria", "johannes", "sofia", "emma"}},
          {"surname", {"andersson", "schmidt", "kowalski", "o'brien", "müller"}},
          middle,
          {"shared_domain", {"aurora", "@aurora", "aurora.example", "ora.exam", "@aurora.example"}},
          part_of_id,
          whole_id,
          {"another_script", {"дмитрий", "ольга", "山田", "ελένη", "παπαδό"}},
          {"no_match", {"nobody", "zzzzqqqq", "xylophone", "anna schmidtt", "@contoso"}}};
}

// --- measuring ---

double milliseconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

struct Times {
  double ours;
  double theirs;
};

Times ask(store::Store& store, Database& database, const std::string& needle) {
  store::UserQuery query;
  query.search = needle;
  query.limit = kPage;
  api::UserPage page;
  std::vector<std::string> ids;
  const double ours =
      milliseconds([&] { page = must(store.snapshots().users(kTenant, kFirst, query)); });
  const double theirs = milliseconds([&] { ids = database.page(needle); });
  std::vector<std::string> shown;
  for (const auto& row : page.users) shown.push_back(row.id);
  if (shown != ids || page.total != database.count(needle))
    throw std::runtime_error("SQLite finds others for " + needle);
  return {ours, theirs};
}

}  // namespace

void bench_search(BenchReport& report, std::uint64_t users, const std::filesystem::path& folder) {
  base::SystemClock clock;
  auto store = must(store::Store::open({folder / "store"}, clock));
  const auto all = people(users);
  fill(*store, all);
  Database database(folder / "people.sqlite", all);
  const std::string size = std::to_string(users);
  const double warming = milliseconds([&] { must(store->snapshots().warm(kTenant, kFirst)); });
  report.note("search_column_" + size, warming, "ms to read the names");
  database.count("warm");  // its pages are in memory then, as ours are
  double worst = 0;
  for (const auto& kind : kinds(all)) {
    std::vector<double> ours;
    std::vector<double> theirs;
    for (const auto& needle : kind.needles) {
      const auto times = ask(*store, database, needle);
      ours.push_back(times.ours);
      theirs.push_back(times.theirs);
    }
    report.note("search_" + kind.name + "_" + size, median(ours),
                "ms; SQLite " + std::to_string(median(theirs)));
    worst = std::max(worst, median(ours) / median(theirs));
  }
  report.line("search_over_sqlite_like_" + size, worst, kGoal);
}

}  // namespace entrad::bench
