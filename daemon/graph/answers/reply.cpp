#include "graph/answers/reply.h"

#include "base/json.h"
#include "base/text.h"

namespace entrad::graph {

using nlohmann::json;

namespace {

// A read that was answered with nothing was answered by a gateway: an empty page or user that is
// taken for Graph's would end up in a backup.
Reply checked(const Request& request, Reply reply) {
  if (!reply.done() || reply.status != 200 || !is_read(request.method) || !reply.body.is_null())
    return reply;
  reply.verdict = unreadable(request.method, "the answer is empty");
  reply.status = 0;
  return reply;
}

// Bytes of a picture, which a batch would give as base64.
bool is_media(std::string_view path) { return path.ends_with("/$value"); }

}  // namespace

bool is_read(std::string_view method) { return method == "GET" || method == "HEAD"; }

bool is_uncounted(int status) { return status == 401 || status == 424 || status == 429; }

Verdict unreadable(std::string_view method, const std::string& why) {
  Response lost;
  lost.trouble = why;
  lost.maybe_sent = true;
  return classify(method, "", lost);
}

Reply reply_of(const Request& request, const Response& response) {
  Reply reply;
  reply.status = response.status;
  reply.verdict = classify(request.method, request.path, response);
  if (response.body.empty()) return checked(request, std::move(reply));
  if (reply.done() && is_media(request.path)) {
    reply.body = base::base64(response.body);
    return reply;
  }
  reply.body = base::parse_json(response.body);
  if (!reply.body.is_discarded()) return reply;
  reply.body = nullptr;
  if (reply.done()) {
    reply.verdict = unreadable(request.method, "the answer is not whole");
    reply.status = 0;
  }
  return reply;
}

Reply reply_of_item(const Request& request, Response response, json body) {
  Reply reply;
  reply.status = response.status;
  const bool accepted = response.status >= 200 && response.status < 300;
  if (!accepted && !body.is_null())
    response.body = body.is_string() ? body.get<std::string>() : base::json_text(body);
  reply.verdict = classify(request.method, request.path, response);
  reply.body = std::move(body);
  return checked(request, std::move(reply));
}

base::unexpected<base::Error> failure(const Request& request, const Verdict& verdict) {
  base::Error error = verdict.error;
  const std::string path = request.path.substr(0, request.path.find('?'));
  return base::unexpected<base::Error>(std::move(error).within(request.method + " " + path));
}

}  // namespace entrad::graph
