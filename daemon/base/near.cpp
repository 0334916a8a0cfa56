#include "base/near.h"

#include <algorithm>
#include <limits>

#include "base/text.h"

namespace entrad::base {

// The optimal string alignment distance.
std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> table(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) table[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) table[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t exchange = table[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      table[i][j] = std::min({table[i - 1][j] + 1, table[i][j - 1] + 1, exchange});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
    }
  return table[a.size()][b.size()];
}

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
  constexpr std::size_t kShort = 4;
  constexpr std::size_t kBeginning = 3;
  constexpr std::size_t kLongest = 64;
  if (word.empty() || word.size() > kLongest) return {};
  const std::string wanted = ascii_lower(word);
  const std::size_t most = wanted.size() <= kShort ? 1 : 2;
  std::size_t least = std::numeric_limits<std::size_t>::max();
  std::string found;
  for (const std::string& one : known) {
    const std::string candidate = ascii_lower(one);
    const bool begins = wanted.size() >= kBeginning && candidate.starts_with(wanted);
    const std::size_t distance = begins ? 1 : edits(wanted, candidate);
    if (distance > most || distance >= least) continue;
    least = distance;
    found = one;
  }
  return found;
}

}  // namespace entrad::base
