#include "users.h"

#include "changes.h"
#include "encoding.h"

namespace graphsim {
namespace {

using Json = nlohmann::json;

std::size_t position(std::string_view property) { return user_property_index(property).value(); }

void erase_pair(std::unordered_multimap<std::string, UserIndex>& map, const std::string& key,
                UserIndex user) {
  const auto [begin, end] = map.equal_range(key);
  for (auto it = begin; it != end; ++it) {
    if (it->second != user) continue;
    map.erase(it);
    return;
  }
}

}  // namespace

Users::Users(const Origins& origins, UserIndex generated, ChangeLog& changes)
    : origins_(origins),
      generated_(generated),
      changes_log_(changes),
      live_(generated),
      life_(generated, Life::kLive) {}

std::optional<UserIndex> Users::find_id(std::string_view id) const {
  const auto guid = parse_guid(id);
  if (!guid) return std::nullopt;
  std::optional<UserIndex> found = index_of(origins_.seed, *guid);
  if (!found || *found >= generated_) {
    const auto it = created_ids_.find(*guid);
    found = it == created_ids_.end() ? std::nullopt : std::optional(it->second);
  }
  if (!found || life_[*found] == Life::kGone) return std::nullopt;
  return found;
}

std::optional<UserIndex> Users::find_name(std::string_view name) const {
  const auto [begin, end] = names_.equal_range(lower(name));
  for (auto it = begin; it != end; ++it)
    if (life_[it->second] == Life::kLive) return it->second;
  const auto index = index_in_address(name);
  if (!index || *index >= generated_ || life_[*index] != Life::kLive) return std::nullopt;
  if (!same_text(text(*index, "userPrincipalName"), name)) return std::nullopt;
  return index;
}

bool Users::holds_address(UserIndex user, std::string_view address) const {
  if (life_[user] != Life::kLive) return false;
  const std::string full = "smtp:" + std::string(address);
  for (const Json& one : value(user, "proxyAddresses"))
    if (same_text(one.get<std::string>(), full)) return true;
  return same_text(text(user, "mail"), address);
}

std::optional<UserIndex> Users::find_address(std::string_view address, UserIndex except) const {
  const auto [begin, end] = addresses_.equal_range(lower(address));
  for (auto it = begin; it != end; ++it)
    if (it->second != except && holds_address(it->second, address)) return it->second;
  const auto index = index_in_address(address);
  if (!index || *index >= generated_ || *index == except) return std::nullopt;
  return holds_address(*index, address) ? index : std::nullopt;
}

std::string Users::id(UserIndex user) const {
  if (user < generated_) return indexed_guid(origins_.seed, user).text();
  return changes_.at(user).at("id").get<std::string>();
}

const Json* Users::changed_value(UserIndex user, std::string_view name) const {
  const auto it = changes_.find(user);
  if (it == changes_.end()) return nullptr;
  const auto found = it->second.find(name);
  return found == it->second.end() ? nullptr : &*found;
}

Json Users::value(UserIndex user, std::size_t property) const {
  if (const Json* own = changed_value(user, user_properties()[property].name)) return *own;
  return user < generated_ ? generated_value(Person(origins_, user), property)
                           : unset_value(property);
}

Json Users::value(UserIndex user, std::string_view property) const {
  return value(user, position(property));
}

std::string Users::text(UserIndex user, std::string_view property) const {
  const Json v = value(user, property);
  return v.is_string() ? v.get<std::string>() : std::string();
}

bool Users::flag(UserIndex user, std::string_view property) const {
  const Json v = value(user, property);
  return v.is_boolean() && v.get<bool>();
}

Json Users::document(UserIndex user, const PropertyMask& wanted) const {
  Json out = Json::object();
  const auto change = changes_.find(user);
  const bool drawn = user < generated_;
  const Person person(origins_, drawn ? user : 0);
  for (std::size_t i = 0; i < kUserPropertyCount; ++i) {
    if (!wanted.test(i)) continue;
    const std::string name(user_properties()[i].name);
    if (change != changes_.end()) {
      if (const auto own = change->second.find(name); own != change->second.end()) {
        out[name] = *own;
        continue;
      }
    }
    out[name] = drawn ? generated_value(person, i) : unset_value(i);
  }
  const auto upn = out.find("userPrincipalName");
  if (life_[user] == Life::kDeleted && upn != out.end())
    *upn = parse_guid(id(user)).value().digits() + upn->get<std::string>();
  return out;
}

Json Users::document(UserIndex user) const { return document(user, directory_user_properties()); }

void Users::index_names(UserIndex user, bool add) {
  const auto put = [&](auto& map, const std::string& raw) {
    const std::string key = lower(raw);
    if (add)
      map.emplace(key, user);
    else
      erase_pair(map, key, user);
  };
  if (const Json* upn = changed_value(user, "userPrincipalName")) put(names_, *upn);
  if (const Json* mail = changed_value(user, "mail"); mail != nullptr && mail->is_string())
    put(addresses_, *mail);
  if (const Json* proxies = changed_value(user, "proxyAddresses"))
    for (const Json& one : *proxies) {
      const auto text = one.get<std::string>();
      put(addresses_, text.substr(text.find(':') + 1));
    }
}

void Users::tell(UserIndex user, const Json& properties, const std::string& department) {
  PropertyMask mask;
  for (const auto& [name, value] : properties.items())
    if (const auto index = user_property_index(name)) mask.set(*index);
  changes_log_.user_set(user, mask);
  if (properties.contains("department") && on_department_) on_department_(user, department);
}

void Users::set(UserIndex user, const Json& properties) {
  const std::string department =
      properties.contains("department") ? text(user, "department") : std::string();
  index_names(user, false);
  Json& change = changes_[user];
  if (change.is_null()) change = Json::object();
  change.update(properties);
  index_names(user, true);
  tell(user, properties, department);
}

UserIndex Users::create(const Json& properties) {
  const auto user = static_cast<UserIndex>(life_.size());
  life_.push_back(Life::kLive);
  ++live_;
  created_ids_.emplace(parse_guid(properties.at("id").get<std::string>()).value(), user);
  set(user, properties);
  changes_log_.user_life(user);
  return user;
}

void Users::move_to_bin(UserIndex user, const std::string& when) {
  set(user, {{"deletedDateTime", when}});
  life_[user] = Life::kDeleted;
  --live_;
  ++deleted_;
  changes_log_.user_life(user);
}

void Users::bring_back(UserIndex user) {
  set(user, {{"deletedDateTime", nullptr}});
  life_[user] = Life::kLive;
  ++live_;
  --deleted_;
  changes_log_.user_life(user);
}

void Users::purge(UserIndex user) {
  --(life_[user] == Life::kLive ? live_ : deleted_);
  life_[user] = Life::kGone;
  changes_log_.user_life(user);
  index_names(user, false);
  if (user < generated_) {
    changes_.erase(user);
    return;
  }
  created_ids_.erase(parse_guid(id(user)).value());
  changes_[user] = {{"id", changes_[user].at("id")}};
}

}  // namespace graphsim
