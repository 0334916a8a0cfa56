// Rows about links between objects: groups, administrative units, roles, app roles.
#include "graph/answers/class_table.h"

namespace entrad::graph {
namespace {

constexpr std::string_view kRuleHint =
    "restore the attributes that the rule looks at, and wait for the rule: minutes to a day";
constexpr std::string_view kFreshHint =
    "fresh objects take seconds to minutes; it is tried again by itself for 15 minutes";
constexpr std::string_view kPimHint =
    "assign it for a shorter time in Privileged Identity Management, or change the role's settings "
    "there and restore with roles again";
constexpr std::string_view kPimRuleHint =
    "change the role's settings in Privileged Identity Management, or assign the role by hand";

// clang-format off
constexpr ClassRow kRows[] = {
    // Already so. A PATCH with several members is all or nothing: one that is there already means
    // that none was added, so only the single-link call counts as done. A removal that says 404
    // names the group's id, though it is the member that is missing.
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
    {0, "POST", "/roleManagement/", "RoleAssignmentDoesNotExist", "", Class::done, "", ""},
    {400, "POST", "", "", "permission being assigned already exists", Class::done, "", ""},
    {400, "POST", "/appRoleAssign", "", "entitlementgrant entry", Class::done, "", ""},

    // Fresh objects.
    {0, "", "", "", "source resource object or one of the objects being referenced do not exist",
     Class::replication, "one of the two objects is not known everywhere in the directory yet",
     kFreshHint},
    {0, "", "", "", "not a valid reference update", Class::replication,
     "the user is not known yet to the service that keeps app roles", kFreshHint},
    {0, "", "", "SubjectNotFound", "", Class::replication,
     "the user is not known yet to Privileged Identity Management", kFreshHint},

    // Privileged Identity Management.
    {0, "POST", "/roleManagement/", "PendingRoleAssignmentRequest", "", Class::concurrency,
     "a request for the same role is still open",
     "it is tried again by itself; if it stays, approve or cancel the open request in Privileged "
     "Identity Management"},
    {0, "POST", "/roleManagement/", "RoleAssignmentRequestPolicyValidationFailed", "expirationrule",
     Class::refused,
     "the role's settings do not allow an assignment for good, or for so long (ExpirationRule)",
     kPimHint},
    {0, "POST", "/roleManagement/", "RoleAssignmentRequestPolicyValidationFailed",
     "eligibilityrule", Class::refused,
     "the role's settings do not allow such an eligible assignment (EligibilityRule)",
     kPimRuleHint},
    {0, "POST", "/roleManagement/", "RoleAssignmentRequestPolicyValidationFailed", "ticketingrule",
     Class::refused, "the role's settings want the number of a ticket (TicketingRule)",
     kPimRuleHint},
    {0, "POST", "/roleManagement/", "RoleAssignmentRequestPolicyValidationFailed", "",
     Class::refused, "the role's settings do not allow the assignment", kPimRuleHint},

    // Groups and units that take no members from us.
    {400, "DELETE", "/owners/", "", "at least one owner", Class::impossible,
     "the user is the last owner, and a group has one at least",
     "make somebody else an owner of the group, then do this again"},
    {400, "POST", "/owners/$ref", "", "maximum number of owners", Class::impossible,
     "there are 100 owners already, which is the most that Microsoft Graph takes",
     "take one away, then restore with owned objects again"},
    {0, "", "", "", "mail-enabled security group", Class::impossible,
     "the group is a distribution list or a mail-enabled security group",
     "change its members in Exchange"},
    {0, "POST PATCH DELETE", "/groups/", "", "dynamic", Class::impossible,
     "the group is dynamic: its rule decides who is a member", kRuleHint},
    {0, "POST PATCH DELETE", "/administrativeUnits/", "", "dynamic", Class::impossible,
     "the administrative unit is dynamic: its rule decides who is a member", kRuleHint},
    {0, "POST PATCH DELETE", "/groups/", "", "users only", Class::impossible,
     "the group takes users only", "Microsoft 365 groups have no other members"},
    {0, "POST PATCH DELETE", "/groups/", "", "on-premises mastered", Class::impossible,
     "the group is synchronised from an on-premises directory",
     "change its members in the on-premises directory, which owns it"},
    {0, "POST", "/roleManagement/", "", "not assignable to a role", Class::impossible,
     "the group is not one that may hold a role",
     "that is decided when a group is made: make a role-assignable one, and give that the role"},
    {400, "PATCH", "/groups/", "", "more than 20 link changes", Class::refused,
     "one write may change 20 links only, owners included",
     "this is a mistake in entrad: please report it with the details"},
    {404, "POST", "/roleManagement/", "", "", Class::absent,
     "the role, or who is to hold it, is not in the directory",
     "a user made just now is tried again by itself; a custom role that was deleted has to be made "
     "again first"},
    {404, "POST PATCH", "/groups/", "", "", Class::absent,
     "the group, or one of the members, is not in the directory",
     "one made just now is tried again by itself; a deleted group has to be restored first"},
};
// clang-format on

}  // namespace

std::span<const ClassRow> link_rows() { return kRows; }

}  // namespace entrad::graph
