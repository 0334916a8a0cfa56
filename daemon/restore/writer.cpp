#include "restore/writer.h"

#include <algorithm>
#include <utility>

namespace entrad::restore {
namespace {

using graph::Reply;
using store::ItemRow;
using store::Step;

// Many full batches for every connection, so that one slow answer holds up little; few enough to
// look up after a crash.
constexpr std::size_t kAtOnce = 2000;
// A write that Graph has certainly not done, for want of a moment, is sent again this often.
constexpr int kSoonAgain = 4;
constexpr std::chrono::seconds kMoment{2};

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

bool wants_a_moment(const Reply& reply) {
  return reply.verdict.cls == graph::Class::concurrency ||
         reply.verdict.cls == graph::Class::replication;
}

Writer::Writer(const Context& context, const graph::Call& call) : context_(context), call_(call) {}

base::Result<void> Writer::send(const std::vector<Write>& writes, const Learn& learn) {
  for (std::size_t from = 0; from < writes.size(); from += kAtOnce) {
    const std::size_t count = std::min(kAtOnce, writes.size() - from);
    if (auto sent = send_some(writes.data() + from, count, learn); !sent) return sent;
  }
  return {};
}

base::Result<void> Writer::send_patiently(const std::vector<Write>& writes, const Learn& learn) {
  std::vector<Write> again;
  for (int tries = 0;; ++tries) {
    const std::vector<Write> present = tries == 0 ? writes : std::exchange(again, {});
    const Learn learn_or_wait = [&](const Write& write, const Reply& reply) {
      if (tries == kSoonAgain || !wants_a_moment(reply)) return learn(write, reply);
      again.push_back(write);
      return std::vector<ItemRow>();
    };
    if (auto sent = send(present, learn_or_wait); !sent) return sent;
    if (again.empty()) return {};
    if (!context_.clock.wait_for(kMoment * (tries + 1), call_.stop))
      return base::fail(base::ErrorKind::cancelled, "stopped before a write was sent again");
  }
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
