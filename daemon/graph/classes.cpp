// Parts: the table, reading Graph's error body, the default by status, what people are told,
// Retry-After.
#include "graph/classes.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeParser.h>

#include <array>
#include <charconv>
#include <cmath>
#include <span>

#include "base/json.h"
#include "base/text.h"
#include "graph/class_table.h"

namespace entrad::graph {
namespace {

using base::ErrorKind;
using nlohmann::json;

struct Words {
  std::string code;
  std::string message;
  std::string target;         // the property that an ObjectConflict is about
  bool is_conflict = false;   // one of the details says ObjectConflict
  bool is_graph_json = true;  // false: something between us and Graph has answered
};

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

void read_details(const json& error, Words& words) {
  const auto details = error.find("details");
  if (details == error.end() || !details->is_array()) return;
  for (const json& detail : *details) {
    if (!detail.is_object() || text_of(detail, "code") != "ObjectConflict") continue;
    words.is_conflict = true;
    words.target = text_of(detail, "target");
  }
}

Words read_words(const Response& response) {
  Words words;
  if (response.body.empty()) return words;
  const json body = base::parse_json(response.body);
  if (!body.is_object() || !body.contains("error")) {
    words.is_graph_json = false;
    return words;
  }
  const json& error = body["error"];
  if (error.is_string()) {  // the sign-in service's form
    words.code = error.get<std::string>();
    words.message = text_of(body, "error_description");
  } else if (error.is_object()) {
    words.code = text_of(error, "code");
    words.message = text_of(error, "message");
    read_details(error, words);
  }
  return words;
}

bool is_read(std::string_view method) { return method == "GET" || method == "HEAD"; }

bool fits(const ClassRow& row, int status, std::string_view method, std::string_view path,
          const Words& words, const std::string& message) {
  if (row.status != 0 && row.status != status) return false;
  if (!row.method.empty() && row.method.find(method) == std::string_view::npos) return false;
  if (path.find(row.path) == std::string_view::npos) return false;
  if (!row.code.empty() && row.code != words.code &&
      !(words.is_conflict && row.code == "ObjectConflict"))
    return false;
  return message.find(row.text) != std::string::npos;
}

const ClassRow* find_row(int status, std::string_view method, std::string_view path,
                         const Words& words) {
  const std::string message = base::ascii_lower(words.message);
  for (const ClassRow& row : class_table())
    if (fits(row, status, method, path.substr(0, path.find('?')), words, message)) return &row;
  return nullptr;
}

Class uncertain(std::string_view method) {
  return is_read(method) ? Class::transient : Class::ambiguous;
}

Class class_by_status(std::string_view method, int status) {
  switch (status) {
    case 401:
      return Class::unauthorized;
    case 403:
      return Class::permission;
    case 404:
      return Class::absent;
    case 408:
      return uncertain(method);
    case 409:
    case 423:
      return Class::concurrency;
    case 424:  // an item of a batch that was never run
      return Class::transient;
    case 429:
      return Class::throttled;
    case 501:
      return Class::refused;
    default:
      return status >= 500 ? uncertain(method) : Class::refused;
  }
}

ErrorKind kind_of(Class cls) {
  switch (cls) {
    case Class::absent:
      return ErrorKind::not_found;
    case Class::conflict:
      return ErrorKind::conflict;
    case Class::throttled:
      return ErrorKind::throttled;
    case Class::replication:
    case Class::concurrency:
    case Class::transient:
    case Class::ambiguous:
      return ErrorKind::graph_unavailable;
    case Class::unauthorized:
      return ErrorKind::authentication_failed;
    case Class::permission:
      return ErrorKind::permission_denied;
    default:
      return ErrorKind::graph_refused;
  }
}

struct Explanation {
  Class cls;
  std::string_view message;
  std::string_view hint;
};
constexpr std::array<Explanation, 11> kExplanations{{
    {Class::absent, "the object is not in the directory",
     "it was deleted, or was made so recently that not every server of the directory knows it"},
    {Class::conflict, "another object holds the same value",
     "find the object that holds it, then rename or delete that one, or restore as a new user"},
    {Class::replication, "the directory does not know the object everywhere yet",
     "fresh objects take seconds to minutes; it is tried again by itself"},
    {Class::concurrency, "somebody else was changing the same object",
     "it is tried again by itself; if it stays, stop other programs that write to the tenant"},
    {Class::throttled, "Microsoft Graph asked to wait", "it goes on by itself"},
    {Class::transient, "Microsoft Graph could not be reached",
     "it is tried again by itself; if it stays, check the network and Microsoft's service health"},
    {Class::ambiguous, "a write was not answered: whether it happened is not known",
     "it is looked up before anything is written again"},
    {Class::unauthorized, "Microsoft Graph did not accept the access token",
     "run \"entractl tenants check\""},
    {Class::permission, "the app registration may not do this",
     "run \"entractl tenants check\": it names the permission that is missing"},
    {Class::impossible, "Microsoft Graph does not accept this change", "do it by hand"},
    {Class::refused, "Microsoft Graph refused the request", "Graph's own words are in the details"},
}};

const Explanation* explanation_of(Class cls) {
  for (const Explanation& explanation : kExplanations)
    if (explanation.cls == cls) return &explanation;
  return nullptr;
}

// Where the table has no words of ours for a refusal, Graph's own are better than none.
std::string message_for(const Verdict& verdict, std::string_view ours) {
  std::string message(ours);
  if (verdict.cls != Class::refused || verdict.message.empty()) return message;
  std::string_view theirs = base::trim(verdict.message);
  while (theirs.ends_with('.')) theirs.remove_suffix(1);
  return message + ": " + std::string(theirs);
}

base::Error explain(const Verdict& verdict, const ClassRow* row, int status, const Words& words) {
  base::Error error;
  error.kind = kind_of(verdict.cls);
  const Explanation* general = explanation_of(verdict.cls);
  if (row != nullptr && !row->message.empty())
    error.message = row->message;
  else if (general != nullptr)
    error.message = message_for(verdict, general->message);
  if (row != nullptr && !row->hint.empty())
    error.hint = row->hint;
  else if (general != nullptr)
    error.hint = general->hint;
  if (!words.target.empty()) error.message += " for " + words.target;
  error.details = {{"status", status}, {"code", verdict.code}, {"message", verdict.message}};
  return error;
}

Verdict judge_unanswered(std::string_view method, const Response& response) {
  Verdict verdict;
  verdict.cls = response.maybe_sent ? uncertain(method) : Class::transient;
  verdict.message = response.trouble;
  verdict.error = explain(verdict, nullptr, 0, {});
  if (!response.trouble.empty()) verdict.error.message += " (" + response.trouble + ")";
  return verdict;
}

bool is_html(const Response& response) {
  const auto type = response.headers.find("content-type");
  return type != response.headers.end() &&
         base::ascii_lower(type->second).find("html") != std::string::npos;
}

// A gateway's page instead of Graph's answer says nothing about the request.
Verdict judge_foreign(std::string_view method, const Response& response) {
  Verdict verdict;
  verdict.cls = response.status == 429 ? Class::throttled : uncertain(method);
  verdict.message = "status " + std::to_string(response.status) + " without Graph's JSON";
  verdict.error = explain(verdict, nullptr, response.status, {});
  verdict.error.message +=
      " (something in between answered with status " + std::to_string(response.status) + ")";
  return verdict;
}

std::optional<base::Duration> seconds_of(std::string_view text) {
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(seconds) ||
      seconds < 0)
    return std::nullopt;
  constexpr double kMost = 24 * 3600;  // more is not a wait but a broken header
  return std::chrono::duration_cast<base::Duration>(
      std::chrono::duration<double>(std::min(seconds, kMost)));
}

std::optional<base::Duration> until_date(const std::string& text, base::WallTime now) {
  // Poco makes a date of almost anything: only the one form that HTTP has now is let through.
  constexpr std::string_view kForm = "Sun, 06 Nov 1994 08:49:37 GMT";
  if (text.size() != kForm.size() || text[3] != ',' || !text.ends_with(" GMT")) return std::nullopt;
  int zone = 0;
  Poco::DateTime date;
  if (!Poco::DateTimeParser::tryParse(Poco::DateTimeFormat::HTTP_FORMAT, text, date, zone))
    return std::nullopt;
  const auto then =
      base::WallTime(std::chrono::milliseconds(date.timestamp().epochMicroseconds() / 1000));
  return std::max<base::Duration>(then - now, base::Duration::zero());
}

}  // namespace

std::string_view name(Class value) {
  constexpr std::array<std::string_view, 12> kNames{
      "done",      "absent",    "conflict",     "replication", "concurrency", "throttled",
      "transient", "ambiguous", "unauthorized", "permission",  "impossible",  "refused"};
  return kNames.at(static_cast<std::size_t>(value));
}

Verdict classify(std::string_view method, std::string_view path, const Response& response) {
  if (response.status == 0) return judge_unanswered(method, response);
  const bool accepted = response.status >= 200 && response.status < 300;
  if (accepted && !is_html(response)) return {};
  if (accepted || is_html(response)) return judge_foreign(method, response);
  const Words words = read_words(response);
  if (!words.is_graph_json && response.status >= 400) return judge_foreign(method, response);
  const ClassRow* row = find_row(response.status, method, path, words);
  Verdict verdict;
  verdict.cls = row != nullptr ? row->cls : class_by_status(method, response.status);
  verdict.code = words.code;
  verdict.message = words.message;
  if (verdict.cls != Class::done) verdict.error = explain(verdict, row, response.status, words);
  return verdict;
}

std::optional<base::Duration> retry_after(const Response& response, base::WallTime now) {
  const auto header = response.headers.find("retry-after");
  if (header == response.headers.end()) return std::nullopt;
  const std::string text(base::trim(header->second));
  if (const auto seconds = seconds_of(text)) return seconds;
  return until_date(text, now);
}

}  // namespace entrad::graph
