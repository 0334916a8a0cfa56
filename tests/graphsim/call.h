// One authorised Graph request on its way through a handler: the tenant, the calling app, the
// decoded path arguments and query, and shorthands that every handler needs.
// Thread safety: lives on one thread for one request.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "exchange.h"
#include "query.h"
#include "tenant.h"

namespace graphsim {

struct Counters;

struct Call {
  const Request& request;
  Tenant& tenant;
  const App& app;
  const std::set<std::string>& granted;  ///< permissions in the access token
  Counters& counters;
  std::vector<std::string> args;  ///< decoded values of the {} segments
  Query query;

  Actor actor() const { return {app.client_id, app.service_principal_id, "", "", app.name}; }
  /// Any one of the space-separated permissions is granted.
  bool may(std::string_view permissions) const;
  std::string context(const std::string& fragment) const {
    return request.base_url + "/v1.0/$metadata#" + fragment;
  }
  /// Body as a JSON object; 415 or 400 where it is none.
  Json body() const;
  /// Index of the live, visible user named by args[at]; 404 otherwise.
  UserIndex user(std::size_t at = 0);
  ContainerIndex group(std::size_t at = 0);
  ContainerIndex unit(std::size_t at = 0);
};

/// Object id in the last segment of an @odata.id URL; 400 where the text is no entity URL.
std::string referenced_id(const Json& url);

}  // namespace graphsim
