#include "restore/report.h"

#include "restore/state.h"
#include "store/journal.h"

namespace entrad::restore {
namespace {

constexpr std::size_t kAtOnce = 1000;

void enter(const api::Item& item, api::Report& report) {
  using api::Outcome;
  if (item.verified) ++report.verified;
  if (item.needs_password_reset) report.needs_password_reset.push_back(item);
  if (!item.methods_to_register.empty() && item.outcome != Outcome::pending)
    report.needs_registration.push_back(item);
  if (item.new_user_id && item.found != kFoundAsNew) report.id_changed.push_back(item);
  if (item.outcome == Outcome::partial || item.outcome == Outcome::impossible ||
      item.outcome == Outcome::failed || item.outcome == Outcome::skipped)
    report.not_restored.push_back(item);
}

}  // namespace

base::Result<api::Report> report(store::Store& store, base::JobId id) {
  auto job = store.journal().job(id);
  if (!job) return base::pass(job);
  if (job->kind != api::JobKind::restore && job->kind != api::JobKind::undo)
    return base::fail(
        base::ErrorKind::failed_precondition,
        "job " + id.str() + " is a " + std::string(api::name(job->kind)) + " and has no report",
        "see it with: entractl jobs show " + id.str());
  api::Report report;
  report.job = std::move(*job);
  for (std::uint64_t from = 0;;) {
    const auto rows = store.journal().items(id, from, kAtOnce);
    if (rows.empty()) return report;
    from = rows.back().item.seq + 1;
    for (const auto& row : rows) enter(row.item, report);
  }
}

base::Result<api::SecretPage> secrets(const store::Journal& journal, base::JobId id,
                                      std::uint64_t from, std::size_t most) {
  auto job = journal.job(id);
  if (!job) return base::pass(job);
  api::SecretPage page;
  const auto rows = journal.items(id, from, most);
  for (const auto& row : rows)
    for (const auto& one : row.work.value("sealed", nlohmann::json::array()))
      page.secrets.push_back({row.item.seq, row.item.user_principal_name, one.at(0), one.at(1)});
  if (rows.size() == most) page.next = rows.back().item.seq + 1;
  return page;
}

}  // namespace entrad::restore
