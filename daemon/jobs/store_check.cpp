#include "jobs/store_check.h"

#include <algorithm>

#include "api/history.h"
#include "jobs/run.h"
#include "store/journal.h"

namespace entrad::jobs {
namespace {

using base::ErrorKind;

constexpr std::chrono::seconds kBetweenShows{1};

std::uint64_t rows_of(const store::Store& store) {
  std::uint64_t rows = 0;
  for (const auto& table : store.statistics().tables) rows += table.rows;
  return rows;
}

void show(store::Store& store, base::JobId id, std::uint64_t done, std::uint64_t total) {
  (void)store.journal().update(id, [=](api::Job& row) {
    row.progress.phase = "rows";
    row.progress.done = done;
    row.progress.total = std::max(done, total);
    return true;
  });
}

base::unexpected<base::Error> unsound(const api::StoreCheck& check) {
  const auto count = check.findings.size();
  return base::fail(ErrorKind::store_damaged,
                    "the store was read to its end, and " + std::to_string(count) +
                        (count == 1 ? " thing is wrong: " : " things are wrong; the first: ") +
                        check.findings.front(),
                    std::string(kDamageHint));
}

}  // namespace

base::Result<void> check_store(store::Store& store, base::Clock& clock, base::JobId id,
                               const std::stop_token& stop) {
  const auto total = rows_of(store);
  show(store, id, 0, total);
  auto shown = clock.steady();
  const auto check = store.check(stop, [&](std::uint64_t rows) {
    if (clock.steady() - shown < kBetweenShows) return;
    shown = clock.steady();
    show(store, id, rows, total);
  });
  auto kept = store.journal().put_document(id, "result", check);
  if (!kept) return kept;
  if (!check.is_complete) return base::fail(ErrorKind::cancelled, "stopped while it read");
  show(store, id, check.rows, check.rows);
  if (!check.is_sound()) return unsound(check);
  return {};
}

}  // namespace entrad::jobs
