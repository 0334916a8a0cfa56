// Holds PITFALLS.md against the tests that it names.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "fakes/places.h"

namespace entrad::graph {
namespace {

constexpr int kPitfalls = 27;  // of the facts sheet, section 15

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::set<std::string> existing_tests() {
  static const std::regex kTest(R"(TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\))");
  static const std::regex kRow(R"re((?:AnswerCase\{|denied\()\s*"(\w+)")re");
  std::set<std::string> names;
  const std::filesystem::path unit = fakes::source_folder() / "tests" / "unit";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(unit)) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string text = text_of(entry.path());
    for (std::sregex_iterator at(text.begin(), text.end(), kTest); at != std::sregex_iterator();
         ++at)
      names.insert((*at)[1].str() + "." + (*at)[2].str());
    for (std::sregex_iterator at(text.begin(), text.end(), kRow); at != std::sregex_iterator();
         ++at)
      names.insert("row: " + (*at)[1].str());
  }
  return names;
}

std::map<int, std::vector<std::string>> named_tests() {
  static const std::regex kLine(R"(\| (\d+) \|.*\|([^|]*)\|)");
  static const std::regex kName("`([^`]+)`");
  std::map<int, std::vector<std::string>> found;
  std::ifstream page(fakes::source_folder() / "tests/unit/graph/PITFALLS.md");
  for (std::string line; std::getline(page, line);) {
    std::smatch row;
    if (!std::regex_match(line, row, kLine)) continue;
    const std::string last = row[2];
    auto& names = found[std::stoi(row[1])];
    for (std::sregex_iterator at(last.begin(), last.end(), kName); at != std::sregex_iterator();
         ++at)
      names.push_back((*at)[1]);
  }
  return found;
}

TEST(Pitfalls, EachIsShownByTestsThatExist) {
  const auto tests = existing_tests();
  auto named = named_tests();
  for (int pitfall = 1; pitfall <= kPitfalls; ++pitfall) {
    EXPECT_FALSE(named[pitfall].empty()) << pitfall;
    for (const std::string& name : named[pitfall])
      EXPECT_TRUE(tests.contains(name)) << pitfall << ": no test " << name;
  }
  EXPECT_EQ(named.size(), static_cast<std::size_t>(kPitfalls));
}

}  // namespace
}  // namespace entrad::graph
