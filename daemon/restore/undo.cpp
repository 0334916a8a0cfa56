// Parts: the record of what was done to one user; what it was before, section by section.
#include "restore/undo.h"

#include <algorithm>
#include <map>
#include <set>

#include "directory/compare.h"
#include "restore/compare/todo.h"
#include "restore/report/step_reading.h"

namespace entrad::restore {
namespace {

using api::Failure;
using base::Guid;
using directory::AppRole;
using directory::Link;
using directory::Role;
using nlohmann::json;
using store::ItemRow;
using store::Step;

constexpr std::size_t kAtOnce = 2000;

Failure changed_since(const std::string& what) {
  return {"changedSince", what + " has been changed again since, and is left as it is",
          "see who did it with: entractl users log; set it by hand if it shall be undone too"};
}

// What one job has done to one user.
struct Record {
  bool brought_back = false;
  bool deleted = false;
  std::map<std::string, json> attributes;  // -> the value it gave
  std::optional<ManagerLink> manager;
  std::set<Link> links_added;
  std::set<Link> links_removed;
  std::set<Role> roles_added;
  std::set<Role> roles_removed;
  std::map<std::string, RoleSchedule> schedules;  // key -> of what role and kind
  std::set<AppRole> app_roles_added;
  std::set<AppRole> app_roles_removed;
  std::set<Link> sponsors_added;
  std::set<Link> sponsors_removed;
  std::set<Link> owned_added;
  std::set<Link> owned_removed;
  std::map<std::string, std::vector<std::string>> licenses_assigned;  // sku -> plans switched off
  std::set<std::string> licenses_removed;
  std::set<std::string> methods;  // their slots

  void add(const Step& step, const Live& before);
  void add_role(const Step& step, const Live& before);
  void add_schedule(const Step& step, const Live& before);
  void add_app_role(const Step& step, const Live& before);
  void add_licenses(const Step& step);
};

// A user has one of each: e-mail, mobile, alternateMobile, office.
std::string slot_of(const json& method) {
  return std::string(directory::method_kind(method).name) + method.value("phoneType", "");
}

std::string slot_of(const Step& step) {
  json method = step.body.is_object() ? step.body : json::object();
  method["@odata.type"] = step.path.find("/phoneMethods") != std::string::npos
                              ? "#microsoft.graph.phoneAuthenticationMethod"
                              : "#microsoft.graph.emailAuthenticationMethod";
  return slot_of(method);
}

void Record::add_role(const Step& step, const Live& before) {
  if (step.method == "POST")
    roles_added.insert(
        {step.body.value("roleDefinitionId", ""), step.body.value("directoryScopeId", "")});
  else if (const auto role = named_by(before.role_assignments, step))
    roles_removed.insert(*role);
}

// One that was held for good may have got an end, and the other way round.
void Record::add_schedule(const Step& step, const Live& before) {
  const RoleSchedule written = schedule_of(step);
  schedules[key_of(written)] = written;
  if (written.eligible) return;
  roles_added.insert(written.role);
  const auto& held = before.sections.roles;
  if (held && std::find(held->begin(), held->end(), written.role) != held->end())
    roles_removed.insert(written.role);
}

void Record::add_app_role(const Step& step, const Live& before) {
  if (step.method == "POST") {
    const auto resource = Guid::parse(step.body.value("resourceId", ""));
    const auto role = Guid::parse(step.body.value("appRoleId", ""));
    if (resource && role) app_roles_added.insert({*resource, *role});
  } else if (const auto role = named_by(before.app_role_assignments, step)) {
    app_roles_removed.insert(*role);
  }
}

void Record::add_licenses(const Step& step) {
  for (const json& one : step.body.value("addLicenses", json::array()))
    licenses_assigned[one.value("skuId", "")] =
        one.value("disabledPlans", std::vector<std::string>());
  for (const json& one : step.body.value("removeLicenses", json::array()))
    licenses_removed.insert(one.get<std::string>());
}

void Record::add(const Step& step, const Live& before) {
  if (step.kind == "create" || step.kind == "restore") {
    brought_back = true;
  } else if (step.kind == "delete") {
    deleted = true;
  } else if (step.kind == "patch" || step.kind == "enable") {
    for (const auto& [name, value] : step.body.items()) attributes[name] = value;
  } else if (step.kind == "manager") {
    manager = manager_of(step);
  } else if (step.kind == "members" || step.kind == "unit") {
    links_added.insert(link_of(step));
  } else if (step.kind == "remove") {
    links_removed.insert(link_of(step));
  } else if (step.kind == "role") {
    add_role(step, before);
  } else if (step.kind == "schedule") {
    add_schedule(step, before);
  } else if (step.kind == "appRole") {
    add_app_role(step, before);
  } else if (step.kind == kSponsorStep) {
    (step.method == "POST" ? sponsors_added : sponsors_removed).insert(sponsor_of(step, before));
  } else if (step.kind == kOwnerStep) {
    (step.method == "POST" ? owned_added : owned_removed).insert(owned_of(step));
  } else if (step.kind == "licenses") {
    add_licenses(step);
  } else if (step.kind == "method") {
    methods.insert(slot_of(step));
  }
}

bool same(const std::string& attribute, const json& a, const json& b) {
  return a == b || directory::compare_objects({{attribute, a}}, {{attribute, b}}).empty();
}

// Nothing where it could not be read. Graph leaves out a directory extension that is unset.
std::optional<json> known_value(const json& object, const std::string& name) {
  if (const auto found = object.find(name); found != object.end()) return *found;
  return directory::is_extension(name) ? std::optional<json>(nullptr) : std::nullopt;
}

void undo_attributes(const Record& record, const Live& before, const Live& live, Goal& goal) {
  const json& object_before = before.sections.object.get();
  const json& object_now = live.sections.object.get();
  json wanted = json::object();
  for (const auto& [name, given] : record.attributes) {
    const auto was = known_value(object_before, name);
    const auto is = known_value(object_now, name);
    if (!was || !is || same(name, *is, *was)) continue;
    if (same(name, *is, given))
      wanted[name] = *was;
    else
      goal.problems.push_back(changed_since(name));
  }
  goal.wanted.object = std::move(wanted);
}

void undo_manager(const Record& record, const Live& before, const Live& live, Goal& goal) {
  if (!record.manager || !before.sections.manager || !live.sections.manager) return;
  const auto& was = before.sections.manager->id;
  const auto& is = live.sections.manager->id;
  if (is == was) return;
  if (is == record.manager->id)
    goal.wanted.manager = before.sections.manager;
  else
    goal.problems.push_back(changed_since("the manager"));
}

// What there is, without what was added, and with what was removed.
template <typename T>
std::optional<std::vector<T>> undone(const std::optional<std::vector<T>>& live,
                                     const std::set<T>& added, const std::set<T>& removed) {
  if (!live || (added.empty() && removed.empty())) return std::nullopt;
  std::set<T> links(live->begin(), live->end());
  for (const T& one : added) links.erase(one);
  links.insert(removed.begin(), removed.end());
  return std::vector<T>(links.begin(), links.end());
}

void undo_schedules(const Record& record, const Live& before, const Live& live, Goal& goal) {
  const auto& is = live.sections.schedules;
  if (record.schedules.empty()) return;
  if (!is) {
    goal.problems.push_back(
        {"permissionDenied", "admin roles by schedule cannot be seen now, and are left as they are",
         "let the app registration read them (entractl tenants check), then undo again"});
    return;
  }
  goal.wanted.schedules.emplace();
  const auto keep = [&](const std::vector<RoleSchedule>& list, bool touched) {
    for (const RoleSchedule& one : list)
      if (record.schedules.contains(key_of(one)) == touched)
        add_schedule(*goal.wanted.schedules, one);
  };
  keep(*is, false);
  if (before.sections.schedules) keep(*before.sections.schedules, true);
}

void undo_licenses(const Record& record, const Live& before, const Live& live, Goal& goal) {
  if (record.licenses_assigned.empty() && record.licenses_removed.empty()) return;
  if (!live.sections.licenses || !before.sections.licenses) return;
  std::map<std::string, std::vector<std::string>> was;
  for (const auto& license : *before.sections.licenses)
    was[license.sku_id] = license.disabled_plans;
  std::map<std::string, std::vector<std::string>> shall;
  for (const auto& license : *live.sections.licenses)
    shall[license.sku_id] = license.disabled_plans;
  for (const auto& [sku, plans] : record.licenses_assigned) {
    shall.erase(sku);
    if (was.contains(sku)) shall[sku] = was[sku];
  }
  for (const std::string& sku : record.licenses_removed) shall[sku] = was[sku];
  goal.wanted.licenses.emplace();
  for (const auto& [sku, plans] : shall) goal.wanted.licenses->push_back({sku, plans});
}

void undo_methods(const Record& record, const Live& before, const Live& live, Goal& goal) {
  if (record.methods.empty() || !live.sections.auth_methods) return;
  const auto in_slots = [&record](const std::optional<json>& methods) {
    std::map<std::string, json> found;
    for (const json& method : methods.value_or(json::array()))
      if (record.methods.contains(slot_of(method))) found[slot_of(method)] = method;
    return found;
  };
  const auto was = in_slots(before.sections.auth_methods);
  goal.wanted.auth_methods = json::array();
  for (const auto& [slot, method] : was) goal.wanted.auth_methods->push_back(method);
  for (const auto& [slot, method] : in_slots(live.sections.auth_methods))
    if (!was.contains(slot)) goal.extra_methods.push_back(method);
}

}  // namespace

Undo::Undo(const store::Journal& journal, base::JobId undone) : journal_(journal), undone_(undone) {
  for (std::uint64_t from = 0;;) {
    const auto steps = journal.steps(undone, from, kAtOnce);
    if (steps.empty()) break;
    from = steps.back().seq + 1;
    for (const Step& step : steps)
      if (may_have_happened(step))
        for (const std::uint64_t item : step.items) {
          steps_[item].push_back(step.seq);
          if (step.kind == kSponsorStep) sponsored_.insert(item);
          if (step.kind == kOwnerStep) owning_.insert(item);
        }
  }
  for (std::uint64_t from = 0;;) {
    const auto rows = journal.items(undone, from, kAtOnce);
    if (rows.empty()) return;
    from = rows.back().item.seq + 1;
    for (const ItemRow& row : rows)
      if (const auto user = Guid::parse(row.item.user_id); user && steps_.contains(row.item.seq))
        items_.emplace(*user, row.item.seq);
  }
}

std::vector<Guid> Undo::users() const {
  std::vector<std::pair<std::uint64_t, Guid>> in_order;
  for (const auto& [user, seq] : items_) in_order.emplace_back(seq, user);
  std::sort(in_order.begin(), in_order.end());
  std::vector<Guid> users;
  users.reserve(in_order.size());
  for (const auto& [seq, user] : in_order) users.push_back(user);
  return users;
}

ItemRow Undo::item_of(const Guid& user) const {
  auto row = journal_.item(undone_, items_.at(user));
  if (!row) throw std::runtime_error("an item of job " + undone_.str() + " is not in the store");
  return std::move(*row);
}

Guid Undo::present_id(const Guid& user) const {
  const ItemRow row = item_of(user);
  const std::string id = row.work.contains("target") ? row.work["target"].get<std::string>()
                                                     : row.pre_image.value("id", "");
  return Guid::parse(id).value_or(user);
}

bool Undo::has_written_sponsors(const Guid& user) const {
  return sponsored_.contains(items_.at(user));
}

bool Undo::has_written_owned_objects(const Guid& user) const {
  return owning_.contains(items_.at(user));
}

Goal Undo::goal(const Guid& user, const Live& live) const {
  const ItemRow row = item_of(user);
  const Live before = from_pre_image(row.pre_image);
  Record record;
  for (const std::uint64_t seq : steps_.at(row.item.seq))
    for (const Step& step : journal_.steps(undone_, seq, 1)) record.add(step, before);
  Goal goal;
  goal.user_principal_name = row.item.user_principal_name;
  goal.display_name = row.item.display_name;
  if (record.brought_back) {
    goal.absent = true;
    goal.wanted.roles.emplace();  // an app may not delete who holds some
    goal.wanted.schedules.emplace();
    return goal;
  }
  goal.back_from_bin = record.deleted;
  if (record.deleted) return goal;
  if (live.where != Where::live) {
    goal.hands_off = true;
    goal.problems.push_back(
        {"changedSince", "the user has been deleted since",
         "restore the user first: entractl restore " + user.str() + " --with-object"});
    return goal;
  }
  undo_attributes(record, before, live, goal);
  undo_manager(record, before, live, goal);
  const Sections& now = live.sections;
  Sections& wanted = goal.wanted;
  wanted.memberships = undone(now.memberships, record.links_added, record.links_removed);
  wanted.roles = undone(now.roles, record.roles_added, record.roles_removed);
  wanted.app_roles = undone(now.app_roles, record.app_roles_added, record.app_roles_removed);
  wanted.sponsors = undone(now.sponsors, record.sponsors_added, record.sponsors_removed);
  wanted.owned_objects = undone(now.owned_objects, record.owned_added, record.owned_removed);
  undo_schedules(record, before, live, goal);
  undo_licenses(record, before, live, goal);
  undo_methods(record, before, live, goal);
  return goal;
}

}  // namespace entrad::restore
