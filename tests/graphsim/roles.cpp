#include "roles.h"

#include <algorithm>

#include "encoding.h"
#include "guid.h"
#include "random.h"

namespace graphsim {
namespace {

struct BuiltIn {
  std::string_view id;
  std::string_view name;
  bool weak;
};

// Template ids as published in Microsoft's page "Microsoft Entra built-in roles".
constexpr BuiltIn kBuiltIn[] = {
    {"62e90394-69f5-4237-9190-012177145e10", "Global Administrator", false},
    {"e8611ab8-c189-46e8-94e1-60213ab1f814", "Privileged Role Administrator", false},
    {"7be44c8a-adaf-4e2a-84d6-ab2649e08a13", "Privileged Authentication Administrator", false},
    {"fe930be7-5e62-47db-91af-98c3a49a38b1", "User Administrator", false},
    {"c4e39bd9-1100-46d3-8c65-fb160da0071f", "Authentication Administrator", false},
    {"fdd7a751-b60b-444a-984c-02652fe8fa1c", "Groups Administrator", false},
    {"88d8e3e3-8f55-4a1e-953a-9b9898b8876b", "Directory Readers", true},
    {"95e79109-95c0-4d8e-aee3-d01accf2d47b", "Guest Inviter", true},
    {"790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b", "Message Center Reader", true},
    {"4a5d8f65-41da-4de4-8968-e035b65339cf", "Reports Reader", true},
    {"729827e3-9c14-49f7-bb1b-9608f156bbb8", "Helpdesk Administrator", false},
    {"9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", "Application Administrator", false},
    {"158c047a-c907-4556-b7ef-446551a6b5f7", "Cloud Application Administrator", false},
    {"194ae4cb-b126-40b2-bd5b-6091b380977d", "Security Administrator", false},
    {"5d6b6bb7-de71-4623-b4af-96380a352509", "Security Reader", false},
    {"f2ef992c-3afb-46b9-b7cf-a126ee74c451", "Global Reader", false},
    {"29232cdf-9323-42fd-ade2-1d097af3e4de", "Exchange Administrator", false},
    {"f28a1f50-f6e7-4571-818b-6a12f2af6b6c", "SharePoint Administrator", false},
    {"69091246-20e8-4a56-aa4d-066075b2a7a8", "Teams Administrator", false},
    {"b0f54661-2d74-4c50-afa3-1ec803f12efe", "Billing Administrator", false},
    {"b1be1c3e-b65d-4f19-8427-f6fa0d97feb9", "Conditional Access Administrator", false},
    {"966707d0-3269-4727-9be2-8c3a10f19b9d", "Password Administrator", false},
    {"4d6ac14f-3453-41d0-bef9-a3e0c569773a", "License Administrator", false},
    {"3a2c62db-5318-420d-8d74-23affee5d9d5", "Intune Administrator", false},
    {"9360feb5-f418-4baa-8175-e2a00bac4301", "Directory Writers", false},
};

std::string opaque_id(std::uint64_t seed, std::uint64_t number) {
  const std::string bytes =
      derived_guid(seed, number, 0xa551).digits() + derived_guid(seed, number, 0xa552).digits();
  std::string raw;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2)
    raw += static_cast<char>(std::stoi(bytes.substr(i, 2), nullptr, 16));
  return base64url(raw) + "-1";
}

}  // namespace

Roles::Roles(std::uint64_t seed) : seed_(seed) {
  std::uint64_t number = 0;
  for (const BuiltIn& b : kBuiltIn) {
    definitions_.push_back({std::string(b.id), std::string(b.name),
                            "Built-in role " + std::string(b.name) + ".", true, b.weak,
                            derived_guid(seed, number++, 0xd1).text()});
  }
  for (const char* name : {"Účetní – správa oddělení", "Badge Printer Operator"}) {
    definitions_.push_back({derived_guid(seed, number, 0xc5).text(), name, "Custom role for tests.",
                            false, false, derived_guid(seed, number, 0xd1).text()});
    ++number;
  }
}

const RoleDefinition* Roles::definition(std::string_view key) const {
  const auto it = std::find_if(
      definitions_.begin(), definitions_.end(),
      [&](const RoleDefinition& d) { return same_text(d.id, key) || same_text(d.name, key); });
  return it == definitions_.end() ? nullptr : &*it;
}

const RoleDefinition* Roles::by_directory_role(std::string_view id) const {
  const auto it =
      std::find_if(definitions_.begin(), definitions_.end(),
                   [&](const RoleDefinition& d) { return same_text(d.directory_role_id, id); });
  return it == definitions_.end() ? nullptr : &*it;
}

std::vector<const RoleAssignment*> Roles::of(const std::string& principal) const {
  std::vector<const RoleAssignment*> out;
  const auto [begin, end] = by_principal_.equal_range(principal);
  for (auto it = begin; it != end; ++it) out.push_back(&assignments_.at(it->second));
  std::sort(out.begin(), out.end(), [](const auto* a, const auto* b) {
    return std::tie(a->role, a->scope) < std::tie(b->role, b->scope);
  });
  return out;
}

const RoleAssignment* Roles::find(const std::string& id) const {
  const auto it = by_id_.find(id);
  return it == by_id_.end() ? nullptr : &assignments_.at(it->second);
}

bool Roles::exists(const std::string& role, const std::string& principal,
                   const std::string& scope) const {
  const auto held = of(principal);
  return std::any_of(held.begin(), held.end(), [&](const RoleAssignment* a) {
    return a->role == role && same_text(a->scope, scope);
  });
}

const RoleAssignment& Roles::assign(const std::string& role, const std::string& principal,
                                    const std::string& scope) {
  const std::uint64_t number = next_++;
  RoleAssignment made{opaque_id(seed_, number), role, principal, scope};
  by_id_[made.id] = number;
  by_principal_.emplace(principal, number);
  return assignments_.emplace(number, std::move(made)).first->second;
}

bool Roles::remove(const std::string& id) {
  const auto it = by_id_.find(id);
  if (it == by_id_.end()) return false;
  const std::uint64_t number = it->second;
  const auto [begin, end] = by_principal_.equal_range(assignments_.at(number).principal);
  for (auto p = begin; p != end; ++p) {
    if (p->second != number) continue;
    by_principal_.erase(p);
    break;
  }
  by_id_.erase(it);
  assignments_.erase(number);
  return true;
}

void Roles::forget(const std::string& principal) {
  for (const RoleAssignment* a : of(principal)) remove(std::string(a->id));
}

}  // namespace graphsim
