// Goal: what a user shall be in the end.
// Thread safety: plain values; Goals belongs to the job's thread, but for of() where
// may_be_asked_beside().
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/jobs.h"
#include "restore/state.h"

namespace entrad::restore {

struct Goal {
  std::string user_principal_name;  // for people
  std::string display_name;
  const api::RestoreRequest* request = nullptr;  // what is asked for this user
  std::string new_name;  // userPrincipalName in place of its own, which is taken; else empty
  Sections wanted;
  std::vector<nlohmann::json> extra_methods;  // authentication methods that go
  bool absent = false;                        // not in the directory: deleted again
  bool back_from_bin = false;                 // in it again, if it was deleted
  bool hands_off = false;                     // nothing is to be done; `problems` says why
  std::vector<api::Failure> problems;         // what is left as it is, and why
};

class OtherTenant;
class Undo;
class UserRequests;

// Where goals come from: a snapshot, or the journal of the job that is undone.
class Goals {
 public:
  // `asked` is the request as it was made, that of the context with all that is asked for anybody.
  Goals(const Context& context, const api::RestoreRequest& asked);
  ~Goals();

  bool undo() const { return undo_ != nullptr; }
  // Where the snapshot's users go, if that is not where they are from; else nullptr.
  OtherTenant* other_tenant() const { return other_.get(); }
  // What is asked for this user.
  const api::RestoreRequest& request_for(const base::Guid& user) const;
  // Whose goals there are. Errors: as select(), and UserRequests::check().
  base::Result<std::vector<base::Guid>> users(const graph::Call& call) const;
  // The present id of a user: itself, or what it became when it was re-created; nil where the
  // request makes a new user.
  base::Guid present_id(const base::Guid& user) const;
  // Whether it has to be known whose sponsors the user has, and what it owns, to tell its goal and
  // what is to be done for it. `goal` is not looked at where it is that of an undo.
  bool sponsors_matter(const base::Guid& user, const Goal& goal) const;
  bool owned_objects_matter(const base::Guid& user, const Goal& goal) const;
  // Whether of() may be called while another thread uses these goals: another tenant and an undo
  // keep notes of what they were asked.
  bool may_be_asked_beside() const { return !other_ && !undo_; }
  // What the user shall be, given what it is. Another tenant must have been learned.
  Goal of(const base::Guid& user, const Live& live) const;

 private:
  const Context& context_;
  std::unique_ptr<UserRequests> requests_;
  std::unique_ptr<Undo> undo_;
  std::unique_ptr<OtherTenant> other_;
};

}  // namespace entrad::restore
