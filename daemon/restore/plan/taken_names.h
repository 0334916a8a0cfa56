// TakenNames: users whose userPrincipalName somebody else has by now, and what becomes of them.
// Thread safety: belongs to the job's thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "restore/goal.h"

namespace entrad::restore {

// A user on its way into the plan.
struct Candidate {
  std::size_t seq = 0;
  base::Guid user;  // as in the snapshot
  Goal goal;
  Live live;
  std::optional<api::Failure> name_taken;  // so that it cannot come back
  std::optional<api::Failure> keeps_name;  // it is there, under another name
};

class TakenNames {
 public:
  explicit TakenNames(const Context& context) : context_(context) {}

  // Gives the candidates who cannot have their name the one that the request says; else tells in
  // them why. `may_be_taken` saves questions: false where a list of everybody does not show the
  // name. Errors: those of Graph.
  base::Result<void> settle(std::vector<Candidate>& candidates,
                            const std::function<bool(const std::string&)>& may_be_taken,
                            const graph::Call& call);

 private:
  base::Result<void> find_holders(const std::vector<Candidate*>& candidates,
                                  const graph::Call& call);
  base::Result<void> rename(const std::vector<Candidate*>& candidates, const graph::Call& call);
  void find_equal_names(std::vector<Candidate>& candidates);

  const Context& context_;
  std::unordered_set<std::string> given_;  // to users of this restore, folded
};

}  // namespace entrad::restore
