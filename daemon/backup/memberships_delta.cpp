// Memberships in a delta backup: what a round of changes says of groups and their members, laid
// over what each user had. Administrative units are few: they are listed with their members, and
// users are looked at one by one only where a hash of all their links differs. A round says nothing
// of members in the recycle bin, and of a group that is gone it does not name the members. Source:
// Microsoft Graph, "group: delta". Parts: the round; groups that came; each user's links; the step.
#include <algorithm>
#include <map>

#include "backup/cursors.h"
#include "backup/member_lists.h"
#include "backup/merge.h"
#include "backup/rounds.h"
#include "base/json.h"
#include "directory/attributes.h"
#include "graph/calls.h"
#include "graph/delta.h"

namespace entrad::backup {
namespace {

namespace calls = graph::calls;
using api::ObjectKind;
using api::Section;
using base::Guid;
using directory::Link;
using graph::Fate;

bool may_be_user(const graph::LinkChange& link) {
  return link.type.empty() || link.type == "#microsoft.graph.user";
}

struct GroupChanges {
  std::set<Guid> arrived;  // the parent does not have them
  std::set<Guid> gone;
  std::map<Guid, std::map<Guid, bool>> links;  // user -> group -> whether it is a member
};

class GroupsRound {
 public:
  explicit GroupsRound(Sweep& sweep) : sweep_(sweep) {}

  graph::DeltaReader reader() {
    return {[this](const graph::DeltaPage& page) { return take(page); },
            [this] {
              fates_.clear();
              links_.clear();
            }};
  }

  GroupChanges told() {
    GroupChanges out;
    for (const auto& [group, fate] : fates_) {
      const bool was_there = sweep_.parent_has(ObjectKind::group, group);
      if (fate == Fate::present && !was_there) out.arrived.insert(group);
      if (fate != Fate::present && was_there) out.gone.insert(group);
    }
    out.links = std::move(links_);
    return out;
  }

 private:
  base::Result<void> take(const graph::DeltaPage& page) {
    auto contents = contents_of(page.body);
    if (!contents) return base::pass(contents);
    for (std::size_t i = 0; i < page.changes.size(); ++i)
      if (auto done = take(page.changes[i], (*contents)[i]); !done) return done;
    sweep_.progress().advance(page.changes.size());
    return {};
  }

  base::Result<void> take(const graph::Change& change, const std::string& content) {
    fates_[change.id] = change.fate;
    for (const graph::LinkChange& link : change.members)
      if (may_be_user(link)) links_[link.id][change.id] = !link.removed;
    if (change.fate != Fate::present || change.bare) return {};
    const auto known = sweep_.parent_content(ObjectKind::group, change.id, Section::object);
    if (!known || !sweep_.parent_has(ObjectKind::group, change.id)) return {};  // read on its own
    return merged(*known, content, [this](const directory::Slice& group) {
      return sweep_.writer().put(ObjectKind::group, group.id, Section::object, group.content);
    });
  }

  Sweep& sweep_;
  std::map<Guid, Fate> fates_;
  std::map<Guid, std::map<Guid, bool>> links_;
};

// Groups that the parent does not have, with their members, as Graph shows them now.
base::Result<void> read_arrived(Sweep& sweep, const std::string& select, GroupChanges& changes,
                                Links& links) {
  const std::set<Guid> wanted = std::move(changes.arrived);
  changes.arrived.clear();
  std::vector<graph::Request> requests;
  for (const Guid& group : wanted) requests.push_back(calls::get_group(group, select));
  auto replies = sweep.session().batch(requests, sweep.call());
  if (!replies) return base::pass(replies, "read the groups");
  std::size_t at = 0;
  for (const Guid& group : wanted) {
    const graph::Reply& reply = (*replies)[at++];
    if (reply.verdict.cls == graph::Class::absent) continue;  // gone again
    if (!reply.done()) return base::unexpected(reply.verdict.error);
    auto put = sliced(reply.body, [&](const directory::Slice& slice) {
      return sweep.writer().put(ObjectKind::group, slice.id, Section::object, slice.content);
    });
    if (!put) return put;
    changes.arrived.insert(group);
    links.containers.push_back({group, ObjectKind::group});
  }
  return read_members(sweep, kGroups, links, 0);
}

// Direct memberships in groups of those users, as Graph shows them now. Source: "List a user's
// direct memberships".
class OwnLists {
 public:
  explicit OwnLists(Sweep& sweep) : sweep_(sweep) {}

  base::Result<void> read(const std::set<Guid>& users) {
    for (const Guid& user : users) {
      auto& links = of_users_[user];
      const auto on_page = [&links](std::string_view page) {
        return directory::for_each_object(page, [&](const directory::Slice& slice) {
          if (slice.odata_type == "#microsoft.graph.group")
            links.push_back({slice.id, ObjectKind::group});
        });
      };
      auto done = sweep_.pages(calls::list_member_of(user), on_page, [&links] { links.clear(); });
      if (!done && done.error().kind != base::ErrorKind::not_found) return done;
    }
    return {};
  }

  const std::vector<Link>* of(const Guid& user) const {
    const auto found = of_users_.find(user);
    return found == of_users_.end() ? nullptr : &found->second;
  }

 private:
  Sweep& sweep_;
  std::map<Guid, std::vector<Link>> of_users_;
};

class Applier {
 public:
  Applier(Sweep& sweep, const GroupChanges& changes, Links& links, const OwnLists& own)
      : sweep_(sweep), changes_(changes), links_(links), own_(own) {}

  // `all`: what changed is not known user by user.
  base::Result<void> apply(bool all) {
    const auto& users = sweep_.people().ids();
    sweep_.progress().begin("memberships", users.size());
    const LinksByUser by_user(links_.of_users, users.size());
    for (People::Index i = 0; i < users.size(); ++i) {
      std::vector<Link> listed;
      for (const auto container : by_user.of(i)) listed.push_back(links_.containers[container]);
      if (all || concerns(users[i], listed))
        if (auto put = put_section(users[i], listed); !put) return put;
      if (auto going = sweep_.stopped(); !going) return going;
      sweep_.progress().advance(1);
    }
    return {};
  }

 private:
  bool concerns(const Guid& user, const std::vector<Link>& listed) const {
    if (own_.of(user) != nullptr || changes_.links.contains(user)) return true;
    return std::any_of(listed.begin(), listed.end(),
                       [](const Link& link) { return link.kind == ObjectKind::group; });
  }

  base::Result<void> put_section(const Guid& user, const std::vector<Link>& listed) {
    std::set<Link> links = group_links(user);
    links.insert(listed.begin(), listed.end());
    return sweep_.writer().put(ObjectKind::user, user, Section::memberships,
                               directory::memberships_section({links.begin(), links.end()}));
  }

  // Without those to units that were listed.
  std::set<Link> group_links(const Guid& user) const {
    std::set<Link> links;
    if (const auto* own = own_.of(user)) {
      links.insert(own->begin(), own->end());
      return links;
    }
    const auto known = sweep_.parent_content(ObjectKind::user, user, Section::memberships);
    for (const Link& link : known ? directory::read_memberships(*known) : std::vector<Link>())
      if (stays(link)) links.insert(link);
    const auto changed = changes_.links.find(user);
    if (changed == changes_.links.end()) return links;
    for (const auto& [group, is_member] : changed->second) {
      if (!is_member || changes_.gone.contains(group))
        links.erase({group, ObjectKind::group});
      else if (is_there(group))
        links.insert({group, ObjectKind::group});
    }
    return links;
  }

  bool stays(const Link& link) const {
    if (link.kind == ObjectKind::group) return !changes_.gone.contains(link.id);
    return links_.is_unreadable(link);
  }

  // One that is gone again since the round is in no list.
  bool is_there(const Guid& group) const {
    return changes_.arrived.contains(group) || sweep_.parent_has(ObjectKind::group, group);
  }

  Sweep& sweep_;
  const GroupChanges& changes_;
  Links& links_;
  const OwnLists& own_;
};

base::Result<void> check_count(Sweep& sweep, const GroupChanges& changes) {
  auto count = count_of(sweep, calls::count_groups(), "groups");
  if (auto going = sweep.stopped(); !going) return going;
  if (!count && !is_about_one_object(count.error())) return base::pass(count);
  std::uint64_t known = changes.arrived.size();
  sweep.store().snapshots().for_each(sweep.tenant(), sweep.parent().number, ObjectKind::group,
                                     [&](const Guid& group) {
                                       known += changes.gone.contains(group) ? 0 : 1;
                                       return true;
                                     });
  if (!count)
    sweep.call_for_full("graph would not count the groups: " + count.error().message);
  else if (!agree(known, *count))
    sweep.call_for_full("with all changes there would be " + counted(known, "group") +
                        " but graph counts " + std::to_string(*count));
  return {};
}

base::Result<void> read_units(Sweep& sweep, Links& links) {
  auto units = read_containers(sweep, kUnits, links);
  if (units || !is_denied(units.error())) return units;
  links.units_denied = true;
  return {};
}

base::Result<void> apply(Sweep& sweep, const std::string& select, GroupChanges changes,
                         RoundCursor& cursor) {
  for (const Guid& group : changes.gone) sweep.writer().remove(ObjectKind::group, group);
  Links links;
  links.hidden_veiled = is_hidden_veiled(sweep);
  if (auto read = read_arrived(sweep, select, changes, links); !read) return read;
  if (auto read = read_units(sweep, links); !read) return read;
  OwnLists own(sweep);
  if (auto read = own.read(sweep.changes().arrived); !read) return read;
  const std::string units = units_hash(sweep, links);
  const bool all = !changes.gone.empty() || sweep.cursor(cursors::kUnits) != units;
  sweep.writer().keep_cursor(cursors::kUnits, units);
  if (auto done = Applier(sweep, changes, links, own).apply(all); !done) return done;
  std::erase_if(cursor.unreadable, [&](const Guid& group) { return changes.gone.contains(group); });
  links.unreadable.insert(cursor.unreadable.begin(), cursor.unreadable.end());
  cursor.unreadable.clear();
  for (const Guid& one : links.unreadable)
    if (changes.arrived.contains(one) || sweep.parent_has(ObjectKind::group, one))
      cursor.unreadable.push_back(one);
  mark_memberships(sweep, links);
  return check_count(sweep, changes);
}

}  // namespace

base::Result<void> delta_memberships(Sweep& sweep) {
  auto cursor = read_round_cursor(sweep.cursor(cursors::kGroups)).value_or(RoundCursor{});
  if (cursor.is_denied) {
    sweep.writer().keep_cursor(cursors::kGroups, to_text(cursor));
    return {};
  }
  sweep.progress().begin("changes of groups", 0);
  GroupsRound round(sweep);
  std::string asked;
  graph::DeltaRound told;
  auto dropped = sweep.selecting(
      "groups", directory::group_select(), [&](const std::string& select) -> base::Result<void> {
        asked = select;
        auto read =
            sweep.session().delta(groups_round(select), cursor.delta, round.reader(), sweep.call());
        if (!read) return base::pass(read);
        told = std::move(*read);
        return {};
      });
  if (!dropped) return base::pass(dropped, "read the groups");
  if (told.end == graph::DeltaRound::End::start_over) {
    sweep.call_for_full("the changes of groups since then cannot be read: " + told.reason);
    return {};
  }
  if (auto applied = apply(sweep, asked, round.told(), cursor); !applied) return applied;
  cursor.delta = told.next;
  sweep.writer().keep_cursor(cursors::kGroups, to_text(cursor));
  return {};
}

}  // namespace entrad::backup
