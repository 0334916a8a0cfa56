#include "faults.h"

#include <algorithm>
#include <iterator>
#include <stdexcept>

#include "query.h"
#include "routes.h"

namespace graphsim {
namespace {

constexpr std::string_view kActions[] = {"status",      "html",        "drop",
                                         "delay",       "replay",      "emptyPage",
                                         "foreignLink", "expiredPage", "unknownPage"};
constexpr std::string_view kAway = "http://127.0.0.1:9";  // nobody listens there

Fault parse(const Json& one) {
  Fault f;
  const Json match = one.value("match", Json::object());
  f.method = match.value("method", "");
  f.path = match.value("path", "");
  f.query = match.value("query", "");
  f.nth = match.value("nth", std::uint64_t{0});
  f.probability = match.value("probability", 1.0);
  f.count = match.value("count", std::uint64_t{0});
  if (match.contains("inBatch")) f.in_batch = match.at("inBatch").get<bool>();
  f.action = one.at("action");
  if (std::find(std::begin(kActions), std::end(kActions), f.action) == std::end(kActions))
    throw std::invalid_argument("unknown fault action '" + f.action + "'");
  f.after = one.value("when", "before") == "after";
  const bool page = f.action == "expiredPage" || f.action == "unknownPage";
  f.status = one.value("status", f.action == "html" ? 502U : page ? 400U : 503U);
  f.spoils_retry = one.value("spoilsRetry", false);
  const Json headers = one.value("headers", Json::object());
  for (const auto& [name, value] : headers.items())
    f.headers[name] = value.is_string() ? value.get<std::string>() : value.dump();
  f.body = one.value("body", Json());
  f.seconds = one.value("seconds", 1.0);
  return f;
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
  for (const Json& one : request.at("faults")) parsed.push_back(parse(one));
  faults_ = std::move(parsed);
  stream_ = Stream(request.value("seed", std::uint64_t{1}));
}

const Fault* Faults::hit(const Request& request, const std::vector<std::string>& segments) {
  for (Fault& f : faults_) {
    if (!f.method.empty() && f.method != request.method) continue;
    if (!f.path.empty() && !path_fits(f.path, segments)) continue;
    if (request.query().find(f.query) == std::string_view::npos) continue;
    if (f.in_batch && *f.in_batch != request.in_batch) continue;
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
