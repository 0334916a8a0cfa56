// Made-up people of index_bench: what Microsoft Graph would answer of them, as pages and as files.
//
// A person is a pure function of number and revision, about 3.4 KB of JSON with the attributes that
// a backup asks for; everybody is a direct member of ten groups. Thread safety: pure functions.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/guid.h"

namespace entrad::bench {

constexpr std::uint32_t kMemberships = 10;

base::Guid person_id(std::uint32_t number);
base::Guid group_id(std::uint32_t number);
std::uint32_t groups_for(std::uint32_t people);  // how many groups there are
// Another revision has another job title, telephone and password date.
std::string person_json(std::uint32_t number, std::uint32_t revision);
std::vector<std::uint32_t> groups_of(std::uint32_t number, std::uint32_t people);
// The people who differ on a day from the day before: one in a hundred.
std::vector<std::uint32_t> changed_on(std::uint32_t day, std::uint32_t people);

// Pages of 999 users in any order, and pages of 999 members of each group with the group's number.
struct Pages {
  std::filesystem::path users;
  std::filesystem::path members;
};
Pages write_pages(const std::filesystem::path& folder, std::uint32_t people,
                  const std::vector<std::uint32_t>& revisions);
// One file a person: the object with its memberships. Returns the path within the tree.
std::string file_of(std::uint32_t number, std::uint32_t people);
void write_file(const std::filesystem::path& tree, std::uint32_t number, std::uint32_t revision,
                std::uint32_t people);

}  // namespace entrad::bench
