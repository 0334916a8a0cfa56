// What answers about users, guests, sign-in methods and licences mean.
#include "answer_case.h"

namespace entrad::graph {
namespace {

using test::AnswerCase;
using test::kBad;
using test::kNotFound;

class ObjectAnswers : public testing::TestWithParam<AnswerCase> {};
TEST_P(ObjectAnswers, MeanWhatTheTableSays) { test::expect_meaning(GetParam()); }

constexpr const char* kUser = "/users/u";
constexpr const char* kRestore = "/directory/deletedItems/u/restore";
constexpr const char* kPhones = "/users/u/authentication/phoneMethods";
constexpr const char* kLicences = "/users/u/assignLicense";

constexpr const char* kSynced =
    "Unable to update the specified properties for on-premises mastered Directory Sync objects or "
    "objects currently undergoing migration.";
constexpr const char* kSameName =
    "Another object with the same value for property userPrincipalName already exists.";
constexpr const char* kFind =
    "find the object that holds it, then rename or delete that one, or restore as a new user";
constexpr const char* kBusy = "somebody else was changing the same object";
constexpr const char* kBusyHint =
    "it is tried again by itself; if it stays, stop other programs that write to the tenant";
constexpr const char* kAbsent = "the object is not in the directory";
constexpr const char* kAbsentHint =
    "it was deleted, or was made so recently that not every server of the directory knows it";
constexpr const char* kPhoneHint =
    "write it as + country code, one space and the number, with x before an extension, for example "
    "+1 5555551234x123; then add it by hand";
constexpr const char* kSeats = "no seats of the licence are left";
constexpr const char* kSeatsHint = "free seats or buy some, then restore the licences again";

INSTANTIATE_TEST_SUITE_P(
    Values, ObjectAnswers,
    testing::Values(
        AnswerCase{"the_name_is_taken", "POST", "/users", 400, kBad, kSameName, Class::conflict,
                   "another object holds the same value", kFind},
        AnswerCase{"the_name_of_a_deleted_user_is_taken", "POST", kRestore, 400, kBad, kSameName,
                   Class::conflict, "another object has taken over a value of the deleted user",
                   "rename or delete the object that holds it, or restore as a new user with "
                   "another name"},
        AnswerCase{"several_of_that_name", "GET", "/groups/x", 400,
                   "Request_MultipleObjectsWithSameKeyValue",
                   "More than one object matches the key value.", Class::conflict,
                   "several objects share the name", "name the object by its id"},
        AnswerCase{"an_unverified_domain", "POST", "/users", 400, kBad,
                   "The domain portion of the userPrincipalName property is invalid. You must use "
                   "one of the verified domain names in your organization.",
                   Class::refused,
                   "the domain of the user name is not a verified domain of the tenant",
                   "add and verify the domain, or restore with another domain"},
        AnswerCase{"some_value_of_a_new_user", "POST", "/users", 400, kBad,
                   "One or more property values specified are invalid.", Class::refused,
                   "one of the user's values is not accepted, and Graph does not say which",
                   "look at the user name's domain first: one that was verified just now is not "
                   "known everywhere for some minutes; then restore again"},
        AnswerCase{"a_phone_number", "POST", kPhones, 400, "invalidPhoneNumber",
                   "The number is not valid.", Class::refused,
                   "the phone number is not in a form that Graph takes", kPhoneHint},
        AnswerCase{"a_phone_number_told_by_its_text", "PATCH", kPhones, 400, "badRequest",
                   "The phone number is not in the format +<country code> <number>x<extension>.",
                   Class::refused, "the phone number is not in a form that Graph takes",
                   kPhoneHint},
        AnswerCase{"anything_else", "PATCH", kUser, 400, kBad,
                   "Invalid value specified for jobTitle.", Class::refused,
                   "Microsoft Graph refused the request: Invalid value specified for jobTitle",
                   "Graph's own words are in the details"}),
    test::case_name);

INSTANTIATE_TEST_SUITE_P(
    State, ObjectAnswers,
    testing::Values(
        AnswerCase{"two_writes_at_once", "PATCH", kUser, 409, "Directory_ConcurrencyViolation",
                   "Error due to concurrent requests being made to the tenant.", Class::concurrency,
                   kBusy, kBusyHint},
        AnswerCase{"two_writes_at_once_as_400", "PATCH", kUser, 400,
                   "Directory_ConcurrencyViolation", "", Class::concurrency, kBusy, kBusyHint},
        AnswerCase{"two_writes_at_once_told_by_the_text", "PATCH", "/groups/g", 400, kBad,
                   "Error due to concurrent requests being made to the tenant.", Class::concurrency,
                   kBusy, kBusyHint},
        AnswerCase{"a_conflict_without_a_reason", "POST", kLicences, 409, "Conflict", "",
                   Class::concurrency, kBusy, kBusyHint},
        AnswerCase{"locked", "PATCH", kUser, 423, "Locked", "The resource is locked.",
                   Class::concurrency, "the object is locked",
                   "it is tried again by itself; if it stays, see who works on the object in the "
                   "portal"},
        AnswerCase{"an_absent_user", "GET", kUser, 404, kNotFound,
                   "Resource 'u' does not exist or one of its queried reference-property objects "
                   "are not present.",
                   Class::absent, kAbsent, kAbsentHint},
        AnswerCase{"a_user_created_just_now_by_name", "GET", "/users/a%40aurora.example", 404,
                   kNotFound, "Resource 'a@aurora.example' does not exist.", Class::absent, kAbsent,
                   kAbsentHint},
        AnswerCase{"a_write_to_a_user_created_just_now", "PATCH", kUser, 404,
                   "Directory_ObjectNotFound", "Unable to find the object.", Class::absent, kAbsent,
                   kAbsentHint},
        AnswerCase{"a_guest_invited_just_now", "PATCH", kUser, 404, "Directory_ObjectNotFound",
                   "Unable to read the company information from the directory.", Class::replication,
                   "the guest is not known everywhere in the directory yet",
                   "fresh objects take seconds to minutes; it is tried again by itself"},
        AnswerCase{"a_guest_with_another_address", "POST", "/invitations", 400, "BadRequest",
                   "The invited user's email address doesn't match any emails on the user object.",
                   Class::conflict, "the guest is known by another mail address",
                   "invite the guest by hand with the address that its user object has"},
        AnswerCase{"changed_meanwhile", "PATCH", kUser, 412, "PreconditionFailed", "",
                   Class::refused, "the object was changed meanwhile",
                   "start it again: it looks at the object anew"},
        AnswerCase{"the_directory_is_full", "POST", "/users", 403, "Directory_QuotaExceeded",
                   "The directory object quota limit for the Tenant has been exceeded.",
                   Class::refused, "the directory is full: no more objects may be created",
                   "purge deleted objects, verify a domain (50,000 objects without, 300,000 with "
                   "one), or ask Microsoft for more"}),
    test::case_name);

INSTANTIATE_TEST_SUITE_P(
    OwnedElsewhere, ObjectAnswers,
    testing::Values(
        AnswerCase{"a_synced_user", "PATCH", kUser, 400, kBad, kSynced, Class::impossible,
                   "the user is synchronised from an on-premises directory, or was until lately",
                   "change it in the on-premises directory, which owns it"},
        AnswerCase{"an_attribute_of_exchange", "PATCH", kUser, 400, kBad,
                   "Unable to update the specified properties for objects that have originated "
                   "within an external service.",
                   Class::impossible, "the value is owned by another service, mostly Exchange",
                   "change it there"},
        AnswerCase{"a_user_under_restricted_management", "PATCH", kUser, 403, test::kDenied,
                   "The object is a member of a restricted management administrative unit.",
                   Class::impossible,
                   "the object is in a restricted management administrative unit",
                   "give the app registration a role in that unit, or do it by hand"}),
    test::case_name);

INSTANTIATE_TEST_SUITE_P(
    Licences, ObjectAnswers,
    testing::Values(
        AnswerCase{"before_the_usage_location", "POST", kLicences, 400, kBad,
                   "License assignment cannot be done for user with invalid usage location.",
                   Class::refused, "the user needs a usage location before a licence",
                   "restore the object first"},
        AnswerCase{"not_in_that_country", "POST", kLicences, 400, kBad,
                   "ProhibitedInUsageLocationViolation", Class::refused,
                   "the licence may not be used where the user is",
                   "correct the user's usage location"},
        AnswerCase{"no_seats", "POST", kLicences, 400, kBad, "CountViolation", Class::refused,
                   kSeats, kSeatsHint},
        AnswerCase{"no_seats_in_other_words", "POST", kLicences, 400, kBad,
                   "Subscription with SKU x does not have any available licenses.", Class::refused,
                   kSeats, kSeatsHint},
        AnswerCase{"two_that_exclude_each_other", "POST", kLicences, 400, kBad,
                   "MutuallyExclusiveViolation", Class::refused,
                   "the licence does not go with another one that the user has",
                   "take the other licence away, or leave this one out"},
        AnswerCase{"one_that_needs_another", "POST", kLicences, 400, kBad, "DependencyViolation",
                   Class::refused, "the licence needs another one that the user does not have",
                   "assign the other licence first"},
        AnswerCase{"the_same_service_twice", "POST", kLicences, 400, kBad, "UniquenessViolation",
                   Class::refused, "the user has this service already by another licence",
                   "take the other licence away, or leave this one out"},
        AnswerCase{"other", "POST", kLicences, 400, kBad, "Other", Class::refused,
                   "Microsoft Graph refused the request: Other",
                   "Graph's own words are in the details"},
        AnswerCase{"others", "POST", kLicences, 400, kBad, "Others", Class::refused,
                   "Microsoft Graph refused the request: Others",
                   "Graph's own words are in the details"}),
    test::case_name);

TEST(Conflict, NamesTheProperty) {
  const nlohmann::json details = {
      {{"code", "ObjectConflict"}, {"target", "userPrincipalName"}, {"message", kSameName}}};
  const AnswerCase row{
      "",   "POST",    "/users",        400,
      kBad, kSameName, Class::conflict, "another object holds the same value (userPrincipalName)",
      kFind};
  test::expect_meaning(row, test::refusal(row.status, row.code, row.message, details));
  // The code alone is enough: the words may change.
  test::expect_meaning(row, test::refusal(row.status, row.code, "", details));
}

}  // namespace
}  // namespace entrad::graph
