#include "api/jobs.h"
#include "control/handlers.h"
#include "control/parameters.h"
#include "restore/report/changes.h"
#include "restore/report/report.h"
#include "store/journal.h"

namespace entrad::control {
namespace {

using base::ErrorKind;

struct ItemPage {
  std::vector<api::Item> items;
  std::optional<std::uint64_t> next;  // the first row that was not looked at
};

struct ItemsWanted {
  std::uint64_t from = 0;
  std::size_t limit = 0;
  std::optional<api::Outcome> outcome;
};

base::Result<ItemsWanted> items_wanted(const Question& question) {
  auto from = number_of(question, "from", 0);
  if (!from) return base::pass(from);
  auto limit = limit_of(question);
  if (!limit) return base::pass(limit);
  auto outcome = word_of<api::Outcome>(question, "outcome");
  if (!outcome) return base::pass(outcome);
  return ItemsWanted{*from, *limit, *outcome};
}

ItemPage read_items(const store::Journal& journal, base::JobId id, const ItemsWanted& wanted) {
  ItemPage page;
  std::uint64_t from = wanted.from;
  while (true) {
    const auto rows = journal.items(id, from, kMostRows);
    for (const store::ItemRow& row : rows) {
      if (wanted.outcome && row.item.outcome != *wanted.outcome) continue;
      if (page.items.size() == wanted.limit) {
        page.next = row.item.seq;
        return page;
      }
      page.items.push_back(row.item);
    }
    if (rows.size() < kMostRows) return page;
    from = rows.back().item.seq + 1;
  }
}

// While a plan waits, the job has no outcomes, and some of its items have.
std::uint64_t count_of(const store::Journal& journal, base::JobId job, api::Outcome outcome) {
  std::uint64_t count = 0;
  for (std::uint64_t from = 0;;) {
    const auto rows = journal.items(job, from, kMostRows);
    if (rows.empty()) return count;
    from = rows.back().item.seq + 1;
    for (const store::ItemRow& row : rows) count += row.item.outcome == outcome ? 1 : 0;
  }
}

std::uint64_t total_of(const store::Journal& journal, const api::Job& job,
                       const std::optional<api::Outcome>& outcome) {
  if (!outcome) return journal.item_count(job.id);
  if (job.outcomes.empty()) return count_of(journal, job.id, *outcome);
  const auto counted = job.outcomes.find(std::string(api::name(*outcome)));
  return counted != job.outcomes.end() ? counted->second : 0;
}

base::unexpected<base::Error> no_plan(const api::Job& job) {
  const std::string who = "job " + job.id.str();
  if (job.kind != api::JobKind::restore && job.kind != api::JobKind::undo)
    return base::fail(ErrorKind::failed_precondition,
                      who + " is a " + std::string(api::name(job.kind)) + " and has no plan",
                      "only restores are planned");
  if (api::is_final(job.state))
    return base::fail(
        ErrorKind::failed_precondition,
        who + " ended as " + std::string(api::name(job.state)) + " before it had a plan",
        "see why with: entractl jobs show " + job.id.str());
  return base::fail(ErrorKind::failed_precondition, who + " has no plan yet",
                    "follow it with: entractl jobs watch " + job.id.str());
}

}  // namespace

base::Result<Answer> get_items(const Question& question, const Context& context) {
  auto id = job_of(question);
  if (!id) return base::pass(id);
  auto wanted = items_wanted(question);
  if (!wanted) return base::pass(wanted);
  const store::Journal& journal = context.services.store.journal();
  auto job = journal.job(*id);
  if (!job) return base::pass(job);
  const ItemPage page = read_items(journal, *id, *wanted);
  Answer answer;
  answer.body = {{"items", page.items}, {"total", total_of(journal, *job, wanted->outcome)}};
  if (page.next) answer.body["next"] = *page.next;
  return answer;
}

base::Result<Answer> get_plan(const Question& question, const Context& context) {
  auto id = job_of(question);
  if (!id) return base::pass(id);
  auto job = context.services.store.journal().job(*id);
  if (!job) return base::pass(job);
  const auto plan = context.services.store.journal().document(*id, "plan");
  if (!plan) return no_plan(*job);
  Answer answer;
  answer.body = plan->get<api::Plan>();
  return answer;
}

base::Result<Answer> get_result(const Question& question, const Context& context) {
  auto id = job_of(question);
  if (!id) return base::pass(id);
  const store::Journal& journal = context.services.store.journal();
  auto job = journal.job(*id);
  if (!job) return base::pass(job);
  const auto result = journal.document(*id, "result");
  if (!result)
    return base::fail(ErrorKind::failed_precondition, "job " + id->str() + " has no result",
                      "prunes and checks of the whole store have one, once they end");
  Answer answer;
  answer.body = *result;
  return answer;
}

base::Result<Answer> get_secrets(const Question& question, const Context& context) {
  auto id = job_of(question);
  if (!id) return base::pass(id);
  auto from = number_of(question, "from", 0);
  if (!from) return base::pass(from);
  auto limit = limit_of(question);
  if (!limit) return base::pass(limit);
  auto page = restore::secrets(context.services.store.journal(), *id, *from, *limit);
  if (!page) return base::pass(page);
  Answer answer;
  answer.body = *page;
  return answer;
}

base::Result<Answer> get_changes(const Question& question, const Context& context) {
  auto id = job_of(question);
  if (!id) return base::pass(id);
  auto from = number_of(question, "from", 0);
  if (!from) return base::pass(from);
  auto limit = limit_of(question);
  if (!limit) return base::pass(limit);
  auto changed = switch_of(question, "changed");
  if (!changed) return base::pass(changed);
  auto page = restore::changes(context.services.store, *context.step_indexes, *id,
                               {*from, *limit, *changed});
  if (!page) return base::pass(page);
  Answer answer;
  answer.body = *page;
  return answer;
}

base::Result<Answer> get_report(const Question& question, const Context& context) {
  auto id = job_of(question);
  if (!id) return base::pass(id);
  auto report = restore::report(context.services.store, *id);
  if (!report) return base::pass(report);
  Answer answer;
  answer.body = *report;
  return answer;
}

}  // namespace entrad::control
