// Link lookup: what a write of a link is about, and what became of one whose answer did not come.
// Thread safety: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/guid.h"
#include "graph/session.h"
#include "restore/apply/writer.h"

namespace entrad::restore {

inline constexpr std::string_view kManagerWrite = "manager";

std::string link_key(const base::Guid& target);

// Whether it is written to a group, unit or application, where two writes must not meet: each takes
// one write at a time. Its first key names that.
bool is_of_target(const Write& write);
base::Guid target_of(const Write& write);
// Of the URL of an object.
base::Guid named_by(const std::string& url);

bool can_be_looked_up(const Write& write);
graph::Request lookup_of(const Write& write, const base::Guid& user);
// Whether the user is by now as the write wants it; nothing when that could not be read.
std::optional<bool> has_happened(const Write& write, const graph::Reply& seen);
// Whether a list of a user's links names the target.
bool names(const base::Guid& target, const graph::Reply& list);

}  // namespace entrad::restore
