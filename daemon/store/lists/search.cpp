// Map: a question and its cursor / a page / Snapshots::users, warm, forget.
//
// A snapshot never changes, so a page's cursor only names the last user of the page before and a
// fingerprint of the question; where that user stands in the order is looked up again.
#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "store/environment.h"
#include "store/lists/user_search.h"
#include "store/rows/removal_rows.h"
#include "store/rows/snapshot_rows.h"
#include "store/rows/user_rows.h"
#include "store/snapshots.h"

namespace entrad::store {
namespace {

using base::ErrorKind;

constexpr std::size_t kMostRows = 1'000;
constexpr std::size_t kFingerprintBytes = 8;

// Cursors of one question, and of no other.
class Cursors {
 public:
  Cursors(std::string_view tenant, base::SnapshotNumber number, const UserQuery& query)
      : fingerprint_(fingerprint(tenant, number, query)) {}

  std::string cursor(const base::Guid& last) const {
    return base::hex(fingerprint_ + std::string(last.bytes()));
  }

  // The user that a cursor names; nullopt: a cursor of another question, or none at all.
  std::optional<base::Guid> last_of(std::string_view cursor) const {
    const auto head = base::hex(fingerprint_);
    if (cursor.size() != head.size() + 32 || !cursor.starts_with(head)) return std::nullopt;
    std::string id(cursor.substr(head.size()));
    for (const std::size_t dash : std::array<std::size_t, 4>{8, 13, 18, 23}) id.insert(dash, "-");
    return base::Guid::parse(id);
  }

 private:
  static std::string fingerprint(std::string_view tenant, base::SnapshotNumber number,
                                 const UserQuery& query) {
    const auto text = std::string(tenant) + '\0' + number.str() + '\0' +
                      std::to_string(static_cast<int>(query.sort)) +
                      (query.descending ? "d" : "a") + (query.deleted ? "d" : "l") +
                      base::fold(base::trim(query.search)) + '\0' + query.filter;
    return base::sha256(text).substr(0, kFingerprintBytes);
  }

  std::string fingerprint_;
};

// The times of snapshots, each read once.
class Times {
 public:
  Times(const Txn& txn, TenantNumber tenant) : txn_(txn), tenant_(tenant) {}
  base::WallTime of(base::SnapshotNumber number) {
    const auto [place, is_new] = times_.try_emplace(number);
    if (is_new)
      if (const auto snapshot = sealed_snapshot(txn_, tenant_, number))
        place->second = snapshot->sealed_at;
    return place->second;
  }

 private:
  const Txn& txn_;
  TenantNumber tenant_;
  std::map<base::SnapshotNumber, base::WallTime> times_;
};

// A user's place in a list, if it is in it.
std::optional<std::size_t> place_of(const UserColumn& column, const UserAnswer& answer,
                                    UserSort sort, const base::Guid& id) {
  const auto user = column.position_of(id);
  if (!user) return std::nullopt;
  const auto place =
      std::lower_bound(answer.users.begin(), answer.users.end(), *user,
                       [&](Position a, Position b) { return column.comes_first(a, b, sort); });
  if (place == answer.users.end() || *place != *user) return std::nullopt;
  return static_cast<std::size_t>(place - answer.users.begin());
}

// The users of a page, in its order, and whether more come after it.
struct Window {
  std::vector<Position> users;
  bool more = false;
};

Window window_of(const UserAnswer& answer, const UserQuery& query,
                 std::optional<std::size_t> last) {
  const auto limit = std::clamp<std::size_t>(query.limit, 1, kMostRows);
  const auto& users = answer.users;
  Window window;
  if (query.descending) {
    const auto until = last.value_or(users.size());
    const auto from = until - std::min(limit, until);
    window.users.assign(users.rend() - static_cast<std::ptrdiff_t>(until),
                        users.rend() - static_cast<std::ptrdiff_t>(from));
    window.more = from > 0;
  } else {
    const auto from = last ? *last + 1 : 0;
    const auto until = from + std::min(limit, users.size() - from);
    window.users.assign(users.begin() + static_cast<std::ptrdiff_t>(from),
                        users.begin() + static_cast<std::ptrdiff_t>(until));
    window.more = until < users.size();
  }
  return window;
}

std::vector<api::UserRow> rows_of(const Txn& txn, TenantNumber tenant, base::SnapshotNumber number,
                                  const UserColumn& column, const std::vector<Position>& users) {
  Times times(txn, tenant);
  std::vector<api::UserRow> rows;
  rows.reserve(users.size());
  for (const Position user : users) {
    const auto id = column.id(user);
    const auto state = user_as_of(txn, tenant, id, number);
    if (!state || state->value.empty())
      throw Damage("the store has lost a row of user " + id.str());
    auto& row = rows.emplace_back(to_row(id, read_user(state->value)));
    row.deleted = state->gone;
    row.changed_in = sealed_from(txn, tenant, state->changed_in);
    row.changed_at = times.of(row.changed_in);
  }
  return rows;
}

base::unexpected<base::Error> bad_cursor() {
  return base::fail(ErrorKind::invalid_argument, "the cursor belongs to no page of this list",
                    "start again without a cursor");
}

}  // namespace

base::Result<api::UserPage> Snapshots::users(const std::string& tenant, base::SnapshotNumber number,
                                             const UserQuery& query) const {
  return telling_damage([&]() -> base::Result<api::UserPage> {
    std::optional<directory::Filter> filter;
    if (!base::trim(query.filter).empty()) {
      auto parsed = directory::Filter::parse(query.filter);
      if (!parsed) return base::pass(parsed);
      filter = std::move(*parsed);
    }
    const auto known = tenant_with(*environment_.read(), tenant, number);
    const auto columns = known ? search_->columns(*known, number) : nullptr;
    if (!columns) return no_snapshot(tenant, number);
    const auto& column = query.deleted ? columns->gone : columns->present;
    const UserQuestion question{*known,       number,     base::fold(base::trim(query.search)),
                                query.filter, query.sort, query.deleted};
    const auto answer = search_->answer(question, column, filter ? &*filter : nullptr);
    const Cursors cursors(tenant, number, query);
    std::optional<std::size_t> last;
    if (!query.cursor.empty()) {
      const auto id = cursors.last_of(query.cursor);
      if (id) last = place_of(column, *answer, query.sort, *id);
      if (!last) return bad_cursor();
    }
    const auto window = window_of(*answer, query, last);
    const auto reader = environment_.read();
    if (!is_sealed(*reader, *known, number)) return no_snapshot(tenant, number);
    api::UserPage page;
    page.users = rows_of(*reader, *known, number, column, window.users);
    page.total = answer->users.size();
    if (window.more) page.cursor = cursors.cursor(column.id(window.users.back()));
    return page;
  });
}

base::Result<void> Snapshots::warm(const std::string& tenant, base::SnapshotNumber number) const {
  return telling_damage([&]() -> base::Result<void> {
    const auto known = tenant_with(*environment_.read(), tenant, number);
    if (!known || !search_->columns(*known, number)) return no_snapshot(tenant, number);
    return {};
  });
}

void Snapshots::forget_lists(const std::string& tenant) const {
  const auto known = find_tenant(*environment_.read(), tenant);
  if (known) search_->forget(*known);
}

}  // namespace entrad::store
