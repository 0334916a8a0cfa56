// Changes of what hangs on users beside groups and roles, through the control interface.
// Thread safety: one thread. All throw std::invalid_argument on what they do not know.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "tenant.h"

namespace graphsim {

/// `sponsors` (object ids), `photo` (text whose bytes are the picture, or null), `extensions`
/// (an object of values by the end of their names: {"costCode": "CC-1"}).
void change_extras(Tenant& tenant, const std::string& user, const nlohmann::json& changes);
/// {"object": id of a group, an application or a service principal, "owners": [user ids]}
void change_owners(Tenant& tenant, const nlohmann::json& change);
/// {"principal", "role" (id or name), "scope", "eligible", "assignmentType", "memberType", "end"}.
/// What is active now is in the list of assignments as well.
void add_schedule(Tenant& tenant, const nlohmann::json& description);

}  // namespace graphsim
