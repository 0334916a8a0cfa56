// Addresses: how names and addresses of users read in another tenant, and what of a user's object
// cannot go there.
// Thread safety: pure functions.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "api/wire.h"
#include "api/words.h"
#include "restore/state.h"

namespace entrad::restore {

// Domains in lower case.
struct DomainRules {
  std::string standard;                      // what a domain of the snapshot's tenant becomes
  std::map<std::string, std::string> named;  // domains that become another one
  std::set<std::string> own;                 // domains of the snapshot's tenant
};

std::string domain_of(const std::string& address);  // lower case; empty: there is none

// A userPrincipalName always gets a domain of the other tenant.
std::string name_elsewhere(const std::string& user_principal_name, const DomainRules& rules);
// An address only if it has one of the snapshot's tenant: others are people's own.
std::string address_elsewhere(const std::string& address, const DomainRules& rules);

// The object as the other tenant can have it. What stays behind is told in `problems`. Sources:
// identities are bound to their issuer's domain ("objectIdentity resource type"), directory
// extensions to the application that owns them ("directory extensions"), an immutable id to the
// Active Directory that is synchronised.
nlohmann::json object_elsewhere(nlohmann::json object, const DomainRules& rules,
                                std::vector<api::Failure>& problems);

}  // namespace entrad::restore
