// Jobs, and what belongs to them, can be read and agree with each other.
#include "store/contents/content.h"
#include "store/inspection/inspection.h"
#include "store/rows/job_rows.h"

namespace entrad::store {
namespace {

constexpr std::uint8_t kFormat = 1;
constexpr std::size_t kLineageValueBytes = 17;

void expect(bool sound, const char* what) {
  if (!sound) throw Damage(what);
}

void check_row(const Txn& txn, Table table, std::string_view key, std::string_view value) {
  const base::JobId job{KeyReader(key).number()};
  if (table != Table::event && table != Table::lineage)
    expect(txn.has(Table::job, job_key(job)), "there is no such job");
  switch (table) {
    case Table::job: {
      const auto known = job_from(txn, job, value);
      expect(known.id == job && known.state == job_head(key, value).state, "it is another job's");
      return;
    }
    case Table::request:
    case Table::document:
      unpack_json(value);
      return;
    case Table::item:
      expect(item_from(value).item.seq == KeyReader(key.substr(8)).number(),
             "it is another item's");
      return;
    case Table::step: {
      const Step step = step_from(value);
      expect(step.seq == KeyReader(key.substr(8)).number(), "it is another step's");
      expect(step.settled != txn.has(Table::open_step, key), "open steps do not agree with it");
      return;
    }
    case Table::open_step:
      expect(txn.has(Table::step, key), "there is no such step");
      return;
    case Table::event:
      expect(event_from(value).number.value == KeyReader(key).number(), "it is another event's");
      return;
    case Table::lineage:
      expect(value.size() == kLineageValueBytes && value.front() == static_cast<char>(kFormat),
             "it has an unknown format");
      return;
    default:
      return;
  }
}

}  // namespace

bool inspect_jobs(const Environment& environment, Findings& findings, const std::stop_token& stop) {
  for (const auto table : {Table::job, Table::request, Table::item, Table::step, Table::open_step,
                           Table::document, Table::event, Table::lineage}) {
    const bool went_on = for_each_row_of(
        environment, table, {}, findings, stop,
        [&](const Txn& txn, std::string_view key, std::string_view value) {
          findings.guard(place_of(table, key), [&] { check_row(txn, table, key, value); });
        });
    if (!went_on) return false;
  }
  return true;
}

}  // namespace entrad::store
