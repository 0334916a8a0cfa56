// Pages of a collection. Source: Microsoft Graph, "Paging Microsoft Graph data in your app".
//
// Graph forgets page tokens (Directory_ExpiredPageToken), and does not know one that came with the
// answer to a retried request (DirectoryPageTokenNotFoundException). A page that came only after a
// retry is therefore asked for once more before its link is followed; a collection whose token is
// lost all the same has to be read anew from its first page.
// Thread safety: functions that may be called from any thread; a PageReader belongs to one.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "graph/lines.h"

namespace entrad::graph {

using OnPage = std::function<base::Result<void>(std::string_view)>;
using OnDiscard = std::function<void()>;

// How often a collection is read anew before that is given up.
constexpr int kMostRestarts = 3;

// The page that follows is asked for while `on_page` works, which is never called twice at once.
base::Result<void> read_pages(Lines& lines, const Request& first, const OnPage& on_page,
                              const Call& call);
// The page that `link`, of an earlier answer, leads to, and every page after it.
base::Result<void> read_pages_after(Lines& lines, const std::string& link, const OnPage& on_page,
                                    const Call& call);
// The same as read_pages, but a lost page token makes it call `on_discard` and read anew, up to
// kMostRestarts times: whatever `on_page` took before is void then, and comes again.
base::Result<void> read_collection(Lines& lines, const Request& first, const OnPage& on_page,
                                   const OnDiscard& on_discard, const Call& call);

// Graph has forgotten where the pages were: a failure of read_pages, or a refused page.
bool is_lost_page(const base::Error& error);
bool is_lost_page(const Verdict& verdict);

// "@odata.nextLink" of a page; empty: it is the last. The page was read before, so it is whole.
std::string next_link(std::string_view page);

// What of a nextLink goes into a request: path and query after /v1.0, as they are. A link to
// another scheme, host or port is refused: the access token would go there.
// Errors: graph_refused.
base::Result<std::string> path_of_link(std::string_view endpoint, std::string_view link);

// A page as Graph gave it.
struct Page {
  Reply reply;        // not done(): refused, and there is no page
  std::string body;   // whole JSON
  std::string next;   // "@odata.nextLink"
  std::string delta;  // "@odata.deltaLink"
};

class PageReader {
 public:
  // `home`: what the pages are read with as long as it is not refused; null: what is free soonest
  // at the first page. A page token may belong to the app that it was given to.
  PageReader(Lines& lines, const Call& call, Line* home = nullptr);
  ~PageReader();

  // Errors: those of Lines::deliver.
  base::Result<Page> read(const Request& request);

 private:
  struct Parser;
  Lines& lines_;
  const Call& call_;
  Line* home_;
  std::unique_ptr<Parser> parser_;
};

}  // namespace entrad::graph
