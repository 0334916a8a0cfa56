// Looking first, then the waves in their order.
#include "restore/apply/pass.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "graph/calls.h"
#include "restore/live/sponsors_and_owned.h"

namespace entrad::restore {
namespace {

using base::Guid;
using directory::Change;
using graph::Class;
using graph::Reply;
using nlohmann::json;
namespace calls = graph::calls;

constexpr std::size_t kMostUndecided = 2000;  // kept in memory

bool is_phone(const json& method) {
  return method.value("@odata.type", "") == "#microsoft.graph.phoneAuthenticationMethod";
}

// Graph takes a mobile number before an alternate one ("Create phoneMethod").
bool goes_first(const json& a, const json& b) {
  return a.value("phoneType", "") == "mobile" && b.value("phoneType", "") != "mobile";
}

Write method_removal(const Entry& entry, const json& method) {
  const Guid& id = entry.live.id;
  return {
      "method",
      is_phone(method) ? calls::remove_phone_method(id, method) : calls::remove_email_method(id),
      {entry.seq()},
      {key_of_removal(key_of_method(method))}};
}

Write method_write(const Entry& entry, const json& method, bool replaces) {
  const Guid& id = entry.live.id;
  graph::Request request = is_phone(method) ? (replaces ? calls::update_phone_method(id, method)
                                                        : calls::add_phone_method(id, method))
                                            : (replaces ? calls::update_email_method(id, method)
                                                        : calls::add_email_method(id, method));
  return {"method", std::move(request), {entry.seq()}, {key_of_method(method)}};
}

void leave_out_extensions(json& object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object.items())
    if (directory::is_extension(name)) names.push_back(name);
  for (const std::string& name : names) object.erase(name);
}

bool final_refusal(Class cls) {
  return cls == Class::permission || cls == Class::impossible || cls == Class::refused ||
         cls == Class::conflict;
}

std::vector<Entry*> all(std::vector<Entry>& entries) {
  std::vector<Entry*> pointers;
  for (Entry& entry : entries) pointers.push_back(&entry);
  return pointers;
}

}  // namespace

Pass::Pass(const Context& context, const Goals& goals, Writer& writer, Memory& memory,
           Targets& targets, LinkWaves& links, const graph::Call& call, Turn turn)
    : context_(context),
      goals_(goals),
      writer_(writer),
      memory_(memory),
      targets_(targets),
      links_(links),
      call_(call),
      turn_(turn),
      bring_back_(context, writer, memory, targets, call),
      schedules_(context, call) {}

base::Result<void> Pass::look(std::vector<Entry>& entries) {
  auto pointers = all(entries);
  return look_at(pointers);
}

base::Result<void> Pass::look_at(std::vector<Entry*>& entries) {
  if (entries.empty()) return {};
  std::vector<Guid> ids;
  for (const Entry* entry : entries) ids.push_back(entry->live.id);
  schedules_.forget();
  auto lives = read_live(context_, ids, depth_of(context_.request), call_);
  if (!lives) return base::pass(lives);
  return weigh_all(entries, std::move(*lives));
}

base::Result<void> Pass::take(std::vector<Entry>& entries, std::vector<Live> lives) {
  auto pointers = all(entries);
  if (context_.request.with_roles && !roles_) {
    auto read = RoleList::read(context_, call_);
    if (!read) return base::pass(read);
    roles_ = std::move(*read);
  }
  if (roles_)
    for (Live& live : lives) roles_->enter_into(live);
  return weigh_all(pointers, std::move(lives));
}

base::Result<void> Pass::take_from_plan(std::vector<Entry>& entries) {
  auto pointers = all(entries);
  std::vector<Live> lives;
  for (const Entry* entry : pointers) {
    lives.push_back(from_pre_image(entry->row.pre_image));
    if (lives.back().id != entry->live.id) return look_at(pointers);  // re-created since
  }
  return weigh_all(pointers, std::move(lives));
}

base::Result<void> Pass::weigh_all(std::vector<Entry*>& entries, std::vector<Live> lives) {
  std::vector<ScheduleList::Holder> holders;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    entries[i]->live = std::move(lives[i]);
    holders.push_back({entries[i]->goal.wanted, entries[i]->live});
    entries[i]->visible = entries[i]->live.where == Where::live;
    if (entries[i]->visible) memory_.present.insert(entries[i]->user);
  }
  if (auto read = schedules_.enter_into(holders); !read) return read;
  if (auto read = read_auth_methods(entries); !read) return read;
  std::vector<Seen> seen;
  for (Entry* entry : entries) seen.push_back({entry->user, &entry->goal, &entry->live});
  if (auto read = read_sponsors_and_owned(context_, goals_, seen, call_); !read) return read;
  if (auto learned = learn_targets(entries); !learned) return learned;
  for (Entry* entry : entries) weigh(*entry);
  return {};
}

// Only where the plan or this job had something to do with them: their quota is small.
base::Result<void> Pass::read_auth_methods(const std::vector<Entry*>& entries) {
  if (!context_.request.with_auth_methods) return {};
  std::vector<Guid> ids;
  std::vector<Entry*> asked;
  for (Entry* entry : entries) {
    if (!entry->visible) continue;
    if (!entry->row.work.value("readMethods", false)) {
      entry->live.sections.auth_methods =
          from_pre_image(entry->row.pre_image).sections.auth_methods;
    } else if (const auto known = memory_.methods.find(entry->seq());
               known != memory_.methods.end()) {
      entry->live.sections.auth_methods = known->second;
    } else {
      ids.push_back(entry->live.id);
      asked.push_back(entry);
    }
  }
  auto methods = read_methods(context_, ids, call_);
  if (!methods) return base::pass(methods);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    asked[i]->live.sections.auth_methods = (*methods)[i];
    if ((*methods)[i]) memory_.methods[asked[i]->seq()] = *(*methods)[i];
  }
  return {};
}

base::Result<void> Pass::learn_targets(const std::vector<Entry*>& entries) {
  std::vector<const Sections*> wanted;
  std::vector<const Sections*> live;
  std::vector<Live> before;  // what is said to have been removed must be known too
  if (context_.request.exact)
    for (const Entry* entry : entries) before.push_back(from_pre_image(entry->row.pre_image));
  for (const Live& one : before) live.push_back(&one.sections);
  for (const Entry* entry : entries) {
    wanted.push_back(&entry->goal.wanted);
    live.push_back(&entry->live.sections);
  }
  return targets_.learn(wanted, live, call_);
}

void Pass::weigh(Entry& entry) {
  entry.todo = compare(entry.goal, entry.live, targets_, entry.history);
  History recent = entry.history;
  recent.given_up.merge(memory_.settling(entry.seq()));
  entry.to_write = compare(entry.goal, entry.live, targets_, recent);
}

base::Result<void> Pass::write(std::vector<Entry>& entries) {
  auto earlier = std::exchange(undecided_, {});
  if (auto back = bring_back_.run(entries); !back) return back;
  put_undecided_aside(entries);
  if (auto written = write_sections(entries); !written) return written;
  if (auto looked = bring_back_.look_again(earlier); !looked) return looked;
  put_undecided_aside(earlier);
  if (auto written = write_sections(earlier); !written) return written;
  return undecided_.size() < kMostUndecided ? base::Result<void>() : write_undecided();
}

void Pass::put_undecided_aside(std::vector<Entry>& entries) {
  const auto undecided =
      std::stable_partition(entries.begin(), entries.end(),
                            [](const Entry& entry) { return !BringBack::is_undecided(entry); });
  std::move(undecided, entries.end(), std::back_inserter(undecided_));
  entries.erase(undecided, entries.end());
}

base::Result<void> Pass::write_undecided() {
  if (undecided_.empty()) return {};
  auto entries = std::exchange(undecided_, {});
  if (auto decided = bring_back_.decide(entries); !decided) return decided;
  return write_sections(entries);
}

base::Result<void> Pass::write_sections(std::vector<Entry>& entries) {
  if (auto looked = look_at_restored(entries); !looked) return looked;
  for (Entry& entry : entries)
    if (!entry.visible && entry.history.created) see_created(entry);
  if (auto written = write_deletions(entries); !written) return written;
  if (auto written = write_attributes(entries); !written) return written;
  if (auto written = write_licenses(entries); !written) return written;
  if (auto written = write_managers(entries); !written) return written;
  if (auto written = write_methods(entries); !written) return written;
  if (auto written = write_once(entries); !written) return written;
  for (const Entry& entry : entries) {
    if (entry.visible)
      links_.collect(entry);
    else
      memory_.hurry(entry.seq());
  }
  return {};
}

// Memberships, roles and methods come back with a user from the recycle bin: compare again.
base::Result<void> Pass::look_at_restored(std::vector<Entry>& entries) {
  std::vector<Entry*> restored;
  for (Entry& entry : entries)
    if (entry.brought_back() && !entry.visible && !entry.history.created)
      restored.push_back(&entry);
  if (auto looked = look_at(restored); !looked) return looked;
  std::vector<store::ItemRow> rows;
  for (Entry* entry : restored) {
    if (!entry->visible || entry->row.work.contains("also")) continue;
    entry->row.work["also"] = describe(entry->todo, targets_);
    rows.push_back(entry->row);
  }
  if (rows.empty()) return {};
  return context_.store.journal().put_items(context_.job, rows);
}

// What has just been made need not be read to be known, and is not readable everywhere yet.
void Pass::see_created(Entry& entry) {
  entry.live.where = Where::live;
  entry.live.sections = sections_of_new(entry.goal.wanted.object.get());
  json& object = entry.live.sections.object.edit();
  object["accountEnabled"] = signs_in_at_once(entry.goal.wanted);
  if (entry.row.work.value("createPlain", false)) leave_out_extensions(object);
  entry.visible = true;
  memory_.present.insert(entry.user);
  weigh(entry);
}

// An admin's roles go in a pass of their own, before the user.
base::Result<void> Pass::write_deletions(std::vector<Entry>& entries) {
  std::vector<Write> writes;
  for (const Entry& entry : entries) {
    if (!entry.visible || !entry.to_write.delete_user) continue;
    if (entry.todo.extra_roles.empty() && entry.todo.extra_schedules.empty())
      writes.push_back({"delete", calls::delete_user(entry.live.id), {entry.seq()}, {"delete"}});
    else
      memory_.hurry(entry.seq());
  }
  auto sent = send(entries, writes);
  return sent ? base::Result<void>() : base::pass(sent);
}

base::Result<void> Pass::write_attributes(std::vector<Entry>& entries) {
  std::vector<Write> writes;
  for (const Entry& entry : entries) {
    const auto& changes = entry.to_write.changes;
    if (!entry.visible || changes.empty()) continue;
    // After a refusal one attribute goes at a time, so that the refused one is found and the others
    // pass.
    const bool alone = entry.row.work.value("onePatchEach", false);
    const std::vector<Change> part(changes.begin(), alone ? changes.begin() + 1 : changes.end());
    std::vector<std::string> keys;
    for (const Change& change : part) keys.push_back(key_of(change));
    writes.push_back({"patch",
                      calls::patch_user(entry.live.id, patch_body(part)),
                      {entry.seq()},
                      std::move(keys)});
  }
  auto sent = send(entries, writes);
  return sent ? base::Result<void>() : base::pass(sent);
}

// After the attributes, since a licence needs the usageLocation. After a refusal one licence goes
// at a time.
base::Result<void> Pass::write_licenses(std::vector<Entry>& entries) {
  std::vector<Write> writes;
  for (const Entry& entry : entries) {
    const Todo& todo = entry.to_write;
    if (!entry.visible || (todo.licenses.empty() && todo.extra_licenses.empty())) continue;
    const bool alone = entry.row.work.value("oneLicenseEach", false);
    const bool removes = !alone || todo.licenses.empty();
    json to_assign = json::array();
    std::vector<std::string> to_remove;
    std::vector<std::string> keys;
    for (const auto& license : todo.licenses) {
      if (alone && !keys.empty()) break;
      to_assign.push_back({{"skuId", license.sku_id}, {"disabledPlans", license.disabled_plans}});
      keys.push_back(key_of_license(license.sku_id));
    }
    for (const std::string& sku : todo.extra_licenses) {
      if (!removes || (alone && !keys.empty())) break;
      to_remove.push_back(sku);
      keys.push_back(key_of_removal(key_of_license(sku)));
    }
    writes.push_back({"licenses",
                      calls::assign_licenses(entry.live.id, to_assign, to_remove),
                      {entry.seq()},
                      std::move(keys)});
  }
  auto sent = send(entries, writes);
  return sent ? base::Result<void>() : base::pass(sent);
}

base::Result<void> Pass::write_managers(std::vector<Entry>& entries) {
  std::vector<Write> writes;
  for (Entry& entry : entries) {
    if (!entry.visible) continue;
    if (entry.to_write.remove_manager)
      writes.push_back(
          {"manager", calls::remove_manager(entry.live.id), {entry.seq()}, {"manager"}});
    if (!entry.to_write.manager) continue;
    const Guid& manager = *entry.to_write.manager;
    if (targets_.is_selected(manager)) continue;  // see LinkWaves
    writes.push_back(
        {"manager",
         calls::set_manager(context_.session, entry.live.id, targets_.present(manager)),
         {entry.seq()},
         {"manager"}});
  }
  auto sent = send(entries, writes);
  return sent ? base::Result<void>() : base::pass(sent);
}

// Known methods stay known: to read them again would cost as much of their quota as to write them.
bool Pass::left_to_last(const Entry& entry) {
  const Todo& todo = entry.to_write;
  const bool slow = todo.issue_pass || !todo.create_methods.empty() ||
                    !todo.replace_methods.empty() || !todo.extra_methods.empty();
  const bool before_roles = !todo.roles.empty() || !todo.role_group_links.empty() ||
                            !todo.role_group_owned.empty() || !todo.schedules.empty();
  if (turn_ == Turn::last || !slow || before_roles) return false;
  memory_.leave_to_last(entry.seq());
  if (const auto& methods = entry.live.sections.auth_methods)
    memory_.methods[entry.seq()] = *methods;
  return true;
}

// One method of each user a round, since two writes to one user must not meet. A method may need
// the one before it: without the mobile number Graph refuses the alternate one for good.
base::Result<void> Pass::write_methods(std::vector<Entry>& entries) {
  std::vector<std::vector<Write>> rounds;
  for (Entry& entry : entries) {
    if (!entry.visible || left_to_last(entry)) continue;
    std::vector<Write> own;
    std::stable_sort(entry.to_write.create_methods.begin(), entry.to_write.create_methods.end(),
                     goes_first);
    for (const json& method : entry.to_write.replace_methods)
      own.push_back(method_write(entry, method, true));
    for (const json& method : entry.to_write.create_methods)
      own.push_back(method_write(entry, method, false));
    std::stable_sort(entry.to_write.extra_methods.begin(), entry.to_write.extra_methods.end(),
                     [](const json& a, const json& b) { return goes_first(b, a); });
    for (const json& method : entry.to_write.extra_methods)
      own.push_back(method_removal(entry, method));
    if (own.size() > rounds.size()) rounds.resize(own.size());
    for (std::size_t i = 0; i < own.size(); ++i) rounds[i].push_back(std::move(own[i]));
  }
  std::set<std::uint64_t> stuck;
  for (auto& round : rounds) {
    std::erase_if(round, [&](const Write& write) { return stuck.contains(write.items[0]); });
    auto not_done = send(entries, round);
    if (!not_done) return base::pass(not_done);
    stuck.merge(*not_done);
  }
  return {};
}

// The sessions end when the user is as it shall be, and the pass is the last, since its time runs.
base::Result<void> Pass::write_once(std::vector<Entry>& entries) {
  std::vector<Write> sessions;
  std::vector<Write> passes;
  for (const Entry& entry : entries) {
    if (!entry.visible) continue;
    const Guid& id = entry.live.id;
    if (entry.to_write.revoke_sessions)
      sessions.push_back({kSessions, calls::revoke_sessions(id), {entry.seq()}, {kSessions}});
    if (entry.to_write.issue_pass && !left_to_last(entry))
      passes.push_back({kPass,
                        calls::issue_temporary_access_pass(id, context_.request.pass_minutes),
                        {entry.seq()},
                        {kPass}});
  }
  for (const auto* writes : {&sessions, &passes})
    if (auto sent = send(entries, *writes); !sent) return base::pass(sent);
  return {};
}

base::Result<std::set<std::uint64_t>> Pass::send(std::vector<Entry>& entries,
                                                 const std::vector<Write>& writes) {
  std::map<std::uint64_t, Entry*> by_seq;
  for (Entry& entry : entries) by_seq[entry.seq()] = &entry;
  std::set<std::uint64_t> not_done;
  auto sent = writer_.send_patiently(writes, [&](const Write& write, const Reply& reply) {
    Entry& entry = *by_seq.at(write.items[0]);
    if (!reply.done()) not_done.insert(entry.seq());
    const json before = entry.row.work;
    learn(entry, write, reply);
    return entry.row.work == before ? std::vector<store::ItemRow>()
                                    : std::vector<store::ItemRow>{entry.row};
  });
  if (!sent) return base::pass(sent);
  return not_done;
}

void Pass::learn(Entry& entry, const Write& write, const Reply& reply) {
  if (reply.done()) {
    for (const std::string& key : write.keys) memory_.accepted(entry.seq(), key);
    if (write.kind == "method") memory_.methods.erase(entry.seq());
    if (write.kind == kPass)
      keep_sealed(context_.request, entry.row, "temporaryAccessPass",
                  reply.body.value("temporaryAccessPass", ""));
    if (write.kind == kPass || write.kind == kSessions) {
      entry.row.work["once"].push_back(write.kind);
      entry.history.done_once.insert(write.kind);
    }
    return;
  }
  entry.held_up = true;
  memory_.not_accepted(entry.seq());
  if (!final_refusal(reply.verdict.cls)) return;
  if (write.keys.size() > 1) {
    entry.row.work[write.kind == "licenses" ? "oneLicenseEach" : "onePatchEach"] = true;
    return;
  }
  refuse(entry.row, write.keys[0], reply.verdict.error);
  entry.history.given_up.insert(write.keys[0]);
}

}  // namespace entrad::restore
