#include "backup/browse.h"
#include "control/handlers.h"
#include "control/moments.h"
#include "control/parameters.h"
#include "store/past/history.h"
#include "store/snapshots.h"

namespace entrad::control {
namespace {

base::Result<store::UserSort> sort_of(const Question& question) {
  const std::string text = text_of(question, "sort");
  if (text.empty() || text == "name") return store::UserSort::name;
  if (text == "id") return store::UserSort::id;
  if (text == "modified") return store::UserSort::modified;
  return no_such_word("sort", text, "name, id, modified");
}

base::Result<store::UserQuery> query_of(const Question& question) {
  store::UserQuery query;
  query.search = text_of(question, "search");
  query.filter = text_of(question, "filter");
  query.cursor = text_of(question, "cursor");
  auto sort = sort_of(question);
  if (!sort) return base::pass(sort);
  auto descending = switch_of(question, "desc");
  if (!descending) return base::pass(descending);
  auto deleted = switch_of(question, "deleted");
  if (!deleted) return base::pass(deleted);
  auto limit = limit_of(question);
  if (!limit) return base::pass(limit);
  query.sort = *sort;
  query.descending = *descending;
  query.deleted = *deleted;
  query.limit = *limit;
  return query;
}

}  // namespace

base::Result<Answer> get_users(const Question& question, const Context& context) {
  auto query = query_of(question);
  if (!query) return base::pass(query);
  auto snapshot = snapshot_named(question, context, "at");
  if (!snapshot) return base::pass(snapshot);
  auto page = context.services.store.snapshots().users(question.parts.at("tenant"),
                                                       snapshot->number, *query);
  if (!page) return base::pass(page);
  backup::tell_deletions(snapshots_in(context), question.parts.at("tenant"), *snapshot, *page);
  Answer answer;
  answer.body = *page;
  answer.body["snapshot"] = *snapshot;
  return answer;
}

base::Result<Answer> get_user(const Question& question, const Context& context) {
  auto snapshot = snapshot_named(question, context, "at");
  if (!snapshot) return base::pass(snapshot);
  const std::string& tenant = question.parts.at("tenant");
  const store::Snapshots& snapshots = context.services.store.snapshots();
  auto user = user_in(question, context, *snapshot);
  if (!user) return base::pass(user);
  auto detail = backup::user_detail(snapshots, tenant, *snapshot, *user);
  if (!detail) return base::pass(detail);
  Answer answer;
  answer.body = *detail;
  return answer;
}

base::Result<Answer> get_user_versions(const Question& question, const Context& context) {
  auto snapshot = snapshot_named(question, context, "at");
  if (!snapshot) return base::pass(snapshot);
  const std::string& tenant = question.parts.at("tenant");
  const store::Snapshots& snapshots = context.services.store.snapshots();
  auto user = user_in(question, context, *snapshot);
  if (!user) return base::pass(user);
  auto contents = switch_of(question, "contents");
  if (!contents) return base::pass(contents);
  Answer answer;
  answer.body = {{"id", user->str()}};
  if (*contents)
    answer.body["versions"] = store::version_contents(snapshots, tenant, *user, snapshot->number);
  else
    answer.body["versions"] = snapshots.versions(tenant, *user);
  return answer;
}

}  // namespace entrad::control
