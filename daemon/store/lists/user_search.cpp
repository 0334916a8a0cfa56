#include "store/lists/user_search.h"

#include <algorithm>

#include "store/rows/removal_rows.h"
#include "store/rows/snapshot_rows.h"
#include "store/rows/versions.h"

namespace entrad::store {
namespace {

constexpr std::size_t kRowsInOneStep = 50'000;
constexpr std::size_t kObjectsInOneStep = 2'000;

std::string key_of(TenantNumber tenant, base::SnapshotNumber number) {
  return Key().tenant(tenant).number(number).str();
}

std::string key_of(const UserQuestion& question) {
  return Key()
      .tenant(question.tenant)
      .number(question.number)
      .byte(static_cast<std::uint8_t>(question.sort))
      .byte(question.deleted ? 1 : 0)
      .number(question.needle.size())
      .text(question.needle)
      .text(question.filter)
      .str();
}

}  // namespace

std::shared_ptr<const UserColumns> UserSearch::columns(TenantNumber tenant,
                                                       base::SnapshotNumber number) {
  return columns_.get(key_of(tenant, number), [&] { return read_columns(tenant, number); });
}

std::shared_ptr<const UserColumns> UserSearch::read_columns(TenantNumber tenant,
                                                            base::SnapshotNumber number) const {
  UserColumn::Builder present;
  UserColumn::Builder gone;
  UserWalk walk(tenant, number);
  for (bool more = true; more;) {
    const auto reader = environment_.read();
    if (!is_sealed(*reader, tenant, number)) return nullptr;
    const auto sealed = sealed_numbers(*reader, tenant);
    more = walk.step(*reader, kRowsInOneStep, [&](UserState state) {
      if (state.value.empty()) return;
      state.changed_in = *std::lower_bound(sealed.begin(), sealed.end(), state.changed_in);
      (state.gone ? gone : present).add(state, read_user(state.value));
    });
  }
  return std::make_shared<const UserColumns>(
      UserColumns{std::move(present).finish(), std::move(gone).finish()});
}

std::shared_ptr<const UserAnswer> UserSearch::answer(const UserQuestion& question,
                                                     const UserColumn& column,
                                                     const directory::Filter* filter) {
  return answers_.get(key_of(question), [&] {
    UserAnswer answer{column.find(question.needle)};
    if (filter != nullptr) answer.users = filtered(question, column, *filter, answer.users);
    if (question.sort != UserSort::name || filter != nullptr)
      answer.users = column.sorted(answer.users, question.sort);
    answer.users.shrink_to_fit();
    return std::make_shared<const UserAnswer>(std::move(answer));
  });
}

// Reads the objects in the order of ids, in which their rows lie.
std::vector<Position> UserSearch::filtered(const UserQuestion& question, const UserColumn& column,
                                           const directory::Filter& filter,
                                           const std::vector<Position>& users) const {
  const auto by_id = column.sorted(users, UserSort::id);
  std::vector<Position> meant;
  for (std::size_t from = 0; from < by_id.size(); from += kObjectsInOneStep) {
    const auto until = std::min(by_id.size(), from + kObjectsInOneStep);
    const auto reader = environment_.read();
    for (std::size_t i = from; i < until; ++i) {
      const SectionOf what{question.tenant, api::ObjectKind::user, column.id(by_id[i]),
                           api::Section::object};
      const auto version = question.deleted ? last_live_version(*reader, what, question.number)
                                            : version_as_of(*reader, what, question.number);
      if (!version || !version->is_live()) continue;
      const auto object = environment_.packing().unpack(*reader, question.tenant, version->value);
      if (filter.matches(object)) meant.push_back(by_id[i]);
    }
  }
  return meant;
}

void UserSearch::forget(TenantNumber tenant) {
  const std::string prefix = Key().tenant(tenant).str();
  answers_.forget(prefix);
  columns_.forget(prefix);
}

}  // namespace entrad::store
