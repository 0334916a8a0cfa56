#include "ctl/render/links.h"

#include "base/time_text.h"

namespace entrad::ctl::render {
namespace {

std::string name_of(const std::string& user_principal_name, const std::string& display_name,
                    const std::string& id) {
  if (!user_principal_name.empty()) return user_principal_name;
  return display_name.empty() ? id : display_name;
}

Cell change_cell(const api::LinkEvent& event) {
  const bool came = event.change == "joined" || event.change == "gained";
  return {event.change + (event.user_gone ? ", deleted" : ""), came ? Tone::good : Tone::bad};
}

}  // namespace

std::string group_table(const std::vector<api::GroupRow>& groups, const View& view) {
  Table table(
      {{"NAME", Column::left, 16}, {"TYPE", Column::left, 12}, {"MEMBERS", Column::right}, {"ID"}});
  for (const api::GroupRow& group : groups)
    table.row({group.display_name.empty() ? group.id : group.display_name,
               group.kind == "administrativeUnit" ? "admin. unit" : or_dash(group.type),
               group.members ? number(*group.members) : "-", group.id});
  return table.flush(view);
}

std::string member_table(const std::vector<api::UserRow>& users, const View& view) {
  Table table({{"USERPRINCIPALNAME", Column::left, 36}, {"NAME", Column::left, 12}, {"STATE"}});
  for (const api::UserRow& user : users)
    table.row({user.user_principal_name, user.display_name,
               std::string(user.account_enabled ? "enabled" : "blocked") +
                   (user.user_type == "Guest" ? ", guest" : "")});
  return table.flush(view);
}

std::string role_holder_table(const std::vector<api::RoleHolder>& holders, const View& view) {
  Table table({{"ROLE", Column::left, 16}, {"WHO", Column::left, 24}, {"HOW", Column::left, 12}});
  for (const api::RoleHolder& holder : holders)
    table.row({holder.role_name,
               name_of(holder.user_principal_name, holder.display_name, holder.user_id),
               holder.detail});
  return table.flush(view);
}

std::string event_table(const std::vector<api::LinkEvent>& events, bool of_roles,
                        const View& view) {
  std::vector<Column> columns{
      {"SNAPSHOT", Column::right}, {"TIME"}, {"CHANGE"}, {"WHO", Column::left, 20}};
  if (of_roles) columns.push_back({"ROLE", Column::left, 16});
  Table table(std::move(columns));
  for (const api::LinkEvent& event : events) {
    std::vector<Cell> cells{event.snapshot.str(), base::rfc3339(event.time), change_cell(event),
                            name_of(event.user_principal_name, event.display_name, event.user_id)};
    if (of_roles)
      cells.emplace_back(event.role_name + (event.detail.empty() || event.detail == "tenant"
                                                ? ""
                                                : " (" + event.detail + ")"));
    table.row(std::move(cells));
  }
  return table.flush(view);
}

}  // namespace entrad::ctl::render
