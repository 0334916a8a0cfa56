// Groups and admin roles: who had them, and who came and went.
#include "store/past/link_history.h"

#include "control/handlers.h"
#include "control/moments.h"

namespace entrad::control {
namespace {

using nlohmann::json;

base::Result<api::GroupRow> group_of(const Question& question, const Context& context,
                                     const api::Snapshot& snapshot) {
  return store::find_group(snapshots_in(context), question.parts.at("tenant"), snapshot.number,
                           question.parts.at("group"));
}

// Events are told in the order of time, whichever way round the snapshots were named.
base::Result<Span> span_in_order(const Question& question, const Context& context) {
  auto span = span_of(question, context, true);
  if (span && span->to.number < span->from.number) std::swap(span->from, span->to);
  return span;
}

Answer answer_with(json body, const api::Snapshot& snapshot) {
  Answer answer;
  answer.body = std::move(body);
  answer.body["snapshot"] = snapshot;
  return answer;
}

base::Result<Answer> events_answer(const Question& question, const Span& span,
                                   const std::vector<api::LinkEvent>& events) {
  auto body = paged(question, "events", events);
  if (!body) return base::pass(body);
  (*body)["from"] = span.from;
  (*body)["to"] = span.to;
  Answer answer;
  answer.body = std::move(*body);
  return answer;
}

}  // namespace

base::Result<Answer> get_groups(const Question& question, const Context& context) {
  store::GroupQuery query;
  auto counts = switch_of(question, "counts");
  if (!counts) return base::pass(counts);
  auto limit = limit_of(question);
  if (!limit) return base::pass(limit);
  query.search = text_of(question, "search");
  query.cursor = text_of(question, "cursor");
  query.count_members = *counts;
  query.limit = *limit;
  auto snapshot = snapshot_named(question, context, "at");
  if (!snapshot) return base::pass(snapshot);
  auto page =
      store::groups(snapshots_in(context), question.parts.at("tenant"), snapshot->number, query);
  if (!page) return base::pass(page);
  return answer_with(*page, *snapshot);
}

base::Result<Answer> get_group_members(const Question& question, const Context& context) {
  auto limit = limit_of(question);
  if (!limit) return base::pass(limit);
  auto snapshot = snapshot_named(question, context, "at");
  if (!snapshot) return base::pass(snapshot);
  auto group = group_of(question, context, *snapshot);
  if (!group) return base::pass(group);
  auto page = store::members(snapshots_in(context), question.parts.at("tenant"), snapshot->number,
                             *base::Guid::parse(group->id), *limit, text_of(question, "cursor"));
  if (!page) return base::pass(page);
  json body = *page;
  body["group"] = *group;
  return answer_with(std::move(body), *snapshot);
}

base::Result<Answer> get_group_history(const Question& question, const Context& context) {
  auto span = span_in_order(question, context);
  if (!span) return base::pass(span);
  auto group = group_of(question, context, span->to);
  if (!group) return base::pass(group);
  const auto events =
      store::group_history(snapshots_in(context), question.parts.at("tenant"),
                           *base::Guid::parse(group->id), span->from.number, span->to.number);
  auto answer = events_answer(question, *span, events);
  if (answer) answer->body["group"] = *group;
  return answer;
}

base::Result<Answer> get_role_holders(const Question& question, const Context& context) {
  auto snapshot = snapshot_named(question, context, "at");
  if (!snapshot) return base::pass(snapshot);
  if (auto known = store::check_role(snapshots_in(context), question.parts.at("tenant"),
                                     snapshot->number, text_of(question, "role"));
      !known)
    return base::pass(known);
  auto body = paged(question, "holders",
                    store::role_holders(snapshots_in(context), question.parts.at("tenant"),
                                        snapshot->number, text_of(question, "role")));
  if (!body) return base::pass(body);
  return answer_with(std::move(*body), *snapshot);
}

base::Result<Answer> get_role_history(const Question& question, const Context& context) {
  auto span = span_in_order(question, context);
  if (!span) return base::pass(span);
  if (auto known = store::check_role(snapshots_in(context), question.parts.at("tenant"),
                                     span->to.number, text_of(question, "role"));
      !known)
    return base::pass(known);
  return events_answer(
      question, *span,
      store::role_history(snapshots_in(context), question.parts.at("tenant"), span->from.number,
                          span->to.number, text_of(question, "role")));
}

}  // namespace entrad::control
