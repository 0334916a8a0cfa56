#include "backup/merge.h"

#include "base/json.h"
#include "directory/attributes.h"

namespace entrad::backup {

using nlohmann::json;

namespace {

void forget(json& object, const std::string& name) {
  object.erase(name);
  object.erase(name + "@odata.type");
}

}  // namespace

base::Result<std::vector<std::string>> contents_of(std::string_view page) {
  std::vector<std::string> contents;
  auto read = directory::for_each_object(
      page, [&](const directory::Slice& slice) { contents.push_back(slice.content); });
  if (!read) return base::pass(read);
  return contents;
}

base::Result<void> sliced(json object, const OnSlice& on_slice) {
  object.erase("manager");
  json page{{"value", json::array()}};
  page["value"].push_back(std::move(object));
  base::Result<void> done;
  auto read = directory::for_each_object(
      base::json_text(page), [&](const directory::Slice& slice) { done = on_slice(slice); });
  return read ? done : read;
}

base::Result<void> merged(std::string_view known, std::string_view news, const OnSlice& on_slice) {
  json object = base::read_json(known);
  const json changed = base::read_json(news);
  for (const auto& [name, value] : changed.items()) {
    if (name.find('@') != std::string::npos) continue;
    object[name] = value;
    // A sweep leaves out an extension that is unset, where a delta round says null.
    if (directory::is_extension(name) && value.is_null()) forget(object, name);
  }
  return sliced(std::move(object), on_slice);
}

}  // namespace entrad::backup
