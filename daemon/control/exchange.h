// Question and Answer: one request and its answer, freed of HTTP's details, as the handlers of the
// routes see them.
//
// Thread safety: plain values. A Context is shared by all handlers and outlives them.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/ids.h"
#include "control/access.h"
#include "control/server.h"
#include "restore/report/step_index.h"

namespace entrad::control {

struct Question {
  std::string method;
  std::string target;                        // as it was sent: path and query, percent-encoded
  std::string body;                          // at most Limits::body bytes
  std::string last_event_id;                 // the header of that name; empty: none
  Peer peer;                                 // with its name
  std::map<std::string, std::string> parts;  // {name} of the route's pattern -> decoded text
  std::map<std::string, std::string> query;  // decoded; only what the route knows, none empty
};

// Where an event stream starts.
struct StreamStart {
  std::optional<base::JobId> job;           // only events of this job, until its final state
  std::optional<base::EventNumber> resume;  // the last event that the client has
};

struct Answer {
  int status = 200;
  nlohmann::json body;
  std::string location;               // header; empty: none
  std::string allow;                  // header; empty: none
  std::optional<StreamStart> stream;  // set: an event stream instead of `body`
};

// What handlers work with.
struct Context {
  Services services;
  base::WallTime started_at{};
  std::stop_token stop;  // for calls to Graph
  const std::atomic<bool>& stopping;
  // What reports of big jobs are found by, kept while somebody reads one page after the other.
  std::shared_ptr<restore::StepIndexes> step_indexes = std::make_shared<restore::StepIndexes>();
};

}  // namespace entrad::control
