// What Graph accepts as properties of a user: types, lengths, alphabets, read-only and synced
// properties, and which permissions and roles a change needs. Facts: Microsoft's pages "user
// resource type", "Update user" and "Who can perform sensitive actions". Thread safety: one thread.
#pragma once

#include <string>

#include "call.h"

namespace graphsim {

inline constexpr const char* kSyncedRefusal =
    "Unable to update the specified properties for on-premises mastered Directory Sync objects or "
    "objects currently undergoing migration.";

/// The body with property names in declared case and every value checked; throws on the first bad
/// one, so that one bad property fails all.
/// Values of directory extensions, which are not among them, are in extension_values().
Json checked_properties(const Json& body, const Tenant& tenant);
/// Those that the tenant's applications define, checked: at most 256 characters a text
/// ("extensionProperty resource type").
Json extension_values(const Json& body, const Tenant& tenant);
/// Permissions of the app for each property, and its directory roles where the target is an admin.
void check_may_change(Call& call, UserIndex user, const Json& properties);
/// 403 where the target is protected and the app has no role for that.
void check_sensitive(Call& call, UserIndex user);
/// 400 where a property belongs to the on-premises directory.
void check_synced(const Call& call, UserIndex user, const Json& properties);

[[noreturn]] void conflict(const std::string& property);
/// 400 ObjectConflict where somebody else holds the name.
void check_name_is_free(const Call& call, const std::string& name, UserIndex except);

/// Properties that follow from others: primary address from mail, sign-in identity from the
/// principal name, merged complex values. `user` is kNobody for a new object.
inline constexpr UserIndex kNobody = 0xffffffffU;
void add_consequences(const Call& call, UserIndex user, Json& properties);

}  // namespace graphsim
