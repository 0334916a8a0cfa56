#include "faults.h"

#include <stdexcept>

#include "routes.h"

namespace graphsim {
namespace {

Fault parse(const Json& one) {
  Fault f;
  const Json match = one.value("match", Json::object());
  f.method = match.value("method", "");
  f.path = match.value("path", "");
  f.nth = match.value("nth", std::uint64_t{0});
  f.probability = match.value("probability", 1.0);
  f.count = match.value("count", std::uint64_t{0});
  if (match.contains("inBatch")) f.in_batch = match.at("inBatch").get<bool>();
  f.action = one.at("action");
  if (f.action != "status" && f.action != "drop" && f.action != "delay" && f.action != "html")
    throw std::invalid_argument("unknown fault action '" + f.action + "'");
  f.after = one.value("when", "before") == "after";
  f.status = one.value("status", f.action == "html" ? 502U : 503U);
  const Json headers = one.value("headers", Json::object());
  for (const auto& [name, value] : headers.items())
    f.headers[name] = value.is_string() ? value.get<std::string>() : value.dump();
  f.body = one.value("body", Json());
  f.seconds = one.value("seconds", 1.0);
  return f;
}

std::string code_for(unsigned status) {
  switch (status) {
    case 409:
      return "Directory_ConcurrencyViolation";
    case 429:
      return "TooManyRequests";
    case 500:
      return "Service_InternalServerError";
    case 503:
      return "serviceNotAvailable";
    case 504:
      return "GatewayTimeout";
    default:
      return "UnknownError";
  }
}

}  // namespace

void Faults::set(const Json& request) {
  std::vector<Fault> parsed;
  for (const Json& one : request.at("faults")) parsed.push_back(parse(one));
  faults_ = std::move(parsed);
  stream_ = Stream(request.value("seed", std::uint64_t{1}));
}

const Fault* Faults::hit(const std::string& method, const std::vector<std::string>& segments,
                         bool in_batch) {
  for (Fault& f : faults_) {
    if (!f.method.empty() && f.method != method) continue;
    if (!f.path.empty() && !path_fits(f.path, segments)) continue;
    if (f.in_batch && *f.in_batch != in_batch) continue;
    ++f.seen;
    if (f.nth != 0 && f.seen != f.nth) continue;
    if (f.count != 0 && f.fired >= f.count) continue;
    if (f.probability < 1 && stream_.fraction() >= f.probability) continue;
    ++f.fired;
    return &f;
  }
  return nullptr;
}

Response fault_answer(const Fault& fault) {
  Response out;
  out.status = fault.status;
  out.headers = fault.headers;
  if (fault.action == "drop") {
    out.drop = true;
  } else if (fault.action == "html") {
    out.headers["Content-Type"] = "text/html";
    out.text =
        "<html><head><title>" + std::to_string(fault.status) +
        "</title></head><body><h2>Our services aren't available right now</h2></body></html>";
  } else if (!fault.body.is_null()) {
    out.json = fault.body;
  } else {
    out.json = {{"error",
                 {{"code", code_for(fault.status)},
                  {"message", fault.status == 409
                                  ? "Error due to concurrent requests being made to the tenant."
                                  : "The service is temporarily unavailable."}}}};
  }
  return out;
}

}  // namespace graphsim
