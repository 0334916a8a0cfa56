#include "restore/compare/compare_sponsors_and_owned.h"

#include <algorithm>
#include <set>

namespace entrad::restore {
namespace {

using api::ObjectKind;
using base::Guid;
using directory::GroupWrite;
using directory::Link;

api::Failure impossible(std::string message, std::string hint) {
  return {"graphRefused", std::move(message), std::move(hint)};
}

void place_sponsor(const api::RestoreRequest& request, const Link& sponsor, const Targets& targets,
                   Todo& todo) {
  const bool there =
      sponsor.kind == ObjectKind::group
          ? targets.link(sponsor.id).exists
          : targets.is_selected(sponsor.id) || targets.user_exists(targets.present(sponsor.id));
  if (there)
    todo.sponsors.push_back(sponsor);
  else
    todo.problems.push_back(
        impossible("the sponsor " + targets.sponsor_name(sponsor) + " is not " +
                       (request.to_tenant.empty() ? "there" : "in tenant " + request.to_tenant),
                   "restore the sponsor, or choose another one by hand"));
}

void place_owned(const Link& object, const Targets& targets, Todo& todo) {
  const std::string words = words_of_owned(object, targets);
  const Target& target = targets.link(object.id);
  if (!target.exists) {
    todo.problems.push_back(
        impossible(words + ", which the user owned, does not exist any more",
                   "restore or create it, then restore with owned objects again"));
    return;
  }
  switch (target.write) {
    case GroupWrite::yes:
    case GroupWrite::dynamic:  // its rule says who is in it, not who owns it
      todo.owned_objects.push_back(object);
      return;
    case GroupWrite::role_assignable:
      todo.role_group_owned.push_back(object);
      return;
    case GroupWrite::mail_enabled:
      todo.problems.push_back(
          impossible("owners of the mail-enabled group \"" + target.display_name +
                         "\" are not written through Microsoft Graph",
                     "use Exchange Online: Set-DistributionGroup -ManagedBy, with all owners"));
      return;
    case GroupWrite::synced:
      todo.problems.push_back(impossible(words + " is mastered in Active Directory",
                                         "set its owner there; the next synchronisation brings "
                                         "it"));
      return;
  }
}

void place_extra_owned(const Link& object, const Live& live, const Targets& targets, Todo& todo) {
  const std::string words = words_of_owned(object, targets);
  const Target& target = targets.link(object.id);
  if (target.write == GroupWrite::mail_enabled || target.write == GroupWrite::synced) {
    const bool mail = target.write == GroupWrite::mail_enabled;
    todo.problems.push_back(impossible(
        "the user owns " + words + ", which the snapshot does not have, and " +
            (mail ? "whose owners Microsoft Graph does not write" : "which Active Directory owns"),
        mail ? "use Exchange Online: Set-DistributionGroup -ManagedBy, with all other owners"
             : "take the owner away there; the next synchronisation brings it"));
    return;
  }
  const auto owners = live.owner_counts.find(object.id);
  if (owners == live.owner_counts.end() || owners->second > 1) {
    todo.extra_owned_objects.push_back(object);
    return;
  }
  todo.problems.push_back(impossible("the user is the last owner of " + words +
                                         ", which the snapshot does not have, and stays its owner",
                                     "make somebody else an owner, then do this again"));
}

}  // namespace

std::string key_of_sponsor(const Link& sponsor) { return "sponsor:" + sponsor.id.str(); }
std::string key_of_owned(const Link& object) { return "owner:" + object.id.str(); }

std::string words_of_owned(const Link& object, const Targets& targets) {
  const char* const kind = object.kind == ObjectKind::group         ? "the group \""
                           : object.kind == ObjectKind::application ? "the application \""
                                                                    : "the service principal \"";
  return kind + targets.link(object.id).display_name + "\"";
}

void compare_sponsors(const api::RestoreRequest& request, const Sections& wanted, const Live& live,
                      const Targets& targets, const History& history, Todo& todo) {
  if (!wanted.sponsors || (!live.sections.sponsors && !todo.create)) return;
  const auto present = live.sections.sponsors.value_or(std::vector<Link>());
  const bool only_blanks = request.attribute_mode == api::AttributeMode::merge;
  if (!todo.create && (!request.attributes.empty() || (only_blanks && !present.empty()))) return;
  std::set<Guid> shall;
  for (const Link& sponsor : *wanted.sponsors) {
    const Guid id = sponsor.kind == ObjectKind::user ? targets.present(sponsor.id) : sponsor.id;
    shall.insert(id);
    const bool has = std::any_of(present.begin(), present.end(),
                                 [&id](const Link& one) { return one.id == id; });
    if (!has && !history.given_up.contains(key_of_sponsor(sponsor)))
      place_sponsor(request, sponsor, targets, todo);
  }
  if (!request.exact) return;
  for (const Link& sponsor : present)
    if (!shall.contains(sponsor.id) &&
        !history.given_up.contains(key_of_removal(key_of_sponsor(sponsor))))
      todo.extra_sponsors.push_back(sponsor);
}

void compare_owned_objects(const api::RestoreRequest& request, const Sections& wanted,
                           const Live& live, const Targets& targets, const History& history,
                           Todo& todo) {
  if (!wanted.owned_objects || (!live.sections.owned_objects && !todo.create)) return;
  const auto difference = directory::compare_memberships(
      live.sections.owned_objects.value_or(std::vector<Link>()), *wanted.owned_objects);
  for (const Link& object : difference.missing)
    if (!history.given_up.contains(key_of_owned(object))) place_owned(object, targets, todo);
  if (!request.exact || wanted.owned_objects_in_part) return;
  for (const Link& object : difference.extra)
    if (!history.given_up.contains(key_of_removal(key_of_owned(object))))
      place_extra_owned(object, live, targets, todo);
}

}  // namespace entrad::restore
