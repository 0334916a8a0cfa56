// What answers about groups, administrative units, roles and app roles mean.
#include "answer_case.h"

namespace entrad::graph {
namespace {

using test::AnswerCase;
using test::kBad;
using test::kNotFound;

class LinkAnswers : public testing::TestWithParam<AnswerCase> {};
TEST_P(LinkAnswers, MeanWhatTheTableSays) { test::expect_meaning(GetParam()); }

constexpr const char* kMembers = "/groups/g/members/$ref";
constexpr const char* kMember = "/groups/g/members/u/$ref";
constexpr const char* kRoles = "/roleManagement/directory/roleAssignments";
constexpr const char* kPim = "/roleManagement/directory/roleEligibilityScheduleRequests";
constexpr const char* kAppRoles = "/servicePrincipals/s/appRoleAssignedTo";

constexpr const char* kAlready =
    "One or more added object references already exist for the following modified properties: "
    "'members'.";
constexpr const char* kNotYet =
    "The source resource object or one of the objects being referenced do not exist.";
constexpr const char* kGone =
    "Resource 'g' does not exist or one of its queried reference-property objects are not "
    "present.";
constexpr const char* kExchange =
    "Cannot Update a mail-enabled security groups and or distribution list.";
constexpr const char* kDynamic =
    "Insufficient privileges or unsupported operation: the members of a group with dynamic "
    "membership cannot be changed.";

constexpr const char* kOfTwo =
    "one of the two objects is not known everywhere in the directory yet";
constexpr const char* kFresh =
    "fresh objects take seconds to minutes; it is tried again by itself for 15 minutes";
constexpr const char* kRule =
    "restore the attributes that the rule looks at, and wait for the rule: minutes to a day";
constexpr const char* kPimHint =
    "assign it for a shorter time in Privileged Identity Management, or change the role's settings "
    "there and restore with roles again";
constexpr const char* kPimRuleHint =
    "change the role's settings in Privileged Identity Management, or assign the role by hand";
constexpr const char* kPolicy = "RoleAssignmentRequestPolicyValidationFailed";

INSTANTIATE_TEST_SUITE_P(
    AlreadySo, LinkAnswers,
    testing::Values(
        AnswerCase{"a_member_already", "POST", kMembers, 400, kBad, kAlready, Class::done},
        AnswerCase{"one_of_twenty_is_a_member_already", "PATCH", "/groups/g", 400, kBad, kAlready,
                   Class::refused,
                   "one of the members is in the group already, so none of them was added",
                   "they are added one by one"},
        AnswerCase{"in_the_unit_already", "POST", "/directory/administrativeUnits/a/members/$ref",
                   400, kBad, kAlready, Class::done},
        AnswerCase{"not_a_member_any_more", "DELETE", kMember, 404, kNotFound, kGone, Class::done},
        AnswerCase{"not_a_member_any_more_as_400", "DELETE", kMember, 400, kBad,
                   "One or more removed object references do not exist for the following modified "
                   "properties: 'members'.",
                   Class::done},
        AnswerCase{"a_role_held_already", "POST", kRoles, 400, kBad,
                   "A conflicting object with one or more of the specified property values is "
                   "present in the directory.",
                   Class::done},
        AnswerCase{"an_eligible_role_held_already", "POST", kPim, 400, "RoleAssignmentExists",
                   "The Role assignment already exists.", Class::done},
        AnswerCase{"an_eligible_role_not_held_any_more", "POST", kPim, 400,
                   "RoleAssignmentDoesNotExist", "The Role assignment does not exist.",
                   Class::done},
        AnswerCase{"an_app_role_held_already", "POST", kAppRoles, 400, kBad,
                   "Permission being assigned already exists on the object", Class::done},
        AnswerCase{"an_app_role_held_already_in_other_words", "POST", kAppRoles, 400, kBad,
                   "EntitlementGrant entry already exists.", Class::done}),
    test::case_name);

INSTANTIATE_TEST_SUITE_P(
    Fresh, LinkAnswers,
    testing::Values(
        AnswerCase{"a_fresh_user_as_member", "POST", kMembers, 400, kBad, kNotYet,
                   Class::replication, kOfTwo, kFresh},
        AnswerCase{"a_fresh_user_as_member_as_404", "POST", kMembers, 404, kNotFound, kNotYet,
                   Class::replication, kOfTwo, kFresh},
        AnswerCase{"a_fresh_user_among_twenty", "PATCH", "/groups/g", 400, kBad, kNotYet,
                   Class::replication, kOfTwo, kFresh},
        AnswerCase{"a_fresh_user_for_an_app_role", "POST", kAppRoles, 400, kBad,
                   "Not a valid reference update.", Class::replication,
                   "the user is not known yet to the service that keeps app roles", kFresh},
        AnswerCase{"a_fresh_user_for_a_role", "POST", kPim, 404, "SubjectNotFound",
                   "The subject is not found.", Class::replication,
                   "the user is not known yet to Privileged Identity Management", kFresh},
        AnswerCase{"a_group_or_member_that_is_not_there", "POST", kMembers, 404, kNotFound, kGone,
                   Class::absent, "the group, or one of the members, is not in the directory",
                   "one made just now is tried again by itself; a deleted group has to be restored "
                   "first"},
        AnswerCase{"a_role_that_is_not_there", "POST", kRoles, 404, kNotFound,
                   "The role definition does not exist.", Class::absent,
                   "the role, or who is to hold it, is not in the directory",
                   "a user made just now is tried again by itself; a custom role that was deleted "
                   "has to be made again first"}),
    test::case_name);

INSTANTIATE_TEST_SUITE_P(
    JustInTime, LinkAnswers,
    testing::Values(
        AnswerCase{"permanent_roles_are_not_allowed", "POST", kPim, 400, kPolicy,
                   "The following policy rules failed: [\"ExpirationRule\"]", Class::refused,
                   "the role's settings do not allow an assignment for good, or for so long "
                   "(ExpirationRule)",
                   kPimHint},
        AnswerCase{"another_rule_of_the_role", "POST", kPim, 400, kPolicy,
                   "The following policy rules failed: [\"EligibilityRule\"]", Class::refused,
                   "the role's settings do not allow such an eligible assignment (EligibilityRule)",
                   kPimRuleHint},
        AnswerCase{"a_ticket_is_wanted", "POST", kPim, 400, kPolicy,
                   "The following policy rules failed: [\"TicketingRule\"]", Class::refused,
                   "the role's settings want the number of a ticket (TicketingRule)", kPimRuleHint},
        AnswerCase{"a_rule_that_nobody_knows", "POST", kPim, 400, kPolicy,
                   "The following policy rules failed: [\"OtherRule\"]", Class::refused,
                   "the role's settings do not allow the assignment", kPimRuleHint},
        AnswerCase{"the_same_request_is_open", "POST", kPim, 400, "PendingRoleAssignmentRequest",
                   "There is already an existing pending Role assignment request.",
                   Class::concurrency, "a request for the same role is still open",
                   "it is tried again by itself; if it stays, approve or cancel the open request "
                   "in Privileged Identity Management"}),
    test::case_name);

INSTANTIATE_TEST_SUITE_P(
    Impossible, LinkAnswers,
    testing::Values(
        AnswerCase{"a_distribution_list", "POST", kMembers, 400, kBad, kExchange, Class::impossible,
                   "the group is a distribution list or a mail-enabled security group",
                   "change its members in Exchange"},
        AnswerCase{"a_dynamic_group", "POST", kMembers, 400, kBad, kDynamic, Class::impossible,
                   "the group is dynamic: its rule decides who is a member", kRule},
        AnswerCase{"a_dynamic_group_as_403", "PATCH", "/groups/g", 403, test::kDenied, kDynamic,
                   Class::impossible, "the group is dynamic: its rule decides who is a member",
                   kRule},
        AnswerCase{"a_dynamic_unit", "POST", "/directory/administrativeUnits/a/members/$ref", 400,
                   kBad, "The members of a dynamic administrative unit cannot be changed.",
                   Class::impossible,
                   "the administrative unit is dynamic: its rule decides who is a member", kRule},
        AnswerCase{"a_group_for_users", "POST", kMembers, 400, kBad,
                   "Invalid object type: this group accepts users only.", Class::impossible,
                   "the group takes users only", "Microsoft 365 groups have no other members"},
        AnswerCase{"a_synced_group", "POST", kMembers, 400, kBad,
                   "Unable to update the specified properties for on-premises mastered Directory "
                   "Sync objects or objects currently undergoing migration.",
                   Class::impossible, "the group is synchronised from an on-premises directory",
                   "change its members in the on-premises directory, which owns it"},
        AnswerCase{"a_group_that_may_hold_no_role", "POST", kRoles, 400, kBad,
                   "The group is not assignable to a role.", Class::impossible,
                   "the group is not one that may hold a role",
                   "that is decided when a group is made: make a role-assignable one, and give "
                   "that the role"},
        AnswerCase{"the_last_owner", "DELETE", "/groups/g/owners/u/$ref", 400, kBad,
                   "The group must have at least one owner, hence this owner cannot be removed.",
                   Class::impossible, "the user is the last owner, and a group has one at least",
                   "make somebody else an owner of the group, then do this again"},
        AnswerCase{"a_hundred_and_first_owner", "POST", "/applications/a/owners/$ref", 400, kBad,
                   "The object already has the maximum number of owners (100).", Class::impossible,
                   "there are 100 owners already, which is the most that Microsoft Graph takes",
                   "take one away, then restore with owned objects again"},
        AnswerCase{"more_than_twenty_links", "PATCH", "/groups/g", 400, kBad,
                   "A resource cannot contain more than 20 link changes.", Class::refused,
                   "one write may change 20 links only, owners included", test::kReport}),
    test::case_name);

}  // namespace
}  // namespace entrad::graph
