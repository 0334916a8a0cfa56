// A tenant's history as a plain copy of everything in each snapshot: what the store is held
// against. Thread safety: belongs to one thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rig.h"

namespace entrad::store {

struct Cell {
  api::ObjectKind kind = api::ObjectKind::user;
  unsigned id = 0;
  api::Section section = api::Section::object;
  auto operator<=>(const Cell&) const = default;
};

// Everything as of one snapshot.
struct Moment {
  std::map<Cell, std::string> contents;
  std::map<unsigned, std::string> names;  // of users

  bool has(api::ObjectKind kind, unsigned id) const {
    return contents.contains({kind, id, api::Section::object});
  }
  void forget(api::ObjectKind kind, unsigned id);
  bool operator==(const Moment&) const = default;
};

class Model {
 public:
  // A user as lists show it.
  struct Listed {
    std::string name;
    std::uint64_t changed_in = 0;
  };

  std::map<std::uint64_t, Moment> kept;  // snapshot -> what it holds

  const Moment& newest() const;
  const Moment& before(std::uint64_t number) const;  // of the kept one before; empty: none
  std::map<unsigned, Listed> users(std::uint64_t number) const;
  std::map<unsigned, Listed> deleted(std::uint64_t number) const;
  std::optional<std::string> last_content(std::uint64_t number, const Cell& place) const;
  std::vector<api::VersionRow> versions(unsigned user) const;  // without times
  // Sections that differ between two moments.
  std::set<Cell> differences(std::uint64_t from, std::uint64_t to) const;

 private:
  bool differs(unsigned user, const Moment& a, const Moment& b) const;
};

}  // namespace entrad::store
