// Parts: reading what is asked for, choosing the fault of a request, its answer.
#include "faults.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <stdexcept>

#include "query.h"
#include "routes.h"

namespace graphsim {
namespace {

constexpr std::string_view kAway = "http://127.0.0.1:9";  // nobody listens there

bool is_action(const std::string& action) {
  static const std::set<std::string> kActions{
      "status", "empty",  "html",      "drop",        "reset",       "cut",        "garble",
      "delay",  "replay", "emptyPage", "foreignLink", "expiredPage", "unknownPage"};
  return kActions.contains(action);
}

unsigned usual_status(const std::string& action) {
  if (action == "html" || action == "empty") return 502;
  return action == "expiredPage" || action == "unknownPage" ? 400 : 503;
}

void parse_match(const Json& match, Fault& f) {
  f.method = match.value("method", "");
  f.path = match.value("path", "");
  f.query = match.value("query", "");
  f.nth = match.value("nth", std::uint64_t{0});
  f.probability = match.value("probability", 1.0);
  f.count = match.value("count", std::uint64_t{0});
  if (match.contains("inBatch")) f.in_batch = match.at("inBatch").get<bool>();
}

Fault parse(const Json& one) {
  Fault f;
  parse_match(one.value("match", Json::object()), f);
  f.name = one.value("name", "");
  f.action = one.at("action");
  if (!is_action(f.action)) throw std::invalid_argument("unknown fault action '" + f.action + "'");
  f.after = one.value("when", "before") == "after";
  f.gateway = one.value("gateway", false);
  f.spacing = one.value("spacing", std::uint64_t{0});
  f.spoils_retry = one.value("spoilsRetry", false);
  f.status = one.value("status", usual_status(f.action));
  const Json headers = one.value("headers", Json::object());
  for (const auto& [name, value] : headers.items())
    f.headers[name] = value.is_string() ? value.get<std::string>() : value.dump();
  if (one.contains("retryDate")) f.retry_date = one.at("retryDate").get<double>();
  f.body = one.value("body", Json());
  f.seconds = one.value("seconds", 1.0);
  return f;
}

// A name stands for its entry in the catalogue, of which any member may be given anew.
Json completed(const Json& one) {
  if (!one.contains("name")) return one;
  for (const Json& entry : fault_catalogue()) {
    if (entry["name"] != one["name"]) continue;
    Json out = entry;
    out.merge_patch(one);
    return out;
  }
  throw std::invalid_argument("unknown fault " + one["name"].dump());
}

std::vector<Fault> parse_mix(const Json& mix) {
  const Json names = mix.value("names", Json());
  std::vector<Fault> out;
  for (const Json& entry : fault_catalogue()) {
    const bool named =
        names.is_array() && std::find(names.begin(), names.end(), entry["name"]) != names.end();
    if (names.is_null() ? entry.value("mix", false) : named) out.push_back(parse(entry));
  }
  if (names.is_array() && out.size() != names.size())
    throw std::invalid_argument("unknown fault among " + names.dump());
  return out;
}

bool fits(const Fault& f, const Request& request, const std::vector<std::string>& segments) {
  if (!f.method.empty() && f.method.find(request.method) == std::string::npos) return false;
  if (!f.path.empty() && !path_fits(f.path, segments)) return false;
  if (request.query().find(f.query) == std::string_view::npos) return false;
  return !f.in_batch || *f.in_batch == request.in_batch;
}

bool is_batch_itself(const std::vector<std::string>& segments) {
  return segments.size() == 1 && same_text(segments[0], "$batch");
}

Json page_token_error(bool expired) {
  return {
      {"error",
       {{"code", expired ? "Directory_ExpiredPageToken" : "DirectoryPageTokenNotFoundException"},
        {"message", expired ? "The specified page token value has expired and can no longer be "
                              "included in your request."
                            : "The page token is not known."}}}};
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
  for (const Json& one : request.value("faults", Json::array()))
    parsed.push_back(parse(completed(one)));
  const Json mix = request.value("mix", Json());
  std::vector<Fault> mixed = mix.is_null() ? std::vector<Fault>() : parse_mix(mix);
  share_ = mix.is_null() ? 0 : mix.at("share").get<double>();
  faults_ = std::move(parsed);
  mix_ = std::move(mixed);
  stream_ = Stream(request.value("seed", std::uint64_t{1}));
}

void Faults::clear() {
  faults_.clear();
  mix_.clear();
}

const Fault* Faults::hit(const Request& request, const std::vector<std::string>& segments) {
  for (Fault& f : faults_) {
    if (!fits(f, request, segments)) continue;
    if (f.path.empty() && is_batch_itself(segments)) continue;
    ++f.seen;
    if (f.nth != 0 && f.seen != f.nth) continue;
    if (f.count != 0 && f.fired >= f.count) continue;
    if (f.probability < 1 && stream_.fraction() >= f.probability) continue;
    ++f.fired;
    return &f;
  }
  // The mix is Graph's; the sign-in service has its own ways to fail.
  const bool is_graph = request.in_batch || starts_with_text(request.path(), "/v1.0/");
  return mix_.empty() || !is_graph ? nullptr : hit_mix(request, segments);
}

// One draw decides whether the request is hit, another by which of the faults that fit it.
const Fault* Faults::hit_mix(const Request& request, const std::vector<std::string>& segments) {
  const bool outer = is_batch_itself(segments);
  std::vector<Fault*> fitting;
  for (Fault& f : mix_) {
    if (!fits(f, request, segments) || (outer && !f.gateway)) continue;
    if (request.in_batch && f.gateway) continue;
    ++f.seen;
    const bool rested = f.fired == 0 || f.seen - f.seen_when_fired > f.spacing;
    if (rested) fitting.push_back(&f);
  }
  if (fitting.empty() || stream_.fraction() >= share_) return nullptr;
  Fault* chosen = fitting[stream_.below(fitting.size())];
  ++chosen->fired;
  chosen->seen_when_fired = chosen->seen;
  return chosen;
}

Json Faults::render() const {
  Json fired = Json::object();
  for (const auto* list : {&faults_, &mix_})
    for (const Fault& f : *list)
      if (!f.name.empty()) fired[f.name] = fired.value(f.name, std::uint64_t{0}) + f.fired;
  return {{"fired", std::move(fired)}};
}

Response fault_answer(const Fault& fault) {
  Response out;
  out.status = fault.status;
  out.headers = fault.headers;
  if (fault.retry_date)
    out.headers["Retry-After"] =
        http_date(std::chrono::system_clock::now() +
                  std::chrono::milliseconds(static_cast<std::int64_t>(*fault.retry_date * 1000)));
  if (fault.action == "drop" || fault.action == "reset") {
    out.drop = true;
    out.reset = fault.action == "reset";
  } else if (fault.action == "empty") {
    return out;
  } else if (fault.body.is_string()) {
    out.text = fault.body.get<std::string>();
    out.headers.try_emplace("Content-Type", "text/plain");
  } else if (fault.action == "html") {
    out.headers["Content-Type"] = "text/html";
    out.text =
        "<html><head><title>" + std::to_string(fault.status) +
        "</title></head><body><h2>Our services aren't available right now</h2></body></html>";
  } else if (fault.action == "expiredPage" || fault.action == "unknownPage") {
    out.json = page_token_error(fault.action == "expiredPage");
  } else if (fault.action == "expiredPage" || fault.action == "unknownPage") {
    out.json = page_token_error(fault.action == "expiredPage");
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

void spoil(const Fault& fault, Response& response) {
  response.headers.insert(fault.headers.begin(), fault.headers.end());
  if (fault.action == "delay") response.delay_seconds = fault.seconds;
  if (fault.action == "cut") response.cut = true;
  if (fault.action != "garble" || response.json.is_null()) return;
  response.text = response.json.dump(-1, ' ', false, Json::error_handler_t::replace);
  response.text.resize(response.text.size() / 2);
  response.json = nullptr;
  response.headers.try_emplace("Content-Type", "application/json");
}

void bend_page(const Fault& fault, const Request& request, Response& page) {
  if (page.status != 200 || !page.json.contains("value")) return;
  if (fault.action == "emptyPage") {
    for (const char* name : {"@odata.count", "@odata.deltaLink"}) page.json.erase(name);
    page.json["value"] = Json::array();
    page.json["@odata.nextLink"] = request.base_url + request.target;
    return;
  }
  for (const char* name : {"@odata.nextLink", "@odata.deltaLink"}) {
    if (!page.json.contains(name)) continue;
    const auto link = page.json[name].get<std::string>();
    page.json[name] = std::string(kAway) + link.substr(request.base_url.size());
  }
}

void spoil_next_link(Response& page) {
  const auto found = page.json.find("@odata.nextLink");
  if (found == page.json.end()) return;
  auto link = found->get<std::string>();
  constexpr std::string_view kToken = "$skiptoken=";
  const auto at = link.find(kToken);
  if (at != std::string::npos) link.insert(at + kToken.size(), 1, kSpoiled);
  *found = link;
}

}  // namespace graphsim
