// What became of users, and of everything, over time.
#include "store/past/history.h"

#include "backup/live.h"
#include "base/time_text.h"
#include "control/handlers.h"
#include "control/moments.h"
#include "store/past/snapshot_difference.h"
#include "store/past/user_log.h"

namespace entrad::control {
namespace {

using base::ErrorKind;
using nlohmann::json;

Answer answer_with(json body) {
  Answer answer;
  answer.body = std::move(body);
  return answer;
}

// Of the roles in a backup, those that one question about one user can tell, and as it tells them:
// eligible ones, those of groups and all schedules are lists of the whole tenant.
void keep_what_live_tells(store::UserContents& contents, base::WallTime now) {
  const auto roles = contents.sections.find(api::Section::roles);
  if (roles == contents.sections.end()) return;
  json direct = json::array();
  for (const json& role : roles->second) {
    const std::string state = store::text_at(role, "state");
    const auto schedule = role.find("scheduleInfo");
    const bool has_begun =
        schedule == role.end() || store::text_at(*schedule, "startDateTime") <= base::rfc3339(now);
    if ((state.empty() || state == "active") && has_begun)
      direct.push_back({{"roleDefinitionId", store::text_at(role, "roleDefinitionId")},
                        {"directoryScopeId", store::text_at(role, "directoryScopeId")}});
  }
  if (direct.size() != roles->second.size())
    contents.unreadable.emplace(
        api::Section::roles,
        "roles that are not active now, and those held through groups, are left out");
  roles->second = std::move(direct);
}

// A section that live reading never asks for is not news.
void forget_what_is_not_asked(const store::UserContents& live, store::UserContents& stored) {
  if (!live.exists()) return;
  std::erase_if(stored.sections, [&](const auto& section) {
    return !live.sections.contains(section.first) && !live.unreadable.contains(section.first);
  });
  std::erase_if(stored.unreadable,
                [&](const auto& section) { return !live.sections.contains(section.first); });
}

base::Result<store::DifferenceQuery> difference_query(const Question& question) {
  store::DifferenceQuery query;
  auto kind = word_of<api::ObjectKind>(question, "kind");
  if (!kind) return base::pass(kind);
  auto details = switch_of(question, "details");
  if (!details) return base::pass(details);
  auto limit = limit_of(question);
  if (!limit) return base::pass(limit);
  query.kind = *kind;
  query.details = *details;
  query.limit = *limit;
  query.cursor = text_of(question, "cursor");
  query.change = text_of(question, "change");
  if (query.change.empty() || query.change == "added" || query.change == "removed" ||
      query.change == "changed")
    return query;
  return no_such_word("change", query.change, "added, removed, changed");
}

}  // namespace

base::Result<Answer> get_user_difference(const Question& question, const Context& context) {
  if (text_of(question, "to") == "live")
    return base::fail(ErrorKind::invalid_argument, "the live state has a path of its own",
                      "ask for .../diff/live");
  auto span = span_of(question, context, false);
  if (!span) return base::pass(span);
  auto user =
      user_in(question, context, span->from.number < span->to.number ? span->to : span->from);
  if (!user) return base::pass(user);
  return answer_with(store::difference(snapshots_in(context), question.parts.at("tenant"), *user,
                                       span->from, span->to));
}

base::Result<Answer> get_live_difference(const Question& question, const Context& context) {
  const std::string& tenant = question.parts.at("tenant");
  auto from = snapshot_named(question, context, "from");
  if (!from) return base::pass(from);
  auto user = user_in(question, context, *from);
  if (!user) return base::pass(user);
  auto session = context.services.sessions.session(tenant, graph::Purpose::backup);
  if (!session) return base::pass(session);
  auto live = backup::read_live(context.services.store, **session, *user, {context.stop, nullptr});
  if (!live) return base::pass(live, "read the user's live state");
  const store::Snapshots& snapshots = snapshots_in(context);
  auto stored = store::contents_of(snapshots, tenant, *from, *user);
  keep_what_live_tells(stored, context.services.clock.wall());
  forget_what_is_not_asked(*live, stored);
  auto newest = snapshots.newest(tenant);
  if (!newest) return base::pass(newest);
  store::Names from_names(snapshots, tenant, from->number);
  store::Names live_names(snapshots, tenant, newest->number);
  const api::Moment now{std::nullopt, context.services.clock.wall(), true};
  return answer_with(store::difference(*user, {store::moment_of(*from), stored, from_names},
                                       {now, *live, live_names}));
}

base::Result<Answer> get_attribute_history(const Question& question, const Context& context) {
  const std::string attribute = text_of(question, "attribute");
  if (attribute.empty())
    return base::fail(ErrorKind::invalid_argument, "the question does not say which attribute",
                      "add attribute=department, or the name of a section such as memberships");
  auto snapshot = snapshot_named(question, context, "at");
  if (!snapshot) return base::pass(snapshot);
  auto user = user_in(question, context, *snapshot);
  if (!user) return base::pass(user);
  auto history = store::attribute_history(snapshots_in(context), question.parts.at("tenant"), *user,
                                          attribute, snapshot->number);
  if (!history) return base::pass(history);
  return answer_with({{"id", user->str()}, {"changes", *history}});
}

base::Result<Answer> get_user_log(const Question& question, const Context& context) {
  auto snapshot = snapshot_named(question, context, "at");
  if (!snapshot) return base::pass(snapshot);
  auto user = user_in(question, context, *snapshot);
  if (!user) return base::pass(user);
  auto body = paged(
      question, "rows",
      store::user_log(snapshots_in(context), question.parts.at("tenant"), *user, snapshot->number));
  if (!body) return base::pass(body);
  (*body)["id"] = user->str();
  (*body)["snapshot"] = snapshot->number;
  const auto state = snapshot->sections.find("audit");
  if (state != snapshot->sections.end()) (*body)["audit"] = state->second;
  return answer_with(std::move(*body));
}

base::Result<Answer> get_snapshot_difference(const Question& question, const Context& context) {
  auto query = difference_query(question);
  if (!query) return base::pass(query);
  auto span = span_of(question, context, false);
  if (!span) return base::pass(span);
  auto difference = store::difference(snapshots_in(context), question.parts.at("tenant"),
                                      span->from, span->to, *query);
  if (!difference) return base::pass(difference);
  return answer_with(*difference);
}

}  // namespace entrad::control
