// Parts: sending in order, one batch's journal, flowing.
#include "restore/apply/writer.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "restore/report/step_names.h"

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
constexpr std::size_t kFlowBatch = 20;  // a full $batch

// Passwords never reach the disk.
nlohmann::json without_secrets(nlohmann::json body) {
  if (body.is_object()) body.erase("passwordProfile");
  return body;
}

Step intent_of(const Write& write, const Targets& targets, base::WallTime now) {
  Step step;
  step.names = names_of(write, targets);
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

// As a plan counts it. A refused write is charged for as well.
void charge(const graph::Quotas& quotas, const graph::Request& request,
            std::map<std::string, std::uint64_t>& quota) {
  for (const graph::Charge& charge : quotas.price(request.method, request.path)) {
    const graph::Bucket* bucket = quotas.find(charge.bucket);
    if (bucket != nullptr && bucket->scope != graph::Bucket::Scope::app)
      quota[charge.bucket] += charge.units;
  }
}

}  // namespace

bool wants_a_moment(const Reply& reply) {
  return reply.verdict.cls == graph::Class::concurrency ||
         reply.verdict.cls == graph::Class::replication;
}

Writer::Writer(const Context& context, const Targets& targets, const graph::Call& call)
    : context_(context), targets_(targets), call_(call) {}

base::Result<void> Writer::send(const std::vector<Write>& writes, const Learn& learn) {
  for (std::size_t from = 0; from < writes.size(); from += kAtOnce) {
    const std::size_t count = std::min(kAtOnce, writes.size() - from);
    auto sent = send_some(writes.data() + from, count);
    if (!sent) return base::pass(sent);
    auto settled = settle(writes.data() + from, std::move(*sent), learn);
    if (!settled) return settled;
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

base::Result<Writer::Sent> Writer::send_some(const Write* writes, std::size_t count) {
  std::vector<Step> intents;
  std::vector<graph::Request> requests;
  for (std::size_t i = 0; i < count; ++i) {
    intents.push_back(intent_of(writes[i], targets_, context_.clock.wall()));
    requests.push_back(writes[i].request);
  }
  auto steps = context_.store.journal().intend(context_.job, std::move(intents));
  if (!steps) return base::pass(steps);
  auto replies = context_.session.batch(requests, call_);
  if (!replies) return base::pass(replies);
  return Sent{std::move(*steps), std::move(*replies)};
}

base::Result<void> Writer::settle(const Write* writes, Sent sent, const Learn& learn) {
  std::vector<ItemRow> rows;
  std::uint64_t accepted = 0;
  std::map<std::string, std::uint64_t> quota;
  for (std::size_t i = 0; i < sent.replies.size(); ++i) {
    const Reply& reply = sent.replies[i];
    settle_step(sent.steps[i], reply);
    if (reply.status >= 200 && reply.status < 300) ++accepted;
    if (reply.status > 0) charge(context_.quotas, writes[i].request, quota);
    for (ItemRow& row : learn(writes[i], reply)) rows.push_back(std::move(row));
  }
  accepted_ += accepted;
  return context_.store.journal().settle(context_.job, sent.steps, rows, [&](api::Job& job) {
    job.progress.writes += accepted;
    for (const auto& [bucket, units] : quota) job.progress.quota[bucket] += units;
    return accepted > 0 || !quota.empty();
  });
}

// Threads that each take a batch, send it and learn its answers; one more is called in while there
// is a full batch to take. There are as many batches under way as the session has places for.
class Writer::Flow {
 public:
  Flow(Writer& writer, Source& source) : writer_(writer), source_(source) {}

  base::Result<void> run() {
    work();
    for (std::thread& thread : threads_) thread.join();
    if (broken_) std::rethrow_exception(broken_);
    if (failed_) return base::unexpected<base::Error>(std::move(*failed_));
    return {};
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    try {
      while (const auto writes = take(lock)) send(*writes, lock);
    } catch (...) {
      if (!lock.owns_lock()) lock.lock();
      if (!broken_) broken_ = std::current_exception();
    }
    changed_.notify_all();
  }

  // Nothing: the work is done, or was given up.
  std::optional<std::vector<Write>> take(std::unique_lock<std::mutex>& lock) {
    while (!failed_ && !broken_) {
      if (has_place()) {
        auto writes = source_.next(kFlowBatch);
        if (!writes) {
          failed_ = std::move(writes).error();
          break;
        }
        if (writes->size() == kFlowBatch) call_help();
        if (!writes->empty()) return std::move(*writes);
      }
      if (under_way_ == 0) break;
      changed_.wait(lock);
    }
    return std::nullopt;
  }

  bool has_place() const { return under_way_ < writer_.context_.session.width(); }

  // Where the machine has no thread to give, those that there are do the work. Nobody calls once
  // run() joins: by then there is nothing left to take, or the flow has failed.
  void call_help() {
    if (threads_.size() + 1 >= writer_.context_.session.width()) return;
    try {
      threads_.emplace_back([this] { work(); });
    } catch (const std::system_error&) {
    }
  }

  void send(const std::vector<Write>& writes, std::unique_lock<std::mutex>& lock) {
    ++under_way_;
    lock.unlock();
    auto sent = writer_.send_some(writes.data(), writes.size());
    lock.lock();
    --under_way_;
    const Learn learn = [this](const Write& write, const Reply& reply) {
      return source_.learn(write, reply);
    };
    auto done = sent ? writer_.settle(writes.data(), std::move(*sent), learn) : base::pass(sent);
    if (!done && !failed_) failed_ = std::move(done).error();
    changed_.notify_all();
  }

  Writer& writer_;
  Source& source_;
  std::mutex mutex_;  // guards everything, the source and what it learns into too
  std::condition_variable changed_;
  std::vector<std::thread> threads_;
  std::size_t under_way_ = 0;
  std::optional<base::Error> failed_;
  std::exception_ptr broken_;
};

base::Result<void> Writer::send_flowing(Source& source) { return Flow(*this, source).run(); }

}  // namespace entrad::restore
