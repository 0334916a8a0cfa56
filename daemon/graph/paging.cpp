#include "graph/paging.h"

#include <simdjson.h>
#include <spdlog/spdlog.h>

#include <functional>
#include <future>
#include <optional>
#include <stop_token>

#include "base/text.h"
#include "graph/answers/reply.h"

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

// What is tried to get a page at the first attempt, once it came at a later one.
constexpr int kMostRereads = 3;

std::string link_in(simdjson::dom::element page, std::string_view name) {
  std::string_view link;
  return page[name].get(link) == simdjson::SUCCESS ? std::string(link) : std::string();
}

// A page that is not whole JSON is no page.
bool take_body(simdjson::dom::parser& parser, const std::string& body, Page& page) {
  simdjson::dom::element root;
  if (parser.parse(body).get(root) != simdjson::SUCCESS || !root.is_object()) return false;
  page.next = link_in(root, "@odata.nextLink");
  page.delta = link_in(root, "@odata.deltaLink");
  page.body = body;
  return true;
}

Reply take_page(const Request& request, const Response& response, simdjson::dom::parser& parser,
                Page& page) {
  page = {};
  Reply reply;
  reply.status = response.status;
  reply.verdict = classify(request.method, request.path, response);
  if (reply.done() && !take_body(parser, response.body, page))
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

bool is_lost_page(const Verdict& verdict) {
  return verdict.code == "Directory_ExpiredPageToken" ||
         verdict.code == "DirectoryPageTokenNotFoundException";
}

bool is_lost_page(const base::Error& error) {
  if (!error.details.is_object()) return false;
  const auto code = error.details.find("code");
  if (code == error.details.end() || !code->is_string()) return false;
  Verdict verdict;
  verdict.code = *code;
  return is_lost_page(verdict);
}

std::string next_link(std::string_view page) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (parser.parse(page.data(), page.size()).get(root) != simdjson::SUCCESS) return {};
  return link_in(root, "@odata.nextLink");
}

struct PageReader::Parser {
  simdjson::dom::parser of_pages;
};

PageReader::PageReader(Lines& lines, const Call& call, Line* home)
    : lines_(lines), call_(call), home_(home), parser_(std::make_unique<Parser>()) {}
PageReader::~PageReader() = default;

base::Result<Page> PageReader::read(const Request& request) {
  if (home_ == nullptr) home_ = &lines_.soonest(lines_.price(request), call_.lane);
  for (int again = 0;; ++again) {
    Page page;
    int processed = 0;  // answers but 429: that one was turned away before it had an effect
    const auto take = [&](const Response& response) {
      if (response.status != 429) ++processed;
      return take_page(request, response, parser_->of_pages, page);
    };
    auto reply = lines_.deliver(request, call_, take, home_);
    if (!reply) return base::pass(reply);
    page.reply = std::move(*reply);
    const bool token_is_good = processed == 1 || page.next.empty();
    if (!page.reply.done() || token_is_good || again == kMostRereads) return page;
  }
}

namespace {

// Reads the next page while one is worked on. It has ended, cancelled if need be, when this has.
class ReadAhead {
 public:
  ReadAhead(Lines& lines, const Call& call)
      : forwarded_(call.stop, [this] { stop_.request_stop(); }),
        call_{stop_.get_token(), call.on_wait, call.lane},
        reader_(lines, call_) {}
  ~ReadAhead() {
    stop_.request_stop();
    if (page_.valid()) page_.wait();
  }

  void begin(const Request& request) {
    page_ = std::async(std::launch::async, [this, request] { return reader_.read(request); });
  }
  base::Result<Page> take() { return page_.get(); }

 private:
  std::stop_source stop_;
  std::stop_callback<std::function<void()>> forwarded_;
  const Call call_;
  PageReader reader_;
  std::future<base::Result<Page>> page_;
};

}  // namespace

base::Result<void> read_pages(Lines& lines, const Request& first, const OnPage& on_page,
                              const Call& call) {
  Request request = first;  // goes on with its ConsistencyLevel, which every page needs
  ReadAhead ahead(lines, call);
  for (ahead.begin(request);;) {
    auto page = ahead.take();
    if (!page) return base::pass(page);
    if (!page->reply.done()) return failure(request, page->reply.verdict);
    if (page->next.empty()) return on_page(page->body);
    auto path = path_of_link(lines.tenant().endpoints.graph, page->next);
    if (!path) {
      auto taken = on_page(page->body);
      return taken ? base::pass(path) : taken;
    }
    request.path = std::move(*path);
    ahead.begin(request);
    if (auto taken = on_page(page->body); !taken) return taken;
  }
}

base::Result<void> read_pages_after(Lines& lines, const std::string& link, const OnPage& on_page,
                                    const Call& call) {
  auto path = path_of_link(lines.tenant().endpoints.graph, link);
  if (!path) return base::pass(path);
  Request request;
  request.path = std::move(*path);
  return read_pages(lines, request, on_page, call);
}

base::Result<void> read_collection(Lines& lines, const Request& first, const OnPage& on_page,
                                   const OnDiscard& on_discard, const Call& call) {
  for (int restarts = 0;; ++restarts) {
    auto done = read_pages(lines, first, on_page, call);
    if (done || !is_lost_page(done.error()) || restarts == kMostRestarts) return done;
    spdlog::info("{}: Graph forgot a page token of {}, reading it anew", lines.tenant().name,
                 first.path.substr(0, first.path.find('?')));
    on_discard();
  }
}

}  // namespace entrad::graph
