// The waves that come after every user's own: group and administrative unit memberships, coalesced
// 20 to a write by group; then role-assignable groups and admin roles; then held-back sign-ins.
//
// Roles come last because whoever holds one can no longer be changed by an ordinary app (Microsoft:
// "Who can perform sensitive actions").
// Thread safety: belongs to the job's thread.
#pragma once

#include <map>
#include <vector>

#include "restore/entry.h"
#include "restore/writer.h"

namespace entrad::restore {

class LinkWaves {
 public:
  LinkWaves(const Context& context, Writer& writer, Memory& memory, const Targets& targets);

  // Takes over what the entry's todo has for these waves.
  void collect(const Entry& entry);
  // Writes everything collected.
  base::Result<void> write();

 private:
  struct Member {
    std::uint64_t seq;
    base::Guid user;
  };
  using Groups = std::map<base::Guid, std::vector<Member>>;

  base::Result<void> write_groups(Groups& groups);
  base::Result<void> write_round(Groups& groups);
  Write members_write(const base::Guid& group, const std::vector<Member>& members) const;
  base::Result<void> write_singles(std::vector<Write>& writes);
  void learn_coalesced(const Write& write, const graph::Reply& reply, Groups& again);
  std::vector<store::ItemRow> learn_single(const Write& write, const graph::Reply& reply);

  const Context& context_;
  Writer& writer_;
  Memory& memory_;
  const Targets& targets_;
  Groups groups_;
  Groups role_groups_;
  std::vector<Write> units_;
  std::vector<Write> roles_;
  std::vector<Write> sign_ins_;
};

}  // namespace entrad::restore
