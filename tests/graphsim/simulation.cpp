// Parts: errors; dispatch of one Graph request; headers; the front door. Batches: batch.cpp, the
// control interface: control.cpp.
#include "simulation.h"

#include <chrono>
#include <cstdio>

#include "call.h"
#include "routes.h"

namespace graphsim {
namespace {

constexpr const char* kJsonType =
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;"
    "charset=utf-8";
constexpr const char* kDiagnostic =
    R"({"ServerInfo":{"DataCenter":"Sample Region","Slice":"E","Ring":"5","ScaleUnit":"003","RoleInstance":"SIM000001"}})";
constexpr double kNearLimit = 0.8;

Response error_answer(const GraphError& e, const Request& request) {
  Response out;
  out.status = e.status();
  out.json = error_body(e.code(), e.what(), e.details(), request, "");
  return out;
}

Response throttled(const Verdict& verdict) {
  Response out;
  out.status = 429;
  out.json = {{"error",
               {{"code", "TooManyRequests"},
                {"innerError",
                 {{"code", "429"},
                  {"message", "Please retry after"},
                  {"status", "429"},
                  {"date", iso_time(std::chrono::system_clock::now())}}},
                {"message", "Please retry again later."}}}};
  out.headers["Retry-After"] = std::to_string(verdict.retry_after);
  out.headers["x-ms-throttle-scope"] = verdict.scope;
  out.headers["x-ms-throttle-information"] = verdict.information;
  return out;
}

std::string percentage(double share) {
  char text[16];
  std::snprintf(text, sizeof text, "%.2f", share);
  return text;
}

std::string route_name(const Route& route) {
  std::string pattern(route.pattern);
  for (std::size_t at = 0; (at = pattern.find("{}", at)) != std::string::npos; at += 4)
    pattern.replace(at, 2, "{id}");
  return std::string(route.method) + " " + pattern;
}

const Route& required_route(const RouteMatch& match, const std::vector<std::string>& segments) {
  if (match.route != nullptr) return *match.route;
  if (match.path_known)
    throw GraphError(405, "Request_BadRequest",
                     "Specified HTTP method is not allowed for the request target.");
  throw GraphError(400, "BadRequest",
                   "Resource not found for the segment '" +
                       (segments.empty() ? std::string() : segments.back()) + "'.");
}

}  // namespace

Json error_body(const std::string& code, const std::string& message, const Json& details,
                const Request& request, const std::string& request_id) {
  Json error{{"code", code},
             {"message", message},
             {"innerError",
              {{"date", iso_time(std::chrono::system_clock::now()).substr(0, 19)},
               {"request-id", request_id},
               {"client-request-id", request.header("client-request-id")}}}};
  if (!details.is_null()) error["details"] = details;
  return {{"error", std::move(error)}};
}

Simulation::Simulation(double time_scale, const std::vector<TenantOptions>& tenants)
    : clock_(time_scale), tokens_(clock_, tenants_), quotas_(clock_), stream_(0x5eed) {
  for (const TenantOptions& options : tenants)
    tenants_.push_back(std::make_unique<Tenant>(options, clock_));
}

const AccessToken& Simulation::required_token(const Request& request) {
  const std::string header = request.header("Authorization");
  const AccessToken* token = tokens_.check(header);
  if (token != nullptr) return *token;
  throw GraphError(401, "InvalidAuthenticationToken",
                   header.empty()
                       ? "Access token is empty."
                       : "Lifetime validation failed, the token is expired or not valid.");
}

Response Simulation::admitted(const Request& request, const std::vector<std::string>& segments,
                              const AccessToken& token, Query query) {
  Tenant& tenant = *token.tenant;
  RouteMatch match = find_route(request.method, segments);
  const Route& route = required_route(match, segments);
  ++counters_.by_route[route_name(route)];
  const Verdict verdict = quotas_.judge(
      {request.method, segments, token.client_id, tenant.id(), tenant.users.live()}, query);
  Response out;
  if (verdict.refused) {
    ++counters_.throttled;
    out = throttled(verdict);
  } else {
    Call call{request,         tenant,    *tenant.app(token.client_id),
              token.roles,     counters_, std::move(match.args),
              std::move(query)};
    try {
      if (!route.permissions.empty() && !call.may(route.permissions)) denied();
      out = route.handler(call);
    } catch (const GraphError& e) {
      out = error_answer(e, request);
    }
  }
  const bool free = verdict.refused || out.status == 400 || out.status == 403;
  out.headers["x-ms-resource-unit"] = std::to_string(verdict.resource_units);
  if (free) return out;
  counters_.resource_units += verdict.resource_units;
  if (verdict.is_write) counters_.write_accepted(clock_.now());
  if (const double share = quotas_.book(verdict); share > kNearLimit)
    out.headers["x-ms-throttle-limit-percentage"] = percentage(share);
  return out;
}

Response Simulation::dispatch(const Request& request, const std::vector<std::string>& segments) {
  try {
    const AccessToken& token = required_token(request);
    return admitted(request, segments, token, Query(request));
  } catch (const GraphError& e) {
    Response out = error_answer(e, request);
    if (e.status() == 401) out.headers["WWW-Authenticate"] = "Bearer realm=\"\"";
    return out;
  } catch (const Json::exception& e) {
    return error_answer({400, "BadRequest", std::string("Invalid request: ") + e.what()}, request);
  } catch (const std::exception& e) {
    return error_answer({500, "Service_InternalServerError", e.what()}, request);
  }
}

Response Simulation::struck(const Request& request, const std::vector<std::string>& segments,
                            const std::function<Response(const Request&)>& real) {
  const Fault* found = faults_.empty() ? nullptr : faults_.hit(request, segments);
  if (found == nullptr) return real(request);
  const Fault fault = *found;
  if (fault.action == "replay") {
    Request again = request;
    again.replays = true;
    return real(again);
  }
  if (!fault.spoils()) {
    if (fault.after) real(request);
    if (fault.spoils_retry) spoiled_.insert(request.target);
    return fault_answer(fault);
  }
  Response out = real(request);
  spoil(fault, out);
  if (fault.action == "emptyPage" || fault.action == "foreignLink") bend_page(fault, request, out);
  return out;
}

Response Simulation::item(const Request& request) {
  ++counters_.requests;
  const auto segments = canonical_segments(request.path().substr(std::string_view("/v1.0").size()));
  Response out =
      struck(request, segments, [&](const Request& real) { return dispatch(real, segments); });
  if (out.status == 200 && spoiled_.erase(request.target) != 0) spoil_next_link(out);
  finish(request, out);
  ++counters_.by_status[out.status];
  return out;
}

void Simulation::finish(const Request& request, Response& response) {
  const std::string id = derived_guid(stream_.next(), 0, 3).text();
  response.headers["request-id"] = id;
  response.headers["x-ms-ags-diagnostic"] = kDiagnostic;
  response.headers["Date"] = http_date(std::chrono::system_clock::now());
  response.headers["Cache-Control"] = "no-cache";
  response.headers.try_emplace("x-ms-resource-unit", "1");
  if (same_text(request.header("return-client-request-id"), "true"))
    response.headers["client-request-id"] = request.header("client-request-id");
  if (response.json.is_null()) return;
  response.headers.try_emplace("Content-Type", kJsonType);
  const auto error = response.json.find("error");
  if (error == response.json.end() || !error->is_object()) return;
  Json& inner = (*error)["innerError"];
  inner["request-id"] = id;
  const std::string client = request.header("client-request-id");
  inner["client-request-id"] = client.empty() ? id : client;
}

Response Simulation::graph(const Request& request) {
  const bool is_batch = same_text(request.path(), "/v1.0/$batch");
  Response out;
  if (is_batch) {
    out = struck(request, {"$batch"}, [&](const Request& real) { return batch(real); });
    finish(request, out);
  } else {
    out = item(request);
  }
  if (log_.enabled() && !out.drop) log_.write(request, out, clock_.now());
  return out;
}

Response Simulation::handle(const Request& request) {
  const std::string_view path = request.path();
  if (path.starts_with("/_control")) return control(request);
  if (is_token_path(path)) {
    const auto segments = canonical_segments(path);
    return struck(request, segments, [&](const Request& real) {
      Response out = real.method == "POST" ? tokens_.issue(real) : Response{405, {}, {}, ""};
      out.headers["Date"] = http_date(std::chrono::system_clock::now());
      tokens_.count(out.status);
      return out;
    });
  }
  if (starts_with_text(path, "/v1.0/")) return graph(request);
  Response out =
      error_answer({404, "ResourceNotFound", "Invalid version: " + std::string(path)}, request);
  finish(request, out);
  return out;
}

}  // namespace graphsim
