// users list, show, versions, memberships, roles, methods.
#include <algorithm>
#include <charconv>

#include "api/error_table.h"
#include "base/time_text.h"
#include "ctl/answers.h"
#include "ctl/handlers.h"
#include "ctl/query.h"
#include "ctl/render/history.h"
#include "ctl/render/users.h"
#include "ctl/user_list.h"

namespace entrad::ctl {
namespace {

using nlohmann::json;

base::Result<json> fetch(Context& context, const std::string& what) {
  auto tenant = context.tenant();
  if (!tenant) return base::pass(tenant);
  return context.client.get("/v1/tenants/" + base::url_encode(*tenant) + "/users/" +
                            base::url_encode(context.options.user) + what);
}

base::Result<json> fetch_detail(Context& context) {
  return fetch(context, Query().add_if("at", context.options.at).str());
}

// Versions up to a snapshot number or a time; the route itself answers all of them.
template <typename Row>
base::Result<std::vector<Row>> up_to(std::vector<Row> versions, const std::string& at,
                                     base::WallTime now) {
  if (at.empty()) return versions;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(at.data(), at.data() + at.size(), number);
  const bool is_number = error == std::errc() && end == at.data() + at.size();
  base::WallTime last = now;
  if (!is_number) {
    auto time = base::parse_time(at, now);
    if (!time) return base::pass(time);
    last = *time;
  }
  std::erase_if(versions, [&](const Row& row) {
    return is_number ? row.snapshot.value > number : row.time > last;
  });
  return versions;
}

template <typename Row>
Exit print_versions(Context& context, const json& answer,
                    std::string (*draw)(const std::vector<Row>&, const render::View&)) {
  auto all = understand<std::vector<Row>>(answer.value("versions", json::array()));
  if (!all) return base::pass(all);
  auto versions = up_to(std::move(*all), context.options.at, context.now());
  if (!versions) return base::pass(versions);
  if (context.options.json) {
    json shown = answer;
    shown["versions"] = *versions;
    context.json(shown);
  } else if (versions->empty()) {
    context.text("no versions up to then: try a later --at\n");
  } else {
    context.text(draw(*versions, context.view()));
  }
  return api::exit_ok;
}

// One section of a user: `draw` makes a table of it, `name` is its field in the answer.
using Draw = std::string (*)(const api::UserDetail&, const render::View&);

void print_section(Context& context, const api::UserDetail& user, const std::string& name,
                   const std::string& table) {
  const auto lacking = user.unreadable.find(name);
  if (lacking != user.unreadable.end())
    context.say(
        name + " could not be read in snapshot " + user.snapshot.str() +
        ", which does not mean that there are none: " + render::clean(lacking->second.reason));
  else if (table.empty())
    context.say("no " + name + " in snapshot " + user.snapshot.str() + "; earlier ones: `" +
                context.command("users versions " + render::clean(context.options.user)) + "`");
  context.text(table);
}

Exit show_section(Context& context, const std::string& name, Draw draw) {
  auto answer = fetch_detail(context);
  if (!answer) return base::pass(answer);
  if (context.options.json) {
    json part = {{"id", answer->value("id", "")}};
    for (const char* field : {"snapshot", "time", name.c_str(), "unreadable"})
      if (const auto found = answer->find(field); found != answer->end()) part[field] = *found;
    context.json(part);
    return api::exit_ok;
  }
  auto user = understand<api::UserDetail>(*answer);
  if (!user) return base::pass(user);
  print_section(context, *user, name, draw(*user, context.view()));
  return api::exit_ok;
}

}  // namespace

Exit list_users(Context& context) {
  auto tenant = context.tenant();
  if (!tenant) return base::pass(tenant);
  UserList list(context, *tenant);
  return list.print();
}

Exit show_user(Context& context) {
  auto answer = fetch_detail(context);
  if (!answer) return base::pass(answer);
  if (context.options.json) {
    context.json(*answer);
    return api::exit_ok;
  }
  auto user = understand<api::UserDetail>(*answer);
  if (!user) return base::pass(user);
  context.text(render::user_details(*user, context.view()));
  return api::exit_ok;
}

Exit show_versions(Context& context) {
  const bool contents = context.options.contents;
  auto answer = fetch(context, contents ? "/versions?contents=true" : "/versions");
  if (!answer) return base::pass(answer);
  if (contents)
    return print_versions<api::VersionContents>(context, *answer, render::version_contents);
  return print_versions<api::VersionRow>(context, *answer, render::version_table);
}

Exit show_memberships(Context& context) {
  return show_section(
      context, "memberships", [](const api::UserDetail& user, const render::View& view) {
        return user.memberships.empty() ? std::string()
                                        : render::membership_table(user.memberships, view);
      });
}

Exit show_roles(Context& context) {
  return show_section(context, "roles", [](const api::UserDetail& user, const render::View& view) {
    return user.roles.empty() ? std::string() : render::role_table(user.roles, view);
  });
}

Exit show_methods(Context& context) {
  return show_section(
      context, "authMethods", [](const api::UserDetail& user, const render::View& view) {
        return user.auth_methods.empty() ? std::string()
                                         : render::method_table(user.auth_methods, view);
      });
}

}  // namespace entrad::ctl
