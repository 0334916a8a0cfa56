// Reading: whether the users of a restore are cheaper read one by one or by lists of the whole
// tenant.
//
// What counts is how often Graph is asked: a batch of 20 questions or a page of 999 is once.
// Source: Microsoft Graph v1.0, "Combine multiple HTTP requests using JSON batching", "Paging
// Microsoft Graph data in your app", "List users" ($top up to 999). Thread safety: pure functions.
#pragma once

#include <cstdint>

#include "restore/state.h"

namespace entrad::restore {

// Users to be read, and what there is in the tenant, as far as it is known.
struct Extent {
  std::uint64_t wanted = 0;  // users to be read
  bool only_names = false;   // who has the names of new users is all that is asked
  std::uint64_t users = 0;   // in the tenant
};

// Of a job that has so many users to read.
Extent extent_of(const Context& context, std::uint64_t wanted, bool only_names);

// How often Graph is asked at least where each user is asked for, with `depth` of those that are
// live and the recycle bin for those that are not.
std::uint64_t asked_one_by_one(const Extent& extent, const Depth& depth);
// And at most where the directory and the recycle bin are listed.
std::uint64_t asked_by_lists(const Extent& extent);
bool is_cheaper_by_lists(const Extent& extent, const Depth& depth);
// What the context says, else what is cheaper.
bool reads_by_lists(const Context& context, const Extent& extent);

// Whether links of `live` users are cheaper read from the other end: from so many groups, say. Both
// ends are asked 20 to a batch: what differs is what the quota takes for them. Source: Microsoft
// Graph service-specific throttling limits, identity and access: with $select, members 2 resource
// units a page, memberOf and one group 1 each.
bool are_links_cheaper_by_lists(std::uint64_t live, std::uint64_t others, std::uint64_t users);

}  // namespace entrad::restore
