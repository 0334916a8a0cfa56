// What a user is linked to: memberships, manager, reports, owned objects, app roles, licences.
// Handlers of /users/{id}/... relations. Thread safety: one thread.
#pragma once

#include <vector>

#include "call.h"
#include "objects.h"

namespace graphsim {

/// Groups, units (dynamic ones included) and directory roles, as this call may see them.
std::vector<Json> direct_memberships(Call& call, UserIndex user, const ObjectView& view);

/// extra_handlers.cpp: the sponsors that are still there; applications and service principals.
std::vector<Json> sponsors_of(Call& call, UserIndex user, const ObjectView& view);
std::vector<Json> owned_applications(Call& call, UserIndex user, const ObjectView& view);
/// The owners of a group, an application or a service principal, where $expand asks for them.
void expand_owners(Call& call, const std::string& object, Json& into);
std::string application_id(const ServicePrincipal& principal);
/// The application or the service principal that the call names by id or appId; else 404.
const ServicePrincipal& called_application(const Call& call);
const ServicePrincipal& called_service_principal(const Call& call);

/// Keys of links for Replication: owners of groups, of applications and service principals,
/// sponsors. Memberships have 0, managers 1.
constexpr std::uint64_t kOwnerLink = 2, kApplicationOwnerLink = 3, kSponsorLink = 4;
std::uint64_t owner_key(const std::string& object, UserIndex owner);
std::uint64_t sponsor_key(UserIndex user, const std::string& sponsor);

Response list_member_of(Call& call);
Response list_transitive_member_of(Call& call);
Response cast_member_of(Call& call);
Response cast_transitive_member_of(Call& call);
Response count_member_of(Call& call);
Response count_transitive_member_of(Call& call);
Response get_manager(Call& call);
Response get_manager_ref(Call& call);
Response put_manager(Call& call);
Response delete_manager(Call& call);
Response list_direct_reports(Call& call);
Response list_owned_objects(Call& call);
Response list_empty(Call& call);

}  // namespace graphsim
