// UserRequests: what is asked for each user, where a request's userOptions set some of them apart.
// Thread safety: const methods may be called at the same time.
#pragma once

#include <unordered_map>

#include "base/guid.h"
#include "restore/restore.h"

namespace entrad::restore {

// The request with everything that is asked for anybody: what has to be read, and may be written.
api::RestoreRequest widest(api::RestoreRequest request);

// The context with that request.
Context for_all(const Context& context);

// The request as it is for one user: these options in it, and nobody else selected.
api::RestoreRequest narrowed(const api::RestoreRequest& request, const api::UserOptions& options);

class UserRequests {
 public:
  // Looks the users of `asked.user_options` up in the snapshot.
  UserRequests(const Context& context, api::RestoreRequest asked);

  const api::RestoreRequest& of(const base::Guid& user) const;
  // Errors: not_found (the snapshot does not have a user with options of its own),
  // invalid_argument (`selected` does not, or it has options twice).
  base::Result<void> check(const std::vector<base::Guid>& selected) const;

 private:
  api::RestoreRequest asked_;
  std::unordered_map<base::Guid, api::RestoreRequest> own_;
  std::unordered_map<base::Guid, std::string> names_;  // as the request names them
  base::Result<void> found_;
};

}  // namespace entrad::restore
