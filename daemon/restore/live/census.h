// Census: the users of a job as lists of the whole tenant show them, for a job of so many users
// that this takes fewer requests than a question for each (reading.h).
//
// The directory is listed in pages of 999 with each user's manager, then the recycle bin; whoever
// is in neither is gone. Whom a list has left out by mistake is safe all the same: Graph refuses to
// create a user whose userPrincipalName exists, and the apply then looks who has it. Page by page
// is handed on, so that only ids and hashes of names are kept: 40 bytes a user. Source: Microsoft
// Graph v1.0, "List users", "List deletedItems", "Use the $expand query parameter" (a manager,
// which is one object, at any page size). Thread safety: belongs to the job's thread.
#pragma once

#include <functional>
#include <future>
#include <string>
#include <vector>

#include "directory/canonical.h"
#include "restore/live/link_lists.h"
#include "restore/live/places.h"
#include "restore/state.h"

namespace entrad::restore {

class Census {
 public:
  struct Found {
    std::size_t place = 0;  // in the list of ids
    Live live;
  };
  using Work = std::function<base::Result<void>()>;
  using Take = std::function<Work(std::vector<Found>)>;

  // `ids`: whom to look for; nil: a user that is to be made, of whom nothing is known. Of `depth`
  // the roles are left to the caller, who needs them but once (role_list.h). `see` is called, if
  // groups and units are listed, before anybody is handed on.
  Census(const Context& context, std::vector<base::Guid> ids, const Depth& depth, bool only_names,
         LinkLists::See see, const graph::Call& call);

  // Hands each of `ids` on once, some hundreds at a time: those in the directory, then those in the
  // recycle bin, then the others in the order of `ids`. After an error it may be called again, and
  // goes on with those whose work was not done. The work that `take` gives runs on a thread of its
  // own while the next page is read and taken, never twice at once, and has ended when read()
  // returns. Errors: those of Session::collection and of the work.
  base::Result<void> read(const Take& take);

  // Whether a user in the directory may have this userPrincipalName. False is certain, once all of
  // the directory was listed: from the first user on that is not live.
  bool may_be_taken(const std::string& user_principal_name) const;

 private:
  base::Result<void> read_lists(const Take& take);
  base::Result<void> choose_link_lists();
  base::Result<std::uint64_t> count_live() const;
  graph::Request list_users() const;
  base::Result<void> list_directory(const Take& take);
  base::Result<void> list_bin(const Take& take);
  base::Result<void> take_page(std::string_view page, Where where, const Take& take);
  base::Result<void> hand_on(std::vector<Found> found, const Take& take);
  base::Result<void> wait_for_last();
  void give_back(const std::vector<std::size_t>& places);
  base::Result<void> hand_on_the_gone(const Take& take);
  base::Result<void> add_sections(std::vector<Found>& found) const;
  void note_name(const directory::Slice& user);
  Live live_of(const directory::Slice& user, Where where) const;

  const Context& context_;
  const std::vector<base::Guid> ids_;
  const Places places_;
  Depth depth_;
  const bool only_names_;
  const graph::Call& call_;
  LinkLists links_;
  bool links_are_chosen_ = false;
  bool memberships_by_lists_ = false;
  bool app_roles_by_lists_ = false;
  bool directory_is_listed_ = false;
  std::vector<std::size_t> names_;  // hashes; sorted when the directory is listed
  bool names_are_shown_ = true;
  std::vector<bool> taken_;
  std::vector<std::size_t> handed_on_;  // places that are worked on now
  std::future<base::Result<void>> under_way_;
};

}  // namespace entrad::restore
