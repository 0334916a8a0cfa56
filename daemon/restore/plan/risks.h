// Risks: what a plan's reader should know before it is carried out, and for how many users it is
// so: what comes back otherwise than it was, what is left alone, what Graph will refuse.
// Thread safety: belongs to the job's thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "restore/compare/todo.h"
#include "restore/live/role_list.h"
#include "restore/plan/taken_names.h"
#include "restore/targets.h"

namespace entrad::restore {

class Risks {
 public:
  explicit Risks(const Context& context) : context_(context) {}

  void add(const Candidate& candidate, const Todo& todo, bool is_protected);

  // Asks Graph what of the whole it would refuse: who of the users holds admin roles, how many more
  // objects the directory takes; nothing is told of what cannot be read. `roles` are kept once they
  // have been read.
  void enter_into(api::Plan& plan, const Targets& targets, std::optional<RoleList>& roles,
                  const graph::Call& call);

 private:
  void tell_lack_of_seats(const Targets& targets);
  void tell_admins(std::optional<RoleList>& roles, const graph::Call& call);
  void tell_lack_of_room(const graph::Call& call);

  const Context& context_;
  std::map<std::string, std::uint64_t> told_;
  std::map<std::string, std::uint64_t> new_licenses_;  // sku -> users who are to get it
  std::uint64_t creates_ = 0;
  std::vector<base::Guid>
      guarded_;  // who are written to as Graph does not let every app, by live ids
};

}  // namespace entrad::restore
