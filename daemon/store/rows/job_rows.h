// Job rows: jobs, their items, steps and events as rows of the journal.
//
// A job's request may be large and never changes, so it has a row of its own; a job's state is
// beside its JSON, so that counting need not read that. Thread safety: functions on a transaction
// of the caller's thread.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "api/jobs.h"
#include "base/ids.h"
#include "store/file/writer.h"
#include "store/journal.h"
#include "store/rows/keys.h"

namespace entrad::store {

constexpr std::size_t kEventsKept = 100'000;

// What a job's row says before its JSON.
struct JobHead {
  base::JobId id;
  api::JobState state = api::JobState::queued;
  api::JobKind kind = api::JobKind::backup;
};

Key job_key(base::JobId id);
Key row_key(base::JobId id, std::uint64_t seq);  // of an item or a step

JobHead job_head(std::string_view key, std::string_view value);
// A job from its row's value, together with its request.
api::Job job_from(const Txn& txn, base::JobId id, std::string_view value);
std::optional<api::Job> find_light_job(const Txn& txn, base::JobId id);  // without its request
std::optional<api::Job> find_job(const Txn& txn, base::JobId id);
base::JobId next_job(const Txn& txn);

// Stores the job and appends its event; `request_too`: its request as well.
void store_job(Write& write, const api::Job& job, bool request_too, base::WallTime now);

std::string item_value(const ItemRow& row);
ItemRow item_from(std::string_view value);
std::string step_value(const Step& step);
Step step_from(std::string_view value);

api::Event event_from(std::string_view value);
base::EventNumber newest_event(const Txn& txn);

// The last sequence number of a job in `table` plus one.
std::uint64_t next_seq(const Txn& txn, Table table, base::JobId id);
// Values of a job's rows with seq >= from, until `on_row` returns false.
void for_each_row(const Txn& txn, Table table, base::JobId id, std::uint64_t from,
                  const std::function<bool(std::string_view key, std::string_view value)>& on_row);

}  // namespace entrad::store
