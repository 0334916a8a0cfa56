// Rows about users: names and values, who owns them, guests, sign-in methods, licences.
#include "graph/answers/class_table.h"

namespace entrad::graph {
namespace {

constexpr std::string_view kTakenHint =
    "rename or delete the object that holds it, or restore as a new user with another name";
constexpr std::string_view kPhoneHint =
    "write it as + country code, one space and the number, with x before an extension, for example "
    "+1 5555551234x123; then add it by hand";

// clang-format off
constexpr ClassRow kRows[] = {
    // Something else holds the value.
    {0, "POST", "/deletedItems/", "ObjectConflict", "", Class::conflict,
     "another object has taken over a value of the deleted user", kTakenHint},
    {0, "POST", "/deletedItems/", "", "same value for property", Class::conflict,
     "another object has taken over a value of the deleted user", kTakenHint},
    {0, "", "", "ObjectConflict", "", Class::conflict, "another object holds the same value", ""},
    {400, "", "", "", "another object with the same value for property", Class::conflict, "", ""},
    {0, "", "", "Request_MultipleObjectsWithSameKeyValue", "", Class::conflict,
     "several objects share the name", "name the object by its id"},
    {400, "POST", "/invitations", "", "doesn't match any emails on the user object",
     Class::conflict, "the guest is known by another mail address",
     "invite the guest by hand with the address that its user object has"},
    {400, "", "", "", "conflicting object", Class::conflict, "", ""},

    // Two writes at once, and fresh objects.
    {0, "", "", "Directory_ConcurrencyViolation", "", Class::concurrency, "", ""},
    {0, "", "", "", "concurrent requests being made", Class::concurrency, "", ""},
    {423, "", "", "", "", Class::concurrency, "the object is locked",
     "it is tried again by itself; if it stays, see who works on the object in the portal"},
    {0, "", "", "", "unable to read the company information from the directory",
     Class::replication, "the guest is not known everywhere in the directory yet", ""},

    // Owned by somebody else.
    {0, "", "", "", "on-premises mastered", Class::impossible,
     "the user is synchronised from an on-premises directory, or was until lately",
     "change it in the on-premises directory, which owns it"},
    {0, "", "", "", "originated within an external service", Class::impossible,
     "the value is owned by another service, mostly Exchange", "change it there"},
    {403, "", "", "", "restricted management", Class::impossible,
     "the object is in a restricted management administrative unit",
     "give the app registration a role in that unit, or do it by hand"},

    // Values.
    {400, "POST PATCH", "/users", "", "domain portion of the userprincipalname", Class::refused,
     "the domain of the user name is not a verified domain of the tenant",
     "add and verify the domain, or restore with another domain"},
    {400, "POST", "/users", "", "one or more property values specified are invalid", Class::refused,
     "one of the user's values is not accepted, and Graph does not say which",
     "look at the user name's domain first: one that was verified just now is not known everywhere "
     "for some minutes; then restore again"},
    {400, "POST PATCH", "/authentication/phoneMethods", "invalidPhoneNumber", "", Class::refused,
     "the phone number is not in a form that Graph takes", kPhoneHint},
    {400, "POST PATCH", "/authentication/phoneMethods", "", "phone number", Class::refused,
     "the phone number is not in a form that Graph takes", kPhoneHint},

    // Licences.
    {400, "POST", "/assignLicense", "", "invalid usage location", Class::refused,
     "the user needs a usage location before a licence", "restore the object first"},
    {400, "POST", "/assignLicense", "", "prohibitedinusagelocation", Class::refused,
     "the licence may not be used where the user is", "correct the user's usage location"},
    {400, "POST", "/assignLicense", "", "countviolation", Class::refused,
     "no seats of the licence are left", "free seats or buy some, then restore the licences again"},
    {400, "POST", "/assignLicense", "", "available licenses", Class::refused,
     "no seats of the licence are left", "free seats or buy some, then restore the licences again"},
    {400, "POST", "/assignLicense", "", "mutuallyexclusive", Class::refused,
     "the licence does not go with another one that the user has",
     "take the other licence away, or leave this one out"},
    {400, "POST", "/assignLicense", "", "dependencyviolation", Class::refused,
     "the licence needs another one that the user does not have", "assign the other licence first"},
    {400, "POST", "/assignLicense", "", "uniquenessviolation", Class::refused,
     "the user has this service already by another licence",
     "take the other licence away, or leave this one out"},

    {0, "", "", "Directory_QuotaExceeded", "", Class::refused,
     "the directory is full: no more objects may be created",
     "purge deleted objects, verify a domain (50,000 objects without, 300,000 with one), or ask "
     "Microsoft for more"},
};
// clang-format on

}  // namespace

std::span<const ClassRow> object_rows() { return kRows; }

}  // namespace entrad::graph
