#include "api/keeping.h"

#include "api/retention.h"
#include "base/text.h"
#include "control/bodies.h"
#include "control/handlers.h"
#include "control/parameters.h"
#include "store/pruning/pruning.h"

namespace entrad::control {
namespace {

struct Named {
  std::string tenant;
  base::SnapshotNumber number;
};

base::Result<Named> named(const Question& question, const Context& context) {
  const std::string& tenant = question.parts.at("tenant");
  if (auto known = context.services.sessions.tenant(tenant); !known) return base::pass(known);
  auto number = parse_number("the snapshot's number", question.parts.at("number"));
  if (!number) return base::pass(number);
  return Named{tenant, {*number}};
}

// The rules in the query, or without any those that are configured.
base::Result<api::Retention> retention_of(const Question& question, const Context& context) {
  if (question.query.empty()) return context.services.queue.retention(question.parts.at("tenant"));
  api::Retention retention;
  base::Result<void> result;
  retention.fields([&](const char* field, std::uint64_t& count) {
    auto number = number_of(question, field, 0);
    if (number)
      count = *number;
    else
      result = base::pass(number);
  });
  if (!result) return base::pass(result);
  return retention;
}

base::Result<std::vector<base::SnapshotNumber>> numbers_of(const std::string& text) {
  std::vector<base::SnapshotNumber> numbers;
  for (const std::string& part : base::split(text, ',')) {
    auto number = parse_number("each of snapshots", part);
    if (!number) return base::pass(number);
    numbers.push_back({*number});
  }
  return numbers;
}

base::Result<api::PrunePlan> plan_of(const Question& question, const Context& context) {
  const std::string& tenant = question.parts.at("tenant");
  const store::Pruning& pruning = context.services.store.pruning();
  const std::string named = text_of(question, "snapshots");
  if (!named.empty() && question.query.size() > 1)
    return base::fail(base::ErrorKind::invalid_argument, "both snapshots and rules are given",
                      "name the snapshots that go, or say by rules which ones stay");
  if (!named.empty()) {
    auto numbers = numbers_of(named);
    if (!numbers) return base::pass(numbers);
    return pruning.plan(tenant, *numbers);
  }
  auto retention = retention_of(question, context);
  if (!retention) return base::pass(retention);
  return pruning.plan(tenant, *retention, context.services.clock.wall());
}

}  // namespace

base::Result<Answer> pin_snapshot(const Question& question, const Context& context) {
  auto what = named(question, context);
  if (!what) return base::pass(what);
  auto body = read_object(question.body.empty() ? "{}" : question.body);
  if (!body) return base::pass(body);
  auto request = read_body<api::PinRequest>(*body);
  if (!request) return base::pass(request);
  auto pin = context.services.store.pruning().pin(
      what->tenant, what->number, request->note, question.peer.name, context.services.clock.wall());
  if (!pin) return base::pass(pin);
  Answer answer;
  answer.body = *pin;
  return answer;
}

base::Result<Answer> unpin_snapshot(const Question& question, const Context& context) {
  if (auto none = expect_no_body(question.body); !none) return base::pass(none);
  auto what = named(question, context);
  if (!what) return base::pass(what);
  auto done = context.services.store.pruning().unpin(what->tenant, what->number);
  if (!done) return base::pass(done);
  Answer answer;
  answer.body = {{"snapshot", what->number}};
  return answer;
}

base::Result<Answer> get_prune_plan(const Question& question, const Context& context) {
  const std::string& tenant = question.parts.at("tenant");
  if (auto known = context.services.sessions.tenant(tenant); !known) return base::pass(known);
  auto plan = plan_of(question, context);
  if (!plan) return base::pass(plan);
  Answer answer;
  answer.body = *plan;
  return answer;
}

}  // namespace entrad::control
