// Batch: rows that are written together, in the order of their keys, so that neighbours share the
// pages that a commit writes, and those pages end up full. The rows wait in a spool.
// Thread safety: belongs to one thread at a time. Owned by Intake.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "store/writing/spool.h"
#include "store/writing/unsealed.h"

namespace entrad::store {

class Batch {
 public:
  Batch(const std::filesystem::path& directory, base::SteadyTime begun)
      : spool_(directory), begun_(begun) {}

  base::Result<void> add(const Row& row);  // errors: as Spool::append
  void note(const std::string& name, std::string text) { notes_[name] = std::move(text); }

  bool is_empty() const { return places_.empty() && notes_.empty(); }
  bool is_full() const;
  bool is_large() const;  // enough to be worth a write of its own
  // Is it large, and do these rows lie elsewhere? Then it is better written while they are packed.
  bool is_ended_by(api::ObjectKind kind, api::Section section) const;
  base::SteadyTime begun() const { return begun_; }

  // Once; of several rows of one section the last counts. The notes come with the last rows.
  // Errors: store_full, store_damaged, shutting_down.
  base::Result<void> write(Environment& environment, const Unsealed& to);

 private:
  struct Place {  // of a row in the spool; 48 bytes
    base::Guid id;
    std::uint64_t at = 0;
    std::uint32_t value_size = 0;
    std::uint32_t user_size = 0;
    api::ObjectKind kind = api::ObjectKind::user;
    api::Section section = api::Section::object;
    bool changed = false;
  };
  using Name = std::array<unsigned char, 28>;  // as name_key() makes it

  void sort();
  RowView view(const Place& place) const;
  base::Result<void> write_names(Environment& environment) const;

  Spool spool_;
  base::SteadyTime begun_;
  std::vector<Place> places_;
  std::vector<Name> names_;
  std::map<std::string, std::string> notes_;
};

}  // namespace entrad::store
