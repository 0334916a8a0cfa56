// Generates everything of a tenant that is stored rather than computed. Parts: groups of each kind,
// administrative units, memberships with a long tail, roles.
#include <algorithm>

#include "encoding.h"
#include "random.h"
#include "tenant.h"
#include "user_links.h"

namespace graphsim {
namespace {

using Json = nlohmann::json;

enum Purpose : std::uint64_t {
  kGroupId = 700,
  kGroupName,
  kOwner,
  kLinkCount,
  kLink,
  kUnit,
  kRole
};

constexpr std::uint32_t kRoleAssignableGroups = 3;
constexpr std::uint32_t kUnits = 8;

constexpr std::string_view kTopics[] = {"Project", "Team",   "Výbor",  "Reading circle", "倉庫",
                                        "Fleet",   "Budget", "Печать", "Release",        "Canteen"};

Json blank_group(const Tenant& t, std::uint32_t index) {
  Json doc = blank_group_document();
  doc["id"] = derived_guid(t.origins.seed, index, kGroupId).text();
  doc["createdDateTime"] = past_moment(draw(t.origins.seed, index, kGroupName));
  doc["renewedDateTime"] = doc["createdDateTime"];
  doc["securityIdentifier"] =
      "S-1-12-1-" + std::to_string(draw(t.origins.seed, index, kGroupId) % 4000000000ULL);
  doc["securityEnabled"] = true;
  return doc;
}

void enable_mail(Json& doc, const Tenant& t) {
  doc["mailEnabled"] = true;
  doc["mail"] = doc["mailNickname"].get<std::string>() + "@" + t.origins.custom_domain;
  doc["proxyAddresses"] = Json::array({"SMTP:" + doc["mail"].get<std::string>()});
}

void make_dynamic(Container& c, std::uint32_t which) {
  c.rule_department = departments()[which % departments().size()];
  c.document["displayName"] = "All of " + c.rule_department;
  c.document["groupTypes"] = Json::array({"DynamicMembership"});
  c.document["membershipRule"] = "(user.department -eq \"" + c.rule_department + "\")";
  c.document["membershipRuleProcessingState"] = "On";
}

void make_synced(Json& doc, const Tenant& t) {
  doc["onPremisesSyncEnabled"] = true;
  doc["onPremisesDomainName"] = "corp." + t.origins.custom_domain;
  doc["onPremisesNetBiosName"] = "CORP";
  doc["onPremisesSamAccountName"] = doc["mailNickname"];
  doc["onPremisesLastSyncDateTime"] = doc["createdDateTime"];
}

void dress(Container& c, const Tenant& t, std::uint32_t index) {
  Json& doc = c.document;
  switch (c.kind) {
    case GroupKind::kMicrosoft365:
      doc["groupTypes"] = Json::array({"Unified"});
      doc["securityEnabled"] = false;
      doc["visibility"] = index % 40 == 7 ? "HiddenMembership" : "Private";
      enable_mail(doc, t);
      break;
    case GroupKind::kDynamic:
      make_dynamic(c, index - kRoleAssignableGroups);
      break;
    case GroupKind::kMailSecurity:
      enable_mail(doc, t);
      break;
    case GroupKind::kDistribution:
      enable_mail(doc, t);
      doc["securityEnabled"] = false;
      break;
    case GroupKind::kSynced:
      make_synced(doc, t);
      break;
    case GroupKind::kRoleAssignable:
      doc["isAssignableToRole"] = true;
      doc["visibility"] = "Private";
      break;
    case GroupKind::kSecurity:
    case GroupKind::kUnit:
      break;
  }
}

GroupKind kind_of(std::uint32_t index, std::uint32_t count) {
  if (index < kRoleAssignableGroups) return GroupKind::kRoleAssignable;
  const auto dynamic = std::min<std::uint32_t>(12, count / 6 + 1);
  if (index < kRoleAssignableGroups + dynamic) return GroupKind::kDynamic;
  switch (index % 12) {
    case 0:
      return GroupKind::kSynced;
    case 1:
      return GroupKind::kMailSecurity;
    case 2:
      return GroupKind::kDistribution;
    case 3:
    case 5:
    case 7:
    case 9:
      return GroupKind::kMicrosoft365;
    default:
      return GroupKind::kSecurity;
  }
}

std::vector<UserIndex> drawn_owners(const Tenant& t, GroupKind kind, std::uint32_t index) {
  const UserIndex users = t.options.users;
  if (users == 0 || kind == GroupKind::kSynced) return {};
  if (kind == GroupKind::kRoleAssignable) return {0};
  std::vector<UserIndex> out;
  const std::uint64_t count = 1 + index % 2;
  for (std::uint64_t k = 0; k < count; ++k) {
    const auto owner = static_cast<UserIndex>(draw(t.origins.seed, index, kOwner + k) % users);
    if (Person(t.origins, owner).guest) continue;
    if (std::find(out.begin(), out.end(), owner) == out.end()) out.push_back(owner);
  }
  std::sort(out.begin(), out.end());
  return out;
}

void add_groups(Tenant& t, std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) {
    Container c;
    c.kind = kind_of(i, count);
    c.document = blank_group(t, i);
    const std::uint64_t bits = draw(t.origins.seed, i, kGroupName);
    const std::string topic(kTopics[bits % std::size(kTopics)]);
    c.document["displayName"] = c.kind == GroupKind::kRoleAssignable
                                    ? "Role group " + std::to_string(i)
                                    : topic + " " + std::to_string(bits / 16 % (count * 4 + 1));
    c.document["mailNickname"] = "group" + std::to_string(i);
    if (bits % 3 != 0)
      c.document["description"] = "Made for " + topic + ", č. " + std::to_string(i);
    dress(c, t, i);
    c.owners = drawn_owners(t, c.kind, i);
    t.containers.add(std::move(c));
  }
}

void add_units(Tenant& t) {
  static constexpr std::string_view kNames[] = {"Praha", "Kraków", "Montréal", "São Paulo",
                                                "東京",  "Αθήνα",  "Spokane",  "القاهرة"};
  for (std::uint32_t i = 0; i < kUnits; ++i) {
    Container c;
    c.kind = GroupKind::kUnit;
    c.document = {
        {"id", derived_guid(t.origins.seed, i, kUnit).text()},
        {"deletedDateTime", nullptr},
        {"displayName", "Unit " + std::string(kNames[i])},
        {"description", i % 2 == 0 ? Json("Site " + std::string(kNames[i])) : Json(nullptr)},
        {"visibility", i == 7 ? Json("HiddenMembership") : Json(nullptr)},
        {"membershipType", nullptr},
        {"membershipRule", nullptr},
        {"membershipRuleProcessingState", nullptr},
        {"isMemberManagementRestricted", false}};
    t.containers.add(std::move(c));
  }
}

// Group sizes fall off with rank: cubing a uniform draw makes rank r about r^(-2/3) as likely.
void link_user(Tenant& t, const Person& p, const std::vector<ContainerIndex>& ranked) {
  const std::uint64_t links = p.guest ? 2 : 6 + p.roll(kLinkCount) % 11;
  for (std::uint64_t k = 0; k < links && !ranked.empty(); ++k) {
    const double u = unit(p.roll(kLink + 1000 * k));
    t.containers.link(
        ranked[static_cast<std::size_t>(u * u * u * static_cast<double>(ranked.size()))], p.index);
  }
  if (p.admin && p.index % 500 == 100) t.containers.link(1, p.index);
  const std::uint64_t unit_roll = p.roll(kUnit);
  if (unit_roll % 100 < 35) {
    const auto first = static_cast<ContainerIndex>(t.containers.all().size() - kUnits);
    t.containers.link(first + static_cast<ContainerIndex>(unit_roll / 100 % kUnits), p.index);
  }
}

void add_links(Tenant& t, std::uint32_t groups) {
  std::vector<ContainerIndex> ranked;
  for (std::uint32_t i = 0; i < groups; ++i) {
    const Container& c = t.containers.at(i);
    if (!c.is_dynamic() && c.kind != GroupKind::kRoleAssignable) ranked.push_back(i);
  }
  std::sort(ranked.begin(), ranked.end(), [&](ContainerIndex a, ContainerIndex b) {
    return draw(t.origins.seed, a, kLink) < draw(t.origins.seed, b, kLink);
  });
  for (UserIndex i = 0; i < t.options.users; ++i) link_user(t, Person(t.origins, i), ranked);
  for (std::uint32_t i = 0; i + 1 < groups; ++i) {
    const auto plain = [&](std::uint32_t g) {
      return t.containers.at(g).kind == GroupKind::kSecurity;
    };
    if (plain(i) && i % 5 == 0) {
      std::uint32_t child = i + 1;
      while (child < groups && !plain(child)) ++child;
      if (child < groups) t.containers.nest(i, child);
    }
  }
}

void add_roles(Tenant& t, std::uint32_t groups) {
  const auto& definitions = t.roles.definitions();
  const auto unit_scope = [&](std::uint64_t bits) {
    const auto at = t.containers.all().size() - kUnits + bits % kUnits;
    return "/administrativeUnits/" + t.containers.at(static_cast<ContainerIndex>(at)).id();
  };
  for (UserIndex i = 0; i < t.options.users; ++i) {
    if (i != 1 && i % 100 != 0) continue;
    const std::string id = t.users.id(i);
    if (i == 0) t.roles.assign(std::string(kGlobalAdministrator), id, "/");
    const std::uint64_t bits = draw(t.origins.seed, i, kRole);
    const RoleDefinition& role = definitions[3 + bits % (definitions.size() - 3)];
    t.roles.assign(role.id, id, bits / 100 % 4 == 0 ? unit_scope(bits / 1000) : "/");
    const std::uint64_t more = 1 + bits / 10000 % 4;  // people collect roles over the years
    for (std::uint64_t k = 1; k <= more; ++k) {
      const RoleDefinition& other = definitions[3 + (bits + 5 * k) % (definitions.size() - 3)];
      t.roles.assign(other.id, id, "/");
    }
  }
  for (std::uint32_t g = 0; g < std::min(groups, kRoleAssignableGroups); ++g)
    t.roles.assign(definitions[10 + g].id, t.containers.at(g).id(), "/");
  const App& restore = *t.app("restore");
  t.set_directory_roles(restore, {std::string(kPrivilegedAuthenticationAdministrator),
                                  std::string(kUserAdministrator)});
}

// The first users look after an enterprise application.
void add_owners(Tenant& t) {
  if (t.options.users < 3) return;
  t.extras.set_owners(t.service_principals[0].id, {2});
  t.extras.set_owners(application_id(t.service_principals[0]), {1, 2});
}

}  // namespace

void populate(Tenant& t) {
  const std::uint32_t groups =
      t.options.groups.value_or(std::min<std::uint32_t>(40 + t.options.users / 20, 20000));
  add_groups(t, groups);
  add_units(t);
  add_links(t, groups);
  add_roles(t, groups);
  add_owners(t);
}

}  // namespace graphsim
