// Pages: a list that the daemon answers in pages, fetched until there are enough rows.
// Thread safety: belongs to the run's thread.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "ctl/context.h"

namespace entrad::ctl {

struct PagedQuestion {
  std::string path;                               // below the tenant's: "/groups"
  std::string field;                              // of the answer, that holds the rows
  std::map<std::string, std::string> parameters;  // empty ones are left out
  // Parameters that the pages after the first must be asked with -> where the first answer tells.
  std::map<std::string, std::string> pins{};
};

// The first page's answer, with the rows of all pages up to --limit (or all, with --all) in
// `field`. Its `cursor` says that there are more. Errors: those of the connection and the daemon.
base::Result<nlohmann::json> fetch_pages(Context& context, PagedQuestion question);

// "3 of 12 users; more with --limit N or --all"
std::string page_note(std::size_t shown, std::uint64_t total, std::string_view thing, bool more);

}  // namespace entrad::ctl
