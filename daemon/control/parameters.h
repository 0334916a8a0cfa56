// Parameters: reads what stands in a path or a query as numbers, switches and words.
// Thread safety: pure functions. Errors of all: invalid_argument, naming the parameter, what was
// given and what may be given.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/words.h"
#include "base/ids.h"
#include "base/result.h"
#include "control/exchange.h"

namespace entrad::control {

inline constexpr std::uint64_t kMostRows = 1000;  // that one answer lists
inline constexpr std::uint64_t kDefaultRows = 100;

// Text of a query parameter; empty when it is not given.
std::string text_of(const Question& question, const std::string& name);

base::Result<std::uint64_t> parse_number(std::string_view name, std::string_view text);
base::Result<std::uint64_t> number_of(const Question& question, const std::string& name,
                                      std::uint64_t otherwise);
// Query parameter `limit`: 1 to kMostRows.
base::Result<std::size_t> limit_of(const Question& question);
// "true", "false", or not given (false).
base::Result<bool> switch_of(const Question& question, const std::string& name);
// Path part `id`. Errors: invalid_argument.
base::Result<base::JobId> job_of(const Question& question);

base::unexpected<base::Error> no_such_word(std::string_view name, std::string_view text,
                                           const std::string& possible);

// One of a table's words; nullopt when it is not given.
template <api::HasWords Word>
base::Result<std::optional<Word>> word_of(const Question& question, const std::string& name) {
  const std::string text = text_of(question, name);
  if (text.empty()) return std::optional<Word>();
  if (const auto word = api::parse<Word>(text)) return std::optional<Word>(*word);
  std::string possible;
  for (const std::string_view one : api::Words<Word>::names)
    possible += (possible.empty() ? "" : ", ") + std::string(one);
  return no_such_word(name, text, possible);
}

}  // namespace entrad::control
