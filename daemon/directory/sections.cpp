#include "directory/sections.h"

#include <algorithm>

#include "base/json.h"
#include "directory/canonical.h"

namespace entrad::directory {
namespace {

using nlohmann::json;

template <typename T>
void sort_unique(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

// A section in the store was written by us: another form is damage, not an expected failure.
base::Guid guid_of(const json& object) {
  const auto id = base::Guid::parse(object.at("id").get_ref<const std::string&>());
  if (!id) throw std::invalid_argument("a stored section holds an id that is none");
  return *id;
}

bool take(std::string_view& text, std::string_view literal) {
  if (!text.starts_with(literal)) return false;
  text.remove_prefix(literal.size());
  return true;
}

// Up to the next quotation mark.
std::string_view take_word(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find('"'));
  text.remove_prefix(word.size());
  return word;
}

// Of exactly the form that memberships_section() writes; nothing where it is another.
std::optional<std::vector<Link>> links_as_written(std::string_view text) {
  std::vector<Link> links;
  if (!take(text, "[")) return std::nullopt;
  while (text != "]") {
    if (!links.empty() && !take(text, ",")) return std::nullopt;
    if (!take(text, R"({"id":")")) return std::nullopt;
    const auto id = base::Guid::parse(take_word(text));
    if (!id || !take(text, R"(","kind":")")) return std::nullopt;
    const auto kind = api::parse<api::ObjectKind>(take_word(text));
    if (!kind || !take(text, R"("})")) return std::nullopt;
    links.push_back({*id, *kind});
  }
  return links;
}

}  // namespace

std::string memberships_section(std::vector<Link> links) {
  sort_unique(links);
  // Written by hand, in canonical form: a tenant has ten times as many links as users.
  std::string out = "[";
  for (const Link& link : links) {
    if (out.size() > 1) out += ',';
    out += R"({"id":")";
    out += link.id.str();
    out += R"(","kind":")";
    out += api::name(link.kind);
    out += R"("})";
  }
  return out + "]";
}

std::vector<Link> read_memberships(std::string_view content) {
  if (auto links = links_as_written(content)) return std::move(*links);
  std::vector<Link> links;
  for (const json& row : base::read_json(content))
    links.push_back({guid_of(row), row.at("kind").get<api::ObjectKind>()});
  return links;
}

std::string auth_methods_section(const json& methods) {
  std::vector<json> sorted(methods.begin(), methods.end());
  std::sort(sorted.begin(), sorted.end(), [](const json& a, const json& b) {
    const auto key = [](const json& m) {
      return std::pair(m.value("@odata.type", json()), m.value("id", json()));
    };
    return key(a) < key(b);
  });
  return canonical(json(std::move(sorted)));
}

std::string manager_section(const base::Guid* manager) {
  return manager == nullptr ? "null" : canonical({{"id", manager->str()}});
}

std::optional<base::Guid> read_manager(std::string_view content) {
  const json manager = base::read_json(content);
  if (manager.is_null()) return std::nullopt;
  return guid_of(manager);
}

}  // namespace entrad::directory
