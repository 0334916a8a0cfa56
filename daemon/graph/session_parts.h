// What a session is made of; for session.cpp and sessions.cpp only.
// Thread safety: as its parts.
#pragma once

#include <memory>

#include "graph/crew.h"
#include "graph/line.h"
#include "graph/session.h"

namespace entrad::graph {

struct Session::Parts {
  std::unique_ptr<Line> line;
  Crew crew;
};

}  // namespace entrad::graph
