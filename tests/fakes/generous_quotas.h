// generous_quotas: Graph's quotas, but for those services of which a test with sixty users would
// wait for minutes of scaled time (5 calls in 10 s for authentication methods and the audit log).
#pragma once

#include <fstream>
#include <iterator>
#include <string>

#include "base/json.h"
#include "fakes/places.h"
#include "graph/quota/quotas.h"

namespace entrad::fakes {

inline graph::Quotas generous_quotas() {
  std::ifstream file(source_folder() / "config/quotas.json");
  auto document = base::read_json(std::string(std::istreambuf_iterator<char>(file), {}));
  for (const char* bucket : {"authMethods", "authMethods.app", "audit", "audit.app"})
    document["buckets"][bucket]["limit"] = 100000;
  return graph::Quotas::parse(document, "test").value();
}

}  // namespace entrad::fakes
