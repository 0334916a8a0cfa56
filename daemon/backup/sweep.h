// Sweep: what the steps of one backup share: where they read, where they write, whose users.
//
// The steps are the functions below; backup.cpp says which of them a full backup runs, which a
// delta backup, and in what order. Each puts its section for every user that it is about and marks
// how complete it is, or leaves the section unknown. Source: Microsoft Graph v1.0 reference,
// "Paging" and the pages of each list. Thread safety: belongs to the thread of one backup.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>

#include "backup/backup.h"
#include "backup/found.h"
#include "backup/page_notes.h"
#include "backup/people.h"
#include "backup/progress.h"
#include "backup/step_writer.h"
#include "directory/canonical.h"
#include "store/snapshots.h"

namespace entrad::directory {
struct Slice;
}

namespace entrad::backup {

// What the users' delta told, for the steps after it.
struct Changes {
  std::set<base::Guid> changed;  // object or manager, of users who were there
  std::set<base::Guid> arrived;  // created or restored: the parent does not have them
  std::set<base::Guid> gone;     // the parent has them
};

class Sweep {
 public:
  // `parent`: of a delta backup, what it is a difference to.
  Sweep(const Context& context, store::SnapshotWriter writer, std::optional<api::Snapshot> parent,
        std::stop_token stop);

  store::Store& store() { return context_.store; }
  graph::Session& session() { return context_.session; }
  StepWriter& writer() { return writer_; }
  const graph::Call& call() const { return call_; }
  Progress& progress() { return progress_; }
  base::Clock& clock() { return context_.clock; }
  People& people() { return people_; }
  Changes& changes() { return changes_; }
  Found& found() { return found_; }
  const std::string& tenant() const { return context_.session.tenant().name; }
  base::Result<void> stopped() const;  // cancelled, once a stop was requested

  // Before the first step: of a delta backup, every section is as it was in the parent until a step
  // marks it.
  void begin();
  // When it began, also if it was interrupted since.
  base::WallTime begun() const { return begun_; }
  base::WallTime now() const { return context_.clock.wall(); }

  // What was put and noted is committed, if that was some seconds ago: for slow steps, so that
  // little is read again when the power goes.
  base::Result<void> commit_if_due();

  // Of a delta backup: what it is a difference to, and what that kept for it.
  const api::Snapshot& parent() const { return *parent_; }
  std::optional<std::string> parent_content(api::ObjectKind kind, const base::Guid& id,
                                            api::Section section) const;
  bool parent_has(api::ObjectKind kind, const base::Guid& id) const;
  std::optional<std::string> cursor(const std::string& collection) const;
  // The changes since the parent cannot be known: a full backup has to take its place. `why`
  // completes the sentence "a full backup, because ...".
  void call_for_full(std::string why) { gap_ = std::move(why); }
  const std::optional<std::string>& gap() const { return gap_; }

  using OnPage = std::function<base::Result<void>(std::string_view)>;
  using OnDiscard = std::function<void()>;
  // All pages of a collection. When Graph has forgotten a page token, `on_discard` drops what
  // `on_page` has gathered, and the whole collection is read again, up to three times. What is put
  // by id needs no dropping: it is put again.
  base::Result<void> pages(const graph::Request& first, const OnPage& on_page,
                           const OnDiscard& on_discard);
  // The same, but with a note after each page, so that a backup that was interrupted goes on with
  // the page after it. `on_page` gives what is to be remembered of the page, besides what it has
  // put; `on_note` gets that in the place of the page.
  struct NotedReader {
    std::function<base::Result<std::string>(std::string_view)> page;
    std::function<void(const std::string&)> note;
    OnDiscard discard;
  };
  base::Result<void> noted_pages(const std::string& name, const graph::Request& first,
                                 const NotedReader& reader);

  // Carries out what a `$select` list is part of. A property that this cloud does not know is left
  // out and remembered, so that the next backup does not ask for it; the names of all that were
  // left out come back. `collection`: "users", "groups", "administrativeUnits".
  using Ask = std::function<base::Result<void>(const std::string& select)>;
  base::Result<std::vector<std::string>> selecting(const std::string& collection,
                                                   const std::string& select, const Ask& ask);
  using MakeRequest = std::function<graph::Request(const std::string& select)>;
  base::Result<std::vector<std::string>> pages_selecting(const std::string& collection,
                                                         const std::string& select,
                                                         const MakeRequest& request,
                                                         const OnPage& on_page,
                                                         const OnDiscard& on_discard);

 private:
  // Of `select`, in a request that failed with `error`.
  std::vector<std::string> refused_properties(const base::Error& error,
                                              const std::string& collection,
                                              const std::string& select);

  Context context_;
  StepWriter writer_;
  std::optional<api::Snapshot> parent_;
  Progress progress_;
  graph::Call call_;
  People people_;
  Changes changes_;
  base::WallTime begun_{};
  base::SteadyTime committed_at_{};
  std::optional<std::string> gap_;
  Found found_;
};

// Of full backups.
base::Result<void> take_cursors(Sweep& sweep);  // where the next delta backup starts
base::Result<void> sweep_users(Sweep& sweep);   // fills people(); decides on gone users
base::Result<void> sweep_memberships(Sweep& sweep);
base::Result<void> sweep_managers(Sweep& sweep);
base::Result<void> sweep_auth_methods(Sweep& sweep);
base::Result<void> sweep_app_roles(Sweep& sweep);
base::Result<void> sweep_photos(Sweep& sweep);
// Of delta backups.
base::Result<void> delta_users(Sweep& sweep);  // objects and managers; fills people(), changes()
base::Result<void> delta_memberships(Sweep& sweep);
base::Result<void> delta_auth_methods(Sweep& sweep);
base::Result<void> delta_app_roles(Sweep& sweep);
base::Result<void> delta_photos(Sweep& sweep);
// Of both: no delta, but lists of the whole tenant, a page for a thousand users at most.
base::Result<void> sweep_licenses(Sweep& sweep);  // says how complete put_licenses() has been
base::Result<void> sweep_roles(Sweep& sweep);
base::Result<void> sweep_sponsors(Sweep& sweep);
base::Result<void> sweep_service_principals(Sweep& sweep);  // fills found(), puts nothing
base::Result<void> sweep_owned_objects(Sweep& sweep);
base::Result<void> sweep_targets(Sweep& sweep);  // what users are linked to, to map it elsewhere
base::Result<void> sweep_restricted_attributes(Sweep& sweep);
base::Result<void> sweep_audit_log(Sweep& sweep);  // fills found() with who deleted whom
base::Result<void> sweep_deletions(Sweep& sweep);

// Whose users they are, for the steps after the first, in a backup that goes on.
void recall_swept_people(Sweep& sweep);
void recall_people(Sweep& sweep);  // of a delta: those of the parent, with changes()

// Parts of steps, in files of their own.
// A user's object as Graph showed it, and the licences in it. Errors: permission_denied, where it
// shows no content.
base::Result<void> put_user_object(Sweep& sweep, const directory::Slice& slice);
// Without User.Read.All there is nothing to back up, so that the whole backup says so.
base::unexpected<base::Error> users_unreadable(base::Error error);
// How a section says which properties the cloud does not know, and what else is lacking.
std::string left_out(const std::vector<std::string>& dropped, const std::string& lacking);
// The licences that a user in a page of users holds itself.
base::Result<void> put_licenses(Sweep& sweep, const directory::Slice& user);
// The `$select` of users with the tenant's directory extensions; what could not be found out is
// said in words, which are empty when all is well. Asked for once in a backup: its cursor has to be
// one of what it reads.
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
// How a section of a delta backup says that some users were not looked at: "those of 3 users are up
// to 2 days old, since graph does not say whose have changed".
std::string age_words(Sweep& sweep, std::uint64_t users);
// Of a delta backup: nothing of the section could be read for the parent, so that nothing ages.
bool parent_lacks(Sweep& sweep, api::Section section);
// What the snapshot before knew of one section; nullopt: nothing.
std::optional<std::string> known_before(Sweep& sweep, const base::Guid& user, api::Section section);
// Puts a section that few users have anything in. One that is `none` ("[]") and always was has no
// row: a row for each user who has none would cost more than all those who have.
base::Result<void> put_if_any(Sweep& sweep, const base::Guid& user, api::Section section,
                              std::string_view content, std::string_view none);

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
