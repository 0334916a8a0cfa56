#include "restore/report/report.h"

#include "restore/state.h"
#include "store/journal.h"

namespace entrad::restore {
namespace {

constexpr std::size_t kAtOnce = 1000;

void list(const api::Item& item, const char* name, std::vector<api::Item>& list,
          api::Report& report) {
  ++report.listed[name];
  if (list.size() < api::Report::kMostListed) list.push_back(item);
}

void enter(const api::Item& item, api::Report& report) {
  using api::Outcome;
  const bool in_part = item.outcome == Outcome::partial || item.outcome == Outcome::impossible ||
                       item.outcome == Outcome::failed || item.outcome == Outcome::skipped;
  if (item.verified) ++report.verified;
  if (item.verified && in_part) ++report.verified_in_part;
  if (item.needs_password_reset && item.new_user_id)
    list(item, "needsPasswordReset", report.needs_password_reset, report);
  if (!item.methods_to_register.empty() && item.outcome != Outcome::pending &&
      item.outcome != Outcome::skipped)
    list(item, "needsRegistration", report.needs_registration, report);
  if (item.new_user_id && item.found != kFoundAsNew)
    list(item, "idChanged", report.id_changed, report);
  const bool is_there = item.outcome == Outcome::restored || item.outcome == Outcome::partial ||
                        item.outcome == Outcome::already_right;
  if (item.new_name && is_there) list(item, "renamed", report.renamed, report);
  if (in_part) list(item, "notRestored", report.not_restored, report);
}

}  // namespace

base::Result<api::Job> reported_job(const store::Journal& journal, base::JobId id) {
  auto job = journal.job(id);
  if (!job) return job;
  if (job->kind == api::JobKind::restore || job->kind == api::JobKind::undo) return job;
  return base::fail(
      base::ErrorKind::failed_precondition,
      "job " + id.str() + " is a " + std::string(api::name(job->kind)) + " and has no report",
      "see it with: entractl jobs show " + id.str());
}

base::Result<api::Report> report(store::Store& store, base::JobId id) {
  auto job = reported_job(store.journal(), id);
  if (!job) return base::pass(job);
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
