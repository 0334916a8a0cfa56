// Graph's own counts, against which a list that was read is checked.
#include "backup/sweep.h"

namespace entrad::backup {

base::Result<std::uint64_t> count_of(Sweep& sweep, const graph::Request& request,
                                     const std::string& what) {
  auto reply = sweep.session().send(request, sweep.call());
  if (!reply) return base::pass(reply, "count the " + what);
  if (!reply->done()) return base::unexpected(reply->verdict.error);
  if (reply->body.is_number_unsigned()) return reply->body.get<std::uint64_t>();
  std::string digits;  // a byte order mark may come before them
  if (reply->body.is_string())
    for (const char c : reply->body.get_ref<const std::string&>())
      if (c >= '0' && c <= '9') digits += c;
  if (digits.empty() || digits.size() > 18)
    return base::fail(base::ErrorKind::graph_refused, "graph answered $count with no number",
                      "try again later");
  return std::stoull(digits);
}

// Objects come and go while we read, and $count is served from an index that lags.
bool agree(std::uint64_t seen, std::uint64_t counted_by_graph) {
  const std::uint64_t tolerance = counted_by_graph / 1000 + 5;
  return seen <= counted_by_graph + tolerance && counted_by_graph <= seen + tolerance;
}

std::string disagreement(Sweep& sweep, const graph::Request& count, const std::string& noun,
                         std::uint64_t seen) {
  const auto theirs = count_of(sweep, count, noun + "s");
  if (!theirs) return "graph would not count the " + noun + "s: " + theirs.error().message;
  if (agree(seen, *theirs)) return {};
  return "read " + counted(seen, noun) + " but graph counts " + std::to_string(*theirs);
}

}  // namespace entrad::backup
