// Reads a snapshot again: contents against their hashes, everything against the digest, and what
// lists show against the users that are there.
#include <algorithm>

#include "base/text.h"
#include "store/contents/content.h"
#include "store/rows/snapshot_rows.h"
#include "store/rows/user_rows.h"
#include "store/snapshots.h"
#include "store/writing/tally.h"

namespace entrad::store {
namespace {

std::string words_for(const SectionOf& what) {
  return std::string(api::name(what.section)) + " of " + std::string(api::name(what.kind)) + " " +
         what.id.str();
}

void check_content(Packing& packing, const Txn& txn, const SectionOf& what,
                   const Version& version) {
  try {
    if (name_of(packing.unpack(txn, what.tenant, version.value)) == version.name) return;
  } catch (const Damage& damage) {
    throw Damage(words_for(what) + ": " + damage.what());
  }
  throw Damage(words_for(what) + " is not what was stored");
}

// `users` has the ids of every user object that is there, sorted.
void check_users(const Txn& txn, TenantNumber tenant, base::SnapshotNumber number,
                 const std::vector<base::Guid>& users) {
  auto expected = users.begin();
  for_each_user(txn, tenant, number, [&](const UserState& user) {
    if (user.gone) return;
    if (expected == users.end() || *expected != user.id)
      throw Damage("the list of users does not agree with the objects at user " + user.id.str());
    read_user(user.value);
    ++expected;
  });
  if (expected != users.end()) throw Damage("the list of users lacks user " + expected->str());
}

}  // namespace

base::Result<std::uint64_t> Snapshots::check(const std::string& tenant, base::SnapshotNumber number,
                                             const std::stop_token& stop) const {
  auto snapshot = find(tenant, number);
  if (!snapshot) return base::pass(snapshot);
  auto sound = telling_damage([&]() -> base::Result<std::uint64_t> {
    std::uint64_t sections = 0;
    const auto known = find_tenant(*environment_.read(), tenant);
    std::vector<base::Guid> users;
    const auto found = tally(
        environment_, *known, number,
        [&](const Txn& txn, const SectionOf& what, const Version& version) {
          ++sections;
          check_content(environment_.packing(), txn, what, version);
          if (what.kind == api::ObjectKind::user && what.section == api::Section::object)
            users.push_back(what.id);
        },
        stop);
    if (stop.stop_requested())
      return base::fail(base::ErrorKind::cancelled, "stopped while it read");
    if (found.digest != snapshot->digest) throw Damage("its digest does not agree any more");
    check_users(*environment_.read(), *known, number, users);
    return sections;
  });
  if (!sound) return base::pass(sound, "snapshot " + number.str() + " of " + tenant);
  return sound;
}

}  // namespace entrad::store
