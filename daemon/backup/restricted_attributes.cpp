// Attributes that need a permission of their own, each in a request of its own: one that is refused
// costs nothing but itself.
#include <map>

#include "backup/sweep.h"
#include "base/json.h"
#include "base/text.h"
#include "directory/attributes.h"
#include "directory/canonical.h"
#include "graph/calls.h"

namespace entrad::backup {
namespace {

using api::Completeness;
using api::Section;
using directory::Attribute;
using directory::Backup;
using nlohmann::json;

struct Restricted {
  std::map<People::Index, json> of_users;  // what is set; few users have any
  std::vector<std::string> unread;         // names
  std::size_t read = 0;
  std::string reason;

  void lacks(std::string_view name, const std::string& why) {
    unread.emplace_back(name);
    reason += (reason.empty() ? "" : "; ") + std::string(name) + ": " + why;
  }
};

bool is_set(const std::string& value) {
  return !value.empty() && value != "null" && value != "{}" && value != "[]";
}

void forget(Restricted& restricted, const std::string& name) {
  for (auto& [user, values] : restricted.of_users) values.erase(name);
}

base::Result<void> read(Sweep& sweep, const Attribute& attribute, Restricted& out) {
  const std::string name(attribute.name);
  sweep.progress().begin(name, sweep.people().size());
  const auto take_page = [&](std::string_view page) {
    std::uint64_t objects = 0;
    auto sliced = directory::for_each_object(page, [&](const directory::Slice& slice) {
      ++objects;
      const auto user = sweep.people().index(slice.id);
      const std::string value = slice.part(name);
      if (user && is_set(value)) out.of_users[*user][name] = base::read_json(value);
    });
    sweep.progress().advance(objects);
    return sliced;
  };
  return sweep.pages(graph::calls::list_users("id," + name), take_page, [&] { forget(out, name); });
}

// A cloud that does not know the attribute refuses the request as one without the permission does.
base::Result<void> read_if_permitted(Sweep& sweep, const Attribute& attribute, Restricted& out) {
  if (!may_have(sweep, attribute.permission)) {
    out.lacks(attribute.name, lacking(base::split(attribute.permission, '|').front()));
    return {};
  }
  auto done = read(sweep, attribute, out);
  if (done) {
    ++out.read;
    return {};
  }
  const base::Error& error = done.error();
  if (!is_denied(error) && error.kind != base::ErrorKind::graph_refused) return done;
  forget(out, std::string(attribute.name));
  out.lacks(attribute.name, error.message);
  return {};
}

// What could not be read now stays as the snapshot before knew it.
void keep_unread(Sweep& sweep, const base::Guid& user, const Restricted& restricted, json& values) {
  const auto before = known_before(sweep, user, Section::restricted_attributes);
  if (!before) return;
  const json known = base::read_json(*before);
  for (const std::string& name : restricted.unread)
    if (const auto value = known.find(name); value != known.end()) values[name] = *value;
}

base::Result<void> put(Sweep& sweep, const Restricted& restricted) {
  const auto& users = sweep.people().ids();
  for (People::Index i = 0; i < users.size(); ++i) {
    const auto found = restricted.of_users.find(i);
    json values = found == restricted.of_users.end() ? json::object() : found->second;
    if (!restricted.unread.empty()) keep_unread(sweep, users[i], restricted, values);
    auto done = put_if_any(sweep, users[i], Section::restricted_attributes,
                           directory::canonical(values), "{}");
    if (!done) return done;
    if (auto going = sweep.stopped(); !going) return going;
  }
  return {};
}

}  // namespace

base::Result<void> sweep_restricted_attributes(Sweep& sweep) {
  Restricted restricted;
  for (const Attribute& attribute : directory::user_attributes())
    if (attribute.backup == Backup::on_its_own)
      if (auto done = read_if_permitted(sweep, attribute, restricted); !done)
        return base::pass(done, "read " + std::string(attribute.name));
  if (restricted.read > 0)
    if (auto done = put(sweep, restricted); !done) return done;
  sweep.writer().mark(Section::restricted_attributes,
                      restricted.unread.empty() ? Completeness::complete
                      : restricted.read > 0     ? Completeness::partial
                                                : Completeness::absent,
                      restricted.reason);
  return {};
}

}  // namespace entrad::backup
