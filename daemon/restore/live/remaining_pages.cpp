#include "restore/live/remaining_pages.h"

#include "base/json.h"
#include "graph/paging.h"

namespace entrad::restore {

base::Result<void> take_remaining_pages(const Context& context, const graph::Request& first,
                                        const graph::Reply& reply,
                                        const std::function<void(const nlohmann::json&)>& take,
                                        const std::function<void()>& discard,
                                        const graph::Call& call) {
  const auto next = reply.body.find("@odata.nextLink");
  if (next == reply.body.end()) return {};
  const auto take_page = [&take](std::string_view page) -> base::Result<void> {
    take(base::read_json(page));
    return {};
  };
  auto rest = context.session.pages_after(next->get<std::string>(), take_page, call);
  if (rest || !graph::is_lost_page(rest.error())) return rest;
  discard();
  return context.session.collection(first, take_page, discard, call);
}

}  // namespace entrad::restore
