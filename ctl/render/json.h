// JSON for scripts: one document on standard output, errors as one document on standard error.
// Thread safety: pure functions.
#pragma once

#include <string>

#include "base/result.h"

namespace entrad::ctl::render {

// Indented, line ended. Bytes that are not UTF-8 are replaced, never a reason to fail.
std::string document(const nlohmann::json& answer);
// On one line, for the rows of a list that is written page by page.
std::string compact(const nlohmann::json& answer);
std::string error_document(const base::Error& error);
// "entractl: MESSAGE" and "hint: ..." for people.
std::string error_text(const base::Error& error);

}  // namespace entrad::ctl::render
