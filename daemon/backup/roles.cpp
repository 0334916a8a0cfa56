// Admin roles: the tenant's role definitions, and the assignments of users and of groups that may
// hold a role, from the lists that hold all of the tenant's. What a group holds reaches users
// through their memberships.
// Parts: definitions; assignments; what is held by whom; sections.
#include <algorithm>

#include "backup/eligible_roles.h"
#include "base/json.h"
#include "directory/canonical.h"
#include "graph/calls.h"

namespace entrad::backup {
namespace {

using api::Completeness;
using api::ObjectKind;
using api::Section;
using base::Guid;
using directory::HeldRole;
using directory::Role;
using nlohmann::json;
using Assigned = std::map<Guid, std::vector<Role>>;

base::Result<void> read_definitions(Sweep& sweep) {
  sweep.progress().begin("role definitions", 0);
  const auto put_page = [&](std::string_view page) {
    base::Result<void> put;
    auto read = directory::for_each_object(page, [&](const directory::Slice& slice) {
      if (put)
        put = sweep.writer().put(ObjectKind::role_definition, slice.id, Section::object,
                                 slice.content);
    });
    return read ? put : read;
  };
  auto done = sweep.pages(graph::calls::list_role_definitions(), put_page, drop_nothing);
  if (!done) return base::pass(done, "read the role definitions");
  sweep.writer().mark_swept(ObjectKind::role_definition);
  return {};
}

// Ids of assignments are opaque and change, so that a row is who, what and where.
base::Result<Assigned> read_assignments(Sweep& sweep) {
  sweep.progress().begin("role assignments", 0);
  Assigned assigned;
  auto done = sweep.pages(
      graph::calls::list_role_assignments(),
      [&](std::string_view page) {
        return for_each_row(sweep, page, "role assignments", [&](const json& row) {
          if (const auto found = role_row(row)) assigned[found->principal].push_back(found->role);
        });
      },
      [&assigned] { assigned.clear(); });
  if (!done) return base::pass(done, "read the role assignments");
  return assigned;
}

// Only these groups can hold a role, and there are 500 at most.
base::Result<std::vector<Guid>> read_groups(Sweep& sweep) {
  std::vector<Guid> groups;
  auto done = sweep.pages(
      graph::calls::list_role_assignable_groups(),
      [&](std::string_view page) {
        return directory::for_each_object(
            page, [&](const directory::Slice& slice) { groups.push_back(slice.id); });
      },
      [&groups] { groups.clear(); });
  if (!done) return base::pass(done, "read the groups that may hold a role");
  return groups;
}

struct Roles {
  Assigned assigned;
  RoleSchedules schedules;

  // The list of assignments shows everything that is active now, by whatever schedule.
  bool is_for_good(const Guid& principal, const Role& role) const {
    const auto in = [&](const auto& roles) {
      const auto found = roles.find(principal);
      return found != roles.end() && found->second.contains(role);
    };
    if (in(schedules.permanent)) return true;
    if (in(schedules.activated)) return false;
    const auto held = schedules.held.find(principal);
    return held == schedules.held.end() ||
           std::none_of(held->second.begin(), held->second.end(),
                        [&](const HeldRole& one) { return !one.eligible && one.role == role; });
  }

  std::vector<HeldRole> of(const Guid& principal) const {
    std::vector<HeldRole> out;
    if (const auto found = assigned.find(principal); found != assigned.end())
      for (const Role& role : found->second)
        if (is_for_good(principal, role)) out.push_back({role, false, nullptr});
    if (const auto found = schedules.held.find(principal); found != schedules.held.end())
      out.insert(out.end(), found->second.begin(), found->second.end());
    return out;
  }
};

// Where schedules may not be read, those that were known stay known.
void keep_schedules(const std::optional<std::string>& before, std::vector<HeldRole>& roles) {
  if (!before) return;
  for (HeldRole& known : directory::read_held_roles(*before)) {
    if (!known.eligible && known.schedule.is_null()) continue;
    if (!known.eligible)  // it shows in the list of assignments as one for good
      std::erase_if(roles, [&](const HeldRole& one) { return one.role == known.role; });
    roles.push_back(std::move(known));
  }
}

class Putter {
 public:
  Putter(Sweep& sweep, const Roles& roles) : sweep_(sweep), roles_(roles) {}

  base::Result<void> put(ObjectKind kind, const std::vector<Guid>& holders) {
    for (const Guid& holder : holders) {
      std::vector<HeldRole> held = roles_.of(holder);
      if (!roles_.schedules.read) keep_schedules(before(kind, holder), held);
      auto done =
          sweep_.writer().put(kind, holder, Section::roles, directory::held_roles_section(held));
      if (!done) return done;
      if (auto going = sweep_.stopped(); !going) return going;
    }
    return {};
  }

 private:
  std::optional<std::string> before(ObjectKind kind, const Guid& holder) const {
    const auto& parent = sweep_.found().parent;
    if (!parent) return std::nullopt;
    return sweep_.store().snapshots().content(sweep_.tenant(), *parent, kind, holder,
                                              Section::roles);
  }

  Sweep& sweep_;
  const Roles& roles_;
};

base::Result<void> absent_if_denied(Sweep& sweep, const base::Error& error) {
  if (!is_denied(error)) return base::unexpected(error);
  sweep.writer().mark(Section::roles, Completeness::absent,
                      lacking("RoleManagement.Read.Directory"));
  return {};
}

void mark(Sweep& sweep, const RoleSchedules& schedules, const std::string& no_groups) {
  std::string reason = schedules.reason;
  if (!no_groups.empty())
    reason += (reason.empty() ? "" : "; ") + std::string("roles of groups: ") + no_groups;
  // What groups hold is theirs: the users' own roles are complete without it.
  sweep.writer().mark(Section::roles,
                      schedules.read ? Completeness::complete : Completeness::partial, reason);
}

}  // namespace

base::Result<void> sweep_roles(Sweep& sweep) {
  if (auto read = read_definitions(sweep); !read) return absent_if_denied(sweep, read.error());
  auto assigned = read_assignments(sweep);
  if (!assigned) return absent_if_denied(sweep, assigned.error());
  auto schedules = read_role_schedules(sweep);
  if (!schedules) return base::pass(schedules);
  auto groups = read_groups(sweep);
  if (!groups && !is_denied(groups.error())) return base::pass(groups);

  const Roles roles{std::move(*assigned), std::move(*schedules)};
  Putter putter(sweep, roles);
  if (auto put = putter.put(ObjectKind::user, sweep.people().ids()); !put) return put;
  if (groups)
    if (auto put = putter.put(ObjectKind::group, *groups); !put) return put;
  mark(sweep, roles.schedules, groups ? "" : lacking("GroupMember.Read.All"));
  return {};
}

}  // namespace entrad::backup
