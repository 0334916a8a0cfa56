// Left behind: what users who are created anew had and a plan does not give back, because nobody
// has asked for it.
// Thread safety: belongs to the job's thread.
#pragma once

#include <cstdint>
#include <set>

#include "api/jobs.h"
#include "base/guid.h"
#include "restore/restore.h"

namespace entrad::restore {

class LeftBehind {
 public:
  explicit LeftBehind(const Context& context) : context_(context) {}

  // A user of the snapshot who is created anew.
  void add(const base::Guid& user);
  void enter_into(api::Plan& plan) const;

 private:
  const Context& context_;
  std::set<base::Guid> objects_;  // that they owned
  std::uint64_t owners_ = 0;
};

}  // namespace entrad::restore
