#include "graph/paging.h"

#include <simdjson.h>

#include <optional>

#include "base/text.h"
#include "graph/reply.h"

namespace entrad::graph {
namespace {

using base::ErrorKind;

constexpr std::string_view kRoot = "/v1.0";

struct Origin {
  std::string text;  // scheme://host:port, lower case
  std::string_view rest;
};

std::optional<Origin> origin_of(std::string_view url) {
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return std::nullopt;
  const auto begin = scheme_end + 3;
  const auto end = std::min(url.find_first_of("/?#\\", begin), url.size());
  const std::string scheme = base::ascii_lower(url.substr(0, scheme_end));
  std::string authority = base::ascii_lower(url.substr(begin, end - begin));
  if (authority.empty() || authority.find('@') != std::string::npos) return std::nullopt;
  const bool has_port = authority.find(':', authority.rfind(']') + 1) != std::string::npos;
  if (!has_port) authority += scheme == "https" ? ":443" : ":80";
  return Origin{scheme + "://" + authority, url.substr(end)};
}

// The page as a caller will read it, and the link to the next; a page that is not whole JSON is no
// page.
struct Page {
  std::string body;
  std::string next;
};

bool read_page(simdjson::dom::parser& parser, const std::string& body, Page& page) {
  simdjson::dom::element root;
  if (parser.parse(body).get(root) != simdjson::SUCCESS || !root.is_object()) return false;
  std::string_view next;
  page.next.clear();
  if (root["@odata.nextLink"].get(next) == simdjson::SUCCESS) page.next = next;
  return true;
}

Reply take_page(const Request& request, const Response& response, simdjson::dom::parser& parser,
                Page& page) {
  Reply reply;
  reply.status = response.status;
  reply.verdict = classify(request.method, request.path, response);
  if (!reply.done()) return reply;
  if (read_page(parser, response.body, page))
    page.body = response.body;
  else
    reply.verdict = unreadable(request.method, "the page is not whole");
  return reply;
}

}  // namespace

base::Result<std::string> path_of_link(std::string_view endpoint, std::string_view link) {
  const auto ours = origin_of(endpoint);
  const auto theirs = origin_of(link);
  if (!ours || !theirs || ours->text != theirs->text)
    return base::fail(ErrorKind::graph_refused, "Graph answered with a link to another host",
                      "nothing was sent there; check that graph_endpoint belongs to the tenant's "
                      "cloud, and that no proxy changes the answers");
  if (!theirs->rest.starts_with(std::string(kRoot) + "/"))
    return base::fail(ErrorKind::graph_refused,
                      "Graph answered with a link to another version of itself", "update entrad");
  return std::string(theirs->rest.substr(kRoot.size()));
}

base::Result<void> read_pages(Line& line, const Request& first, const OnPage& on_page,
                              const Call& call) {
  Request request = first;  // goes on with its ConsistencyLevel, which every page needs
  simdjson::dom::parser parser;
  for (;;) {
    Page page;
    const auto read = [&](const Response& response) {
      return take_page(request, response, parser, page);
    };
    auto reply = line.deliver(request, call, read);
    if (!reply) return base::pass(reply);
    if (!reply->done()) return failure(request, reply->verdict);
    if (auto taken = on_page(page.body); !taken) return taken;
    if (page.next.empty()) return {};
    auto path = path_of_link(line.tenant().endpoints.graph, page.next);
    if (!path) return base::pass(path);
    request.path = std::move(*path);
  }
}

base::Result<void> read_pages_after(Line& line, const std::string& link, const OnPage& on_page,
                                    const Call& call) {
  auto path = path_of_link(line.tenant().endpoints.graph, link);
  if (!path) return base::pass(path);
  Request request;
  request.path = std::move(*path);
  return read_pages(line, request, on_page, call);
}

}  // namespace entrad::graph
