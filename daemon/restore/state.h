// The two states that a restore compares: a user as the snapshot has it, and as it is live.
//
// A section that was not asked for, or that could not be read, is nullopt: unknown, never empty.
// Thread safety: plain values; the readers belong to the job's thread.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/guid.h"
#include "directory/lazy_object.h"
#include "directory/sections.h"
#include "restore/compare/role_schedule.h"
#include "restore/restore.h"

namespace entrad::restore {

// "Has no manager" is a value too, hence the pair of optionals.
struct ManagerLink {
  std::optional<base::Guid> id;
};

struct Sections {
  directory::LazyObject object;
  std::optional<ManagerLink> manager;
  std::optional<std::vector<directory::Link>> memberships;
  std::optional<std::vector<directory::Role>> roles;   // active for good
  std::optional<std::vector<RoleSchedule>> schedules;  // active for a time, or eligible
  std::optional<nlohmann::json> auth_methods;
  std::optional<std::vector<directory::DirectLicense>> licenses;
  std::optional<std::vector<directory::AppRole>> app_roles;
  std::optional<std::vector<directory::Link>> sponsors;       // users and groups
  std::optional<std::vector<directory::Link>> owned_objects;  // see sponsors_and_owned.h
  bool owned_objects_in_part = false;  // of the snapshot: there may have been more
};

enum class Where { live, in_recycle_bin, gone };
std::string_view name(Where where);
// An item's word where the user is to be new, and nobody is looked for.
inline constexpr std::string_view kFoundAsNew = "asNew";

struct Live {
  Where where = Where::gone;
  // The present object id: of the successor, if the user was re-created before; nil: none yet.
  base::Guid id;
  Sections sections;
  // By which an assignment is removed.
  std::map<directory::Role, std::string> role_assignments;
  std::map<directory::AppRole, std::string> app_role_assignments;
  // How many owners that has which the user owns and shall not.
  std::map<base::Guid, std::uint64_t> owner_counts;
  ScheduleSight schedule_sight = ScheduleSight::unread;
  std::set<directory::Role> activated_roles;  // by their holder, for some hours; among the roles
};

// What a user shall be: what the snapshot says about it, sections that the request does not restore
// left out, with what the request asks to be different.
Sections read_wanted(const Context& context, const api::RestoreRequest& request,
                     const base::Guid& user);

// How much of the live state to read.
struct Depth {
  bool manager = false;
  bool memberships = false;
  bool roles = false;
  bool app_roles = false;
  bool licenses = false;
};
Depth depth_of(const api::RestoreRequest& request);

// Looks for users by their present ids: live, in the recycle bin, or gone; in batches. Results in
// the order of `ids`. A section that a 403 hides stays nullopt.
base::Result<std::vector<Live>> read_live(const Context& context,
                                          const std::vector<base::Guid>& ids, const Depth& depth,
                                          const graph::Call& call);

// The sections of those of `lives` that are live, by a question for each.
base::Result<void> read_sections(const Context& context, std::vector<Live>& lives,
                                 const Depth& depth, const graph::Call& call);

// Enters a user as Graph shows it. Its licences come with it.
void take_object(Live& live, Where where, nlohmann::json answer);
// Of its "licenseAssignmentStates".
void take_licenses(Live& live, const nlohmann::json& states);

// What a user has that was created with this object a moment ago: nothing else.
Sections sections_of_new(nlohmann::json object);

// Authentication methods have a small quota of their own, so they are read only where they matter.
// Results in the order of `ids`; nullopt where they could not be read.
base::Result<std::vector<std::optional<nlohmann::json>>> read_methods(
    const Context& context, const std::vector<base::Guid>& ids, const graph::Call& call);

// The present id of a user of the snapshot: itself, or what it became when it was re-created; nil
// where the request makes a new user, and in another tenant before it was restored to it.
base::Guid present_id(const Context& context, const base::Guid& user);

nlohmann::json pre_image_of(Live live);
Live from_pre_image(const nlohmann::json& pre_image);

}  // namespace entrad::restore
