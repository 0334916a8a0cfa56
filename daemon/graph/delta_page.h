// What a page of a delta query says happened. The properties themselves stay in the page's text: a
// reader of directory objects finds them there, element by element, in the order of the changes.
// Source: Microsoft Graph, "Get incremental changes for users", "... for groups".
// Thread safety: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/guid.h"
#include "base/result.h"

namespace entrad::graph {

// A link that is there, or there no longer. The last word on a link counts; saying it twice changes
// nothing.
struct LinkChange {
  base::Guid id;
  std::string type;  // "#microsoft.graph.user"; empty when the page does not say
  bool removed = false;
};

enum class Fate {
  present,         // created, changed or restored
  in_recycle_bin,  // soft-deleted, or gone for a reason that we don't know: look it up
  gone,            // deleted for good
};

struct Change {
  base::Guid id;
  Fate fate = Fate::present;
  // No property but the id came with it: another part of a big group, or nothing but links changed.
  // Otherwise all selected properties came that were ever set: they replace what was known.
  bool bare = false;
  std::vector<LinkChange> members;  // of a group: those that are new or no longer there
  std::vector<LinkChange> manager;  // of a user: the former one as removed, the present one
};

// One for each element of `value`, in its order. Errors: graph_refused (not JSON, no `value`, an
// element or a link without an id).
base::Result<std::vector<Change>> changes_in(std::string_view page);

}  // namespace entrad::graph
