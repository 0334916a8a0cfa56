// Bringing users back into the directory: out of the recycle bin, or created anew.
//
// A create is the one write that must not be repeated. Its intent is journalled before it is sent;
// whenever an earlier attempt may have happened, the userPrincipalName, which Graph keeps unique,
// is looked up first, and a user made since that attempt is adopted. Thread safety: belongs to the
// job's thread.
#pragma once

#include <vector>

#include "restore/apply/entry.h"
#include "restore/apply/writer.h"
#include "restore/targets.h"

namespace entrad::restore {

// Marks items whose create was sent by an earlier process and never answered.
base::Result<void> take_up_unanswered(const Context& context);

class BringBack {
 public:
  BringBack(const Context& context, Writer& writer, Memory& memory, const Targets& targets,
            const graph::Call& call);

  // Restores and creates what the entries' todos ask for, each once. Entries that were brought back
  // have `row.work.target`; created ones are `visible` at once, with their known state in `live`.
  base::Result<void> run(std::vector<Entry>& entries);
  // Whether a user is to be created and nobody knows yet how that ends: the answer did not come, or
  // it was put off.
  static bool is_undecided(const Entry& entry);
  // Looks such users up, and creates those that are not there after two looks, which should be some
  // seconds apart: a fresh user is not readable everywhere.
  base::Result<void> look_again(std::vector<Entry>& entries);
  // The same until all is known, or for some rounds, with a moment before each.
  base::Result<void> decide(std::vector<Entry>& entries);

 private:
  base::Result<void> restore(std::vector<Entry*>& entries);
  base::Result<void> look_again(std::vector<Entry*>& entries);
  // Who has their names, in their order.
  base::Result<std::vector<graph::Reply>> look_up(const std::vector<Entry*>& entries);
  base::Result<void> look_up_earlier_attempts(std::vector<Entry*>& entries);
  base::Result<void> create(std::vector<Entry*>& entries);
  base::Result<void> keep_passwords(const std::vector<Entry*>& entries);
  base::Result<void> resolve_conflicts(std::vector<Entry*>& entries);
  bool is_ours(const Entry& entry, const nlohmann::json& holder) const;
  base::Result<void> adopt(Entry& entry, const nlohmann::json& user);
  base::Result<void> save(Entry& entry);
  store::ItemRow created(Entry& entry, const nlohmann::json& user);
  base::Result<void> record_lineage(const std::vector<Entry*>& entries);

  const Context& context_;
  Writer& writer_;
  Memory& memory_;
  const Targets& targets_;
  const graph::Call& call_;
};

}  // namespace entrad::restore
