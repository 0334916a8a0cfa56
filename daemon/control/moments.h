// Moments: the snapshots that a question is about, from what a person wrote in its query.
// Thread safety: pure but for reading the store.
#pragma once

#include <string>

#include "api/snapshots.h"
#include "base/guid.h"
#include "base/result.h"
#include "control/exchange.h"
#include "control/parameters.h"
#include "store/lists/pages.h"
#include "store/snapshots.h"

namespace entrad::control {

inline const store::Snapshots& snapshots_in(const Context& context) {
  return context.services.store.snapshots();
}

// The snapshot of the question's tenant that a parameter means: a number or a time; not given: the
// newest. Errors: not_found (tenant, snapshot), invalid_argument.
base::Result<api::Snapshot> snapshot_named(const Question& question, const Context& context,
                                           const std::string& parameter);

struct Span {
  api::Snapshot from;
  api::Snapshot to;
};
// `to` as above. `from` not given: the snapshot before `to`, or with `since_ever` the oldest.
// Errors: also invalid_argument for `live` where only snapshots can be compared.
base::Result<Span> span_of(const Question& question, const Context& context, bool since_ever);

// Path part `user` as of a snapshot, those that were gone by then included; a name may be of
// another snapshot.
base::Result<base::Guid> user_in(const Question& question, const Context& context,
                                 const api::Snapshot& snapshot);

// One page of `rows` as `field` of an answer, with `total` and `cursor`.
template <typename Row>
base::Result<nlohmann::json> paged(const Question& question, const char* field,
                                   const std::vector<Row>& rows) {
  auto limit = limit_of(question);
  if (!limit) return base::pass(limit);
  auto page = store::page_of(rows.size(), *limit, text_of(question, "cursor"));
  if (!page) return base::pass(page);
  nlohmann::json body = {{field, nlohmann::json::array()}, {"total", rows.size()}};
  for (std::size_t i = page->from; i < page->until; ++i) body[field].push_back(rows[i]);
  if (page->cursor) body["cursor"] = *page->cursor;
  return body;
}

}  // namespace entrad::control
