// Parts: finding the row of an answer, the default by status, what people are told,
// answers that are not Graph's, Retry-After.
#include "graph/answers/classes.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeParser.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <span>
#include <vector>

#include "base/text.h"
#include "graph/answers/class_table.h"
#include "graph/answers/error_body.h"

namespace entrad::graph {
namespace {

using base::ErrorKind;

bool is_read(std::string_view method) { return method == "GET" || method == "HEAD"; }

bool has_word(std::string_view words, std::string_view word) {
  return words.empty() || words.find(word) != std::string_view::npos;
}

bool fits(const ClassRow& row, int status, std::string_view method, std::string_view path,
          const ErrorBody& words, const std::string& message) {
  if (row.status != 0 && row.status != status) return false;
  if (!has_word(row.method, method)) return false;
  if (path.find(row.path) == std::string_view::npos) return false;
  if (!row.code.empty() &&
      std::find(words.codes.begin(), words.codes.end(), row.code) == words.codes.end())
    return false;
  return message.find(row.text) != std::string::npos;
}

const ClassRow* find_row(int status, std::string_view method, std::string_view path,
                         const ErrorBody& words) {
  const std::string message = base::ascii_lower(words.message);
  path = path.substr(0, path.find('?'));
  for (const std::span<const ClassRow> rows :
       {link_rows(), object_rows(), query_rows(), access_rows()})
    for (const ClassRow& row : rows)
      if (fits(row, status, method, path, words, message)) return &row;
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
    {Class::transient, "Microsoft Graph could not answer",
     "it is tried again by itself; if it stays, look at Microsoft's service health"},
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

base::Error explain(const Verdict& verdict, const ClassRow* row, int status,
                    const ErrorBody& words) {
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
  if (!words.target.empty()) error.message += " (" + words.target + ")";
  const bool failed_inside = verdict.cls == Class::transient || verdict.cls == Class::ambiguous;
  if (failed_inside && status >= 500) error.message += " (status " + std::to_string(status) + ")";
  error.details = {{"status", status}, {"code", verdict.code}, {"message", verdict.message}};
  return error;
}

Verdict judge_unanswered(std::string_view method, const Response& response) {
  Verdict verdict;
  verdict.cls = response.maybe_sent ? uncertain(method) : Class::transient;
  verdict.message = response.trouble;
  verdict.error = explain(verdict, nullptr, 0, {});
  if (verdict.cls == Class::transient) {
    verdict.error.message = "Microsoft Graph could not be reached";
    verdict.error.hint =
        "it is tried again by itself; if it stays, check the network, the proxy if there is one, "
        "and Microsoft's service health";
  }
  if (!response.trouble.empty()) verdict.error.message += " (" + response.trouble + ")";
  return verdict;
}

bool is_html(const Response& response) {
  const auto type = response.headers.find("content-type");
  return type != response.headers.end() &&
         base::ascii_lower(type->second).find("html") != std::string::npos;
}

// Graph always says why it refuses something. These say all that matters by their status alone.
bool speaks_for_itself(int status) {
  constexpr std::array kStatuses{401, 408, 409, 412, 423, 424, 429, 501};
  return status >= 500 || std::find(kStatuses.begin(), kStatuses.end(), status) != kStatuses.end();
}

// Whether something between us and Graph has answered in its place: a gateway, a proxy, a firewall.
bool is_foreign(const Response& response, const ErrorBody& words) {
  if (is_html(response) || response.status < 200) return true;
  if (response.status < 300) return false;
  if (response.status < 400) return true;  // Graph redirects none of our calls
  if (words.is_readable) return false;
  const bool bare = response.body.empty() || response.status == 401;
  return !(bare && speaks_for_itself(response.status));
}

Verdict judge_foreign(std::string_view method, const Response& response) {
  const std::string status = std::to_string(response.status);
  Verdict verdict;
  verdict.cls = response.status == 429 ? Class::throttled : uncertain(method);
  verdict.message = "status " + status + " without Graph's JSON";
  verdict.error = explain(verdict, nullptr, 0, {});
  verdict.error.message += " (something in between answered with status " + status + ")";
  if (verdict.cls == Class::transient)
    verdict.error.hint =
        "it is tried again by itself; if it stays, ask who runs the proxy or firewall between this "
        "machine and Microsoft Graph";
  verdict.error.details = {{"status", response.status}, {"message", verdict.message}};
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
  const ErrorBody words = accepted ? ErrorBody() : read_error_body(response.body);
  if (is_foreign(response, words)) return judge_foreign(method, response);
  if (accepted) return {};
  const ClassRow* row = find_row(response.status, method, path, words);
  Verdict verdict;
  verdict.cls = row != nullptr ? row->cls : class_by_status(method, response.status);
  if (!words.codes.empty()) verdict.code = words.codes.front();
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
