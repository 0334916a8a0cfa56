// Requests: between HTTP as Beast has it and Question and Answer.
//
// A browser can be made to send requests to a local socket's proxy: a Host that is not ours, or any
// Origin, is refused, so that no web page can speak to the daemon.
// Thread safety: pure functions.
#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>

#include "base/result.h"
#include "control/exchange.h"
#include "control/server.h"

namespace entrad::control {

using HttpRequest = boost::beast::http::request<boost::beast::http::string_body>;
using HttpResponse = boost::beast::http::response<boost::beast::http::string_body>;

// Why a request's header is not acceptable; nullopt: it is.
std::optional<base::Error> objection_to(const HttpRequest& request);
// The peer waits for "100 Continue" before it sends the body.
bool wants_to_be_asked_for_body(const HttpRequest& request);
// Without its peer, parts and query.
Question question_of(const HttpRequest& request);
HttpResponse response_of(const Answer& answer);

struct Refusal {
  base::Error error;
  int status = 0;  // 0: that of the error's kind
};
// What to say when a request could not be read; nullopt: nobody is there to be told.
std::optional<Refusal> refusal_of(const boost::system::error_code& error, const Limits& limits);

}  // namespace entrad::control
