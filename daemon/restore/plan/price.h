// Price: what a plan's writes cost in Graph's quotas, and how long that takes at best.
// Thread safety: belongs to one thread.
#pragma once

#include <map>

#include "api/jobs.h"
#include "graph/quota/quotas.h"
#include "restore/compare/todo.h"

namespace entrad::restore {

// How often the apply reads the authentication methods of this user: their quota is so small that
// reads count beside the writes.
std::uint64_t method_reads(const api::RestoreRequest& request, const Todo& todo);

// Writes of one todo that it does not share with others (coalesced group links are shared).
std::uint64_t own_writes(const Todo& todo);

class Price {
 public:
  // `apps`: how many app registrations the writes are spread over.
  explicit Price(const graph::Quotas& quotas, std::uint64_t apps = 1);

  void add(const Todo& todo, std::uint64_t method_reads = 0);
  void add_group();  // one that is made
  // Fills in actions, removals, writes and eta_seconds.
  void enter_into(api::Plan& plan) const;
  std::uint64_t writes() const;

 private:
  void charge(std::string_view method, std::string_view path, std::uint64_t times);
  void count(const std::string& action, std::uint64_t times);
  void count_removals(const Todo& todo);
  void charge_entitlements(const Todo& todo);
  void charge_schedules(const Todo& todo);

  base::Duration least_time(const graph::Bucket& bucket, std::uint64_t units) const;

  const graph::Quotas& quotas_;
  const std::uint64_t apps_;
  std::map<std::string, std::uint64_t> actions_;
  std::map<std::string, std::uint64_t> removals_;
  std::map<std::string, std::uint64_t> units_;       // of writes
  std::map<std::string, std::uint64_t> read_units_;  // of what is read between them
  std::map<base::Guid, std::uint64_t> group_links_;
  std::uint64_t single_writes_ = 0;
};

}  // namespace entrad::restore
