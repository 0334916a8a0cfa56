// UserList: `users list`, page by page, so that half a million users need the memory of one page.
//
// With --json the pages become one document, written as they come. Thread safety: belongs to the
// run's thread; made for one list.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/snapshots.h"
#include "ctl/handlers.h"
#include "ctl/render/table.h"

namespace entrad::ctl {

class UserList {
 public:
  UserList(Context& context, std::string tenant);
  // Errors: those of the connection and the daemon; what was printed before stays.
  Exit print();

 private:
  base::Result<nlohmann::json> fetch(std::uint64_t size);
  base::Result<void> take(const nlohmann::json& page);
  void begin(const nlohmann::json& page);
  void print_rows(const api::UserPage& page);
  void end();
  void print_nobody();

  Context& context_;
  std::string tenant_;
  std::string at_;  // all pages come from the first page's snapshot
  std::optional<std::string> cursor_;
  std::uint64_t shown_ = 0;
  std::uint64_t total_ = 0;
  bool begun_ = false;
  render::Table table_;
};

}  // namespace entrad::ctl
