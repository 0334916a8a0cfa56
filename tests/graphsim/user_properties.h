// The catalogue of user properties in Graph v1.0: type, default set, who may write, length limits.
// Source: Microsoft's CSDL for v1.0 and the documentation pages "user resource type" and "Update
// user". Constant data; thread safe.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace graphsim {

enum class Kind : std::uint8_t { kText, kBool, kTexts, kDate, kObject, kObjects, kNumber };

enum class Origin : std::uint8_t {
  kDirectory,
  kSharePoint,  ///< kept outside the directory: 501 in a list, own PATCH only
  kGuarded,     ///< needs a permission of its own to read
};

struct UserProperty {
  std::string_view name;
  Kind kind;
  bool in_default_set;
  bool read_only;
  std::uint16_t max_length;  ///< 0: no limit checked
  bool filterable;
  Origin origin;
};

constexpr std::size_t kUserPropertyCount = 76;
using PropertyMask = std::bitset<kUserPropertyCount>;

std::span<const UserProperty, kUserPropertyCount> user_properties();
/// Position in the catalogue, matched without regard to case as Graph does.
std::optional<std::size_t> user_property_index(std::string_view name);
/// Mask of the default set (what a GET without $select returns), and of everything kept in the
/// directory.
const PropertyMask& default_user_properties();
const PropertyMask& directory_user_properties();

}  // namespace graphsim
