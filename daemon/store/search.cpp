// Users as lists show them: which match, in what order, a page at a time; and a user by its name.
//
// A snapshot never changes, so a page's cursor only names the last user of the page before and a
// fingerprint of the question; where that user stands in the order is looked up again.
#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "store/environment.h"
#include "store/snapshot_rows.h"
#include "store/snapshots.h"
#include "store/user_rows.h"

namespace entrad::store {
namespace {

using base::ErrorKind;

constexpr std::size_t kMostRows = 1'000;
constexpr std::size_t kFingerprintBytes = 8;

// A user that matches, with its texts in the transaction that it was read in.
struct Match {
  UserState state;
  UserView user;
};

class Question {
 public:
  Question(std::string_view tenant, base::SnapshotNumber number, const UserQuery& query)
      : query_(query), needle_(base::fold(base::trim(query.search))) {
    may_be_id_ = needle_.find_first_not_of("0123456789abcdef-") == std::string::npos;
    const auto text = std::string(tenant) + '\0' + number.str() + '\0' +
                      std::to_string(static_cast<int>(query.sort)) +
                      (query.descending ? "d" : "a") + (query.deleted ? "d" : "l") + needle_;
    fingerprint_ = base::sha256(text).substr(0, kFingerprintBytes);
  }

  std::optional<Match> match(const UserState& state) const {
    if (state.gone != query_.deleted || state.value.empty()) return std::nullopt;
    Match match{state, read_user(state.value)};
    if (!is_meant(match)) return std::nullopt;
    return match;
  }

  bool comes_first(const Match& left, const Match& right) const {
    return query_.descending ? is_less(right, left) : is_less(left, right);
  }

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
  bool is_meant(const Match& match) const {
    if (needle_.empty() || match.user.folded.find(needle_) != std::string_view::npos) return true;
    return may_be_id_ && match.state.id.str().find(needle_) != std::string::npos;
  }

  bool is_less(const Match& left, const Match& right) const {
    if (query_.sort == UserSort::name) {
      const int order = left.user.folded_name().compare(right.user.folded_name());
      if (order != 0) return order < 0;
    }
    if (query_.sort == UserSort::modified && left.state.changed_in != right.state.changed_in)
      return left.state.changed_in < right.state.changed_in;
    return left.state.id < right.state.id;
  }

  const UserQuery& query_;
  std::string needle_;
  bool may_be_id_ = false;
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

api::UserPage page_of(const Txn& txn, TenantNumber tenant, const Question& question,
                      std::vector<Match>& matches, std::size_t limit) {
  const auto size = std::min(limit, matches.size());
  const auto end = matches.begin() + static_cast<std::ptrdiff_t>(size);
  std::partial_sort(matches.begin(), end, matches.end(),
                    [&](const Match& a, const Match& b) { return question.comes_first(a, b); });
  Times times(txn, tenant);
  api::UserPage page;
  for (auto match = matches.begin(); match != end; ++match) {
    auto& row = page.users.emplace_back(to_row(match->state.id, match->user));
    row.deleted = match->state.gone;
    row.changed_in = match->state.changed_in;
    row.changed_at = times.of(row.changed_in);
  }
  if (size < matches.size()) page.cursor = question.cursor((end - 1)->state.id);
  return page;
}

base::unexpected<base::Error> bad_cursor() {
  return base::fail(ErrorKind::invalid_argument, "the cursor belongs to no page of this list",
                    "start again without a cursor");
}

// Who had a name as of a snapshot: present, or gone with that name as their last.
struct Holders {
  std::vector<base::Guid> present;
  std::vector<base::Guid> gone;
};

Holders holders_of(const Txn& txn, TenantNumber tenant, base::SnapshotNumber number,
                   const std::string& name) {
  Holders holders;
  const std::string folded = base::fold(name);
  for (const auto& id : users_named(txn, tenant, folded)) {
    const auto state = user_as_of(txn, tenant, id, number);
    if (!state || state->value.empty()) continue;
    if (base::fold(read_user(state->value).user_principal_name) != folded) continue;
    (state->gone ? holders.gone : holders.present).push_back(id);
  }
  return holders;
}

base::Result<base::Guid> only_holder(const Holders& holders, const std::string& name) {
  if (!holders.present.empty()) return holders.present.front();
  if (holders.gone.size() == 1) return holders.gone.front();
  if (holders.gone.empty())
    return base::fail(ErrorKind::not_found, "no user " + name + " in this snapshot or before it",
                      "search by part of a name: entractl users list --search TEXT");
  std::string ids;
  for (const auto& id : holders.gone) ids += (ids.empty() ? "" : ", ") + id.str();
  return base::fail(ErrorKind::conflict,
                    std::to_string(holders.gone.size()) + " deleted users were called " + name,
                    "name one by its id: " + ids);
}

base::Result<TenantNumber> tenant_with(const Txn& txn, const std::string& tenant,
                                       base::SnapshotNumber number) {
  const auto known = find_tenant(txn, tenant);
  if (known && is_sealed(txn, *known, number)) return *known;
  return base::fail(ErrorKind::not_found, "no snapshot " + number.str() + " of " + tenant,
                    "see entractl snapshots list");
}

}  // namespace

base::Result<api::UserPage> Snapshots::users(const std::string& tenant, base::SnapshotNumber number,
                                             const UserQuery& query) const {
  return telling_damage([&]() -> base::Result<api::UserPage> {
    const auto reader = environment_.read();
    auto known = tenant_with(*reader, tenant, number);
    if (!known) return base::pass(known);
    const Question question(tenant, number, query);
    std::optional<Match> last;
    if (!query.cursor.empty()) {
      const auto id = question.last_of(query.cursor);
      const auto state = id ? user_as_of(*reader, *known, *id, number) : std::nullopt;
      if (state) last = question.match(*state);
      if (!last) return bad_cursor();
    }
    std::uint64_t total = 0;
    std::vector<Match> matches;
    for_each_user(*reader, *known, number, [&](const UserState& state) {
      auto match = question.match(state);
      if (!match) return;
      ++total;
      if (!last || question.comes_first(*last, *match)) matches.push_back(*match);
    });
    const auto limit = std::clamp<std::size_t>(query.limit, 1, kMostRows);
    auto page = page_of(*reader, *known, question, matches, limit);
    page.total = total;
    return page;
  });
}

base::Result<base::Guid> Snapshots::find_user(const std::string& tenant,
                                              base::SnapshotNumber number,
                                              std::string_view id_or_name) const {
  return telling_damage([&]() -> base::Result<base::Guid> {
    const std::string name(base::trim(id_or_name));
    const auto reader = environment_.read();
    auto known = tenant_with(*reader, tenant, number);
    if (!known) return base::pass(known);
    if (const auto id = base::Guid::parse(name))
      if (user_as_of(*reader, *known, *id, number)) return *id;
    return only_holder(holders_of(*reader, *known, number, name), name);
  });
}

}  // namespace entrad::store
