// CheckLines: the lines of a tenant's check as they are found, in parts; for check*.cpp only.
// Thread safety: belongs to the thread of one check.
#pragma once

#include <string>
#include <vector>

#include "api/tenant_check.h"
#include "base/result.h"
#include "graph/session.h"

namespace entrad::graph {

class CheckLines {
 public:
  explicit CheckLines(std::vector<api::CheckLine>& lines) : lines_(lines) {}

  void begin(std::string part) { part_ = std::move(part); }
  // Which of several app registrations the lines are about; empty: there is one only.
  void about(const std::string& app) { of_ = app.empty() ? "" : " (app registration " + app + ")"; }
  void good(const std::string& what, const std::string& found);
  void limited(const std::string& what, const std::string& found, const std::string& remedy);
  void bad(const std::string& what, const base::Error& error);

  // What was found wrong is a line; only a stop ends the check. Errors: cancelled.
  base::Result<void> finding(const std::string& what, const base::Error& error);
  // The same for what one can do without: `consequence` comes before Graph's words.
  base::Result<void> limiting(const std::string& what, const std::string& consequence,
                              const base::Error& error);

 private:
  std::vector<api::CheckLine>& lines_;
  std::string part_;
  std::string of_;
};

std::string joined(const std::vector<std::string>& words);  // "a, b"
// Empty where there is no such text.
std::string text_of(const nlohmann::json& object, const char* key);
// The value of an answer, or the error for which there is none.
base::Result<nlohmann::json> body_of(base::Result<Reply> reply);

// Each credential of a pool, or the only one: the token, its permissions, a probe of each section
// or restore option, and whether it may change admins. False: no token of any, so that nothing
// works. Errors: cancelled.
base::Result<bool> check_credentials(Session& session, Purpose purpose, api::TenantCheck& check,
                                     CheckLines& lines, const Call& call);
// The tenant itself, read with the backup credential. Errors: cancelled.
base::Result<void> check_directory(Session& session, const Quotas& quotas, api::TenantCheck& check,
                                   CheckLines& lines, const Call& call);
// Which properties the tenant's cloud knows. Errors: cancelled.
base::Result<void> check_properties(Session& session, api::TenantCheck& check, CheckLines& lines,
                                    const Call& call);

}  // namespace entrad::graph
