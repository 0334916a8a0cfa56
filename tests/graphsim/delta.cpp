// Parts: checks of a first request; tokens; what has been forgotten; pages.
#include "delta.h"

#include <algorithm>

namespace graphsim {
namespace {

constexpr double kPageTokenLife = 4 * 3600;        // simulated seconds
constexpr double kDeltaTokenLife = 7 * 24 * 3600;  // likewise
constexpr std::size_t kMostIds = 50;
constexpr std::string_view kRelations[] = {"members", "manager"};

bool carries_token(const Call& call) {
  if (call.query.has("$skiptoken")) return true;
  return call.query.has("$deltatoken") && !call.query.raw("$deltatoken").empty() &&
         !asks_for_latest(call);
}

void refuse_options(const Call& call) {
  for (const char* name : {"$top", "$orderby", "$expand", "$search", "$skip", "$count"})
    if (call.query.has(name))
      unsupported_query("The query parameter '" + std::string(name) +
                        "' is not supported with a delta query.");
}

std::vector<std::string> ids_in_filter(const Call& call) {
  if (!call.query.filter()) return {};
  const auto& exact = call.query.filter()->exact();
  const bool has_in = lower(call.query.raw("$filter")).find(" in ") != std::string::npos;
  if (!exact || has_in || !same_text(exact->property, "id"))
    unsupported_query("A delta query takes a $filter of 'id eq' only, joined by 'or'.");
  if (exact->values.size() > kMostIds)
    unsupported_query("A delta query takes up to 50 objects in its $filter.");
  std::vector<std::string> out;
  for (const Json& value : exact->values)
    out.push_back(value.is_string() ? lower(value.get<std::string>()) : std::string());
  return out;
}

Json token_of(const Call& call, const DeltaRound& r) {
  return Json::array({r.set, r.select, r.ids, r.full, r.position, r.until, r.pass, r.from, r.span,
                      call.tenant.clock.now()});
}
constexpr std::size_t kIssued = 9;

/// Null where the text is no token of this collection.
Json token_in(const std::string& text, const std::string& set) {
  const auto bytes = base64_decoded(text);
  Json json = bytes ? Json::parse(*bytes, nullptr, false) : Json();
  const bool whole = json.is_array() && json.size() == kIssued + 1 && json[0] == set;
  return whole ? json : Json();
}

DeltaRound round_in(const Json& token) {
  return {token[0], token[1], token[2], token[3], token[4], token[5], token[6], token[7], token[8]};
}

[[noreturn]] void expired_page() {
  throw GraphError(400, "Directory_ExpiredPageToken",
                   "The specified page token value has expired and can no longer be included in "
                   "your request.");
}

DeltaRound next_page(const Call& call, const std::string& set) {
  const Json token = token_in(call.query.raw("$skiptoken"), set);
  if (token.is_null()) expired_page();
  if (call.tenant.clock.now() - token[kIssued].get<double>() > kPageTokenLife) expired_page();
  return round_in(token);
}

std::string link(const Call& call, const char* option, const Json& token) {
  return call.request.base_url + std::string(call.request.path()) + "?" + option + "=" +
         base64url(token.dump());
}

Response reset(const Call& call, const std::string& refusal) {
  const bool gone = refusal.starts_with("gone");
  Response out;
  out.status = gone ? 410 : 400;
  out.json = {
      {"error",
       {{"code", gone ? "resyncRequired" : refusal},
        {"message", "The token is not known any more; a full synchronization is needed."}}}};
  if (refusal == "gone")
    out.headers["Location"] =
        call.request.base_url + std::string(call.request.path()) + "?$deltatoken=";
  return out;
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ",") + name;
  return out;
}

}  // namespace

bool DeltaRound::wants(std::string_view property) const {
  return std::any_of(select.begin(), select.end(),
                     [&](const std::string& one) { return same_text(one, property); });
}

bool DeltaRound::about(const std::string& id) const {
  return ids.empty() || std::find(ids.begin(), ids.end(), id) != ids.end();
}

std::vector<std::string> DeltaRound::properties() const {
  std::vector<std::string> out;
  for (const std::string& name : select)
    if (std::none_of(std::begin(kRelations), std::end(kRelations),
                     [&](std::string_view one) { return same_text(one, name); }))
      out.push_back(name);
  if (out.empty() && !select.empty()) out.emplace_back("id");
  return out;
}

bool asks_for_latest(const Call& call) {
  return call.query.has("$deltatoken") && same_text(call.query.raw("$deltatoken"), "latest");
}

bool is_minimal(const Call& call, const DeltaRound& round) {
  return !round.full && same_text(trimmed(call.request.header("Prefer")), "return=minimal");
}

std::optional<Response> forgotten_round(Call& call, const std::string& set) {
  if (call.query.has("$skiptoken") || !carries_token(call)) return std::nullopt;
  const Json token = token_in(call.query.raw("$deltatoken"), set);
  if (token.is_null()) throw GraphError(400, "BadRequest", "Badly formed token.");
  const double issued = token[kIssued].get<double>();
  const bool known = call.tenant.changes.knows_token_of(issued);
  if (known && call.tenant.clock.now() - issued <= kDeltaTokenLife) return std::nullopt;
  return reset(call, known ? "gone" : call.tenant.changes.refusal());
}

DeltaRound delta_round(Call& call, const std::string& set, std::size_t visible) {
  refuse_options(call);
  if (carries_token(call)) {
    for (const char* name : {"$select", "$filter"})
      if (call.query.has(name))
        bad_request("The query parameter '" + std::string(name) +
                    "' belongs to the first request of a delta query only.");
    if (call.query.has("$skiptoken") && call.query.has("$deltatoken"))
      bad_request("$skiptoken and $deltatoken cannot be used together.");
    if (call.query.has("$skiptoken")) return next_page(call, set);
    DeltaRound round = round_in(token_in(call.query.raw("$deltatoken"), set));
    round.full = false;
    round.position = round.until;
    round.until = std::max(round.until, visible);
    return round;
  }
  DeltaRound round;
  round.set = set;
  round.select = call.query.select();
  round.ids = ids_in_filter(call);
  round.until = visible;
  return round;
}

Response delta_page(Call& call, const DeltaRound& round, std::vector<Json> items, bool last) {
  Stream& stream = call.tenant.changes.stream();
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[stream.below(i)]);
  const std::string fragment =
      round.select.empty() ? round.set : round.set + "(" + joined(round.select) + ")";
  Json body{{"@odata.context", call.context(fragment)}, {"value", Json::array()}};
  for (Json& item : items) body["value"].push_back(std::move(item));
  const Json token = token_of(call, round);
  body[last ? "@odata.deltaLink" : "@odata.nextLink"] =
      link(call, last ? "$deltatoken" : "$skiptoken", token);
  Response out = json_answer(std::move(body));
  if (is_minimal(call, round)) out.headers["Preference-Applied"] = "return=minimal";
  return out;
}

}  // namespace graphsim
