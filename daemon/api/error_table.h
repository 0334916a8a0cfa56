// One row for each kind of error: its name on the wire, the exit code of entractl, the status of
// the control socket's answer, and whether trying the same thing again can help. Thread safety:
// constant data.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/result.h"

namespace entrad::api {

// Exit codes of entractl. Any code that is not 0 means "did not fully succeed".
enum ExitCode : int {
  exit_ok = 0,
  exit_failed = 1,
  exit_usage = 2,
  exit_partial = 3,
  exit_not_found = 4,
  exit_not_allowed = 5,
  exit_unreachable = 6,
  exit_conflict = 7,
  exit_difference = 8,
  exit_graph = 9,
  exit_timed_out = 10,
  exit_interrupted = 130,
};

enum class Retry { never, later, after_repair };

struct ErrorRow {
  base::ErrorKind kind;
  std::string_view wire;
  int exit_code;
  int http_status;
  Retry retry;
  std::string_view meaning;
};

std::span<const ErrorRow> error_table();
const ErrorRow& error_row(base::ErrorKind kind);
std::optional<base::ErrorKind> error_kind(std::string_view wire);

// {"error":{"kind","message","hint","details"}}, as the control socket and `--json` write it.
nlohmann::json error_json(const base::Error& error);
base::Error error_from_json(const nlohmann::json& answer);

}  // namespace entrad::api
