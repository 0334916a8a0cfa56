#include "backup/many_lists.h"

#include <algorithm>

#include "base/json.h"
#include "graph/paging.h"

namespace entrad::backup {
namespace {

using base::ErrorKind;
using nlohmann::json;

constexpr std::size_t kAtOnce = 160;  // eight connections, twenty requests a batch

class ListReader {
 public:
  ListReader(Sweep& sweep, const ListTaker& taker) : sweep_(sweep), taker_(taker) {}

  base::Result<void> read_some(std::size_t from, std::size_t end) {
    std::vector<graph::Request> requests;
    for (std::size_t i = from; i < end; ++i) requests.push_back(taker_.request(i));
    auto replies = sweep_.session().batch(requests, sweep_.call());
    if (!replies) return base::pass(replies);
    for (std::size_t i = from; i < end; ++i) {
      const auto read = take(i, (*replies)[i - from]);
      if (!read && !is_about_one_object(read.error())) return read;
      if (auto taken = taker_.on_end(i, read); !taken) return taken;
    }
    sweep_.progress().advance(end - from);
    return {};
  }

 private:
  base::Result<void> take(std::size_t which, const graph::Reply& reply) {
    if (reply.verdict.cls == graph::Class::absent) return {};
    if (!reply.done()) return base::unexpected(reply.verdict.error);
    const auto rows = reply.body.find("value");
    if (rows == reply.body.end() || !rows->is_array())
      return base::fail(ErrorKind::graph_refused, "graph answered with no list", "try again");
    for (const json& row : *rows) taker_.on_row(which, row);
    const auto next = reply.body.find("@odata.nextLink");
    if (next == reply.body.end()) return {};
    return follow(which, next->get<std::string>());
  }

  base::Result<void> take_page(std::size_t which, std::string_view page) {
    const json body = base::parse_json(page);
    if (!body.is_object() || !body.contains("value") || !body["value"].is_array())
      return base::fail(ErrorKind::graph_refused, "graph answered with no list", "try again");
    for (const json& row : body["value"]) taker_.on_row(which, row);
    return {};
  }

  // A list whose next page Graph has forgotten is read anew from its first.
  base::Result<void> follow(std::size_t which, const std::string& next) {
    const auto on_page = [&](std::string_view page) { return take_page(which, page); };
    auto done = sweep_.session().pages_after(next, on_page, sweep_.call());
    if (done || !graph::is_lost_page(done.error())) return done;
    taker_.on_discard(which);
    return sweep_.pages(taker_.request(which), on_page, [&] { taker_.on_discard(which); });
  }

  Sweep& sweep_;
  const ListTaker& taker_;
};

}  // namespace

base::Result<void> read_lists(Sweep& sweep, std::size_t count, const ListTaker& taker) {
  ListReader reader(sweep, taker);
  for (std::size_t from = 0; from < count; from += kAtOnce)
    if (auto done = reader.read_some(from, std::min(count, from + kAtOnce)); !done) return done;
  return {};
}

}  // namespace entrad::backup
