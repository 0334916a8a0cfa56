// Step names: what the things that a write links to are called when it is sent, so that a report
// tells them after they are gone.
// Thread safety: pure but for reading the store.
#pragma once

#include <map>
#include <string>

#include "restore/apply/writer.h"
#include "restore/targets.h"

namespace entrad::restore {

// Id -> name, for groups, units, roles, licences, applications and managers.
std::map<std::string, std::string> names_of(const Write& write, const Targets& targets);

}  // namespace entrad::restore
