// What the waves take of sponsors and of what users own.
#include "graph/calls.h"
#include "restore/apply/link_waves.h"
#include "restore/live/sponsors_and_owned.h"
#include "restore/report/step_reading.h"

namespace entrad::restore {

namespace calls = graph::calls;

Write LinkWaves::owner_write(const Entry& entry, const directory::Link& object) const {
  return {kOwnerStep,
          calls::add_owner(context_.session, collection_of(object.kind), object.id, entry.live.id),
          {entry.seq()},
          {key_of_owned(object)}};
}

void LinkWaves::collect_sponsors_and_owned(const Entry& entry) {
  const base::Guid& user = entry.live.id;
  for (const directory::Link& sponsor : entry.to_write.sponsors)
    sponsored_.push_back({{entry.seq(), user}, sponsor});
  for (const directory::Link& sponsor : entry.to_write.extra_sponsors)
    plain_.others.push_back({kSponsorStep,
                             calls::remove_sponsor(user, sponsor.id),
                             {entry.seq()},
                             {key_of_removal(key_of_sponsor(sponsor))}});
  for (const directory::Link& object : entry.to_write.owned_objects)
    plain_.singles[object.id].push_back(owner_write(entry, object));
  for (const directory::Link& object : entry.to_write.extra_owned_objects)
    if (may_lose_an_owner(entry, object))
      plain_.singles[object.id].push_back(
          {kOwnerStep,
           calls::remove_owner(collection_of(object.kind), object.id, user),
           {entry.seq()},
           {key_of_removal(key_of_owned(object))}});
    else
      memory_.hurry(entry.seq());
}

// Each of several users may not be the last owner, and all of them together are.
bool LinkWaves::may_lose_an_owner(const Entry& entry, const directory::Link& object) {
  const auto count = entry.live.owner_counts.find(object.id);
  if (count == entry.live.owner_counts.end()) return true;
  std::uint64_t& left = owners_left_.try_emplace(object.id, count->second).first->second;
  if (left < 2) return false;
  --left;
  return true;
}

void LinkWaves::take_sponsors() {
  for (const auto& [user, sponsor] : sponsored_) {
    const bool group = sponsor.kind == api::ObjectKind::group;
    if (!group && targets_.is_selected(sponsor.id) && !memory_.present.contains(sponsor.id)) {
      memory_.hurry(user.seq);
      continue;
    }
    plain_.others.push_back(
        {kSponsorStep,
         group ? calls::add_group_sponsor(context_.session, user.user, sponsor.id)
               : calls::add_user_sponsor(context_.session, user.user, targets_.present(sponsor.id)),
         {user.seq},
         {key_of_sponsor(sponsor)}});
  }
}

}  // namespace entrad::restore
