#include "restore/writer.h"

#include <algorithm>

namespace entrad::restore {
namespace {

using graph::Reply;
using store::ItemRow;
using store::Step;

// Enough to fill every connection with a full $batch, few enough to stop soon.
constexpr std::size_t kAtOnce = 160;

// Passwords never reach the disk.
nlohmann::json without_secrets(nlohmann::json body) {
  if (body.is_object()) body.erase("passwordProfile");
  return body;
}

Step intent_of(const Write& write, base::WallTime now) {
  Step step;
  step.items = write.items;
  step.kind = write.kind;
  step.method = write.request.method;
  step.path = write.request.path;
  step.body = without_secrets(write.request.body);
  step.intended_at = now;
  return step;
}

void settle_step(Step& step, const Reply& reply) {
  step.settled = true;
  step.status = reply.status;
  step.outcome = graph::name(reply.verdict.cls);
  const bool has_id = reply.body.is_object() && reply.body.contains("id");
  step.result = reply.done() ? (has_id ? reply.body.value("id", "") : "") : reply.verdict.message;
}

}  // namespace

Writer::Writer(const Context& context, const graph::Call& call) : context_(context), call_(call) {}

base::Result<void> Writer::send(const std::vector<Write>& writes, const Learn& learn) {
  for (std::size_t from = 0; from < writes.size(); from += kAtOnce) {
    const std::size_t count = std::min(kAtOnce, writes.size() - from);
    if (auto sent = send_some(writes.data() + from, count, learn); !sent) return sent;
  }
  return {};
}

base::Result<void> Writer::send_some(const Write* writes, std::size_t count, const Learn& learn) {
  store::Journal& journal = context_.store.journal();
  std::vector<Step> intents;
  std::vector<graph::Request> requests;
  for (std::size_t i = 0; i < count; ++i) {
    intents.push_back(intent_of(writes[i], context_.clock.wall()));
    requests.push_back(writes[i].request);
  }
  auto steps = journal.intend(context_.job, std::move(intents));
  if (!steps) return base::pass(steps);
  auto replies = context_.session.batch(requests, call_);
  if (!replies) return base::pass(replies);
  std::vector<ItemRow> rows;
  std::uint64_t accepted = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const Reply& reply = (*replies)[i];
    settle_step((*steps)[i], reply);
    if (reply.status >= 200 && reply.status < 300) ++accepted;
    for (ItemRow& row : learn(writes[i], reply)) rows.push_back(std::move(row));
  }
  accepted_ += accepted;
  return journal.settle(context_.job, *steps, rows, [accepted](api::Job& job) {
    job.progress.writes += accepted;
    return accepted > 0;
  });
}

}  // namespace entrad::restore
