#include "app/strict_table.h"

#include <algorithm>
#include <sstream>
#include <tuple>

namespace entrad::app {

std::string list(std::span<const std::string_view> words) {
  std::string text;
  for (const auto word : words) text += (text.empty() ? "" : ", ") + std::string(word);
  return text;
}

void StrictTable::fail_at(const toml::source_region& where, const std::string& what,
                          const std::string& remedy) const {
  std::ostringstream message;
  message << file_.string() << ":" << where.begin.line << ":" << where.begin.column << ": " << what;
  throw Mistake{{base::ErrorKind::invalid_argument, message.str(), remedy, nullptr}};
}

void StrictTable::wrong(const std::string& what, const std::string& remedy) const {
  fail_at(table_.source(), what, remedy);
}

void StrictTable::wrong_at(std::string_view key, const std::string& what,
                           const std::string& remedy) const {
  fail_at(table_.get(key)->source(), what, remedy);
}

std::string_view StrictTable::last_of(std::span<const std::string_view> keys) const {
  const auto place = [this](std::string_view key) {
    const auto& begin = table_.get(key)->source().begin;
    return std::tuple(begin.line, begin.column);
  };
  return *std::max_element(keys.begin(), keys.end(), [&](std::string_view a, std::string_view b) {
    return place(a) < place(b);
  });
}

std::string StrictTable::full(std::string_view key) const {
  return (name_.empty() ? "" : name_ + ".") + std::string(key);
}

std::vector<std::string> StrictTable::keys() const {
  std::vector<std::string> names;
  for (const auto& [key, value] : table_) names.emplace_back(key.str());
  return names;
}

void StrictTable::allow_only(std::span<const std::string_view> known) const {
  for (const auto& [key, value] : table_) {
    if (std::find(known.begin(), known.end(), key.str()) != known.end()) continue;
    fail_at(key.source(), "unknown key \"" + std::string(key.str()) + "\" in " + heading(),
            "known keys there: " + list(known));
  }
}

std::optional<std::string> StrictTable::text(std::string_view key) const {
  const toml::node* node = table_.get(key);
  if (node == nullptr) return std::nullopt;
  const auto value = node->value_exact<std::string>();
  if (!value || value->empty())
    wrong_at(key, "\"" + std::string(key) + "\" has to be a text that is not empty",
             "write it in quotes: " + std::string(key) + " = \"...\"");
  return value;
}

std::vector<std::string> StrictTable::texts(std::string_view key) const {
  const toml::node* node = table_.get(key);
  if (node == nullptr) return {};
  const toml::array* list = node->as_array();
  std::vector<std::string> texts;
  if (list != nullptr)
    for (const toml::node& one : *list)
      if (const auto text = one.value_exact<std::string>(); text && !text->empty())
        texts.push_back(*text);
  if (list == nullptr || texts.size() != list->size())
    wrong_at(key, "\"" + std::string(key) + "\" has to be a list of texts, none of them empty",
             "write it so: " + std::string(key) + " = [\"...\", \"...\"]");
  return texts;
}

std::string StrictTable::needed(std::string_view key) const {
  auto value = text(key);
  if (!value)
    wrong("\"" + std::string(key) + "\" is missing in " + heading(),
          "add " + std::string(key) + " = \"...\"");
  return *value;
}

std::optional<bool> StrictTable::flag(std::string_view key) const {
  const toml::node* node = table_.get(key);
  if (node == nullptr) return std::nullopt;
  const auto value = node->value_exact<bool>();
  if (!value)
    wrong_at(key, "\"" + std::string(key) + "\" has to be true or false",
             "write it without quotes: " + std::string(key) + " = true");
  return value;
}

std::optional<std::uint64_t> StrictTable::count(std::string_view key) const {
  const toml::node* node = table_.get(key);
  if (node == nullptr) return std::nullopt;
  const auto value = node->value_exact<std::int64_t>();
  if (!value || *value < 0 || *value > kMostCounted)
    wrong_at(key,
             "\"" + std::string(key) + "\" has to be a whole number from 0 to " +
                 std::to_string(kMostCounted),
             "write it without quotes: " + std::string(key) + " = 7");
  return static_cast<std::uint64_t>(*value);
}

StrictTable StrictTable::table(std::string_view key) const {
  const toml::node* node = table_.get(key);
  if (node == nullptr)
    wrong("the table [" + full(key) + "] is missing",
          "add it; see the commented example entrad.toml");
  if (!node->is_table())
    wrong_at(key, "\"" + full(key) + "\" has to be a table", "write it as [" + full(key) + "]");
  return {*node->as_table(), full(key), file_};
}

std::vector<StrictTable> StrictTable::tables(std::string_view key) const {
  const toml::node* node = table_.get(key);
  if (node == nullptr || !node->is_array_of_tables()) return {table(key)};
  std::vector<StrictTable> all;
  for (const toml::node& one : *node->as_array())
    all.emplace_back(*one.as_table(), full(key), file_);
  return all;
}

}  // namespace entrad::app
