// Schedule list: who holds an admin role by schedule (PIM), read for the whole tenant at once, and
// only where it matters to somebody. Source: Microsoft Graph v1.0, "List roleEligibilitySchedules",
// "List roleAssignmentSchedules".
// Thread safety: belongs to the job's thread.
#pragma once

#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "restore/state.h"

namespace entrad::restore {

class ScheduleList {
 public:
  // A user with what it shall be; of an undo that is not known yet.
  struct Holder {
    const Sections& wanted;
    Live& live;
  };

  ScheduleList(const Context& context, const graph::Call& call) : context_(context), call_(call) {}

  // Tells those to whom it matters what they hold by schedule, and takes that out of what they hold
  // for good. The lists are read at the first need. Errors: as Session::collection, but for a
  // 403 and a tenant without the licence, which are what is seen.
  base::Result<void> enter_into(const std::vector<Holder>& holders);
  // The lists have grown old.
  void forget() { read_.reset(); }

 private:
  struct Held {
    std::vector<RoleSchedule> schedules;
    std::set<directory::Role> activated;
    std::set<directory::Role> for_good;
  };
  struct Lists {
    ScheduleSight sight = ScheduleSight::seen;
    std::unordered_map<base::Guid, Held> held;
  };

  bool matters(const Holder& holder) const;
  base::Result<Lists> read() const;
  base::Result<void> read_list(bool eligible, Lists& lists) const;
  void enter(Live& live) const;

  const Context& context_;
  const graph::Call& call_;
  std::optional<Lists> read_;
};

}  // namespace entrad::restore
