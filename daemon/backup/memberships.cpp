// Groups and administrative units with their members, turned into a list of links for each user.
// Read from the containers' side: a page of 999 members costs what one user's memberOf costs.
// Parts: containers; their members; what an older snapshot knows of unreadable ones; the sections.
#include <algorithm>
#include <set>

#include "backup/sweep.h"
#include "directory/attributes.h"
#include "directory/canonical.h"
#include "directory/sections.h"
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

struct Kind {
  ObjectKind kind;
  const char* collection;
  const char* phase;
  const char* members_phase;
  std::string (*select)();
  graph::Request (*list)(const std::string&);
  graph::Request (*members)(const Guid&);
};
constexpr Kind kGroups{ObjectKind::group,
                       "groups",
                       "groups",
                       "members of groups",
                       directory::group_select,
                       calls::list_groups,
                       calls::list_group_members};
constexpr Kind kUnits{ObjectKind::administrative_unit,
                      "administrativeUnits",
                      "administrative units",
                      "members of administrative units",
                      directory::administrative_unit_select,
                      calls::list_administrative_units,
                      calls::list_administrative_unit_members};

struct Links {
  std::vector<Link> containers;
  std::vector<std::pair<People::Index, std::uint32_t>> of_users;  // user, container
  std::set<Guid> unreadable;                                      // containers
  bool units_denied = false;
  bool hidden_veiled = false;  // hidden units are not even listed
  std::string miscounted;      // why not all groups may have been seen

  bool is_unreadable(const Link& link) const {
    if (unreadable.contains(link.id)) return true;
    if (link.kind != ObjectKind::administrative_unit)
      return !miscounted.empty() && !is_listed(link);
    return units_denied || (hidden_veiled && !is_listed(link));
  }
  bool none_read() const { return !containers.empty() && unreadable.size() == containers.size(); }
  bool all_read() const {
    return unreadable.empty() && !units_denied && !hidden_veiled && miscounted.empty();
  }

 private:
  // Containers of one kind are sorted by id, units after groups.
  bool is_listed(const Link& link) const {
    const auto units = std::partition_point(
        containers.begin(), containers.end(),
        [](const Link& other) { return other.kind != ObjectKind::administrative_unit; });
    const bool group = link.kind == ObjectKind::group;
    return std::binary_search(group ? containers.begin() : units, group ? units : containers.end(),
                              link);
  }
};

base::Result<void> list(Sweep& sweep, const Kind& kind, Links& links) {
  auto& containers = links.containers;
  sweep.progress().begin(kind.phase, 0);
  const std::size_t before = containers.size();
  const auto on_page = [&](std::string_view page) -> base::Result<void> {
    base::Result<void> put;
    auto read = directory::for_each_object(page, [&](const directory::Slice& slice) {
      if (!put) return;
      put = sweep.writer().put(kind.kind, slice.id, Section::object, slice.content);
      containers.push_back({slice.id, kind.kind});
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
  MemberReader(Sweep& sweep, const Kind& kind, Links& links)
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
    for (const auto& member : *value)
      if (const auto id = Guid::parse(member.value("id", std::string()))) link(container, *id);
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
    return directory::for_each_object(
        page, [&](const directory::Slice& slice) { link(container, slice.id); });
  }

  void unlink(std::size_t container) {
    std::erase_if(links_.of_users, [&](const auto& one) { return one.second == container; });
  }

  // Members that are no users (groups, devices, ...) are not ours to restore.
  void link(std::size_t container, const Guid& member) {
    if (const auto user = sweep_.people().index(member))
      links_.of_users.emplace_back(*user, static_cast<std::uint32_t>(container));
  }

  Sweep& sweep_;
  const Kind& kind_;
  Links& links_;
};

// What the snapshot before knew of the containers that could not be read now.
class Before {
 public:
  Before(Sweep& sweep, const Links& links) : sweep_(sweep), links_(links) {
    if (links.all_read()) return;
    const auto newest = sweep.store().snapshots().newest(sweep.tenant());
    if (newest) parent_ = newest->number;
  }

  void append(const Guid& user, std::vector<Link>& to) const {
    if (!parent_) return;
    const auto content = sweep_.store().snapshots().content(
        sweep_.tenant(), *parent_, ObjectKind::user, user, Section::memberships);
    if (!content) return;
    for (const Link& link : directory::read_memberships(*content))
      if (links_.is_unreadable(link)) to.push_back(link);
  }

 private:
  Sweep& sweep_;
  const Links& links_;
  std::optional<base::SnapshotNumber> parent_;
};

base::Result<void> put_sections(Sweep& sweep, Links& links) {
  std::sort(links.of_users.begin(), links.of_users.end());
  const Before before(sweep, links);
  const auto& users = sweep.people().ids();
  sweep.progress().begin("memberships", users.size());
  auto next = links.of_users.begin();
  for (std::size_t i = 0; i < users.size(); ++i) {
    std::vector<Link> mine;
    for (; next != links.of_users.end() && next->first == i; ++next)
      mine.push_back(links.containers[next->second]);
    before.append(users[i], mine);
    auto put = sweep.writer().put(ObjectKind::user, users[i], Section::memberships,
                                  directory::memberships_section(std::move(mine)));
    if (!put) return put;
    if (auto going = sweep.stopped(); !going) return going;
    sweep.progress().advance(1);
  }
  return {};
}

void mark(Sweep& sweep, const Links& links) {
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

// Without that permission Graph leaves hidden units out of its list and says nothing. A token whose
// permissions cannot be read gets the benefit of the doubt.
bool is_hidden_veiled(Sweep& sweep) {
  const auto granted = sweep.session().granted_roles(sweep.call());
  return granted && !granted->empty() &&
         std::find(granted->begin(), granted->end(), "Member.Read.Hidden") == granted->end();
}

base::Result<void> read(Sweep& sweep, const Kind& kind, Links& links) {
  const std::size_t from = links.containers.size();
  if (auto listed = list(sweep, kind, links); !listed) return listed;
  return MemberReader(sweep, kind, links).read(from);
}

base::Result<void> groups_denied(Sweep& sweep) {
  sweep.writer().mark(Section::memberships, Completeness::absent, lacking("GroupMember.Read.All"));
  return {};
}

}  // namespace

base::Result<void> sweep_memberships(Sweep& sweep) {
  Links links;
  links.hidden_veiled = is_hidden_veiled(sweep);
  if (auto groups = read(sweep, kGroups, links); !groups) {
    if (!is_denied(groups.error())) return groups;
    return groups_denied(sweep);
  }
  if (links.none_read()) return groups_denied(sweep);
  if (auto units = read(sweep, kUnits, links); !units) {
    if (!is_denied(units.error())) return units;
    links.units_denied = true;
  }
  if (auto put = put_sections(sweep, links); !put) return put;
  mark(sweep, links);
  return {};
}

}  // namespace entrad::backup
