#include "mirror.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace entrad::graph::test {
namespace {

using nlohmann::json;

constexpr const char* kUserProperties[] = {
    "userPrincipalName", "displayName", "department", "city", "jobTitle", "accountEnabled"};
constexpr std::size_t kIdDigits = 32;  // before the name of a user in the bin

json text_of(const json& object, const char* name) {
  return object.value(name, json());  // never set: absent
}

void apply_links(const std::vector<LinkChange>& links, std::set<std::string>& to) {
  for (const LinkChange& link : links)
    if (link.removed)
      to.erase(link.id.str());
    else
      to.insert(link.id.str());
}

json properties_of(const json& element) {
  json out = json::object();
  for (const auto& [name, value] : element.items())
    if (name.find('@') == std::string::npos && name != "id") out[name] = value;
  return out;
}

}  // namespace

void Kept::apply(const DeltaPage& page) {
  const json elements = base::read_json(page.body).at("value");
  ASSERT_EQ(elements.size(), page.changes.size());
  for (std::size_t i = 0; i < page.changes.size(); ++i) {
    const Change& change = page.changes[i];
    const std::string id = change.id.str();
    ASSERT_EQ(elements[i].at("id"), id);
    if (change.fate == Fate::gone) {
      objects.erase(id);
      continue;
    }
    Object& object = objects[id];
    object.in_bin = change.fate == Fate::in_recycle_bin;
    if (object.in_bin) continue;
    if (!change.bare) object.properties = properties_of(elements[i]);
    apply_links(change.members, object.links);
    apply_links(change.manager, object.links);
  }
}

void Mirror::update(Collection& collection) {
  for (;;) {
    const bool first = collection.cursor.link.empty();
    const Kept before = first ? Kept{} : collection.kept;
    Kept staged = before;
    const DeltaReader reader{[&](const DeltaPage& page) -> base::Result<void> {
                               ++pages;
                               staged.apply(page);
                               if (between_pages) between_pages();
                               return {};
                             },
                             [&] {
                               ++discards;
                               staged = before;
                             }};
    const auto round = rig_.session().delta(collection.first, collection.cursor, reader, {});
    ASSERT_TRUE(round) << round.error().message << base::json_text(round.error().details);
    collection.cursor = round->next;  // empty after start_over
    if (round->end == DeltaRound::End::start_over) continue;
    collection.kept = std::move(staged);
    first_rounds += first ? 1 : 0;
    if (first && &collection == &users_) look_into_bin();
    return;
  }
}

// A first round does not say who is in the bin.
void Mirror::look_into_bin() {
  const auto take = [&](std::string_view page) -> base::Result<void> {
    const json body = base::read_json(page);
    for (const json& row : body.at("value")) {
      Kept::Object& object = users_.kept.objects[row.at("id")];
      object.in_bin = true;
      object.properties["userPrincipalName"] =
          row.at("userPrincipalName").get<std::string>().substr(kIdDigits);
    }
    return {};
  };
  const auto read =
      rig_.session().pages(calls::list_deleted_users("id,userPrincipalName"), take, {});
  ASSERT_TRUE(read) << read.error().message;
}

void Mirror::update() {
  update(users_);
  update(groups_);
}

json Mirror::known_user(const std::string& id) const {
  const Kept::Object& user = users_.kept.objects.at(id);
  json out = json::object();
  for (const char* name : kUserProperties) out[name] = text_of(user.properties, name);
  out["manager"] = nullptr;
  if (!user.links.empty()) {
    EXPECT_EQ(user.links.size(), 1U) << "one manager";
    const auto manager = users_.kept.objects.find(*user.links.begin());
    if (manager != users_.kept.objects.end() && !manager->second.in_bin)
      out["manager"] = text_of(manager->second.properties, "userPrincipalName");
  }
  std::set<std::string> memberships;
  for (const auto& [group, object] : groups_.kept.objects)
    if (object.links.contains(id)) memberships.insert(object.properties.at("mailNickname"));
  out["memberships"] = memberships;
  return out;
}

json Mirror::known() const {
  json out{{"users", json::object()}, {"deleted", json::array()}, {"groups", json::object()}};
  std::set<std::string> deleted;
  for (const auto& [id, user] : users_.kept.objects) {
    const std::string name = user.properties.value("userPrincipalName", id);
    if (user.in_bin)
      deleted.insert(name);
    else
      out["users"][name] = known_user(id);
  }
  out["deleted"] = deleted;
  for (const auto& [id, group] : groups_.kept.objects) {
    std::set<std::string> nested;
    for (const std::string& member : group.links)
      if (const auto found = groups_.kept.objects.find(member); found != groups_.kept.objects.end())
        nested.insert(found->second.properties.at("mailNickname"));
    out["groups"][group.properties.at("mailNickname").get<std::string>()] = {
        {"displayName", text_of(group.properties, "displayName")},
        {"description", text_of(group.properties, "description")},
        {"groups", nested}};
  }
  return out;
}

json Mirror::real() const {
  const json dump = rig_.sim.dump("aurora");
  json out{{"users", json::object()}, {"deleted", dump.at("deleted")}, {"groups", json::object()}};
  for (const auto& [name, user] : dump.at("users").items()) {
    json& shown = out["users"][name];
    for (const char* property : kUserProperties) shown[property] = user.at("object").at(property);
    shown["manager"] = user.at("manager");
    shown["memberships"] = user.at("memberships");
  }
  for (const auto& [name, group] : dump.at("groups").items()) {
    std::set<std::string> nested;
    for (const json& one : group.at("groups")) nested.insert(one.get<std::string>());
    out["groups"][name] = {{"displayName", group.at("displayName")},
                           {"description", group.at("description")},
                           {"groups", nested}};
  }
  return out;
}

}  // namespace entrad::graph::test
