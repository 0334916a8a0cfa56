// Journal: the persistent queue of jobs, their items, and what was sent to Graph.
//
// Nothing is acknowledged before it is committed and synced. Before a write goes to Graph its step
// is stored as an intent; after the answer the step is settled. What has an intent and no outcome
// after a crash is looked up in Graph, never blindly repeated. Every change of a job appends an
// event, from which `watch` streams and resumes. Reads that return no Result throw
// std::runtime_error when the store is damaged. Thread safety: every member may be called from any
// thread. Owned by Store.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/jobs.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"

namespace entrad::store {

struct Environment;

// So that the store's own structs with fields() go to and from JSON as those of the API do.
using api::from_json;
using api::to_json;

// An item with what only the engine needs. `work` is the engine's own JSON (wanted state,
// progress), `pre_image` the live state that was found before anything was changed; null where
// nothing is to be changed.
struct ItemRow {
  api::Item item;
  nlohmann::json work = nullptr;
  nlohmann::json pre_image = nullptr;
};

// One write to Graph. Bodies are stored without passwords.
struct Step {
  std::uint64_t seq = 0;             // from 0 in its job; given by intend()
  std::vector<std::uint64_t> items;  // seq numbers of the items that it serves
  std::string kind;                  // "create", "restore", "patch", "members", ...
  std::string method;
  std::string path;
  nlohmann::json body = nullptr;
  base::WallTime intended_at{};
  bool settled = false;
  int status = 0;       // HTTP status of the answer; 0: none
  std::string outcome;  // name of the answer's class, see graph/answers/classes.h
  std::string result;   // an id that the answer gave, or the refusal's words
  // Id of what it links to -> what that was called then, which may be gone when a report is read.
  std::map<std::string, std::string> names;

  template <typename F>
  void fields(F&& f) {
    f("seq", seq);
    f("items", items);
    f("kind", kind);
    f("method", method);
    f("path", path);
    f("body", body);
    f("intendedAt", intended_at);
    f("settled", settled);
    f("status", status);
    f("outcome", outcome);
    f("result", result);
    f("names", names);
  }
};

struct JobFilter {
  std::string tenant;  // empty: all
  std::optional<api::JobKind> kind;
  bool only_open = false;   // not in a final state
  std::size_t limit = 100;  // newest first
};

enum class RequestToo { no, yes };

class Journal {
 public:
  Journal(Environment& environment, base::Clock& clock);

  // Stores a new job in state `queued` and gives it its id and creation time.
  base::Result<api::Job> submit(api::Job job);
  base::Result<api::Job> job(base::JobId id) const;  // not_found
  std::vector<api::Job> jobs(const JobFilter& filter) const;
  std::map<std::string, std::uint64_t> counts() const;  // state -> jobs

  // Reads the job, lets `change` alter it, stores it and appends an event, as one transaction.
  // `change` may return false to leave everything as it is. It runs on the writer thread, maybe
  // more than once (each time on a fresh copy), must not block and must not call the store. An
  // event carries the job without its request. A request may name thousands of users, so that it is
  // read, and what `change` did to it kept, only where that is asked for; else it is null.
  base::Result<api::Job> update(base::JobId id, const std::function<bool(api::Job&)>& change,
                                RequestToo request_too = RequestToo::no);

  // Items. put_items() replaces rows by seq; with `job_change` the job is updated in the same
  // commit.
  base::Result<void> put_items(base::JobId id, const std::vector<ItemRow>& rows,
                               const std::function<bool(api::Job&)>& job_change = nullptr);
  std::optional<ItemRow> item(base::JobId id, std::uint64_t seq) const;
  // Rows with seq >= from, at most `limit`.
  std::vector<ItemRow> items(base::JobId id, std::uint64_t from, std::size_t limit) const;
  std::uint64_t item_count(base::JobId id) const;

  // Free-form document of a job: "plan", "checkpoint", ...
  base::Result<void> put_document(base::JobId id, const std::string& name,
                                  const nlohmann::json& document);
  std::optional<nlohmann::json> document(base::JobId id, const std::string& name) const;

  // Stores all as intents in one commit and gives them their numbers.
  base::Result<std::vector<Step>> intend(base::JobId id, std::vector<Step> steps);
  // Stores outcomes, and the items that they changed, in one commit.
  base::Result<void> settle(base::JobId id, const std::vector<Step>& steps,
                            const std::vector<ItemRow>& rows,
                            const std::function<bool(api::Job&)>& job_change = nullptr);
  std::vector<Step> open_steps(base::JobId id) const;  // intents without an outcome
  std::vector<Step> steps(base::JobId id, std::uint64_t from, std::size_t limit) const;

  // Events with number > after, at most `limit`; and the newest number there is.
  std::vector<api::Event> events(base::EventNumber after, std::size_t limit) const;
  base::EventNumber newest_event() const;
  // Called on the writer thread after each commit that appended events; must not block. One
  // listener; set before jobs run; nullptr ends it, and it is not running any more when that
  // returns.
  void on_event(std::function<void(base::EventNumber)> listener);

 private:
  Environment& environment_;
  base::Clock& clock_;
};

}  // namespace entrad::store
