// The made-up tenant that CannedDaemon answers from: a few users with awkward names, two
// snapshots, one restore with every kind of end. Times hang on 2026-11-23T18:00:00Z.
// Thread safety: pure functions.
#pragma once

#include <nlohmann/json.hpp>

namespace entrad::fakes::canned {

nlohmann::json status();
nlohmann::json tenant(const std::string& name);
nlohmann::json check(const std::string& how);  // see Canned
nlohmann::json snapshots();
nlohmann::json users();                             // rows of the newest snapshot
nlohmann::json detail(const nlohmann::json& user);  // of one of those rows
nlohmann::json versions(const nlohmann::json& user);
nlohmann::json plan(std::uint64_t job);
nlohmann::json items();
nlohmann::json report(const nlohmann::json& job);

}  // namespace entrad::fakes::canned
