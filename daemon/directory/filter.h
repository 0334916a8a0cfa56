// Filter: which users are meant, in the words of Graph's `$filter`, tried on the canonical JSON of
// a user's `object` section.
//
//   department eq 'Sales' and not (accountEnabled eq false)
//   startsWith(displayName,'A') or endsWith(mail,'@contoso.com') or contains(jobTitle,'lead')
//   userType in ('Guest','Member')                        createdDateTime ge 2024-01-01T00:00:00Z
//   proxyAddresses/any(p:startsWith(p,'smtp:'))           assignedLicenses/$count eq 0
//   onPremisesExtensionAttributes/extensionAttribute1 ne null
//
// Operators: eq, ne, gt, ge, lt, le, in, not, and, or; functions: startsWith, endsWith, contains;
// any on collections. Texts are compared without regard to case, as Graph does, in any script.
// `contains`, and operators on attributes for which Graph refuses them, are allowed here.
// A property that could not be read is unknown, not null: nothing that depends on it matches, nor
// does its contrary. Source: "Use the $filter query parameter" and "Advanced query capabilities on
// Microsoft Entra ID objects" in Microsoft Graph's documentation; OData 4.01, URL
// conventions, 5.1.1. Thread safety: never changes once it is made; any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace entrad::directory {

struct FilterNode;

class Filter {
 public:
  // Errors: invalid_argument, which names the character (from 1) and what was expected there, or
  // the properties that are named like an unknown one.
  static base::Result<Filter> parse(std::string_view text);

  // `object`: JSON of one user. What is no JSON object does not match.
  bool matches(std::string_view object) const;

 private:
  explicit Filter(std::shared_ptr<const FilterNode> root) : root_(std::move(root)) {}
  std::shared_ptr<const FilterNode> root_;
};

}  // namespace entrad::directory
