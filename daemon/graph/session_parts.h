// What a session is made of; for session.cpp and sessions.cpp only.
// Thread safety: as its parts.
#pragma once

#include <memory>

#include "graph/crew.h"
#include "graph/lines.h"
#include "graph/session.h"

namespace entrad::graph {

struct Session::Parts {
  std::unique_ptr<Lines> lines;
  Crew crew;
};

}  // namespace entrad::graph
