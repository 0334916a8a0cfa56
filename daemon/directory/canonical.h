// Canonical JSON: the one written form of a section, so that equal content has an equal hash.
//
// Keys sorted by bytes, no blanks, no OData annotations except types ("@odata.type"), arrays whose
// order Graph does not keep (proxyAddresses, otherMails, identities, ...) sorted. Numbers and
// strings are as nlohmann::json writes them. null and "not there" stay different: null means that
// Graph said the property is unset, a missing one means that it could not be read. Thread safety:
// pure functions.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/guid.h"
#include "base/result.h"

namespace entrad::directory {

std::string canonical(const nlohmann::json& value);

// One object of a page of directory objects. Valid while `on_object` runs.
struct Slice {
  base::Guid id;
  std::string_view odata_type;  // "#microsoft.graph.user", empty when the page does not say
  std::string content;          // canonical JSON of the object, without @odata.* at its top

  // Members at the top, without parsing `content` again. text(): empty when unset or no string;
  // part(): canonical JSON, empty when it is not there.
  std::string_view text(std::string_view name) const;
  bool is_true(std::string_view name) const;
  std::string part(std::string_view name) const;
  // `content` less a member at the top.
  std::string content_without(std::string_view name) const;

  struct Members;
  const Members* members = nullptr;
};

// Calls `on_object` for each element of the `value` array of a Graph page. Fails with graph_refused
// when the page is not JSON, has no `value` array, or an element has no id.
base::Result<void> for_each_object(std::string_view page,
                                   const std::function<void(const Slice&)>& on_object);
// The same for those elements that `is_wanted` wants: it sees an element's text as Graph wrote it,
// and an element that is not wanted costs little more than a glance.
using IsWanted = std::function<bool(const base::Guid& id, std::string_view raw)>;
base::Result<void> for_each_object(std::string_view page, const IsWanted& is_wanted,
                                   const std::function<void(const Slice&)>& on_object);
// What is known of objects before a page of them is read: their answers of another time.
struct Known {
  std::function<void(const base::Guid&)> expect;       // that one is asked for soon
  std::function<std::size_t(const base::Guid&)> size;  // bytes of its answer; 0: not known
  std::function<bool(const base::Guid&, std::string_view raw)> is_same;  // byte for byte
};
// Calls `on_each` for every object and then, when it is not the same, `on_changed`. Where most are
// the same it takes a third of the time of for_each_object(): an object that is what it was ends
// where it ended, and nothing in it is read. Fails as that does.
base::Result<void> for_each_changed(std::string_view page, const Known& known,
                                    const std::function<void(const base::Guid&)>& on_each,
                                    const std::function<void(const Slice&)>& on_changed);
// Only their ids.
base::Result<void> for_each_id(std::string_view page,
                               const std::function<void(const base::Guid&)>& on_id);

}  // namespace entrad::directory
