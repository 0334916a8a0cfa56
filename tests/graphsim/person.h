// A generated user as a pure function of the tenant's identity and an index. `Person` holds the few
// drawn facts; `generated_value` derives any property from them.
// Thread safety: immutable after construction.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "guid.h"
#include "names.h"
#include "user_properties.h"

namespace graphsim {

/// What a tenant's generated content depends on.
struct Origins {
  std::uint64_t seed = 0;
  std::string name;  ///< "aurora"
  Guid tenant_id;
  std::string initial_domain;  ///< aurora.onmicrosoft.com
  std::string custom_domain;   ///< aurora.example
};

struct Person {
  Person(const Origins& origins, std::uint32_t index);

  const Origins& origins;
  std::uint32_t index;
  const Script* script;
  const Name* first;
  const Name* last;
  const Place* place;
  std::string_view department;
  bool admin, guest, synced, enabled;
  std::string local;  ///< address part before the domain, unique in the tenant, ends with the index
  std::string user_principal_name;

  std::uint64_t roll(std::uint64_t purpose) const;
  std::string display_name() const;
  std::string object_id() const;
  std::string mail() const;
};

/// Index that an address made by Person would have; the caller checks that it really is that
/// user's.
std::optional<std::uint32_t> index_in_address(std::string_view address);

/// Value of one catalogue property of a generated user.
nlohmann::json generated_value(const Person& person, std::size_t property);

/// Value that a property has on a fresh object on which nobody ever set it.
nlohmann::json unset_value(std::size_t property);

/// Rounds a drawn moment between 2018 and 2025, as RFC 3339.
std::string past_moment(std::uint64_t bits);

}  // namespace graphsim
