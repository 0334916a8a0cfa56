// Memberships: a list of links for each user, from the lists of members of all groups and units.
#include <algorithm>

#include "backup/cursors.h"
#include "backup/member_lists.h"

namespace entrad::backup {
namespace {

using api::Completeness;
using api::ObjectKind;
using api::Section;
using base::Guid;
using directory::Link;

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

base::Result<void> put_section(Sweep& sweep, const Guid& user, std::vector<Link> mine) {
  std::string ids;
  for (const Link& link : mine) ids += link.id.bytes();
  if (sweep.writer().is_unchanged(ObjectKind::user, user, Section::memberships, ids)) return {};
  return sweep.writer().put(ObjectKind::user, user, Section::memberships,
                            directory::memberships_section(std::move(mine)));
}

base::Result<void> put_sections(Sweep& sweep, const Links& links) {
  const auto& users = sweep.people().ids();
  const Before before(sweep, links);
  const LinksByUser by_user(links.of_users, users.size());
  sweep.progress().begin("memberships", users.size());
  for (People::Index i = 0; i < users.size(); ++i) {
    std::vector<Link> mine;
    for (const auto container : by_user.of(i)) mine.push_back(links.containers[container]);
    before.append(users[i], mine);
    if (auto put = put_section(sweep, users[i], std::move(mine)); !put) return put;
    if (auto going = sweep.stopped(); !going) return going;
    sweep.progress().advance(1);
  }
  return {};
}

base::Result<void> groups_denied(Sweep& sweep) {
  sweep.writer().mark(Section::memberships, Completeness::absent, lacking("GroupMember.Read.All"));
  return {};
}

// The link of the next round was kept before; with it goes whom its rounds will not tell about.
void keep_for_delta(Sweep& sweep, const Links& links) {
  sweep.writer().keep_cursor(cursors::kUnits, units_hash(sweep, links));
  auto groups = read_round_cursor(sweep.writer().kept_cursor(cursors::kGroups));
  if (!groups) return;
  for (const Link& link : links.containers)
    if (link.kind == ObjectKind::group && links.unreadable.contains(link.id))
      groups->unreadable.push_back(link.id);
  sweep.writer().keep_cursor(cursors::kGroups, to_text(*groups));
}

}  // namespace

base::Result<void> sweep_memberships(Sweep& sweep) {
  Links links;
  links.hidden_veiled = is_hidden_veiled(sweep);
  if (auto groups = read_containers(sweep, kGroups, links); !groups) {
    if (!is_denied(groups.error())) return groups;
    return groups_denied(sweep);
  }
  if (links.none_read()) return groups_denied(sweep);
  if (auto units = read_containers(sweep, kUnits, links); !units) {
    if (!is_denied(units.error())) return units;
    links.units_denied = true;
  }
  if (auto put = put_sections(sweep, links); !put) return put;
  mark_memberships(sweep, links);
  keep_for_delta(sweep, links);
  return {};
}

}  // namespace entrad::backup
