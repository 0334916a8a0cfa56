// Step reading: what a step of the journal says that it does, for those who tell or undo it later.
// Thread safety: pure functions.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/guid.h"
#include "base/text.h"
#include "directory/sections.h"
#include "restore/state.h"
#include "store/journal.h"

namespace entrad::restore {

inline constexpr const char* kSponsorStep = "sponsor";
inline constexpr const char* kOwnerStep = "owner";

bool was_accepted(const store::Step& step);
// No answer came: what became of it is looked up in what the user is now.
bool is_unanswered(const store::Step& step);
inline bool may_have_happened(const store::Step& step) {
  return was_accepted(step) || is_unanswered(step);
}

// Of its path, without the query.
std::vector<std::string> parts_of(const store::Step& step);
// The group or unit of a step "members", "unit" or "remove".
directory::Link link_of(const store::Step& step);
// The admin role that a step "schedule" is about; with the span that it gives, if it takes nothing.
RoleSchedule schedule_of(const store::Step& step);
// The manager that a step "manager" sets; none: it removes the one there is.
ManagerLink manager_of(const store::Step& step);
// The sponsor of a step of that kind. A removal does not say whether it is a user or a group, what
// there was before does.
directory::Link sponsor_of(const store::Step& step, const Live& before);
// What a user becomes an owner of, or ceases to own, with a step of that kind.
directory::Link owned_of(const store::Step& step);

// What a step that deletes an assignment takes away, by the assignments that there were before;
// nullopt: it came later.
template <typename T>
std::optional<T> named_by(const std::map<T, std::string>& assignments, const store::Step& step) {
  const std::string id = parts_of(step).back();
  for (const auto& [what, assignment] : assignments)
    if (base::url_encode(assignment) == id) return what;
  return std::nullopt;
}

}  // namespace entrad::restore
