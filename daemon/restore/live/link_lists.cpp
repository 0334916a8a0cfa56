// Lists of what links lead to, then the links of each, many in a batch.
#include "restore/live/link_lists.h"

#include <algorithm>
#include <functional>

#include "base/json.h"
#include "graph/calls.h"
#include "restore/live/remaining_pages.h"
#include "restore/selects.h"

namespace entrad::restore {
namespace {

using api::ObjectKind;
using base::Guid;
using graph::Class;
using graph::Reply;
using graph::Request;
using nlohmann::json;
namespace calls = graph::calls;

constexpr std::size_t kAtOnce = 160;  // eight connections, twenty requests a batch

// Something that users are linked to.
struct Container {
  Guid id;
  bool hides_members = false;  // from an app without Member.Read.Hidden, in each user's list too
};

template <typename T>
std::pair<const T*, const T*> of_user(const std::vector<T>& sorted, std::uint32_t user) {
  const auto first =
      std::lower_bound(sorted.begin(), sorted.end(), user,
                       [](const T& one, std::uint32_t wanted) { return one.user < wanted; });
  auto last = first;
  while (last != sorted.end() && last->user == user) ++last;
  return {sorted.data() + (first - sorted.begin()), sorted.data() + (last - sorted.begin())};
}

template <typename T>
void sort_by_user(std::vector<T>& links) {
  std::stable_sort(links.begin(), links.end(),
                   [](const T& a, const T& b) { return a.user < b.user; });
}

}  // namespace

class LinkLists::Reader {
 public:
  Reader(const Context& context, const graph::Call& call) : context_(context), call_(call) {}

  // nullopt: they may not be listed.
  base::Result<std::optional<std::vector<Container>>> list(
      const Request& request, const std::function<void(const Guid&, const json&)>& see) {
    std::vector<Container> found;
    auto listed = context_.session.collection(
        request,
        [&](std::string_view page) -> base::Result<void> {
          const json document = base::read_json(page);
          for (const json& row : document.at("value")) {
            const auto id = Guid::parse(row.value("id", ""));
            if (!id) continue;
            found.push_back({*id, row.value("visibility", json()) == "HiddenMembership"});
            see(*id, row);
          }
          return {};
        },
        [&found] { found.clear(); }, call_);
    if (!listed && listed.error().kind == base::ErrorKind::permission_denied) return {std::nullopt};
    if (!listed) return base::pass(listed);
    return {std::move(found)};
  }

  struct Taker {
    std::function<Request(std::size_t)> request;         // of the links of one
    std::function<void(std::size_t, const json&)> page;  // of them
    std::function<void(std::size_t)> discard;            // they come again
  };
  // False: links of one that does not hide them may not be read.
  base::Result<bool> read(const std::vector<Container>& containers, const Taker& taker) {
    for (std::size_t from = 0; from < containers.size(); from += kAtOnce) {
      auto done = read_some(containers, from, std::min(containers.size(), from + kAtOnce), taker);
      if (!done || !*done) return done;
    }
    return true;
  }

 private:
  base::Result<bool> read_some(const std::vector<Container>& containers, std::size_t from,
                               std::size_t end, const Taker& taker) {
    std::vector<Request> requests;
    for (std::size_t i = from; i < end; ++i) requests.push_back(taker.request(i));
    auto replies = context_.session.batch(requests, call_);
    if (!replies) return base::pass(replies);
    for (std::size_t i = from; i < end; ++i) {
      const Reply& reply = (*replies)[i - from];
      if (reply.verdict.cls == Class::absent) continue;  // deleted since it was listed
      if (reply.verdict.cls == Class::permission && containers[i].hides_members) continue;
      if (reply.verdict.cls == Class::permission) return false;
      if (!reply.done()) return base::unexpected<base::Error>(reply.verdict.error);
      taker.page(i, reply.body);
      auto rest = take_remaining_pages(
          context_, requests[i - from], reply, [&](const json& page) { taker.page(i, page); },
          [&] { taker.discard(i); }, call_);
      if (!rest) return base::pass(rest);
    }
    return true;
  }

  const Context& context_;
  const graph::Call& call_;
};

LinkLists::LinkLists(const Context& context, const Places& users, See see, const graph::Call& call)
    : context_(context), users_(users), see_(std::move(see)), call_(call) {}

base::Result<bool> LinkLists::read_memberships() {
  containers_.clear();
  members_.clear();
  Reader reader(context_, call_);
  for (const ObjectKind kind : {ObjectKind::group, ObjectKind::administrative_unit}) {
    const bool groups = kind == ObjectKind::group;
    auto listed =
        reader.list(groups ? calls::list_groups(group_select(context_))
                           : calls::list_administrative_units(administrative_unit_select(context_)),
                    [&](const Guid& id, const json& object) {
                      see_({id, kind}, object);
                    });
    if (!listed) return base::pass(listed);
    if (!*listed) return false;
    const std::size_t before = containers_.size();
    for (const Container& one : **listed) containers_.push_back({one.id, kind});
    const auto number = [before](std::size_t i) { return static_cast<std::uint32_t>(before + i); };
    auto read = reader.read(**listed, {[&](std::size_t i) {
                                         const Guid& id = containers_[number(i)].id;
                                         return groups
                                                    ? calls::list_group_members(id)
                                                    : calls::list_administrative_unit_members(id);
                                       },
                                       [&](std::size_t i, const json& page) {
                                         for (const json& row : page.value("value", json::array()))
                                           if (const auto id = Guid::parse(row.value("id", "")))
                                             for (const auto& user : users_.of(*id))
                                               members_.push_back({user.place, number(i)});
                                       },
                                       [&](std::size_t i) {
                                         std::erase_if(members_, [&](const Member& one) {
                                           return one.container == number(i);
                                         });
                                       }});
    if (!read || !*read) return read;
  }
  sort_by_user(members_);
  return true;
}

base::Result<bool> LinkLists::read_app_roles() {
  assignments_.clear();
  Reader reader(context_, call_);
  auto listed = reader.list(calls::list_service_principals("id"), [](const Guid&, const json&) {});
  if (!listed) return base::pass(listed);
  if (!*listed) return false;
  const std::vector<Container>& applications = **listed;
  auto read = reader.read(
      applications,
      {[&](std::size_t i) { return calls::list_app_role_assigned_to(applications[i].id); },
       [&](std::size_t i, const json& page) {
         for (const json& row : page.value("value", json::array())) {
           const auto role = Guid::parse(row.value("appRoleId", ""));
           const auto principal = Guid::parse(row.value("principalId", ""));
           if (!role || !principal) continue;
           for (const auto& user : users_.of(*principal))
             assignments_.push_back({user.place, {applications[i].id, *role}, row.value("id", "")});
         }
       },
       [&](std::size_t i) {
         std::erase_if(assignments_, [&](const Assignment& one) {
           return one.role.resource == applications[i].id;
         });
       }});
  if (!read || !*read) return read;
  sort_by_user(assignments_);
  return true;
}

void LinkLists::enter_memberships(std::uint32_t user, Live& live) const {
  live.sections.memberships.emplace();
  const auto [first, last] = of_user(members_, user);
  for (const Member* one = first; one != last; ++one)
    live.sections.memberships->push_back(containers_[one->container]);
}

void LinkLists::enter_app_roles(std::uint32_t user, Live& live) const {
  live.sections.app_roles.emplace();
  const auto [first, last] = of_user(assignments_, user);
  for (const Assignment* one = first; one != last; ++one) {
    live.sections.app_roles->push_back(one->role);
    live.app_role_assignments[one->role] = one->id;
  }
}

}  // namespace entrad::restore
