// golden.h: what a program or an engine says, kept in tests/golden and compared word for word.
// ENTRAD_GOLDEN_UPDATE=1 writes the files anew instead. Thread safety: pure but for the files.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "fakes/places.h"

namespace entrad::fakes {

// `name` is a path below tests/golden without ".txt".
inline void expect_golden(const std::string& name, const std::string& now) {
  const auto path = source_folder() / "tests/golden" / (name + ".txt");
  if (std::getenv("ENTRAD_GOLDEN_UPDATE") != nullptr) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << now;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  const std::string kept{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(now, kept) << "run with ENTRAD_GOLDEN_UPDATE=1 if this change is meant";
}

}  // namespace entrad::fakes
