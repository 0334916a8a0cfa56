// Pass: looks at a slice of items and writes, wave by wave, what still differs: back into the
// directory, attributes, licences, manager, authentication methods. Links, roles and held-back
// sign-ins, which are shared between items or come last, are handed to LinkWaves.
//
// Authentication methods and passes have a quota of a fortieth of the directory's: thousands of
// users' take hours, in which nobody's memberships shall wait. So they are left to passes of their
// own, but for those of users who get admin roles, which only go before the roles (see LinkWaves).
// Thread safety: belongs to the job's thread.
#pragma once

#include <optional>
#include <set>
#include <vector>

#include "restore/apply/bring_back.h"
#include "restore/apply/entry.h"
#include "restore/apply/link_waves.h"
#include "restore/apply/writer.h"
#include "restore/live/role_list.h"
#include "restore/live/schedule_list.h"

namespace entrad::restore {

class Pass {
 public:
  enum class Turn { most, last };  // all but what is left to last; that too

  Pass(const Context& context, const Goals& goals, Writer& writer, Memory& memory, Targets& targets,
       LinkWaves& links, const graph::Call& call, Turn turn);

  // Reads the live state and compares it: fills live, todo and to_write.
  base::Result<void> look(std::vector<Entry>& entries);
  // The same with what lists of the whole tenant have shown of them; of roles they show nothing.
  base::Result<void> take(std::vector<Entry>& entries, std::vector<Live> lives);
  // The same with what the plan has found: for the first pass right after it.
  base::Result<void> take_from_plan(std::vector<Entry>& entries);
  // Takes what it keeps for later out of `entries`: users of whom nobody knows yet whether they
  // were created. They are looked up after each further slice, and settled by write_undecided()
  // when all slices have been written.
  base::Result<void> write(std::vector<Entry>& entries);
  base::Result<void> write_undecided();

 private:
  base::Result<void> look_at(std::vector<Entry*>& entries);
  base::Result<void> weigh_all(std::vector<Entry*>& entries, std::vector<Live> lives);
  base::Result<void> read_auth_methods(const std::vector<Entry*>& entries);
  base::Result<void> learn_targets(const std::vector<Entry*>& entries);
  void weigh(Entry& entry);
  base::Result<void> look_at_restored(std::vector<Entry>& entries);
  void see_created(Entry& entry);

  bool left_to_last(const Entry& entry);
  void put_undecided_aside(std::vector<Entry>& entries);
  base::Result<void> write_sections(std::vector<Entry>& entries);
  base::Result<void> write_deletions(std::vector<Entry>& entries);
  base::Result<void> write_attributes(std::vector<Entry>& entries);
  base::Result<void> write_licenses(std::vector<Entry>& entries);
  base::Result<void> write_managers(std::vector<Entry>& entries);
  base::Result<void> write_methods(std::vector<Entry>& entries);
  base::Result<void> write_once(std::vector<Entry>& entries);
  // The items whose write was not done.
  base::Result<std::set<std::uint64_t>> send(std::vector<Entry>& entries,
                                             const std::vector<Write>& writes);
  void learn(Entry& entry, const Write& write, const graph::Reply& reply);

  const Context& context_;
  const Goals& goals_;
  Writer& writer_;
  Memory& memory_;
  Targets& targets_;
  LinkWaves& links_;
  const graph::Call& call_;
  const Turn turn_;
  BringBack bring_back_;
  std::optional<RoleList> roles_;  // as a list showed them in this pass
  ScheduleList schedules_;         // likewise
  std::vector<Entry> undecided_;
};

}  // namespace entrad::restore
