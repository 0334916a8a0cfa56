// Comparison: what has to change to turn the live state of a user into the backed-up one.
// Thread safety: pure functions.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "directory/attributes.h"
#include "directory/sections.h"

namespace entrad::directory {

struct Change {
  std::string attribute;
  nlohmann::json from;  // live value; null when unset
  nlohmann::json to;    // backed-up value; null when unset
  Restorable restorable = Restorable::yes;
  std::string tool;  // for `elsewhere`
};

// Every compared attribute of the catalogue whose values differ, then the directory extensions that
// `wanted` has. An attribute that is missing on either side (could not be read) is never a
// difference, but for an extension, which Graph leaves out of `live` where it is unset; one that
// `wanted` lacks may not have been asked for then, and is none. Arrays whose order Graph does not
// keep are compared as sets. Synced users (onPremisesSyncEnabled) get `elsewhere` with "on-premises
// Active Directory" as the tool for attributes that are mastered there.
std::vector<Change> compare_objects(const nlohmann::json& live, const nlohmann::json& wanted);

// No value: null, "", [], or an object all of whose members are unset.
bool is_blank(const nlohmann::json& value);

template <typename T>
struct Difference {
  std::vector<T> missing;  // in the backup, not live
  std::vector<T> extra;    // live, not in the backup
};
Difference<Link> compare_memberships(std::vector<Link> live, std::vector<Link> wanted);
Difference<Role> compare_roles(std::vector<Role> live, std::vector<Role> wanted);
Difference<AppRole> compare_app_roles(std::vector<AppRole> live, std::vector<AppRole> wanted);

// A licence is the same when the same of its plans are switched off.
struct LicenseDifference {
  std::vector<DirectLicense> to_assign;  // not held, or with other plans switched off
  std::vector<std::string> extra;        // sku ids
};
LicenseDifference compare_licenses(const std::vector<DirectLicense>& live,
                                   const std::vector<DirectLicense>& wanted);

// Methods are the same when their type and their telling content (phone type and number, e-mail
// address, ...) agree; ids change when a method is registered again.
struct MethodDifference {
  std::vector<nlohmann::json> to_create;  // Graph accepts them app-only: phone, e-mail
  std::vector<nlohmann::json>
      to_replace;  // live one of the same slot has other content; wanted form
  std::vector<nlohmann::json> to_register;  // only the user can set them up again
};
MethodDifference compare_methods(const nlohmann::json& live, const nlohmann::json& wanted);

}  // namespace entrad::directory
