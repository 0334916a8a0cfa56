#include "directory/lazy_object.h"

#include <simdjson.h>

#include "base/json.h"

namespace entrad::directory {
namespace {

// Valid until the same thread looks into another one.
simdjson::simdjson_result<simdjson::ondemand::document> looked_into(std::string& text) {
  thread_local simdjson::ondemand::parser parser;
  text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  return parser.iterate(text);
}

}  // namespace

LazyObject LazyObject::from_canonical(std::string text) {
  LazyObject object;
  object.text_ = std::move(text);
  object.is_read_ = false;
  return object;
}

const nlohmann::json& LazyObject::get() const {
  if (!is_read_) value_ = base::read_json(text_);
  is_read_ = true;
  return value_;
}

nlohmann::json& LazyObject::edit() {
  get();
  text_.clear();
  return value_;
}

std::string LazyObject::text(std::string_view name) const {
  if (!is_read_) {
    simdjson::ondemand::document document;
    std::string_view found;
    if (looked_into(text_).get(document) != simdjson::SUCCESS ||
        document[name].get_string().get(found) != simdjson::SUCCESS)
      return {};
    return std::string(found);
  }
  if (!value_.is_object()) return {};
  const auto found = value_.find(std::string(name));
  return found != value_.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool LazyObject::is_true(std::string_view name) const {
  bool value = false;
  if (!is_read_) {
    simdjson::ondemand::document document;
    return looked_into(text_).get(document) == simdjson::SUCCESS &&
           document[name].get_bool().get(value) == simdjson::SUCCESS && value;
  }
  if (!value_.is_object()) return false;
  const auto found = value_.find(std::string(name));
  return found != value_.end() && *found == true;
}

std::vector<std::string> LazyObject::names(std::string_view prefix) const {
  std::vector<std::string> names;
  if (!is_read_) {
    simdjson::ondemand::document document;
    simdjson::ondemand::object object;
    if (looked_into(text_).get(document) != simdjson::SUCCESS ||
        document.get_object().get(object) != simdjson::SUCCESS)
      return names;
    for (auto member : object) {
      std::string_view name;
      bool is_null = true;
      if (member.unescaped_key().get(name) != simdjson::SUCCESS) return names;
      if (!name.starts_with(prefix)) continue;
      std::string kept(name);
      if (member.value().is_null().get(is_null) == simdjson::SUCCESS && !is_null)
        names.push_back(std::move(kept));
    }
    return names;
  }
  if (!value_.is_object()) return names;
  for (const auto& [name, value] : value_.items())
    if (name.starts_with(prefix) && !value.is_null()) names.push_back(name);
  return names;
}

bool LazyObject::is_surely(const LazyObject& other) const {
  return !text_.empty() && text_ == other.text_;
}

}  // namespace entrad::directory
