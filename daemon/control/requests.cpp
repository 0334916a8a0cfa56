#include "control/requests.h"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <string>

#include "base/json.h"

namespace entrad::control {
namespace {

namespace http = boost::beast::http;
using base::ErrorKind;

base::Error error_of(ErrorKind kind, std::string message, std::string hint = {}) {
  return {kind, std::move(message), std::move(hint), nullptr};
}

bool is_ours(boost::beast::string_view host) {
  return host.empty() || boost::beast::iequals(host, "localhost") ||
         boost::beast::iequals(host, "entrad");
}

}  // namespace

std::optional<base::Error> objection_to(const HttpRequest& request) {
  if (request.count(http::field::origin) > 0)
    return error_of(ErrorKind::permission_denied, "requests of web pages are refused",
                    "send no Origin header");
  const auto [first, last] = request.equal_range(http::field::host);
  for (auto host = first; host != last; ++host)
    if (!is_ours(host->value()))
      return error_of(ErrorKind::permission_denied,
                      "this is not the host \"" + std::string(host->value()) + "\"",
                      "use http://localhost/... or http://entrad/...");
  if (!request.target().starts_with('/'))
    return error_of(ErrorKind::invalid_argument, "the request's target does not start with a slash",
                    "ask for a path, such as /v1/status");
  return std::nullopt;
}

bool wants_to_be_asked_for_body(const HttpRequest& request) {
  return request.version() >= 11 &&
         boost::beast::iequals(request[http::field::expect], "100-continue");
}

Question question_of(const HttpRequest& request) {
  Question question;
  question.method = std::string(request.method_string());
  question.target = std::string(request.target());
  question.body = request.body();
  question.last_event_id = std::string(request["Last-Event-ID"]);
  return question;
}

HttpResponse response_of(const Answer& answer) {
  HttpResponse response;
  response.version(11);
  response.result(static_cast<unsigned>(answer.status));
  response.set(http::field::content_type, "application/json");
  response.set(http::field::cache_control, "no-store");
  if (!answer.location.empty()) response.set(http::field::location, answer.location);
  if (!answer.allow.empty()) response.set(http::field::allow, answer.allow);
  // Names come from directories and from clients: what is no UTF-8 must not stop an answer.
  response.body() = base::json_text(answer.body);
  response.body() += '\n';
  response.prepare_payload();
  return response;
}

std::optional<Refusal> refusal_of(const boost::system::error_code& error, const Limits& limits) {
  if (error == http::error::body_limit)
    return Refusal{error_of(ErrorKind::invalid_argument,
                            "the body is larger than " + std::to_string(limits.body) + " bytes",
                            "ask for less at a time, or select users by a search"),
                   413};
  if (error == http::error::header_limit)
    return Refusal{
        error_of(ErrorKind::invalid_argument,
                 "the request's header is larger than " + std::to_string(limits.header) + " bytes"),
        431};
  if (error == http::error::end_of_stream) return std::nullopt;
  // A request that breaks off is answered too: whoever sent it may still read.
  if (error.category() == make_error_code(http::error::bad_method).category())
    return Refusal{
        error_of(ErrorKind::invalid_argument, "this is no HTTP/1.1 request: " + error.message(),
                 "try: curl --unix-socket SOCKET http://localhost/v1/status"),
        400};
  return std::nullopt;
}

}  // namespace entrad::control
