#include "api/error_table.h"

#include <array>
#include <stdexcept>
#include <string>

namespace entrad::api {
namespace {

using base::ErrorKind;

constexpr std::array<ErrorRow, 16> kTable{{
    {ErrorKind::invalid_argument, "invalidArgument", exit_usage, 400, Retry::never,
     "a value in the request or on the command line is not acceptable"},
    {ErrorKind::not_found, "notFound", exit_not_found, 404, Retry::never,
     "the thing that was named does not exist"},
    {ErrorKind::permission_denied, "permissionDenied", exit_not_allowed, 403, Retry::after_repair,
     "the caller, or the app registration, may not do this"},
    {ErrorKind::conflict, "conflict", exit_conflict, 409, Retry::after_repair,
     "something else holds what is needed"},
    {ErrorKind::failed_precondition, "failedPrecondition", exit_conflict, 412, Retry::after_repair,
     "the state does not allow this now"},
    {ErrorKind::throttled, "throttled", exit_graph, 503, Retry::later,
     "Microsoft Graph asked to wait"},
    {ErrorKind::graph_unavailable, "graphUnavailable", exit_graph, 503, Retry::later,
     "Microsoft Graph, or its sign-in service, could not be reached"},
    {ErrorKind::authentication_failed, "authenticationFailed", exit_not_allowed, 502,
     Retry::after_repair, "the tenant's credential was refused"},
    {ErrorKind::graph_refused, "graphRefused", exit_failed, 502, Retry::never,
     "Microsoft Graph refused the request"},
    {ErrorKind::store_full, "storeFull", exit_failed, 507, Retry::after_repair,
     "the disk or the store has no room"},
    {ErrorKind::store_damaged, "storeDamaged", exit_failed, 500, Retry::after_repair,
     "the store cannot be read or written"},
    {ErrorKind::shutting_down, "shuttingDown", exit_unreachable, 503, Retry::later,
     "the daemon is stopping"},
    {ErrorKind::unreachable, "unreachable", exit_unreachable, 503, Retry::later,
     "the daemon does not answer on its socket"},
    {ErrorKind::timed_out, "timedOut", exit_timed_out, 504, Retry::later, "a wait took too long"},
    {ErrorKind::cancelled, "cancelled", exit_failed, 409, Retry::never, "somebody cancelled it"},
    {ErrorKind::internal, "internal", exit_failed, 500, Retry::never, "a mistake in entrad itself"},
}};

}  // namespace

std::span<const ErrorRow> error_table() { return kTable; }

const ErrorRow& error_row(ErrorKind kind) {
  for (const ErrorRow& row : kTable)
    if (row.kind == kind) return row;
  throw std::logic_error("an error kind without a row in the error table");
}

std::optional<ErrorKind> error_kind(std::string_view wire) {
  for (const ErrorRow& row : kTable)
    if (row.wire == wire) return row.kind;
  return std::nullopt;
}

nlohmann::json error_json(const base::Error& error) {
  nlohmann::json body = {{"kind", error_row(error.kind).wire}, {"message", error.message}};
  if (!error.hint.empty()) body["hint"] = error.hint;
  if (!error.details.is_null()) body["details"] = error.details;
  return {{"error", body}};
}

base::Error error_from_json(const nlohmann::json& answer) {
  base::Error error;
  if (!answer.is_object() || !answer.contains("error") || !answer["error"].is_object()) {
    error.message = "the daemon answered without saying what went wrong";
    return error;
  }
  const auto& body = answer["error"];
  error.kind = error_kind(body.value("kind", "")).value_or(ErrorKind::internal);
  error.message = body.value("message", "");
  error.hint = body.value("hint", "");
  if (body.contains("details")) error.details = body["details"];
  return error;
}

}  // namespace entrad::api
