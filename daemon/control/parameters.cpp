#include "control/parameters.h"

#include <charconv>

namespace entrad::control {

using base::ErrorKind;

std::string text_of(const Question& question, const std::string& name) {
  const auto found = question.query.find(name);
  return found != question.query.end() ? found->second : std::string();
}

base::Result<std::uint64_t> parse_number(std::string_view name, std::string_view text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, failed] = std::from_chars(text.data(), end, number);
  if (failed == std::errc() && rest == end && !text.empty()) return number;
  return base::fail(
      ErrorKind::invalid_argument,
      std::string(name) + " must be a whole number, and is \"" + std::string(text) + "\"");
}

base::Result<std::uint64_t> number_of(const Question& question, const std::string& name,
                                      std::uint64_t otherwise) {
  const std::string text = text_of(question, name);
  if (text.empty()) return otherwise;
  return parse_number(name, text);
}

base::Result<std::size_t> limit_of(const Question& question) {
  auto limit = number_of(question, "limit", kDefaultRows);
  if (!limit) return base::pass(limit);
  if (*limit >= 1 && *limit <= kMostRows) return static_cast<std::size_t>(*limit);
  return base::fail(
      ErrorKind::invalid_argument,
      "limit must be from 1 to " + std::to_string(kMostRows) + ", and is " + std::to_string(*limit),
      "ask for more in several pages");
}

base::Result<bool> switch_of(const Question& question, const std::string& name) {
  const std::string text = text_of(question, name);
  if (text.empty() || text == "false") return false;
  if (text == "true") return true;
  return no_such_word(name, text, "true, false");
}

base::Result<base::JobId> job_of(const Question& question) {
  auto number = parse_number("the job's id", question.parts.at("id"));
  if (!number) return base::pass(number);
  return base::JobId{*number};
}

base::unexpected<base::Error> no_such_word(std::string_view name, std::string_view text,
                                           const std::string& possible) {
  return base::fail(ErrorKind::invalid_argument,
                    std::string(name) + " cannot be \"" + std::string(text) + "\"",
                    "use one of: " + possible);
}

}  // namespace entrad::control
