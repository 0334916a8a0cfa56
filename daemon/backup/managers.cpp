// Managers, from the list of users with each one's manager expanded: one request for 999 of them.
#include "backup/sweep.h"
#include "base/json.h"
#include "base/text.h"
#include "directory/canonical.h"
#include "directory/sections.h"
#include "graph/calls.h"

namespace entrad::backup {
namespace {

using api::Completeness;
using api::ObjectKind;
using api::Section;
using base::Guid;
using nlohmann::json;

class ManagerReader {
 public:
  explicit ManagerReader(Sweep& sweep) : sweep_(sweep), answered_(sweep.people().size()) {}

  base::Result<void> read() {
    sweep_.progress().begin("managers", answered_.size());
    const Sweep::NotedReader reader{[this](std::string_view page) { return take_page(page); },
                                    [this](const std::string& note) { take_note(note); },
                                    [this] { answered_.assign(answered_.size(), false); }};
    return sweep_.noted_pages("managers", graph::calls::list_managers(), reader);
  }

  // Users of whom Graph told us nothing.
  std::uint64_t unanswered() const {
    std::uint64_t count = 0;
    for (const bool one : answered_) count += one ? 0 : 1;
    return count;
  }

 private:
  // Gives the numbers of the page's users.
  base::Result<std::string> take_page(std::string_view page) {
    base::Result<void> put;
    std::string numbers;
    std::uint64_t objects = 0;
    const auto is_news = [&](const Guid& id, std::string_view raw) {
      ++objects;
      const auto user = sweep_.people().index(id);
      if (!user) return false;
      answered_[*user] = true;
      numbers.append(numbers.empty() ? "" : ",").append(std::to_string(*user));
      return !sweep_.writer().is_unchanged(ObjectKind::user, id, Section::manager, raw);
    };
    auto sliced = directory::for_each_object(page, is_news, [&](const directory::Slice& slice) {
      if (put) put = put_manager(slice);
    });
    sweep_.progress().advance(objects);
    if (!sliced) return base::pass(sliced);
    if (!put) return base::pass(put);
    return numbers;
  }

  base::Result<void> put_manager(const directory::Slice& slice) {
    const json row = base::read_json(slice.content);
    const auto manager = row.find("manager");
    const bool has_one = manager != row.end() && manager->is_object();
    const auto id = has_one ? Guid::parse(manager->value("id", std::string())) : std::nullopt;
    return sweep_.writer().put(ObjectKind::user, slice.id, Section::manager,
                               directory::manager_section(id ? &*id : nullptr));
  }

  void take_note(const std::string& numbers) {
    if (numbers.empty()) return;
    const auto users = base::split(numbers, ',');
    for (const std::string& user : users) answered_.at(std::stoull(user)) = true;
    sweep_.progress().advance(users.size());
  }

  Sweep& sweep_;
  std::vector<bool> answered_;
};

}  // namespace

base::Result<void> sweep_managers(Sweep& sweep) {
  ManagerReader reader(sweep);
  if (auto read = reader.read(); !read) {
    if (!is_denied(read.error())) return base::pass(read, "read the managers");
    sweep.writer().mark(Section::manager, Completeness::absent, lacking("User.Read.All"));
    return {};
  }
  const std::uint64_t unanswered = reader.unanswered();
  sweep.writer().mark(
      Section::manager, unanswered == 0 ? Completeness::complete : Completeness::partial,
      unanswered == 0 ? "" : counted(unanswered, "user") + " could not be read any more");
  return {};
}

}  // namespace entrad::backup
