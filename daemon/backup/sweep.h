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
#include "backup/people.h"
#include "backup/progress.h"
#include "store/snapshots.h"

namespace entrad::backup {

class Sweep {
 public:
  Sweep(const Context& context, store::SnapshotWriter writer, std::stop_token stop);

  store::Store& store() { return context_.store; }
  graph::Session& session() { return context_.session; }
  store::SnapshotWriter& writer() { return writer_; }
  const graph::Call& call() const { return call_; }
  Progress& progress() { return progress_; }
  People& people() { return people_; }
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
};

base::Result<std::uint64_t> count_users(Sweep& sweep);
base::Result<void> sweep_users(Sweep& sweep);  // fills people(); decides on gone users
base::Result<void> sweep_memberships(Sweep& sweep);
base::Result<void> sweep_roles(Sweep& sweep);
base::Result<void> sweep_managers(Sweep& sweep);
base::Result<void> sweep_auth_methods(Sweep& sweep);

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
