// People: the ids of the users of a sweep, and a small number for each, so that millions of links
// between users and groups are pairs of numbers.
// Thread safety: not safe; owned by the thread of one sweep.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/guid.h"
#include "base/guid_sort.h"

namespace entrad::backup {

class People {
 public:
  using Index = std::uint32_t;

  void add(const base::Guid& id) { ids_.push_back(id); }  // the same id again is fine
  void close();                                           // all are known: numbers may be asked for

  std::size_t size() const { return ids_.size(); }
  const std::vector<base::Guid>& ids() const { return ids_; }  // sorted once closed
  std::optional<Index> index(const base::Guid& id) const;      // nullopt: none of these users
  // Of many at once, which takes a third of the time: those that are these users, in their order.
  std::vector<Index> indexes(std::span<const base::Guid> ids) const;

 private:
  std::vector<base::Guid> ids_;
  base::Drawers drawers_{0};
  std::vector<Index> begins_;  // of the ids in each drawer, once closed; and the end
};

// A user and something of another numbering, a group, say.
using UserLink = std::pair<People::Index, std::uint32_t>;

// What each user is linked to, in the order in which the links came. At most 4 billion links.
class LinksByUser {
 public:
  LinksByUser(std::span<const UserLink> links, std::size_t users);
  std::span<const std::uint32_t> of(People::Index user) const;

 private:
  std::vector<std::uint32_t> begins_;  // of each user's, and the end
  std::vector<std::uint32_t> others_;
};

}  // namespace entrad::backup
