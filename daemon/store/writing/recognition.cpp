#include "store/writing/recognition.h"

#include <algorithm>

#include "store/rows/changes.h"

namespace entrad::store {

void Recognition::begin(const Unsealed& to, std::uint64_t seed) {
  to_ = to;
  seed_ = seed;
}

const Fingerprints* Recognition::before(const FingerprintsOf& of) {
  if (!to_.has_parent) return nullptr;
  const auto place = before_.find(of);
  if (place != before_.end()) return &place->second;
  auto& loaded = before_.emplace(of, Fingerprints(*environment_.read(), of)).first->second;
  for (const auto& id : replaced_[of]) loaded.forget(id);
  replaced_.erase(of);
  return &loaded;
}

bool Recognition::is_unchanged(const FingerprintsOf& of, const base::Guid& id,
                               std::string_view raw) {
  expect(of, id);
  const Fingerprint now = fingerprint(id, raw, seed_);
  const Fingerprints* known = before(of);
  if (known != nullptr && known->find(id) == now) return true;
  asked_ = {of, now};
  return false;
}

std::size_t Recognition::known_size(const FingerprintsOf& of, const base::Guid& id) {
  const Fingerprints* known = before(of);
  const auto one = known == nullptr ? std::nullopt : known->find(id);
  return one && one->size != Fingerprint::kLarge ? one->size : 0;
}

void Recognition::expect(const FingerprintsOf& of, const base::Guid& id) {
  if (const Fingerprints* known = before(of)) known->expect(id);
}

void Recognition::put(const FingerprintsOf& of, const base::Guid& id) {
  was_put(of, id);
  if (asked_ && asked_->first == of && asked_->second.id == short_of(id))
    fresh_[of].push_back(asked_->second);
  else if (const auto looked = fresh_.find(of); looked != fresh_.end())
    looked->second.push_back({short_of(id)});  // in the place of what an earlier put had
  asked_.reset();
}

void Recognition::was_put(const FingerprintsOf& of, const base::Guid& id) {
  if (!to_.has_parent) return;
  if (const auto place = before_.find(of); place != before_.end())
    place->second.forget(id);
  else
    replaced_[of].push_back(id);
}

void Recognition::bury(api::ObjectKind kind, const ShortIds& gone) {
  const auto is_gone = [&](const Fingerprint& one) {
    return std::binary_search(gone.begin(), gone.end(), one.id);
  };
  for (auto& [of, fresh] : fresh_)
    if (of.kind == kind) std::erase_if(fresh, is_gone);
}

// The last of several, which stable sorting leaves last.
std::map<FingerprintsOf, std::vector<Fingerprint>> Recognition::settled() const {
  auto all = fresh_;
  for (auto& [of, fresh] : all) {
    std::stable_sort(fresh.begin(), fresh.end());
    const auto kept = std::unique(fresh.rbegin(), fresh.rend(),
                                  [](const auto& a, const auto& b) { return a.id == b.id; });
    fresh.erase(fresh.begin(), kept.base());
    std::erase_if(fresh, [](const Fingerprint& one) { return one.size == Fingerprint::kNone; });
  }
  return all;
}

std::map<FingerprintsOf, ShortIds> Recognition::replaced_in(const Txn& txn) const {
  std::map<FingerprintsOf, ShortIds> all;
  if (!to_.has_parent) return all;
  for_each_change_block(txn, to_.tenant, to_.number, 0, [&](std::uint32_t, auto changes) {
    for (const Changed& one : changes)
      for (std::size_t i = 0; i < api::Words<api::Section>::names.size(); ++i)
        if (const auto section = static_cast<api::Section>(i); one.has(section))
          all[{to_.tenant, one.kind, section}].push_back(short_of(one.id));
    return true;
  });
  for (auto& [of, ids] : all) {
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  }
  return all;
}

// A content that this snapshot replaced, and for which no fingerprint is known, has none.
void Recognition::seal(WriteTxn& txn) const {
  const auto all = settled();
  auto outdated = replaced_in(txn);
  for (const auto& [of, fresh] : all) {
    const auto is_fresh = [&fresh = fresh](ShortId id) {
      return std::binary_search(fresh.begin(), fresh.end(), Fingerprint{id});
    };
    std::erase_if(outdated[of], is_fresh);
    put_fingerprints(txn, of, fresh, outdated[of]);
    outdated.erase(of);
  }
  for (const auto& [of, ids] : outdated) put_fingerprints(txn, of, {}, ids);
}

}  // namespace entrad::store
