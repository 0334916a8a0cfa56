// Undo: what users were before a job, from its own journal.
//
// What counts is what was sent and what Graph said: a write that Graph accepted, or whose answer
// never came, is taken back; one that it refused, or said to be so already, is not. A value that
// somebody has changed since is left alone and reported. So nothing else is needed: no snapshot,
// and no comparison done again.
// Thread safety: const members may be called from any thread once made.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/guid.h"
#include "base/ids.h"
#include "restore/goal.h"
#include "store/journal.h"

namespace entrad::restore {

class Undo {
 public:
  // Reads the steps of the job: 8 bytes a step are kept.
  Undo(const store::Journal& journal, base::JobId undone);

  // The users to whom the job has done something, in its order.
  std::vector<base::Guid> users() const;
  // The id that a user has now: of the one that the job made.
  base::Guid present_id(const base::Guid& user) const;
  bool has_written_sponsors(const base::Guid& user) const;
  bool has_written_owned_objects(const base::Guid& user) const;
  // What the user was, seen from what it is now.
  Goal goal(const base::Guid& user, const Live& live) const;

 private:
  store::ItemRow item_of(const base::Guid& user) const;

  const store::Journal& journal_;
  base::JobId undone_;
  std::unordered_map<base::Guid, std::uint64_t> items_;                  // -> seq
  std::unordered_map<std::uint64_t, std::vector<std::uint64_t>> steps_;  // of an item, by seq
  std::unordered_set<std::uint64_t> sponsored_;                          // items, by seq
  std::unordered_set<std::uint64_t> owning_;                             // likewise
};

}  // namespace entrad::restore
