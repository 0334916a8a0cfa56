// What a session is made of; for session.cpp and sessions.cpp only.
// Thread safety: as its parts.
#pragma once

#include <memory>

#include "graph/crew.h"
#include "graph/lines.h"
#include "graph/session.h"

namespace entrad::graph {

struct Session::Parts {
  // With the calling thread, eight batches at once: enough to use up Graph's quota.
  static constexpr std::size_t kThreads = 7;

  std::unique_ptr<Lines> lines;
  Crew crew{kThreads};
};

}  // namespace entrad::graph
