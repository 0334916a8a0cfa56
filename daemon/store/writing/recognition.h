// Recognition: what the writer of a snapshot knows of the parent's answers, by their fingerprints,
// and the fingerprints of what it puts itself.
//
// What is put is no longer what the parent had: it is recognised again in the next snapshot only.
// Thread safety: belongs to the thread of one writer. Owned by SnapshotWriter.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "store/environment.h"
#include "store/rows/fingerprints.h"
#include "store/writing/unsealed.h"

namespace entrad::store {

class Recognition {
 public:
  explicit Recognition(const Environment& environment) : environment_(environment) {}

  // Before all others. The seed is fingerprint_seed()'s.
  void begin(const Unsealed& to, std::uint64_t seed);

  // As SnapshotWriter's. Throws Damage.
  bool is_unchanged(const FingerprintsOf& of, const base::Guid& id, std::string_view raw);
  std::size_t known_size(const FingerprintsOf& of, const base::Guid& id);
  void expect(const FingerprintsOf& of, const base::Guid& id);

  // A content was put. It has the answer that is_unchanged() was asked about last, if that was
  // about this object; else none is known.
  void put(const FingerprintsOf& of, const base::Guid& id);
  // It was put by an attempt that was interrupted.
  void was_put(const FingerprintsOf& of, const base::Guid& id);
  // What was put of those objects is not there any more. `gone` is sorted.
  void bury(api::ObjectKind kind, const ShortIds& gone);

  // Writes the fingerprints of the snapshot that is sealed by this transaction.
  void seal(WriteTxn& txn) const;

 private:
  const Fingerprints* before(const FingerprintsOf& of);  // nullptr: there is no parent
  std::map<FingerprintsOf, std::vector<Fingerprint>> settled() const;
  std::map<FingerprintsOf, ShortIds> replaced_in(const Txn& txn) const;

  const Environment& environment_;
  Unsealed to_;
  std::uint64_t seed_ = 0;
  std::map<FingerprintsOf, Fingerprints> before_;
  std::map<FingerprintsOf, std::vector<Fingerprint>> fresh_;     // in the order of the puts
  std::map<FingerprintsOf, std::vector<base::Guid>> replaced_;   // of kinds not in before_ yet
  std::optional<std::pair<FingerprintsOf, Fingerprint>> asked_;  // last, and found changed
};

}  // namespace entrad::store
