#include "graph/class_table.h"

namespace entrad::graph {
namespace {

constexpr std::string_view kAdminTarget =
    "the app registration may not change users who hold an admin role, or lacks a permission";
constexpr std::string_view kAdminHint =
    "give its service principal the directory role Privileged Authentication Administrator, or do "
    "it by hand; \"entractl tenants check\" lists missing permissions";
constexpr std::string_view kExchangeHint = "change its members in Exchange";
constexpr std::string_view kSyncedHint = "change it in the on-premises directory, which owns it";

// clang-format off
constexpr ClassRow kTable[] = {
    // Already so. A PATCH with several members is all or nothing: one that is there already means
    // that none was added, so only the single-link call counts as done.
    {400, "POST", "/$ref", "", "added object references already exist", Class::done, "", ""},
    {400, "PATCH", "", "", "added object references already exist", Class::refused,
     "one of the members is in the group already, so none of them was added",
     "they are added one by one"},
    {400, "DELETE", "", "", "removed object references do not exist", Class::done, "", ""},
    {404, "DELETE", "/$ref", "", "", Class::done, "", ""},
    {0, "POST", "/roleManagement/directory/roleAssignments", "",
     "a conflicting object with one or more of the specified property values is present",
     Class::done, "", ""},
    {0, "POST", "/roleManagement/", "RoleAssignmentExists", "", Class::done, "", ""},
    {400, "POST", "", "", "permission being assigned already exists", Class::done, "", ""},

    // Something else holds the value.
    {0, "", "", "ObjectConflict", "", Class::conflict, "another object holds the same value", ""},
    {400, "", "", "", "another object with the same value for property", Class::conflict, "", ""},
    {0, "", "", "Request_MultipleObjectsWithSameKeyValue", "", Class::conflict,
     "several objects share the name", "name the object by its id"},
    {0, "", "/deletedItems/", "", "same value for property", Class::conflict,
     "another object has taken over a value of the deleted user",
     "rename the object that holds it, or restore as a new user"},
    {400, "", "", "", "conflicting object", Class::conflict, "", ""},

    // Fresh objects.
    {0, "", "", "", "source resource object or one of the objects being referenced do not exist",
     Class::replication, "", ""},
    {0, "", "", "", "not a valid reference update", Class::replication, "", ""},
    {0, "", "", "SubjectNotFound", "", Class::replication, "", ""},
    {0, "", "", "", "unable to read the company information from the directory",
     Class::replication, "", ""},

    // Two writes at once.
    {0, "", "", "Directory_ConcurrencyViolation", "", Class::concurrency, "", ""},
    {0, "", "", "", "concurrent requests being made", Class::concurrency, "", ""},

    // Never.
    {0, "", "", "", "on-premises mastered", Class::impossible,
     "the object is synchronised from an on-premises directory", kSyncedHint},
    {0, "", "", "", "originated within an external service", Class::impossible,
     "the value is owned by another service, mostly Exchange", "change it there"},
    {0, "", "", "", "mail-enabled security group", Class::impossible,
     "the group is a distribution list or a mail-enabled security group", kExchangeHint},
    {0, "POST PATCH DELETE", "/groups/", "", "dynamic", Class::impossible,
     "the group is dynamic: its rule decides who is a member",
     "restore the attributes that the rule looks at, and wait for the rule"},
    {0, "POST PATCH DELETE", "/administrativeUnits/", "", "dynamic", Class::impossible,
     "the administrative unit is dynamic: its rule decides who is a member",
     "restore the attributes that the rule looks at, and wait for the rule"},
    {0, "POST PATCH DELETE", "/groups/", "", "users only", Class::impossible,
     "the group takes users only", ""},
    {403, "", "", "", "restricted management", Class::impossible,
     "the object is in a restricted management administrative unit",
     "give the app registration a role in that unit, or do it by hand"},
    {0, "POST", "/roleManagement/", "", "not assignable to a role", Class::impossible,
     "the group is not one that may hold a role", ""},
    {403, "", "", "Directory_QuotaExceeded", "", Class::refused,
     "the directory is full: no more objects may be created",
     "ask Microsoft for a higher quota, or purge deleted objects"},

    // Permission, by what was tried.
    {403, "", "", "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "", Class::permission,
     "the tenant lacks the Entra ID P1 licence that this needs",
     "leave the section out, or license the tenant"},
    {403, "GET", "", "", "", Class::permission,
     "the app registration lacks a read permission",
     "run \"entractl tenants check\": it names the permission"},
    {403, "PATCH DELETE PUT", "/users/", "", "", Class::permission, kAdminTarget, kAdminHint},
    {403, "POST", "/authentication/", "", "", Class::permission, kAdminTarget, kAdminHint},
    {403, "POST", "/deletedItems/", "", "", Class::permission, kAdminTarget, kAdminHint},
    {403, "POST PATCH DELETE", "/groups/", "", "", Class::permission,
     "the app registration may not change the members of this group",
     "grant GroupMember.ReadWrite.All, and RoleManagement.ReadWrite.Directory for groups that may "
     "hold a role"},
    {403, "POST DELETE", "/roleManagement/", "", "", Class::permission,
     "the app registration may not assign admin roles", "grant RoleManagement.ReadWrite.Directory"},
    {403, "POST DELETE", "/administrativeUnits/", "", "", Class::permission,
     "the app registration may not change administrative units",
     "grant AdministrativeUnit.ReadWrite.All"},

    // Refusals that can be said better than Graph says them.
    {400, "POST PATCH", "/users", "", "domain portion of the userprincipalname", Class::refused,
     "the domain of the user name is not a verified domain of the tenant",
     "add and verify the domain, or restore with another domain"},
    {400, "POST", "/assignLicense", "", "invalid usage location", Class::refused,
     "the user needs a usage location before a licence", "restore the object first"},
    {400, "PATCH", "/groups/", "", "more than 20 link changes", Class::refused,
     "one write may change 20 links only", ""},
    {410, "", "", "", "", Class::refused, "what was asked for is gone for good",
     "start the backup again"},
    {412, "", "", "", "", Class::refused, "the object was changed meanwhile", "try again"},
};
// clang-format on

}  // namespace

std::span<const ClassRow> class_table() { return kTable; }

}  // namespace entrad::graph
