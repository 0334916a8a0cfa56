// Many lists: one list for each of many objects, twenty requests in a batch, all pages of each.
// Thread safety: belongs to the thread of one backup.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>

#include "backup/sweep.h"

namespace entrad::backup {

struct ListTaker {
  std::function<graph::Request(std::size_t)> request;              // of the list of object i
  std::function<void(std::size_t, const nlohmann::json&)> on_row;  // an element of it
  std::function<void(std::size_t)> on_discard;                     // what came of it comes again
  // It has come wholly, or it could not be read; an object that is gone has no rows. An error of
  // this function, or one that is not about one object only, ends the reading.
  std::function<base::Result<void>(std::size_t, const base::Result<void>&)> on_end;
};

// Lists of objects 0 to `count`.
base::Result<void> read_lists(Sweep& sweep, std::size_t count, const ListTaker& taker);

}  // namespace entrad::backup
