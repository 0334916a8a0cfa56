// Inspection: reads every row of the store again and computes anew whatever can be computed.
//
// Each table's rows against their checks and keys; each content against its name; every sealed
// snapshot against its digest and counts, all in one walk over the history; user rows, names, lists
// of changes, targets, dictionaries and fingerprints against the objects; jobs and what belongs to
// them. It reads a piece at a time, so that writing goes on meanwhile. What is not a row (LMDB's
// own pages, free ones among them) is not looked at, beyond what LMDB itself checks. Thread safety:
// may be called from any thread that holds no Reader.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "api/retention.h"
#include "store/environment.h"

namespace entrad::store {

// What was found. The parts of the inspection add to it.
class Findings {
 public:
  explicit Findings(api::StoreCheck& to) : to_(to) {}
  void add(const std::string& finding);
  // Runs a part; damage that it meets is a finding, and ends that part only.
  void guard(const std::string& where, const std::function<void()>& part);
  api::StoreCheck& totals() { return to_; }

 private:
  api::StoreCheck& to_;
};

// The rows of a table whose keys begin so, a piece at a time. A damaged row is a finding and left
// out. False: it was stopped.
using OnRow = std::function<void(const Txn&, std::string_view key, std::string_view value)>;
bool for_each_row_of(const Environment& environment, Table table, std::string_view prefix,
                     Findings& findings, const std::stop_token& stop, const OnRow& on_row);
std::string place_of(Table table, std::string_view key);  // in words

using OnProgress = std::function<void(std::uint64_t rows)>;
api::StoreCheck inspect(Environment& environment, const std::stop_token& stop,
                        const OnProgress& on_progress = nullptr);

// The parts. Each returns false when it was stopped.
bool inspect_rows(const Environment& environment, Findings& findings, const std::stop_token& stop,
                  const OnProgress& on_progress);
bool inspect_tenant(Environment& environment, TenantNumber tenant, const std::string& name,
                    Findings& findings, const std::stop_token& stop);
bool inspect_jobs(const Environment& environment, Findings& findings, const std::stop_token& stop);

}  // namespace entrad::store
