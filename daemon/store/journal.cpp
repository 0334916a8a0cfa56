// Map: jobs (submit, job, jobs, counts, update) / items / documents / steps (intend, settle) /
// events. Rows are made on the caller's thread, before the writer thread is kept busy.
#include "store/journal.h"

#include <utility>

#include "store/contents/content.h"
#include "store/environment.h"
#include "store/rows/job_rows.h"

namespace entrad::store {
namespace {

using base::ErrorKind;
using JobChange = std::function<bool(api::Job&)>;

struct Row {
  std::uint64_t seq = 0;
  std::string value;
};

std::vector<Row> packed(const std::vector<ItemRow>& items) {
  std::vector<Row> rows;
  rows.reserve(items.size());
  for (const auto& item : items) rows.push_back({item.item.seq, item_value(item)});
  return rows;
}

std::vector<Row> settled(const std::vector<Step>& steps) {
  std::vector<Row> rows;
  rows.reserve(steps.size());
  for (Step step : steps) {
    step.settled = true;
    rows.push_back({step.seq, step_value(step)});
  }
  return rows;
}

base::unexpected<base::Error> no_job(base::JobId id) {
  return base::fail(ErrorKind::not_found, "no job " + id.str(), "see entractl jobs list");
}

void put_rows(WriteTxn& txn, Table table, base::JobId id, const std::vector<Row>& rows) {
  for (const auto& row : rows) txn.put(table, row_key(id, row.seq), row.value);
}

base::Result<api::Job> change_job(Write& write, base::JobId id, const JobChange& change,
                                  RequestToo request_too, base::WallTime now) {
  const bool whole = request_too == RequestToo::yes;
  const auto stored = whole ? find_job(write.txn, id) : find_light_job(write.txn, id);
  if (!stored) return no_job(id);
  api::Job job = *stored;
  if (!change(job)) return *stored;
  job.id = id;
  store_job(write, job, whole && job.request != stored->request, now);
  return job;
}

// The job must exist; it is changed only if there is a change to make.
base::Result<void> touch_job(Write& write, base::JobId id, const JobChange& change,
                             base::WallTime now) {
  if (!change) {
    if (!write.txn.has(Table::job, job_key(id))) return no_job(id);
    return {};
  }
  auto changed = change_job(write, id, change, RequestToo::no, now);
  if (!changed) return base::pass(changed);
  return {};
}

base::Result<void> settle_rows(WriteTxn& txn, base::JobId id, const std::vector<Row>& rows) {
  for (const auto& row : rows) {
    const Key key = row_key(id, row.seq);
    if (!txn.has(Table::step, key))
      return base::fail(ErrorKind::not_found,
                        "no step " + std::to_string(row.seq) + " of job " + id.str());
    txn.put(Table::step, key, row.value);
    txn.erase(Table::open_step, key);
  }
  return {};
}

bool is_wanted(const JobHead& head, const JobFilter& filter) {
  if (filter.only_open && api::is_final(head.state)) return false;
  return !filter.kind || *filter.kind == head.kind;
}

Key document_key(base::JobId id, const std::string& name) {
  return Key().number(id).text(cut_for_key(name));
}

}  // namespace

Journal::Journal(Environment& environment, base::Clock& clock)
    : environment_(environment), clock_(clock) {}

base::Result<api::Job> Journal::submit(api::Job job) {
  job.state = api::JobState::queued;
  job.created_at = clock_.wall();
  auto done = environment_.write([&](Write& write) -> base::Result<void> {
    job.id = next_job(write.txn);
    store_job(write, job, /*request_too=*/true, job.created_at);
    return {};
  });
  if (!done) return base::pass(done);
  return job;
}

base::Result<api::Job> Journal::job(base::JobId id) const {
  return telling_damage([&]() -> base::Result<api::Job> {
    auto job = find_job(*environment_.read(), id);
    if (!job) return no_job(id);
    return std::move(*job);
  });
}

std::vector<api::Job> Journal::jobs(const JobFilter& filter) const {
  std::vector<api::Job> jobs;
  const auto reader = environment_.read();
  auto cursor = reader->cursor(Table::job);
  for (bool found = cursor.last(); found && jobs.size() < filter.limit; found = cursor.previous()) {
    const auto head = job_head(cursor.key(), cursor.value());
    if (!is_wanted(head, filter)) continue;
    auto job = job_from(*reader, head.id, cursor.value());
    if (filter.tenant.empty() || job.tenant == filter.tenant) jobs.push_back(std::move(job));
  }
  return jobs;
}

std::map<std::string, std::uint64_t> Journal::counts() const {
  std::map<std::string, std::uint64_t> counts;
  const auto reader = environment_.read();
  auto cursor = reader->cursor(Table::job);
  for (bool found = cursor.last(); found; found = cursor.previous())
    ++counts[std::string(api::name(job_head(cursor.key(), cursor.value()).state))];
  return counts;
}

base::Result<api::Job> Journal::update(base::JobId id, const JobChange& change,
                                       RequestToo request_too) {
  api::Job job;
  auto done = environment_.write([&](Write& write) -> base::Result<void> {
    auto changed = change_job(write, id, change, request_too, clock_.wall());
    if (!changed) return base::pass(changed);
    job = std::move(*changed);
    return {};
  });
  if (!done) return base::pass(done);
  return job;
}

base::Result<void> Journal::put_items(base::JobId id, const std::vector<ItemRow>& rows,
                                      const JobChange& job_change) {
  const auto values = packed(rows);
  return environment_.write([&](Write& write) -> base::Result<void> {
    if (auto fine = touch_job(write, id, job_change, clock_.wall()); !fine) return fine;
    put_rows(write.txn, Table::item, id, values);
    return {};
  });
}

std::optional<ItemRow> Journal::item(base::JobId id, std::uint64_t seq) const {
  const auto reader = environment_.read();
  const auto value = reader->get(Table::item, row_key(id, seq));
  if (!value) return std::nullopt;
  return item_from(*value);
}

std::vector<ItemRow> Journal::items(base::JobId id, std::uint64_t from, std::size_t limit) const {
  std::vector<ItemRow> rows;
  const auto reader = environment_.read();
  for_each_row(*reader, Table::item, id, from, [&](std::string_view, std::string_view value) {
    if (rows.size() >= limit) return false;
    rows.push_back(item_from(value));
    return true;
  });
  return rows;
}

std::uint64_t Journal::item_count(base::JobId id) const {
  std::uint64_t count = 0;
  const auto reader = environment_.read();
  for_each_row(*reader, Table::item, id, 0, [&](std::string_view, std::string_view) {
    ++count;
    return true;
  });
  return count;
}

base::Result<void> Journal::put_document(base::JobId id, const std::string& name,
                                         const nlohmann::json& document) {
  const std::string value = pack_json(document);
  return environment_.write([&](Write& write) -> base::Result<void> {
    if (auto fine = touch_job(write, id, nullptr, clock_.wall()); !fine) return fine;
    write.txn.put(Table::document, document_key(id, name), value);
    return {};
  });
}

std::optional<nlohmann::json> Journal::document(base::JobId id, const std::string& name) const {
  const auto reader = environment_.read();
  const auto value = reader->get(Table::document, document_key(id, name));
  if (!value) return std::nullopt;
  return unpack_json(*value);
}

base::Result<std::vector<Step>> Journal::intend(base::JobId id, std::vector<Step> steps) {
  const auto now = clock_.wall();
  auto done = environment_.write([&](Write& write) -> base::Result<void> {
    if (auto fine = touch_job(write, id, nullptr, now); !fine) return fine;
    std::uint64_t seq = next_seq(write.txn, Table::step, id);
    for (Step& step : steps) {
      step.seq = seq++;
      step.settled = false;
      step.intended_at = now;
      write.txn.put(Table::step, row_key(id, step.seq), step_value(step));
      write.txn.put(Table::open_step, row_key(id, step.seq), {});
    }
    return {};
  });
  if (!done) return base::pass(done);
  return steps;
}

base::Result<void> Journal::settle(base::JobId id, const std::vector<Step>& steps,
                                   const std::vector<ItemRow>& rows, const JobChange& job_change) {
  const auto step_rows = settled(steps);
  const auto item_rows = packed(rows);
  return environment_.write([&](Write& write) -> base::Result<void> {
    if (auto fine = touch_job(write, id, job_change, clock_.wall()); !fine) return fine;
    put_rows(write.txn, Table::item, id, item_rows);
    return settle_rows(write.txn, id, step_rows);
  });
}

std::vector<Step> Journal::open_steps(base::JobId id) const {
  std::vector<Step> steps;
  const auto reader = environment_.read();
  for_each_row(*reader, Table::open_step, id, 0, [&](std::string_view key, std::string_view) {
    const auto value = reader->get(Table::step, key);
    if (!value) throw Damage("the store has lost a step that is still open");
    steps.push_back(step_from(*value));
    return true;
  });
  return steps;
}

std::vector<Step> Journal::steps(base::JobId id, std::uint64_t from, std::size_t limit) const {
  std::vector<Step> steps;
  const auto reader = environment_.read();
  for_each_row(*reader, Table::step, id, from, [&](std::string_view, std::string_view value) {
    if (steps.size() >= limit) return false;
    steps.push_back(step_from(value));
    return true;
  });
  return steps;
}

std::vector<api::Event> Journal::events(base::EventNumber after, std::size_t limit) const {
  std::vector<api::Event> events;
  const auto reader = environment_.read();
  auto cursor = reader->cursor(Table::event);
  bool found = cursor.seek(Key().number(after.value + 1));
  for (; found && events.size() < limit; found = cursor.next())
    events.push_back(event_from(cursor.value()));
  return events;
}

base::EventNumber Journal::newest_event() const {
  return store::newest_event(*environment_.read());
}

void Journal::on_event(std::function<void(base::EventNumber)> listener) {
  environment_.on_event(std::move(listener));
}

}  // namespace entrad::store
