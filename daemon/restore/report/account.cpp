// Parts: attributes, links, methods; one write and its fate; what was not done, what is left to do.
#include "restore/report/account.h"

#include <algorithm>
#include <array>
#include <utility>

#include "directory/difference.h"
#include "restore/compare/todo.h"
#include "restore/report/step_reading.h"

namespace entrad::restore {
namespace {

using api::ReportedChange;
using api::Section;
using base::Guid;
using nlohmann::json;
using store::Step;

constexpr std::array kMethodTypes{
    std::pair{"/phoneMethods", "#microsoft.graph.phoneAuthenticationMethod"},
    std::pair{"/emailMethods", "#microsoft.graph.emailAuthenticationMethod"}};

bool was_so_already(const Step& step) {
  return step.settled && step.outcome == graph::name(graph::Class::done) && !was_accepted(step);
}

ReportedChange in_section(Section section, std::string change) {
  ReportedChange told;
  told.section = api::name(section);
  told.change = std::move(change);
  return told;
}

ReportedChange of_value(const api::ValueChange& value) {
  ReportedChange told = in_section(Section::object, "set");
  told.what = value.attribute;
  told.from = value.from;
  told.to = value.to;
  told.added = value.added;
  told.removed = value.removed;
  return told;
}

json value_in(const json& object, const std::string& name) {
  return object.is_object() ? object.value(name, json()) : json();
}

void tell_problem(const api::Failure& problem, ReportedChange& told) {
  told.reason = problem.kind;
  told.message = problem.message;
  told.remedy = problem.hint;
}

ReportedChange not_done(const api::Failure& problem) {
  ReportedChange told;
  told.change = told.status = "notDone";
  tell_problem(problem, told);
  return told;
}

bool same(const api::Failure& a, const api::Failure& b) {
  return a.kind == b.kind && a.message == b.message && a.hint == b.hint;
}

// The user itself first, then the sections in the house's order, then what is about no single one.
std::size_t rank(const ReportedChange& change) {
  if (change.status == "toDo") return 100;
  if (change.section.empty()) return 99;
  if (change.change == "created" || change.change == "restored" || change.change == "deleted")
    return 0;
  const auto& names = api::Words<Section>::names;
  const auto found = std::find(names.begin(), names.end(), change.section);
  return 1 + static_cast<std::size_t>(found - names.begin());
}

// What the method of a step is: the body says it, of a removal what there was before.
json method_of(const Step& step, const Live& before) {
  json method = step.body.is_object() ? step.body : json::object();
  for (const auto& [collection, type] : kMethodTypes)
    if (step.path.find(collection) != std::string::npos) method["@odata.type"] = type;
  if (step.method != "DELETE") return method;
  const std::string id = parts_of(step).back();
  for (const json& known : before.sections.auth_methods.value_or(json::array()))
    if (known.value("id", "") == id) return known;
  method["id"] = id;
  return method;
}

}  // namespace

Account::Account(const store::ItemRow& row, store::Names& names, bool sealed)
    : row_(row),
      names_(names),
      sealed_(sealed),
      before_(row.pre_image.is_object() ? from_pre_image(row.pre_image) : Live()) {}

void Account::add(const Step& step) {
  if (step.kind == "create") return add_creation(step);
  if (step.kind == "restore") return add_event(step, "restore", "restored", Section::object);
  if (step.kind == "delete") return add_event(step, "delete", "deleted", Section::object);
  if (step.kind == kSessions) return add_event(step, kSessions, "sessionsRevoked", Section::object);
  if (step.kind == kPass) return add_event(step, kPass, "passIssued", Section::auth_methods);
  if (step.kind == "patch" || step.kind == "enable") return add_attributes(step);
  if (step.kind == "manager") return add_manager(step);
  if (step.kind == "members" || step.kind == "unit" || step.kind == "remove") return add_link(step);
  if (step.kind == "role") return add_role(step);
  if (step.kind == "schedule") return add_schedule(step);
  if (step.kind == "appRole") return add_app_role(step);
  if (step.kind == kSponsorStep) return add_sponsor(step);
  if (step.kind == kOwnerStep) return add_owner(step);
  if (step.kind == "licenses") return add_licenses(step);
  if (step.kind == "method") return add_method(step);
}

void Account::add_event(const Step& step, const std::string& slot, const std::string& change,
                        Section section) {
  put(step, {slot, true, {in_section(section, change)}}, slot);
}

void Account::add_creation(const Step& step) {
  ReportedChange told = in_section(Section::object, "created");
  told.id = row_.item.new_user_id.value_or(step.result);
  told.what = step.body.is_object() ? step.body.value("userPrincipalName", "") : "";
  told.kind = api::name(api::ObjectKind::user);
  put(step, {"create", true, {std::move(told)}}, "create");
  if (!step.body.is_object() || !may_have_happened(step)) return;
  created_ = true;
  for (const auto& [name, value] : step.body.items())
    if (name != "passwordProfile") add_attribute(step, name, nullptr, value);
}

void Account::add_attributes(const Step& step) {
  if (!step.body.is_object()) return;
  for (const auto& [name, value] : step.body.items()) {
    const json was = given_.contains(name) ? given_[name]
                     : created_            ? json()
                                           : value_in(before_.sections.object.get(), name);
    if (name != "passwordProfile") add_attribute(step, name, was, value);
  }
}

void Account::add_attribute(const Step& step, const std::string& name, const json& from,
                            const json& to) {
  Written written{"attr:" + name, to, {}};
  for (const auto& value : directory::compare_values(json{{name, from}}, json{{name, to}}))
    written.changes.push_back(of_value(value));
  // Equal as a backup sees it, and yet written.
  if (written.changes.empty()) written.changes.push_back(of_value({name, from, to, {}, {}}));
  if (may_have_happened(step)) given_[name] = to;
  const std::string key = written.slot;
  put(step, std::move(written), key);
}

void Account::add_manager(const Step& step) {
  const ManagerLink now = manager_of(step);
  Written written{"manager", now.id ? json(now.id->str()) : json(), {}};
  const bool first = !last_.contains("manager");
  const auto was = before_.sections.manager ? before_.sections.manager->id : std::nullopt;
  if (first && was && was != now.id && !created_)
    written.changes.push_back(linked(Section::manager, {{"id", was->str()}}, "removed", step));
  if (now.id)
    written.changes.push_back(linked(Section::manager, {{"id", now.id->str()}}, "added", step));
  if (written.changes.empty()) written.changes.push_back(in_section(Section::manager, "removed"));
  put(step, std::move(written), "manager");
}

void Account::add_link(const Step& step) {
  const directory::Link link = link_of(step);
  const bool removes = step.kind == "remove";
  const std::string key = key_of(link);
  const json element = {{"id", link.id.str()}, {"kind", api::name(link.kind)}};
  put(step,
      {key, !removes, {linked(Section::memberships, element, removes ? "removed" : "added", step)}},
      removes ? key_of_removal(key) : key);
}

void Account::add_role(const Step& step) {
  directory::Role role;
  const bool removes = step.method != "POST";
  if (!removes)
    role = {step.body.value("roleDefinitionId", ""), step.body.value("directoryScopeId", "")};
  else if (const auto known = named_by(before_.role_assignments, step))
    role = *known;
  else  // assigned after the user was read: from the recycle bin, say
    role = {step.names.empty() ? parts_of(step).back() : step.names.begin()->first, ""};
  const std::string key = key_of(role);
  const json element = {{"roleDefinitionId", role.role_definition_id},
                        {"directoryScopeId", role.directory_scope_id},
                        {"state", "active"}};
  put(step, {key, !removes, {linked(Section::roles, element, removes ? "removed" : "added", step)}},
      removes ? key_of_removal(key) : key);
}

void Account::add_schedule(const Step& step) {
  if (!step.body.is_object()) return;
  const RoleSchedule schedule = schedule_of(step);
  const std::string action = step.body.value("action", "");
  const bool removes = action == "adminRemove";
  const std::string key = key_of(schedule);
  const json element = {{"roleDefinitionId", schedule.role.role_definition_id},
                        {"directoryScopeId", schedule.role.directory_scope_id},
                        {"state", schedule.eligible ? "eligible" : "active"},
                        {"scheduleInfo", step.body.value("scheduleInfo", json())}};
  const std::string change = removes ? "removed" : action == "adminUpdate" ? "changed" : "added";
  ReportedChange told = linked(Section::roles, element, change, step);
  if (change == "changed") {
    const auto end = [](const std::string& time) { return time.empty() ? json() : json(time); };
    for (const RoleSchedule& known :
         before_.sections.schedules.value_or(std::vector<RoleSchedule>()))
      if (known.same_role(schedule)) told.from = end(known.end);
    told.to = end(schedule.end);
  }
  put(step, {key, removes ? json(false) : json(schedule.end), {told}},
      removes ? key_of_removal(key) : key);
}

void Account::add_app_role(const Step& step) {
  const bool removes = step.method != "POST";
  json element = step.body.is_object() ? step.body : json::object();
  directory::AppRole role;
  if (const auto known = named_by(before_.app_role_assignments, step); removes && known)
    element = {{"resourceId", known->resource.str()}, {"appRoleId", known->role.str()}};
  else if (removes)
    element = {
        {"resourceId", step.names.empty() ? parts_of(step).back() : step.names.begin()->first}};
  role.resource = Guid::parse(element.value("resourceId", "")).value_or(Guid());
  role.role = Guid::parse(element.value("appRoleId", "")).value_or(Guid());
  const std::string key = key_of(role);
  put(step,
      {key, !removes, {linked(Section::app_roles, element, removes ? "removed" : "added", step)}},
      removes ? key_of_removal(key) : key);
}

void Account::add_sponsor(const Step& step) {
  const directory::Link sponsor = sponsor_of(step, before_);
  const bool removes = step.method == "DELETE";
  const json element = {{"id", sponsor.id.str()}, {"kind", api::name(sponsor.kind)}};
  const std::string key = key_of_sponsor(sponsor);
  put(step,
      {key, !removes, {linked(Section::sponsors, element, removes ? "removed" : "added", step)}},
      removes ? key_of_removal(key) : key);
}

void Account::add_owner(const Step& step) {
  const directory::Link object = owned_of(step);
  const bool removes = step.method == "DELETE";
  const json element = {{"id", object.id.str()}, {"kind", api::name(object.kind)}};
  const std::string key = key_of_owned(object);
  put(step,
      {key,
       !removes,
       {linked(Section::owned_objects, element, removes ? "removed" : "added", step)}},
      removes ? key_of_removal(key) : key);
}

void Account::add_licenses(const Step& step) {
  if (!step.body.is_object()) return;
  std::map<std::string, json> held;
  if (before_.sections.licenses && !created_)
    for (const auto& license : *before_.sections.licenses)
      held[license.sku_id] = license.disabled_plans;
  for (const json& license : step.body.value("addLicenses", json::array())) {
    const std::string sku = license.value("skuId", "");
    const auto was = held.find(sku);
    ReportedChange told =
        linked(Section::licenses, license, was == held.end() ? "added" : "changed", step);
    told.from = was == held.end() ? json() : was->second;
    told.to = license.value("disabledPlans", json::array());
    put(step, {key_of_license(sku), told.to, {told}}, key_of_license(sku));
  }
  for (const json& one : step.body.value("removeLicenses", json::array())) {
    const auto sku = one.get<std::string>();
    put(step,
        {key_of_license(sku),
         false,
         {linked(Section::licenses, {{"skuId", sku}}, "removed", step)}},
        key_of_removal(key_of_license(sku)));
  }
}

void Account::add_method(const Step& step) {
  const bool removes = step.method == "DELETE";
  const json method = method_of(step, before_);
  const std::string key = key_of_method(method);
  const std::string change = removes ? "removed" : step.method == "POST" ? "added" : "changed";
  ReportedChange told = linked(Section::auth_methods, method, change, step);
  const auto content = [](const json& one) {
    for (const char* name : {"phoneNumber", "emailAddress"})
      if (one.contains(name)) return one[name];
    return json();
  };
  if (change == "changed") {
    for (const json& known : before_.sections.auth_methods.value_or(json::array()))
      if (key_of_method(known) == key) told.from = content(known);
    told.to = content(method);
  }
  put(step, {key, removes ? json() : content(method), {told}}, removes ? key_of_removal(key) : key);
}

ReportedChange Account::linked(Section section, const json& element, const std::string& change,
                               const Step& step) const {
  api::LinkChange link;
  names_.describe(section, element, link);
  ReportedChange told = in_section(section, change);
  const auto known = step.names.find(link.id);
  told.what = known != step.names.end() ? known->second : link.display_name;
  if (told.what.empty()) told.what = link.id;
  told.id = link.id;
  told.kind = link.kind;
  told.detail = link.detail;
  return told;
}

void Account::put(const Step& step, Written written, const std::string& refusal_key) {
  const auto last = last_.find(written.slot);
  Written* known = last == last_.end() ? nullptr : &written_[last->second];
  const bool repeats = known != nullptr && known->to == written.to;
  const auto settle = [&](const std::string& status) {
    for (ReportedChange& told : known->changes)
      if (told.status == "unanswered") told.status = status;
  };
  if (was_so_already(step)) {
    if (repeats) settle("confirmed");
    return;
  }
  for (ReportedChange& told : written.changes) {
    told.at = step.intended_at;
    told.status = was_accepted(step) ? "written" : "unanswered";
  }
  if (!may_have_happened(step)) {
    refused_[refusal_key] = std::move(written.changes);
  } else if (repeats) {
    if (was_accepted(step)) settle("written");
  } else {
    last_[written.slot] = written_.size();
    written_.push_back(std::move(written));
  }
}

// What was read back has happened, and so has the creation of a user who was found.
void Account::confirm() {
  const bool found = created_ && row_.work.is_object() && row_.work.contains("target");
  for (Written& written : written_)
    for (ReportedChange& told : written.changes) {
      if (told.status == "unanswered" &&
          (row_.item.verified || (found && told.change == "created")))
        told.status = "confirmed";
      if (told.change == "created" && found) told.id = row_.work["target"].get<std::string>();
    }
}

void Account::tell_refusals(Changes& changes) const {
  std::vector<api::Failure> problems = row_.item.problems;
  const json refusals =
      row_.work.is_object() ? row_.work.value("refusals", json::object()) : json::object();
  for (const auto& [key, why] : refusals.items()) {
    const auto failure = why.get<api::Failure>();
    const auto told = std::find_if(problems.begin(), problems.end(),
                                   [&](const api::Failure& one) { return same(one, failure); });
    if (told != problems.end()) problems.erase(told);
    const auto refused = refused_.find(key);
    if (refused == refused_.end()) {
      changes.push_back(not_done(failure));
      continue;
    }
    for (ReportedChange one : refused->second) {
      one.status = "refused";
      tell_problem(failure, one);
      changes.push_back(std::move(one));
    }
  }
  for (const api::Failure& problem : problems) changes.push_back(not_done(problem));
}

void Account::tell_tasks(Changes& changes) const {
  const api::Item& item = row_.item;
  if (item.needs_password_reset && item.new_user_id) {
    ReportedChange task = in_section(Section::object, "resetPassword");
    task.status = "toDo";
    task.remedy = sealed_ ? "give the user the first password: entractl jobs secrets"
                          : "reset the password: nobody knows the one that the user has now";
    changes.push_back(std::move(task));
  }
  if (item.outcome == api::Outcome::pending) return;
  for (const std::string& method : item.methods_to_register) {
    ReportedChange task = in_section(Section::auth_methods, "register");
    task.what = method;
    task.status = "toDo";
    task.remedy = "the user signs in and sets it up again";
    changes.push_back(std::move(task));
  }
}

std::vector<ReportedChange> Account::take() {
  confirm();
  Changes changes;
  for (Written& written : written_)
    std::move(written.changes.begin(), written.changes.end(), std::back_inserter(changes));
  tell_refusals(changes);
  tell_tasks(changes);
  std::stable_sort(
      changes.begin(), changes.end(),
      [](const ReportedChange& a, const ReportedChange& b) { return rank(a) < rank(b); });
  return changes;
}

}  // namespace entrad::restore
