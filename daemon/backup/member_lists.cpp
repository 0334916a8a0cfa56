// Parts: containers; their members; what can be said of all of them.
#include "backup/member_lists.h"

#include <algorithm>

#include "base/text.h"
#include "directory/attributes.h"
#include "directory/canonical.h"
#include "graph/calls.h"
#include "graph/paging.h"

namespace entrad::backup {
namespace {

namespace calls = graph::calls;
using api::Completeness;
using api::ObjectKind;
using api::Section;
using base::ErrorKind;
using base::Guid;
using directory::Link;

constexpr std::size_t kAtOnce = 160;  // eight connections, twenty requests a batch

base::Result<void> list(Sweep& sweep, const ContainerKind& kind, Links& links) {
  auto& containers = links.containers;
  sweep.progress().begin(kind.phase, 0);
  const std::size_t before = containers.size();
  const auto on_page = [&](std::string_view page) -> base::Result<void> {
    base::Result<void> put;
    const auto is_news = [&](const Guid& id, std::string_view raw) {
      containers.push_back({id, kind.kind});
      return !sweep.writer().is_unchanged(kind.kind, id, Section::object, raw);
    };
    auto read = directory::for_each_object(page, is_news, [&](const directory::Slice& slice) {
      if (put) put = sweep.writer().put(kind.kind, slice.id, Section::object, slice.content);
    });
    sweep.progress().advance(containers.size() - before);
    return read ? put : read;
  };
  auto dropped = sweep.pages_selecting(kind.collection, kind.select(), kind.list, on_page,
                                       [&] { containers.resize(before); });
  if (!dropped) return base::pass(dropped, std::string("read the ") + kind.phase);
  std::sort(containers.begin() + static_cast<std::ptrdiff_t>(before), containers.end());
  containers.erase(
      std::unique(containers.begin() + static_cast<std::ptrdiff_t>(before), containers.end()),
      containers.end());
  const bool groups = kind.kind == ObjectKind::group;
  if (groups)
    links.miscounted = disagreement(sweep, calls::count_groups(), "group", containers.size());
  const bool saw_all = groups ? links.miscounted.empty() : !links.hidden_veiled;
  if (saw_all) sweep.writer().mark_swept(kind.kind);
  return {};
}

class MemberReader {
 public:
  MemberReader(Sweep& sweep, const ContainerKind& kind, Links& links)
      : sweep_(sweep), kind_(kind), links_(links) {}

  base::Result<void> read(std::size_t from) {
    const std::size_t end = links_.containers.size();
    sweep_.progress().begin(kind_.members_phase, end - from);
    for (; from < end; from += kAtOnce)
      if (auto done = read_some(from, std::min(end, from + kAtOnce)); !done) return done;
    return {};
  }

 private:
  base::Result<void> read_some(std::size_t from, std::size_t end) {
    std::vector<graph::Request> requests;
    for (std::size_t i = from; i < end; ++i)
      requests.push_back(kind_.members(links_.containers[i].id));
    auto replies = sweep_.session().batch(requests, sweep_.call());
    if (!replies) return base::pass(replies, std::string("read the ") + kind_.members_phase);
    for (std::size_t i = from; i < end; ++i)
      if (auto done = take(i, (*replies)[i - from]); !done) return done;
    sweep_.progress().advance(end - from);
    return {};
  }

  base::Result<void> take(std::size_t container, const graph::Reply& reply) {
    if (reply.verdict.cls == graph::Class::absent) return {};  // deleted since it was listed
    if (!reply.done()) return settle(container, base::unexpected(reply.verdict.error));
    const auto value = reply.body.find("value");
    if (value == reply.body.end() || !value->is_array())
      return settle(container, base::fail(ErrorKind::graph_refused, "no list of members"));
    std::vector<Guid> members;
    for (const auto& member : *value)
      if (const auto id = Guid::parse(member.value("id", std::string()))) members.push_back(*id);
    link(container, members);
    const auto next = reply.body.find("@odata.nextLink");
    if (next == reply.body.end()) return {};
    return settle(container, follow(container, next->get<std::string>()));
  }

  // A container that cannot be read is unknown, not empty; an error that stops all goes up.
  base::Result<void> settle(std::size_t container, base::Result<void> done) {
    if (done || !is_about_one_object(done.error())) return done;
    if (done.error().kind != ErrorKind::not_found)
      links_.unreadable.insert(links_.containers[container].id);
    return {};
  }

  base::Result<void> follow(std::size_t container, const std::string& next) {
    const std::string root = sweep_.session().url_of("");
    if (!next.starts_with(root))
      return base::fail(ErrorKind::graph_refused, "graph answered with a link to another host");
    const auto on_page = [&](std::string_view page) { return link_page(container, page); };
    graph::Request rest;
    rest.path = next.substr(root.size());
    auto done = sweep_.session().pages(rest, on_page, sweep_.call());
    if (done || !graph::is_lost_page(done.error())) return done;
    const auto discard = [&] { unlink(container); };
    discard();
    return sweep_.pages(kind_.members(links_.containers[container].id), on_page, discard);
  }

  base::Result<void> link_page(std::size_t container, std::string_view page) {
    std::vector<Guid> members;
    auto read = directory::for_each_id(page, [&](const Guid& id) { members.push_back(id); });
    link(container, members);
    return read;
  }

  void unlink(std::size_t container) {
    std::erase_if(links_.of_users, [&](const auto& one) { return one.second == container; });
  }

  // Members that are no users (groups, devices, ...) are not ours to restore.
  void link(std::size_t container, std::span<const Guid> members) {
    for (const auto user : sweep_.people().indexes(members))
      links_.of_users.emplace_back(user, static_cast<std::uint32_t>(container));
  }

  Sweep& sweep_;
  const ContainerKind& kind_;
  Links& links_;
};

}  // namespace

const ContainerKind kGroups{ObjectKind::group,
                            "groups",
                            "groups",
                            "members of groups",
                            directory::group_select,
                            calls::list_groups,
                            calls::list_group_members};
const ContainerKind kUnits{ObjectKind::administrative_unit,
                           "administrativeUnits",
                           "administrative units",
                           "members of administrative units",
                           directory::administrative_unit_select,
                           calls::list_administrative_units,
                           calls::list_administrative_unit_members};

bool Links::is_unreadable(const Link& link) const {
  if (unreadable.contains(link.id)) return true;
  if (link.kind != ObjectKind::administrative_unit) return !miscounted.empty() && !is_listed(link);
  return units_denied || (hidden_veiled && !is_listed(link));
}

// Containers of one kind are sorted by id, units after groups.
bool Links::is_listed(const Link& link) const {
  const auto units = std::partition_point(
      containers.begin(), containers.end(),
      [](const Link& other) { return other.kind != ObjectKind::administrative_unit; });
  const bool group = link.kind == ObjectKind::group;
  return std::binary_search(group ? containers.begin() : units, group ? units : containers.end(),
                            link);
}

base::Result<void> read_containers(Sweep& sweep, const ContainerKind& kind, Links& links) {
  const std::size_t from = links.containers.size();
  if (auto listed = list(sweep, kind, links); !listed) return listed;
  return read_members(sweep, kind, links, from);
}

base::Result<void> read_members(Sweep& sweep, const ContainerKind& kind, Links& links,
                                std::size_t from) {
  return MemberReader(sweep, kind, links).read(from);
}

std::string units_hash(Sweep& sweep, const Links& links) {
  std::vector<std::pair<People::Index, Guid>> all;
  for (const auto& [user, container] : links.of_users)
    if (links.containers[container].kind == ObjectKind::administrative_unit)
      all.emplace_back(user, links.containers[container].id);
  std::sort(all.begin(), all.end());
  std::string text;
  for (const auto& [user, unit] : all)
    text.append(sweep.people().ids()[user].bytes()).append(unit.bytes());
  return base::hex(base::sha256(text));
}

bool is_hidden_veiled(Sweep& sweep) {
  const auto granted = sweep.session().granted_roles(sweep.call());
  return granted && !granted->empty() &&
         std::find(granted->begin(), granted->end(), "Member.Read.Hidden") == granted->end();
}

void mark_memberships(Sweep& sweep, const Links& links) {
  std::string reason;
  const auto add = [&](const std::string& words) {
    reason += (reason.empty() ? "" : "; ") + words;
  };
  if (!links.miscounted.empty()) add(links.miscounted);
  if (links.units_denied) add("administrative units: " + lacking("AdministrativeUnit.Read.All"));
  if (links.hidden_veiled) add("hidden memberships: " + lacking("Member.Read.Hidden"));
  if (!links.unreadable.empty())
    add(counted(links.unreadable.size(), "list") + " of members could not be read");
  sweep.writer().mark(Section::memberships,
                      links.all_read() ? Completeness::complete : Completeness::partial, reason);
}

}  // namespace entrad::backup
