// The waves that come after every user's own: managers who are in the job themselves, and sponsors;
// group and administrative unit memberships, coalesced 20 to a write by group; what users own, one
// to a write; then role-assignable groups and admin roles; then held-back sign-ins.
//
// A write without an answer is looked up before it is sent again: a coalesced one, which is all or
// nothing, by one of its members.
//
// Roles come last because whoever holds one can no longer be changed by an ordinary app (Microsoft:
// "Who can perform sensitive actions").
// Thread safety: belongs to the job's thread.
#pragma once

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "restore/apply/entry.h"
#include "restore/apply/writer.h"

namespace entrad::restore {

class LinkWaves {
 public:
  LinkWaves(const Context& context, Writer& writer, Memory& memory, const Targets& targets,
            const graph::Call& call);

  // Takes over what the entry's todo has for these waves.
  void collect(const Entry& entry);
  // Writes everything collected.
  base::Result<void> write();

 private:
  struct Member {
    std::uint64_t seq;
    base::Guid user;
    bool alone = false;  // was in a write that Graph refused
  };
  using Groups = std::map<base::Guid, std::vector<Member>>;
  // Members in one write that is not known to have happened.
  struct Unfinished {
    base::Guid group;
    std::vector<Member> members;
    bool may_have_happened = false;  // now, or an earlier attempt
    bool one_by_one = false;         // if it has not
  };
  // What is taken up again after a moment.
  struct Waiting {
    std::vector<Unfinished> unfinished;
    std::vector<Write> put_off;     // of one member or user, certainly not done
    std::vector<Write> unanswered;  // the same, perhaps done
    bool empty() const { return unfinished.empty() && put_off.empty() && unanswered.empty(); }
  };
  struct Attempts {
    int tries = 0;
    bool unanswered = false;
  };
  struct Subordinate {
    Member user;
    base::Guid manager;  // as in the snapshot
  };

  struct Sponsored {
    Member user;
    directory::Link sponsor;  // as in Todo
  };

  // What may be written side by side.
  struct Wave {
    Groups groups;
    std::map<base::Guid, std::vector<Write>> singles;  // by unit, group, or what is owned
    std::vector<Write> others;
    bool empty() const { return groups.empty() && singles.empty() && others.empty(); }
  };
  class Flow;

  void collect_sponsors_and_owned(const Entry& entry);
  void collect_privileged(const Entry& entry);
  Write owner_write(const Entry& entry, const directory::Link& object) const;
  bool may_lose_an_owner(const Entry& entry, const directory::Link& object);
  void take_managers();
  void take_sponsors();
  base::Result<void> write_wave(Wave& wave);
  Write members_write(const base::Guid& group, const std::vector<Member>& members) const;
  std::vector<store::ItemRow> learn(const Write& write, const graph::Reply& reply);
  void learn_coalesced(const Write& write, const graph::Reply& reply);
  base::Result<void> look_back(Wave& wave);
  base::Result<void> take_up_all(Wave& wave);
  base::Result<void> take_up_ripe(Wave& wave);
  base::Result<void> look_up(const std::vector<Unfinished>& doubtful, Groups& again);
  base::Result<void> look_up_singles(std::vector<Write> doubtful, Wave& wave);
  static void put_back(Write write, Wave& wave);
  void resolve(const Unfinished& one, bool are_members, Groups& again);
  static std::vector<Member> members_of(const Write& write);
  std::vector<store::ItemRow> learn_single(const Write& write, const graph::Reply& reply);

  const Context& context_;
  Writer& writer_;
  Memory& memory_;
  const Targets& targets_;
  const graph::Call& call_;
  std::vector<Subordinate> subordinates_;
  std::vector<Sponsored> sponsored_;
  std::map<base::Guid, std::uint64_t> owners_left_;  // of what loses some, after those
  Waiting fresh_;
  Waiting ripe_;  // for as long as one look back at least
  base::SteadyTime look_back_at_{};
  std::map<std::uint64_t, base::Guid> users_;
  std::map<std::pair<base::Guid, std::uint64_t>, Attempts> attempts_;  // by group and first item
  Wave plain_;                                                         // managers, groups, units
  Wave privileged_;  // role-assignable groups, roles
  Wave sign_ins_;
};

}  // namespace entrad::restore
