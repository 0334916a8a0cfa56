// Parts: what a selection's hash is made of; which answers mean that a link is dead; one walk
// through the pages of a round; the round with its restarts.
#include "graph/delta.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/text.h"
#include "graph/answers/reply.h"
#include "graph/paging.h"

namespace entrad::graph {
namespace {

using base::ErrorKind;
using End = DeltaRound::End;

constexpr std::string_view kSelect = "$select=";

std::string sorted(std::string_view list, char separator) {
  std::vector<std::string> parts = base::split(list, separator);
  std::sort(parts.begin(), parts.end());
  std::string out;
  for (const std::string& part : parts) out.append(out.empty() ? "" : "\n").append(part);
  return out;
}

std::string normal(const std::string& parameter) {
  if (!parameter.starts_with(kSelect)) return parameter;
  return std::string(kSelect) +
         sorted(base::ascii_lower(std::string_view(parameter).substr(kSelect.size())), ',');
}

bool says_resync(const Reply& reply) {
  return reply.status == 410 || reply.verdict.code == "syncStateNotFound" ||
         reply.verdict.code == "resyncRequired";
}

// Graph will never answer this link again.
bool is_dead_link(const Reply& reply) {
  if (says_resync(reply)) return true;
  switch (reply.status) {
    case 401:
    case 403:
    case 408:
    case 429:
      return false;
    default:
      return reply.status >= 400 && reply.status < 500;
  }
}

// How one walk through the pages of a round ended, where it did not fail.
struct Walk {
  enum class End { closed, page_lost, link_dead } end = End::closed;
  std::string link;  // closed
  Request refused;   // else
  Verdict verdict;
};

class RoundReader {
 public:
  RoundReader(Lines& lines, const DeltaReader& reader, const Call& call)
      : lines_(lines), reader_(reader), pages_(lines, call, &lines.first()) {}

  base::Result<Walk> walk(Request request, bool from_stored_link) {
    for (bool stored = from_stored_link;; stored = false) {
      auto page = pages_.read(request);
      if (!page) return base::pass(page);
      if (!page->reply.done()) return refused(request, page->reply, stored);
      if (auto taken = take(*page); !taken) return base::pass(taken);
      if (page->next.empty()) return closed(*page);
      auto path = path_of_link(lines_.tenant().endpoints.graph, page->next);
      if (!path) return base::pass(path);
      request.path = std::move(*path);
    }
  }

  // Only where there is something to discard.
  void discard() {
    if (has_taken_) reader_.discard();
    has_taken_ = false;
  }

 private:
  base::Result<void> take(const Page& page) {
    auto changes = changes_in(page.body);
    if (!changes) return base::pass(changes);
    has_taken_ = true;
    return reader_.page({page.body, std::move(*changes)});
  }

  base::Result<Walk> closed(const Page& page) const {
    if (page.delta.empty())
      return base::fail(ErrorKind::graph_refused, "Graph ended a round of changes without a link",
                        "try again; nothing of the round was kept");
    const auto path = path_of_link(lines_.tenant().endpoints.graph, page.delta);
    if (!path) return base::unexpected(path.error());
    Walk walk;
    walk.link = page.delta;
    return walk;
  }

  static base::Result<Walk> refused(const Request& request, const Reply& reply, bool stored) {
    Walk walk;
    walk.refused = request;
    walk.verdict = reply.verdict;
    if (stored ? is_dead_link(reply) : says_resync(reply))
      walk.end = Walk::End::link_dead;
    else if (is_lost_page(reply.verdict))
      walk.end = Walk::End::page_lost;
    else
      return failure(request, reply.verdict);
    return walk;
  }

  Lines& lines_;
  const DeltaReader& reader_;
  PageReader pages_;
  bool has_taken_ = false;
};

DeltaRound start_over(std::string reason) {
  DeltaRound round;
  round.end = End::start_over;
  round.reason = std::move(reason);
  return round;
}

std::string words_of(const Verdict& verdict) {
  return "Graph does not know the stored link any more" +
         (verdict.code.empty() ? std::string() : " (" + verdict.code + ")");
}

}  // namespace

std::string delta_query_hash(const Request& first) {
  const auto question = std::min(first.path.find('?'), first.path.size());
  std::string parameters;
  std::vector<std::string> all;
  if (question < first.path.size())
    for (const std::string& one : base::split(first.path.substr(question + 1), '&'))
      all.push_back(normal(one));
  std::sort(all.begin(), all.end());
  std::string text = base::ascii_lower(first.path.substr(0, question));
  for (const std::string& one : all) text += "&" + one;
  return base::hex(base::sha256(text));
}

base::Result<DeltaRound> read_round(Lines& lines, const Request& first, const DeltaCursor& since,
                                    const DeltaReader& reader, const Call& call) {
  const std::string query = delta_query_hash(first);
  const bool resumes = !since.link.empty();
  Request start = first;
  if (resumes) {
    if (since.query != query) return start_over("other properties are asked for than before");
    auto path = path_of_link(lines.tenant().endpoints.graph, since.link);
    if (!path) return start_over("the stored link leads to another endpoint than the configured");
    start.path = std::move(*path);
  }
  RoundReader round(lines, reader, call);
  for (int restarts = 0;; ++restarts) {
    auto walk = round.walk(start, resumes);
    if (!walk) return base::pass(walk);
    if (walk->end == Walk::End::closed) return DeltaRound{End::closed, {walk->link, query}, ""};
    const bool dead = resumes && walk->end == Walk::End::link_dead;
    if (!dead && restarts == kMostRestarts) return failure(walk->refused, walk->verdict);
    round.discard();
    if (dead) return start_over(words_of(walk->verdict));
    spdlog::info("{}: Graph lost its place in the changes of {}, beginning the round again",
                 lines.tenant().name, first.path.substr(0, first.path.find('?')));
  }
}

base::Result<DeltaCursor> latest_cursor(Lines& lines, const Request& first, const Call& call) {
  Request latest = first;
  latest.path += first.path.find('?') == std::string::npos ? '?' : '&';
  latest.path += "$deltatoken=latest";
  const DeltaReader nobody{[](const DeltaPage&) { return base::Result<void>(); }, [] {}};
  auto round = read_round(lines, latest, {}, nobody, call);
  if (!round) return base::pass(round);
  return DeltaCursor{round->next.link, delta_query_hash(first)};
}

}  // namespace entrad::graph
