#include "restore/report/step_reading.h"

#include <algorithm>

#include "restore/live/sponsors_and_owned.h"

namespace entrad::restore {
namespace {

using api::ObjectKind;
using base::Guid;
using store::Step;

// The id that comes after a word of the path.
Guid id_after(const Step& step, const std::string& word) {
  const auto parts = parts_of(step);
  const auto found = std::find(parts.begin(), parts.end(), word);
  if (found == parts.end() || found + 1 == parts.end()) return {};
  return Guid::parse(*(found + 1)).value_or(Guid());
}

std::string url_in(const Step& step) {
  return step.body.is_object() ? step.body.value("@odata.id", "") : "";
}

}  // namespace

bool was_accepted(const Step& step) {
  return !is_unanswered(step) && step.status >= 200 && step.status < 300;
}

bool is_unanswered(const Step& step) {
  return !step.settled || step.outcome == graph::name(graph::Class::ambiguous);
}

std::vector<std::string> parts_of(const Step& step) {
  return base::split(step.path.substr(0, step.path.find('?')), '/');
}

directory::Link link_of(const Step& step) {
  const bool unit = step.path.find("/administrativeUnits/") != std::string::npos;
  return {id_after(step, unit ? "administrativeUnits" : "groups"),
          unit ? api::ObjectKind::administrative_unit : api::ObjectKind::group};
}

RoleSchedule schedule_of(const Step& step) {
  if (!step.body.is_object()) return {};
  const directory::HeldRole held{
      {step.body.value("roleDefinitionId", ""), step.body.value("directoryScopeId", "")},
      step.path.find("/roleEligibility") != std::string::npos,
      step.body.value("scheduleInfo", nlohmann::json())};
  return role_schedule(held, step.intended_at);
}

ManagerLink manager_of(const Step& step) {
  const std::string url = url_in(step);
  if (url.empty()) return {};
  return {Guid::parse(url.substr(url.rfind('/') + 1))};
}

directory::Link sponsor_of(const Step& step, const Live& before) {
  const std::string url = url_in(step);
  if (!url.empty())
    return {Guid::parse(url.substr(url.rfind('/') + 1)).value_or(Guid()),
            url.find("/groups/") == std::string::npos ? ObjectKind::user : ObjectKind::group};
  const Guid id = id_after(step, "sponsors");
  for (const directory::Link& known :
       before.sections.sponsors.value_or(std::vector<directory::Link>()))
    if (known.id == id) return known;
  return {id, ObjectKind::user};
}

directory::Link owned_of(const Step& step) {
  for (const ObjectKind kind :
       {ObjectKind::group, ObjectKind::application, ObjectKind::service_principal})
    if (const std::string collection = collection_of(kind); step.path.starts_with(collection + "/"))
      return {id_after(step, collection.substr(1)), kind};
  return {};
}

}  // namespace entrad::restore
