#include "backup/links.h"

namespace entrad::backup {
namespace {

using directory::Link;

bool is_unread(const UserLinks& links, const Link& link) {
  return links.unread.contains(link.kind) || links.unread_objects.contains(link.id);
}

void append_unread(Sweep& sweep, const base::Guid& user, api::Section section,
                   const UserLinks& links, std::vector<Link>& to) {
  if (links.unread.empty() && links.unread_objects.empty()) return;
  const auto before = known_before(sweep, user, section);
  if (!before) return;
  for (const Link& link : directory::read_memberships(*before))
    if (is_unread(links, link)) to.push_back(link);
}

}  // namespace

base::Result<void> put_links(Sweep& sweep, api::Section section, const UserLinks& links) {
  const auto& users = sweep.people().ids();
  const LinksByUser by_user(links.of_users, users.size());
  for (People::Index i = 0; i < users.size(); ++i) {
    std::vector<Link> mine;
    for (const auto object : by_user.of(i)) mine.push_back(links.objects[object]);
    if (links.unread_users.contains(i)) continue;
    append_unread(sweep, users[i], section, links, mine);
    auto put =
        put_if_any(sweep, users[i], section, directory::memberships_section(std::move(mine)), "[]");
    if (!put) return put;
    if (auto going = sweep.stopped(); !going) return going;
  }
  return {};
}

}  // namespace entrad::backup
