#include "graph/delta_page.h"

#include <simdjson.h>

#include <optional>

namespace entrad::graph {
namespace {

namespace dom = simdjson::dom;
using base::ErrorKind;

base::unexpected<base::Error> bad_page(const std::string& why) {
  return base::fail(ErrorKind::graph_refused, "Graph answered with a page of changes that " + why,
                    "try again; if it stays, check that no proxy changes the answers");
}

std::string_view text_in(dom::element object, std::string_view name) {
  std::string_view text;
  return object[name].get(text) == simdjson::SUCCESS ? text : std::string_view();
}

bool has(dom::element object, std::string_view name) {
  return object[name].error() == simdjson::SUCCESS;
}

Fate fate_of(dom::element object) {
  dom::element removed;
  if (object["@removed"].get(removed) != simdjson::SUCCESS) return Fate::present;
  return text_in(removed, "reason") == "deleted" ? Fate::gone : Fate::in_recycle_bin;
}

bool is_bare(dom::object object) {
  for (const auto field : object)
    if (field.key != "id" && field.key.find('@') == std::string_view::npos) return false;
  return true;
}

// False where one of the links has no id.
bool read_links(dom::element object, std::string_view name, std::vector<LinkChange>& out) {
  dom::array links;
  if (object[name].get(links) != simdjson::SUCCESS) return !has(object, name);
  for (const dom::element link : links) {
    const auto id = base::Guid::parse(text_in(link, "id"));
    if (!id) return false;
    out.push_back({*id, std::string(text_in(link, "@odata.type")), has(link, "@removed")});
  }
  return true;
}

std::optional<Change> change_in(dom::element element) {
  dom::object object;
  if (element.get(object) != simdjson::SUCCESS) return std::nullopt;
  const auto id = base::Guid::parse(text_in(element, "id"));
  if (!id) return std::nullopt;
  Change change;
  change.id = *id;
  change.fate = fate_of(element);
  change.bare = is_bare(object);
  if (!read_links(element, "members@delta", change.members)) return std::nullopt;
  if (!read_links(element, "manager@delta", change.manager)) return std::nullopt;
  return change;
}

}  // namespace

base::Result<std::vector<Change>> changes_in(std::string_view page) {
  dom::parser parser;
  dom::element root;
  if (parser.parse(page.data(), page.size()).get(root) != simdjson::SUCCESS)
    return bad_page("is not JSON");
  dom::array objects;
  if (root["value"].get(objects) != simdjson::SUCCESS) return bad_page("has no list of objects");
  std::vector<Change> out;
  for (const dom::element element : objects) {
    auto change = change_in(element);
    if (!change) return bad_page("holds an object or a link without an id");
    out.push_back(std::move(*change));
  }
  return out;
}

}  // namespace entrad::graph
