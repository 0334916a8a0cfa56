// Directory objects as Graph shows them in mixed collections: each with @odata.type, limited to
// type and id where the app may not read that type (documentation: "Limited information returned
// for inaccessible member objects"). Thread safety: one thread, for one request.
#pragma once

#include "call.h"
#include "listing.h"

namespace graphsim {

/// Members of a relation that $expand shows at most, without a nextLink.
inline constexpr std::size_t kExpandLimit = 20;

class ObjectView {
 public:
  /// `select` empty: the usual properties of each type. Throws 400 on a property that no type has.
  ObjectView(Call& call, const std::vector<std::string>& select);
  explicit ObjectView(Call& call) : ObjectView(call, call.query.select()) {}

  /// As it stands in a mixed collection, with @odata.type.
  Json user(UserIndex user) const;
  Json container(ContainerIndex container) const;
  Json directory_role(const RoleDefinition& role) const;
  Json service_principal(const ServicePrincipal& principal) const;
  /// As it stands in /users, without @odata.type; may be an older version within the lag.
  Json plain_user(UserIndex user) const;

 private:
  static Json limited(Json object);

  Call& call_;
  std::vector<std::string> select_;
  PropertyMask mask_;
  std::vector<std::string> not_in_directory_;
  bool reads_users_, reads_groups_, reads_units_, reads_roles_, reads_apps_;
};

/// Entities in full, without @odata.type.
Json role_definition_json(const RoleDefinition& role);
Json directory_role_json(const RoleDefinition& role);
Json role_assignment_json(const RoleAssignment& assignment);
Json service_principal_json(const ServicePrincipal& principal, const Tenant& tenant);
Json app_roles_of(const ServicePrincipal& principal);

/// Values of directory extensions that are named, as /users shows them.
void add_extensions(const Call& call, UserIndex user, const std::vector<std::string>& select,
                    Json& into);

/// What $expand adds to a user: manager, or up to 20 of a collection, as Graph truncates them.
void expand_user(Call& call, UserIndex user, Json& into);

/// Mask of the wanted user properties, and errors for those that a list cannot show.
PropertyMask user_mask(const Call& call, const std::vector<std::string>& select, bool in_list);

}  // namespace graphsim
