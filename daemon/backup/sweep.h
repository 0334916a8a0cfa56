// Sweep: what the steps of one backup share: where they read, where they write, whose users.
//
// The steps are the functions below, in the order of the recipe in backup.cpp. Each puts its
// section for every user and marks how complete it is, or leaves the section unknown.
// Source: Microsoft Graph v1.0 reference, "Paging" and the pages of each list.
// Thread safety: belongs to the thread of one backup.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "backup/backup.h"
#include "backup/found.h"
#include "backup/people.h"
#include "backup/progress.h"
#include "store/snapshots.h"

namespace entrad::directory {
struct Slice;
}

namespace entrad::backup {

class Sweep {
 public:
  Sweep(const Context& context, store::SnapshotWriter writer, std::stop_token stop);

  store::Store& store() { return context_.store; }
  graph::Session& session() { return context_.session; }
  store::SnapshotWriter& writer() { return writer_; }
  const graph::Call& call() const { return call_; }
  Progress& progress() { return progress_; }
  base::Clock& clock() { return context_.clock; }
  People& people() { return people_; }
  Found& found() { return found_; }
  const std::string& tenant() const { return context_.session.tenant().name; }
  base::Result<void> stopped() const;  // cancelled, once a stop was requested

  using OnPage = std::function<base::Result<void>(std::string_view)>;
  using OnDiscard = std::function<void()>;
  // All pages of a collection. When Graph has forgotten a page token, `on_discard` drops what
  // `on_page` has gathered, and the whole collection is read again, up to three times. What is put
  // by id needs no dropping: it is put again.
  base::Result<void> pages(const graph::Request& first, const OnPage& on_page,
                           const OnDiscard& on_discard);
  // The same for a `$select` list. A property that this cloud does not know is left out and
  // remembered, so that the next backup does not ask for it; the names of all that were left out
  // come back. `collection`: "users", "groups", "administrativeUnits".
  using MakeRequest = std::function<graph::Request(const std::string& select)>;
  base::Result<std::vector<std::string>> pages_selecting(const std::string& collection,
                                                         const std::string& select,
                                                         const MakeRequest& request,
                                                         const OnPage& on_page,
                                                         const OnDiscard& on_discard);

 private:
  // Of `select`, in a request that failed with `error`.
  std::vector<std::string> refused_properties(const base::Error& error,
                                              const graph::Request& refused,
                                              const std::string& select);

  Context context_;
  store::SnapshotWriter writer_;
  Progress progress_;
  graph::Call call_;
  People people_;
  Found found_;
};

base::Result<std::uint64_t> count_users(Sweep& sweep);
base::Result<void> sweep_users(Sweep& sweep);  // fills people(); decides on gone users
base::Result<void> sweep_memberships(Sweep& sweep);
base::Result<void> sweep_roles(Sweep& sweep);
base::Result<void> sweep_managers(Sweep& sweep);
base::Result<void> sweep_auth_methods(Sweep& sweep);
base::Result<void> sweep_licenses(Sweep& sweep);  // says how complete put_licenses() has been
base::Result<void> sweep_sponsors(Sweep& sweep);
base::Result<void> sweep_service_principals(Sweep& sweep);  // fills found(), puts nothing
base::Result<void> sweep_owned_objects(Sweep& sweep);
base::Result<void> sweep_app_roles(Sweep& sweep);
base::Result<void> sweep_targets(Sweep& sweep);  // what users are linked to, to map it elsewhere
base::Result<void> sweep_restricted_attributes(Sweep& sweep);
base::Result<void> sweep_photos(Sweep& sweep);
base::Result<void> sweep_audit_log(Sweep& sweep);  // fills found() with who deleted whom
base::Result<void> sweep_deletions(Sweep& sweep);

// Parts of steps, in files of their own.
// The licences that a user in a page of users holds itself.
base::Result<void> put_licenses(Sweep& sweep, const directory::Slice& user);
// The `$select` of users with the tenant's directory extensions; what could not be found out is
// said in words, which are empty when all is well.
struct UserProperties {
  std::string select;
  std::string lacking;
};
base::Result<UserProperties> wanted_user_properties(Sweep& sweep);

// Each element of the `value` array of a page whose rows are no directory objects. `what` names
// them in an error: graph_refused. Tells the progress how many there were.
base::Result<void> for_each_row(Sweep& sweep, std::string_view page, const std::string& what,
                                const std::function<void(const nlohmann::json&)>& on_row);
// Empty where there is no such text.
std::string text_of(const nlohmann::json& object, const char* name);
// Whether the token carries one of these permissions, apart by '|'. One that cannot be read gets
// the benefit of the doubt.
bool may_have(Sweep& sweep, std::string_view permissions);
// What the snapshot before knew of one section; nullopt: nothing.
std::optional<std::string> known_before(Sweep& sweep, const base::Guid& user, api::Section section);
// Puts a section that few users have anything in. One that is `none` ("[]") and always was has no
// row: a row for each user who has none would cost more than all those who have.
base::Result<void> put_if_any(Sweep& sweep, const base::Guid& user, api::Section section,
                              std::string content, std::string_view none);

// A $count, which is text. `what`: plural, for errors.
base::Result<std::uint64_t> count_of(Sweep& sweep, const graph::Request& request,
                                     const std::string& what);
// Whether a list was read wholly, as far as one can tell while objects come and go.
bool agree(std::uint64_t seen, std::uint64_t counted_by_graph);
// The same of a list whose objects `count` counts: empty, or why not all may have been seen.
std::string disagreement(Sweep& sweep, const graph::Request& count, const std::string& noun,
                         std::uint64_t seen);

// Refused because the tenant has not bought what the list needs.
bool is_unlicensed(const base::Error& error);
// Refused for want of a permission, and how a section says so.
bool is_denied(const base::Error& error);
std::string lacking(std::string_view permission);
// For pages whose objects are put by id.
inline void drop_nothing() {}
// Refused for this one object; the rest can go on.
bool is_about_one_object(const base::Error& error);
// "1 user", "3 users"
std::string counted(std::uint64_t number, const std::string& noun);

}  // namespace entrad::backup
