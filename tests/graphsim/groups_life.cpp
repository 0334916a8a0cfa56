// Groups that come and go: create, delete into the recycle bin, restore with their members. Facts:
// Microsoft's pages "Create group", "Delete group", "Restore deleted item": Microsoft 365 and
// security groups wait 30 days in the bin, whatever Exchange or Active Directory owns is not ours.
#include <algorithm>
#include <chrono>

#include "encoding.h"
#include "handlers.h"
#include "listing.h"
#include "user_rules.h"

namespace graphsim {
namespace {

constexpr const char* kRequired[] = {"displayName", "mailEnabled", "mailNickname",
                                     "securityEnabled"};
constexpr const char* kTaken[] = {"displayName",     "mailEnabled",       "mailNickname",
                                  "securityEnabled", "description",       "groupTypes",
                                  "visibility",      "isAssignableToRole"};
constexpr std::string_view kRestoresGroups = "Group.ReadWrite.All Directory.ReadWrite.All";

std::string now_text() { return iso_time(std::chrono::system_clock::now()); }

bool is_in(const Json& list, const char* word) {
  return list.is_array() && std::find(list.begin(), list.end(), word) != list.end();
}

void check_required(const Json& properties) {
  for (const char* name : kRequired)
    if (!properties.contains(name) || properties[name].is_null())
      bad_request("A value is required for property '" + std::string(name) +
                  "' of resource 'Group'.");
  for (const auto& [name, value] : properties.items())
    if (std::find(std::begin(kTaken), std::end(kTaken), name) == std::end(kTaken))
      bad_request("Invalid value specified for property '" + name + "' of resource 'Group'.");
}

GroupKind kind_of(const Call& call, const Json& properties) {
  if (is_in(properties.value("groupTypes", Json()), "Unified")) return GroupKind::kMicrosoft365;
  if (is_in(properties.value("groupTypes", Json()), "DynamicMembership"))
    bad_request("A membership rule is required for a dynamic group.");
  if (properties["mailEnabled"] == true)
    bad_request("Cannot Create a mail-enabled security groups and or distribution list.");
  if (properties.value("isAssignableToRole", Json()) != true) return GroupKind::kSecurity;
  if (!call.may("RoleManagement.ReadWrite.Directory")) denied();
  return GroupKind::kRoleAssignable;
}

void check_deletable(const Call& call, const Container& group) {
  switch (group.kind) {
    case GroupKind::kMailSecurity:
    case GroupKind::kDistribution:
      bad_request("Cannot Delete a mail-enabled security groups and or distribution list.");
    case GroupKind::kSynced:
      bad_request(kSyncedRefusal);
    case GroupKind::kRoleAssignable:
      if (!call.may("RoleManagement.ReadWrite.Directory")) denied();
      break;
    default:
      break;
  }
}

std::optional<ContainerIndex> deleted_group(const Call& call) {
  for (const ContainerIndex group : call.tenant.containers.deleted())
    if (same_text(call.tenant.containers.at(group).id(), call.args.at(0))) return group;
  return std::nullopt;
}

}  // namespace

Response create_group(Call& call) {
  Tenant& t = call.tenant;
  Json properties = call.body();
  const Json members = properties.value("members@odata.bind", Json());
  const Json owners = properties.value("owners@odata.bind", Json());
  std::erase_if(properties.get_ref<Json::object_t&>(),
                [](const auto& one) { return one.first.find('@') != std::string::npos; });
  check_required(properties);
  Container made;
  made.kind = kind_of(call, properties);
  made.document = blank_group_document();
  made.document.update(properties);
  made.document["id"] = t.fresh_guid().text();
  made.document["createdDateTime"] = made.document["renewedDateTime"] = now_text();
  const ContainerIndex group = t.containers.add(std::move(made));
  bind_first_links(call, group, members, owners);
  t.changes.group_life(group);
  t.audit.write("Add group", call.actor(), {t.target(t.containers.at(group))});
  return entity_answer(call, "groups", t.containers.at(group).document, kGroupShape, 201);
}

Response delete_group(Call& call) {
  Tenant& t = call.tenant;
  const ContainerIndex group = call.group();
  check_deletable(call, t.containers.at(group));
  t.audit.write("Delete group", call.actor(), {t.target(t.containers.at(group))});
  t.containers.move_to_bin(group, now_text());
  return no_content();
}

Response list_deleted_groups(Call& call) {
  std::vector<Json> out;
  for (const ContainerIndex group : call.tenant.containers.deleted())
    out.push_back(call.tenant.containers.at(group).document);
  return list_answer(call, "groups", out, kGroupShape);
}

std::optional<Response> deleted_group_answer(Call& call) {
  const auto group = deleted_group(call);
  if (!group) return std::nullopt;
  return entity_answer(call, "directoryObjects", call.tenant.containers.at(*group).document,
                       kGroupShape);
}

std::optional<Response> restored_group_answer(Call& call) {
  const auto group = deleted_group(call);
  if (!group) return std::nullopt;
  if (!call.may(kRestoresGroups)) denied();
  Tenant& t = call.tenant;
  t.containers.bring_back(*group);
  t.audit.write("Restore group", call.actor(), {t.target(t.containers.at(*group))});
  return entity_answer(call, "directoryObjects", t.containers.at(*group).document, kGroupShape);
}

}  // namespace graphsim
