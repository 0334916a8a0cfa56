#include "restore/apply/link_waves.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "graph/calls.h"
#include "restore/apply/link_lookup.h"
#include "restore/compare/schedule_todo.h"

namespace entrad::restore {
namespace {

using base::Guid;
using graph::Class;
using graph::Reply;
using store::ItemRow;
namespace calls = graph::calls;

constexpr std::size_t kLinksPerWrite = 20;  // Graph: "Add members"
// What was not answered, or not done for want of a moment, is sent again this often, then left to
// the next pass.
constexpr int kMostTries = 4;
// A fresh link is not readable everywhere, and two writes that met meet again at once.
constexpr std::chrono::seconds kMoment{2};
constexpr std::chrono::seconds kLookBack{10};

bool final_refusal(Class cls) {
  return cls == Class::permission || cls == Class::impossible || cls == Class::refused ||
         cls == Class::conflict;
}

}  // namespace

LinkWaves::LinkWaves(const Context& context, Writer& writer, Memory& memory, const Targets& targets,
                     const graph::Call& call)
    : context_(context), writer_(writer), memory_(memory), targets_(targets), call_(call) {}

void LinkWaves::collect(const Entry& entry) {
  const Guid& user = entry.live.id;
  const Todo& todo = entry.to_write;
  users_[entry.seq()] = user;
  if (todo.manager && targets_.is_selected(*todo.manager))
    subordinates_.push_back({{entry.seq(), user}, *todo.manager});
  for (const directory::Link& link : todo.links) {
    if (link.kind == api::ObjectKind::group)
      plain_.groups[link.id].push_back({entry.seq(), user});
    else
      plain_.singles[link.id].push_back({"unit",
                                         calls::add_unit_member(context_.session, link.id, user),
                                         {entry.seq()},
                                         {link_key(link.id)}});
  }
  for (const directory::Link& link : todo.extra_links)
    plain_.singles[link.id].push_back({"remove",
                                       link.kind == api::ObjectKind::group
                                           ? calls::remove_member(link.id, user)
                                           : calls::remove_unit_member(link.id, user),
                                       {entry.seq()},
                                       {key_of_removal(key_of(link))}});
  collect_sponsors_and_owned(entry);
  for (const directory::AppRole& role : todo.app_roles)
    plain_.others.push_back({"appRole",
                             calls::create_app_role_assignment(user, role.resource, role.role),
                             {entry.seq()},
                             {key_of(role)}});
  for (const directory::AppRole& role : todo.extra_app_roles)
    plain_.others.push_back(
        {"appRole",
         calls::delete_app_role_assignment(user, entry.live.app_role_assignments.at(role)),
         {entry.seq()},
         {key_of_removal(key_of(role))}});
  for (const directory::Role& role : todo.extra_roles)
    plain_.others.push_back({"role",
                             calls::delete_role_assignment(entry.live.role_assignments.at(role)),
                             {entry.seq()},
                             {key_of_removal(key_of(role))}});
  add_schedule_removals(context_, entry, plain_.others);
  if (!entry.held_up) collect_privileged(entry);
}

void LinkWaves::collect_privileged(const Entry& entry) {
  const Guid& user = entry.live.id;
  const Todo& todo = entry.to_write;
  for (const directory::Link& link : todo.role_group_links)
    privileged_.groups[link.id].push_back({entry.seq(), user});
  for (const directory::Link& object : todo.role_group_owned)
    privileged_.singles[object.id].push_back(owner_write(entry, object));
  for (const directory::Role& role : todo.roles)
    privileged_.others.push_back(
        {"role",
         calls::create_role_assignment(user, role.role_definition_id, role.directory_scope_id),
         {entry.seq()},
         {key_of(role)}});
  add_schedule_writes(context_, entry, privileged_.others);
  const bool roles_done = todo.roles.empty() && todo.role_group_links.empty() &&
                          todo.role_group_owned.empty() && todo.schedules.empty() &&
                          todo.changed_schedules.empty();
  if (todo.enable && !roles_done) memory_.hurry(entry.seq());
  if (todo.enable && roles_done)
    sign_ins_.others.push_back({"enable",
                                calls::patch_user(user, patch_body({*todo.enable})),
                                {entry.seq()},
                                {key_of(*todo.enable)}});
}

base::Result<void> LinkWaves::write() {
  take_managers();
  take_sponsors();
  for (Wave* wave : {&plain_, &privileged_, &sign_ins_})
    if (auto written = write_wave(*wave); !written) return written;
  return {};
}

// Managers get new ids too, so they are named only when everybody has been brought back.
void LinkWaves::take_managers() {
  for (const auto& [user, manager] : subordinates_) {
    if (memory_.present.contains(manager))
      plain_.others.push_back(
          {std::string(kManagerWrite),
           calls::set_manager(context_.session, user.user, targets_.present(manager)),
           {user.seq},
           {"manager"}});
    else
      memory_.hurry(user.seq);
  }
}

// A wave as a flow of writes: one under way for each group, unit and user at any time.
//
// What a group or unit takes goes one after the other, everything else side by side. So that the
// longest queue is not left alone in the end, too slow to use the quota up, the rest does not run
// ahead of it: of both the same share is left at any time.
class LinkWaves::Flow : public Writer::Source {
 public:
  Flow(LinkWaves& waves, Wave& wave)
      : waves_(waves), wave_(wave), others_(wave.others.size()), longest_(longest_left()) {}

  base::Result<std::vector<Write>> next(std::size_t most) override {
    if (auto looked = waves_.look_back(wave_); !looked) return base::pass(looked);
    std::vector<Write> writes;
    take_links(most, writes);
    take_others(most, writes);
    return writes;
  }

  std::vector<ItemRow> learn(const Write& write, const Reply& reply) override {
    if (is_of_target(write)) busy_targets_.erase(target_of(write));
    if (write.items.size() == 1) busy_users_.erase(busy_users_.find(write.items[0]));
    return waves_.learn(write, reply);
  }

 private:
  using Singles = std::map<Guid, std::vector<Write>>;
  // A group that takes members, or a group or unit with writes for one user each.
  struct Queue {
    Guid target;
    std::size_t writes;  // that it still takes, one after the other
    Groups::iterator group;
    Singles::iterator single;  // end(): it is the group's
  };

  static std::size_t writes_for(const std::vector<Member>& members) {
    return (members.size() + kLinksPerWrite - 1) / kLinksPerWrite;
  }

  std::size_t longest_left() const {
    std::size_t longest = 0;
    for (const auto& [group, members] : wave_.groups)
      longest = std::max(longest, writes_for(members));
    for (const auto& [target, writes] : wave_.singles) longest = std::max(longest, writes.size());
    return longest;
  }

  // How many others stay for the time that the longest queue still takes.
  std::size_t others_kept() const {
    return longest_ == 0 ? 0 : others_ * longest_left() / longest_;
  }

  // The one with the most to be written goes first, since the last one to end decides.
  std::vector<Queue> longest_first(std::size_t most) {
    std::vector<Queue> free;
    for (auto group = wave_.groups.begin(); group != wave_.groups.end(); ++group)
      if (!busy_targets_.contains(group->first))
        free.push_back({group->first, writes_for(group->second), group, wave_.singles.end()});
    for (auto single = wave_.singles.begin(); single != wave_.singles.end(); ++single)
      if (!busy_targets_.contains(single->first))
        free.push_back({single->first, single->second.size(), wave_.groups.end(), single});
    const auto longer = [](const Queue& a, const Queue& b) { return a.writes > b.writes; };
    const std::size_t count = std::min(most, free.size());
    std::partial_sort(free.begin(), free.begin() + static_cast<std::ptrdiff_t>(count), free.end(),
                      longer);
    free.resize(count);
    return free;
  }

  void give_out(Write write, std::vector<Write>& writes) {
    if (is_of_target(write)) busy_targets_.insert(target_of(write));
    if (write.items.size() == 1) busy_users_.insert(write.items[0]);
    writes.push_back(std::move(write));
  }

  void take_links(std::size_t most, std::vector<Write>& writes) {
    for (const Queue& queue : longest_first(most)) {
      if (busy_targets_.contains(queue.target)) continue;  // a group may have two queues
      if (queue.single == wave_.singles.end())
        take_members(queue.group, writes);
      else
        take_single(queue.single, writes);
    }
  }

  void take_members(Groups::iterator group, std::vector<Write>& writes) {
    auto& members = group->second;
    const bool alone = members.back().alone;
    std::vector<Member> some;
    do {
      some.push_back(members.back());
      members.pop_back();
    } while (!alone && some.size() < kLinksPerWrite && !members.empty() && !members.back().alone);
    give_out(waves_.members_write(group->first, some), writes);
    if (members.empty()) wave_.groups.erase(group);
  }

  void take_single(Singles::iterator single, std::vector<Write>& writes) {
    give_out(std::move(single->second.back()), writes);
    single->second.pop_back();
    if (single->second.empty()) wave_.singles.erase(single);
  }

  void take_others(std::size_t most, std::vector<Write>& writes) {
    std::vector<Write> later;
    const std::size_t kept = others_kept();
    while (writes.size() < most && wave_.others.size() + later.size() > kept &&
           !wave_.others.empty()) {
      Write write = std::move(wave_.others.back());
      wave_.others.pop_back();
      if (busy_users_.contains(write.items[0]))
        later.push_back(std::move(write));
      else
        give_out(std::move(write), writes);
    }
    std::move(later.rbegin(), later.rend(), std::back_inserter(wave_.others));
  }

  LinkWaves& waves_;
  Wave& wave_;
  const std::size_t others_;                 // at the start
  const std::size_t longest_;                // queue, likewise
  std::set<Guid> busy_targets_;              // groups and units
  std::multiset<std::uint64_t> busy_users_;  // of writes for a single one
};

base::Result<void> LinkWaves::write_wave(Wave& wave) {
  while (!wave.empty()) {
    Flow flow(*this, wave);
    if (auto written = writer_.send_flowing(flow); !written) return written;
    if (auto taken = take_up_all(wave); !taken) return taken;
  }
  return {};
}

Write LinkWaves::members_write(const Guid& group, const std::vector<Member>& members) const {
  Write write{"members", {}, {}, {link_key(group)}};
  std::vector<Guid> users;
  for (const Member& member : members) {
    users.push_back(member.user);
    write.items.push_back(member.seq);
  }
  write.request = users.size() == 1 ? calls::add_member(context_.session, group, users[0])
                                    : calls::add_members(context_.session, group, users);
  return write;
}

std::vector<ItemRow> LinkWaves::learn(const Write& write, const Reply& reply) {
  if (write.items.size() == 1) return learn_single(write, reply);
  learn_coalesced(write, reply);
  return {};
}

// A coalesced write is all or nothing: "one of them is a member already" means that none was added,
// unless it was an earlier attempt of ours that added all.
void LinkWaves::learn_coalesced(const Write& write, const Reply& reply) {
  const Guid group = target_of(write);
  if (reply.status >= 200 && reply.status < 300 && reply.done()) {
    for (const std::uint64_t seq : write.items) memory_.accepted(seq, write.keys[0]);
    return;
  }
  const bool refused = reply.done() || final_refusal(reply.verdict.cls);
  const bool unknown = reply.verdict.cls == Class::ambiguous;
  if (!refused && !unknown && !wants_a_moment(reply)) {
    for (const std::uint64_t seq : write.items) memory_.not_accepted(seq);
    return;
  }
  Attempts& earlier = attempts_[{group, write.items.front()}];
  earlier.unanswered |= unknown;
  const bool one_by_one = refused || (++earlier.tries > kMostTries && !unknown);
  fresh_.unfinished.push_back({group, members_of(write), earlier.unanswered, one_by_one});
}

// While the wave goes on, so that little is left when everything else has been written.
base::Result<void> LinkWaves::look_back(Wave& wave) {
  const base::SteadyTime now = context_.clock.steady();
  if (now < look_back_at_) return {};
  look_back_at_ = now + kLookBack;
  auto taken = take_up_ripe(wave);
  ripe_ = std::exchange(fresh_, {});
  return taken;
}

base::Result<void> LinkWaves::take_up_all(Wave& wave) {
  if (fresh_.empty() && ripe_.empty()) return {};
  if (!context_.clock.wait_for(kMoment, call_.stop))
    return base::fail(base::ErrorKind::cancelled, "stopped before memberships were looked up");
  if (auto taken = take_up_ripe(wave); !taken) return taken;
  ripe_ = std::exchange(fresh_, {});
  return take_up_ripe(wave);
}

// What may have happened is looked up, and what has not is written again.
base::Result<void> LinkWaves::take_up_ripe(Wave& wave) {
  Waiting ripe = std::exchange(ripe_, {});
  for (Write& write : ripe.put_off) put_back(std::move(write), wave);
  auto looked = look_up_singles(std::move(ripe.unanswered), wave);
  if (!looked) return looked;
  std::vector<Unfinished> doubtful;
  for (Unfinished& one : ripe.unfinished) {
    if (one.may_have_happened)
      doubtful.push_back(std::move(one));
    else
      resolve(one, false, wave.groups);
  }
  return look_up(doubtful, wave.groups);
}

void LinkWaves::put_back(Write write, Wave& wave) {
  auto& queue = is_of_target(write) ? wave.singles[target_of(write)] : wave.others;
  queue.push_back(std::move(write));
}

base::Result<void> LinkWaves::look_up_singles(std::vector<Write> doubtful, Wave& wave) {
  if (doubtful.empty()) return {};
  std::vector<graph::Request> requests;
  for (const Write& write : doubtful) {
    requests.push_back(lookup_of(write, users_.at(write.items[0])));
  }
  auto replies = context_.session.batch(requests, call_);
  if (!replies) return base::pass(replies);
  for (std::size_t i = 0; i < doubtful.size(); ++i) {
    Write& write = doubtful[i];
    const auto happened = has_happened(write, (*replies)[i]);
    if (!happened)
      memory_.not_accepted(write.items[0]);
    else if (*happened)
      memory_.accepted(write.items[0], write.keys[0]);
    else
      put_back(std::move(write), wave);
  }
  return {};
}

base::Result<void> LinkWaves::look_up(const std::vector<Unfinished>& doubtful, Groups& again) {
  std::vector<graph::Request> requests;
  for (const Unfinished& one : doubtful)
    requests.push_back(calls::list_member_of(one.members.front().user));
  if (requests.empty()) return {};
  auto replies = context_.session.batch(requests, call_);
  if (!replies) return base::pass(replies);
  for (std::size_t i = 0; i < doubtful.size(); ++i)
    resolve(doubtful[i], names(doubtful[i].group, (*replies)[i]), again);
  return {};
}

void LinkWaves::resolve(const Unfinished& one, bool are_members, Groups& again) {
  const bool enough = attempts_[{one.group, one.members.front().seq}].tries > kMostTries;
  for (Member member : one.members) {
    member.alone = one.one_by_one;
    if (are_members)
      memory_.accepted(member.seq, link_key(one.group));
    else if (enough && !one.one_by_one)
      memory_.not_accepted(member.seq);
    else
      again[one.group].push_back(member);
  }
}

std::vector<LinkWaves::Member> LinkWaves::members_of(const Write& write) {
  std::vector<Member> members;
  const auto bindings = write.request.body.value("members@odata.bind", nlohmann::json::array());
  for (std::size_t i = 0; i < write.items.size() && i < bindings.size(); ++i) {
    members.push_back({write.items[i], named_by(bindings[i])});
  }
  return members;
}

std::vector<ItemRow> LinkWaves::learn_single(const Write& write, const Reply& reply) {
  if (reply.done()) {
    memory_.accepted(write.items[0], write.keys[0]);
    return {};
  }
  const bool unanswered = reply.verdict.cls == Class::ambiguous && can_be_looked_up(write);
  if ((unanswered || wants_a_moment(reply)) && write.put_off < kMostTries) {
    auto& waiting = unanswered ? fresh_.unanswered : fresh_.put_off;
    waiting.push_back(write);
    ++waiting.back().put_off;
    return {};
  }
  memory_.not_accepted(write.items[0]);
  if (!final_refusal(reply.verdict.cls)) return {};
  auto row = context_.store.journal().item(context_.job, write.items[0]);
  if (!row) return {};
  refuse(*row, write.keys[0], reply.verdict.error);
  return {*row};
}

}  // namespace entrad::restore
