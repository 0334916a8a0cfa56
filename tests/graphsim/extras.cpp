#include "extras.h"

#include <algorithm>
#include <limits>

#include "encoding.h"
#include "random.h"

namespace graphsim {
namespace {

enum Purpose : std::uint64_t { kSponsor = 900, kPhoto, kExtension, kExtensionApp };

constexpr std::string_view kCostCode = "_costCode";

}  // namespace

nlohmann::json schedule_info(const std::string& type, const std::string& end) {
  return {{"startDateTime", "2024-01-01T00:00:00Z"},
          {"recurrence", nullptr},
          {"expiration",
           {{"type", type},
            {"endDateTime", end.empty() ? nlohmann::json() : nlohmann::json(end)},
            {"duration", nullptr}}}};
}

std::vector<std::string> Extras::sponsors(UserIndex user) const {
  if (const auto it = sponsors_.find(user); it != sponsors_.end()) return it->second;
  if (!users_.is_generated(user) || !Person(origins_, user).guest) return {};
  const std::uint64_t bits = draw(origins_.seed, user, kSponsor);
  std::vector<std::string> out;
  for (std::uint64_t i = 0; i < 1 + bits % 2; ++i) {
    const auto sponsor = static_cast<UserIndex>((bits / 7 + i) % users_.generated());
    if (sponsor != user) out.push_back(users_.id(sponsor));
  }
  return out;
}

std::optional<std::string> Extras::photo(UserIndex user) const {
  if (const auto it = photos_.find(user); it != photos_.end()) return it->second;
  if (!users_.is_generated(user) || Person(origins_, user).guest) return std::nullopt;
  const std::uint64_t bits = draw(origins_.seed, user, kPhoto);
  if (bits % 3 != 0) return std::nullopt;
  std::string bytes("\xff\xd8\xff\xe0\x00\x10JFIF", 10);
  for (std::uint64_t i = 0; i < 40 + bits / 3 % 40; ++i)
    bytes += static_cast<char>(draw(bits, i, kPhoto) & 0xff);
  return bytes + "\xff\xd9";
}

std::vector<Extension> Extras::extensions() const {
  const std::string app = derived_guid(origins_.seed, 0, kExtensionApp).digits();
  std::vector<Extension> out;
  for (const auto& [name, multi_valued] : {std::pair("costCode", false), std::pair("badges", true)})
    if (!withdrawn_.contains(name)) out.push_back({"extension_" + app + "_" + name, multi_valued});
  return out;
}

nlohmann::json Extras::extension(UserIndex user, std::string_view name) const {
  if (withdrawn_.contains(std::string(name.substr(name.rfind('_') + 1)))) return nullptr;
  if (const auto it = values_.find(user); it != values_.end())
    if (const auto value = it->second.find(name); value != it->second.end()) return value->second;
  if (!users_.is_generated(user) || !name.ends_with(kCostCode)) return nullptr;
  const std::uint64_t bits = draw(origins_.seed, user, kExtension);
  if (bits % 2 == 0 || Person(origins_, user).guest) return nullptr;
  return "CC-" + std::to_string(1000 + bits % 9000);
}

bool Extras::is_extension_cleared(UserIndex user, std::string_view name) const {
  const auto it = values_.find(user);
  if (it == values_.end()) return false;
  const auto value = it->second.find(name);
  return value != it->second.end() && value->second.is_null();
}

std::vector<UserIndex> Extras::owners(const std::string& object) const {
  std::vector<UserIndex> out;
  if (const auto it = owners_.find(object); it != owners_.end())
    for (const UserIndex owner : it->second)
      if (users_.life(owner) == Life::kLive) out.push_back(owner);
  return out;
}

double Extras::age(UserIndex user, double now) const {
  const auto made = made_.find(user);
  return made == made_.end() ? std::numeric_limits<double>::max() : now - made->second;
}

void Extras::forget(UserIndex user) {
  sponsors_[user] = {};
  photos_[user] = std::nullopt;
  values_.erase(user);
  for (auto& [object, owners] : owners_) std::erase(owners, user);
  const std::string id = users_.id(user);
  std::erase_if(schedules_, [&](const RoleSchedule& one) { return one.principal == id; });
}

}  // namespace graphsim
