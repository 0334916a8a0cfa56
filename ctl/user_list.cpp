#include "ctl/user_list.h"

#include <algorithm>
#include <limits>

#include "api/error_table.h"
#include "base/json.h"
#include "ctl/answers.h"
#include "ctl/query.h"
#include "ctl/render/json.h"
#include "ctl/render/users.h"

namespace entrad::ctl {
namespace {

using nlohmann::json;

constexpr std::uint64_t kPage = 1000;  // the most that the daemon answers at once

}  // namespace

UserList::UserList(Context& context, std::string tenant)
    : context_(context),
      tenant_(std::move(tenant)),
      at_(context.options.at),
      table_(render::user_table()) {}

Exit UserList::print() {
  const Options& options = context_.options;
  const std::uint64_t wanted =
      options.all ? std::numeric_limits<std::uint64_t>::max() : options.limit;
  do {
    auto page = fetch(std::min(kPage, wanted - shown_));
    if (!page) return base::pass(page);
    if (auto taken = take(*page); !taken) return base::pass(taken);
  } while (cursor_ && shown_ < wanted);
  end();
  return api::exit_ok;
}

base::Result<json> UserList::fetch(std::uint64_t size) {
  const Options& options = context_.options;
  Query query;
  query.add_if("at", at_).add_if("search", options.search);
  query.add_if("filter", options.filter).add("sort", options.sort);
  if (options.descending) query.add("desc", "true");
  if (options.deleted) query.add("deleted", "true");
  query.add("limit", std::to_string(size)).add_if("cursor", cursor_.value_or(""));
  return context_.client.get("/v1/tenants/" + base::url_encode(tenant_) + "/users" + query.str());
}

base::Result<void> UserList::take(const json& page) {
  auto read = understand<api::UserPage>(page);
  if (!read) return base::pass(read);
  total_ = read->total;
  cursor_ = read->cursor;
  if (read->users.empty()) cursor_.reset();
  if (!begun_) begin(page);
  if (context_.options.json)
    for (const json& user : page.value("users", json::array()))
      context_.text((shown_++ == 0 ? "\n  " : ",\n  ") + render::compact(user));
  else
    print_rows(*read);
  return {};
}

void UserList::begin(const json& page) {
  begun_ = true;
  const json snapshot = page.value("snapshot", json());
  if (snapshot.is_object() && snapshot.contains("number"))
    at_ = base::json_text(snapshot["number"]);
  if (context_.options.json) {
    context_.text("{\"snapshot\":" + render::compact(snapshot) + ",\n\"users\":[");
    return;
  }
  auto known = understand<api::Snapshot>(snapshot);
  if (known && snapshot.is_object())
    context_.text("users of " + render::clean(tenant_) + " in snapshot " + known->number.str() +
                  " of " + render::when(known->sealed_at, context_.view()) + "\n");
}

void UserList::print_rows(const api::UserPage& page) {
  for (const api::UserRow& user : page.users) render::add_user(table_, user);
  shown_ += page.users.size();
  if (!table_.empty()) context_.text(table_.flush(context_.view()));
}

void UserList::end() {
  if (context_.options.json) {
    context_.text("\n],\n\"total\":" + std::to_string(total_));
    if (cursor_) context_.text(",\n\"cursor\":" + render::compact(*cursor_));
    context_.text("}\n");
    return;
  }
  if (shown_ == 0) return print_nobody();
  std::string text = render::number(shown_) + " of " + render::counted(total_, "user");
  if (cursor_) text += "; more with --limit N or --all, fewer with --search TEXT";
  context_.text(text + "\n");
}

void UserList::print_nobody() {
  const Options& options = context_.options;
  if (options.search.empty() && options.filter.empty() && !options.deleted)
    context_.text("no users in this snapshot: see " + context_.command("snapshots list") + "\n");
  else
    context_.say("no users match: try fewer letters of a name, userPrincipalName, mail or id" +
                 std::string(options.deleted ? "" : ", or --deleted for users that are gone"));
}

}  // namespace entrad::ctl
