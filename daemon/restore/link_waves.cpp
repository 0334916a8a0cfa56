#include "restore/link_waves.h"

#include <algorithm>

#include "graph/calls.h"

namespace entrad::restore {
namespace {

using base::Guid;
using graph::Class;
using graph::Reply;
using store::ItemRow;
namespace calls = graph::calls;

constexpr std::size_t kLinksPerWrite = 20;  // Graph: "Add members"
// After this many failures a group's members are added one by one, to find the one that fails.
constexpr int kCoalescedTries = 2;

// The group or unit and the user are named by the key and the item.
std::string link_key(const Guid& target) { return "link:" + target.str(); }

bool final_refusal(Class cls) {
  return cls == Class::permission || cls == Class::impossible || cls == Class::refused ||
         cls == Class::conflict;
}

}  // namespace

LinkWaves::LinkWaves(const Context& context, Writer& writer, Memory& memory, const Targets& targets)
    : context_(context), writer_(writer), memory_(memory), targets_(targets) {}

void LinkWaves::collect(const Entry& entry) {
  const Guid& user = entry.live.id;
  const Todo& todo = entry.to_write;
  for (const directory::Link& link : todo.links) {
    if (link.kind == api::ObjectKind::group)
      groups_[link.id].push_back({entry.seq(), user});
    else
      units_.push_back({"unit",
                        calls::add_unit_member(context_.session, link.id, user),
                        {entry.seq()},
                        {link_key(link.id)}});
  }
  if (entry.held_up) return;
  for (const directory::Link& link : todo.role_group_links)
    role_groups_[link.id].push_back({entry.seq(), user});
  for (const directory::Role& role : todo.roles)
    roles_.push_back(
        {"role",
         calls::create_role_assignment(user, role.role_definition_id, role.directory_scope_id),
         {entry.seq()},
         {key_of(role)}});
  const bool roles_done = todo.roles.empty() && todo.role_group_links.empty();
  if (todo.enable && roles_done)
    sign_ins_.push_back({"enable",
                         calls::patch_user(user, patch_body({*todo.enable})),
                         {entry.seq()},
                         {key_of(*todo.enable)}});
}

base::Result<void> LinkWaves::write() {
  if (auto written = write_groups(groups_); !written) return written;
  if (auto written = write_singles(units_); !written) return written;
  if (auto written = write_groups(role_groups_); !written) return written;
  if (auto written = write_singles(roles_); !written) return written;
  return write_singles(sign_ins_);
}

// Two writes to one group must not meet, so a round has one write for each group.
base::Result<void> LinkWaves::write_groups(Groups& groups) {
  while (!groups.empty())
    if (auto written = write_round(groups); !written) return written;
  return {};
}

base::Result<void> LinkWaves::write_round(Groups& groups) {
  std::vector<Write> writes;
  for (auto& [group, members] : groups) {
    const bool one_by_one = memory_.coalesced_failures[group] >= kCoalescedTries;
    const std::size_t count = one_by_one ? 1 : std::min(kLinksPerWrite, members.size());
    const std::vector<Member> some(members.end() - static_cast<std::ptrdiff_t>(count),
                                   members.end());
    members.resize(members.size() - count);
    writes.push_back(members_write(group, some));
  }
  std::erase_if(groups, [](const auto& entry) { return entry.second.empty(); });
  return writer_.send(writes, [&](const Write& write, const Reply& reply) {
    if (write.items.size() == 1) return learn_single(write, reply);
    learn_coalesced(write, reply, groups);
    return std::vector<ItemRow>();
  });
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

// A coalesced write is all or nothing: "one of them is a member already" means that none was added.
void LinkWaves::learn_coalesced(const Write& write, const Reply& reply, Groups& again) {
  const Guid group = Guid::parse(write.keys[0].substr(5)).value_or(Guid());
  if (reply.status >= 200 && reply.status < 300) {
    for (const std::uint64_t seq : write.items) memory_.accepted(seq, write.keys[0]);
    return;
  }
  for (const std::uint64_t seq : write.items) memory_.not_accepted(seq);
  int& failures = memory_.coalesced_failures[group];
  ++failures;
  const bool isolate = reply.done() || final_refusal(reply.verdict.cls);
  if (!isolate) return;
  failures = std::max(failures, kCoalescedTries);
  const auto bindings = write.request.body.value("members@odata.bind", nlohmann::json::array());
  for (std::size_t i = 0; i < write.items.size() && i < bindings.size(); ++i) {
    const std::string url = bindings[i];
    if (const auto user = Guid::parse(url.substr(url.rfind('/') + 1)))
      again[group].push_back({write.items[i], *user});
  }
}

base::Result<void> LinkWaves::write_singles(std::vector<Write>& writes) {
  // One write for each user and each unit a round, since two writes to one object must not meet.
  while (!writes.empty()) {
    std::vector<Write> round;
    std::vector<Write> later;
    std::set<std::uint64_t> busy_users;
    std::set<std::string> busy_units;
    for (Write& write : writes) {
      const bool unit_is_free = write.kind != "unit" || !busy_units.contains(write.keys[0]);
      const bool free = unit_is_free && busy_users.insert(write.items[0]).second;
      if (free && write.kind == "unit") busy_units.insert(write.keys[0]);
      (free ? round : later).push_back(std::move(write));
    }
    auto sent = writer_.send(round, [this](const Write& write, const Reply& reply) {
      return learn_single(write, reply);
    });
    if (!sent) return sent;
    writes = std::move(later);
  }
  return {};
}

std::vector<ItemRow> LinkWaves::learn_single(const Write& write, const Reply& reply) {
  if (reply.done()) {
    memory_.accepted(write.items[0], write.keys[0]);
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
