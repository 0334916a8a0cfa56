#include "restore/apply/bring_back.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "graph/calls.h"
#include "restore/selects.h"
#include "store/lineage.h"

namespace entrad::restore {
namespace {

using base::Guid;
using graph::Class;
using graph::Reply;
using graph::Request;
using nlohmann::json;
using store::ItemRow;
namespace calls = graph::calls;

// Clocks of Graph and of this machine may differ by this much.
constexpr std::chrono::minutes kClockSkew{5};
// What became of a create without an answer is found out at once, so that the user's other writes
// need not wait for the next pass: after a moment, since a fresh user is not readable everywhere.
constexpr int kRounds = 4;
constexpr int kLooks = 2;  // before it is sent once more
constexpr std::chrono::seconds kMoment{2};

// Long enough that nobody will ever type or guess it; forgotten as soon as it is sent, but for what
// is sealed. The prefix satisfies any tenant's rule about kinds of characters.
std::string first_password() {
  return "aA1!" + base::base64url(Guid::random().bytes()) + base::base64url(Guid::random().bytes());
}

bool has_extensions(const json& body) {
  return std::any_of(body.items().begin(), body.items().end(),
                     [](const auto& member) { return directory::is_extension(member.key()); });
}

Write create_write(const Context& context, const Targets& targets, Entry& entry) {
  const bool plain = entry.row.work.value("createPlain", false);
  json body = create_body(entry.goal.wanted.object.get(), signs_in_at_once(entry.goal.wanted),
                          plain ? nullptr : &targets);
  const std::string password = first_password();
  if (!context.request.seal_to.empty())
    keep_sealed(context.request, entry.row, "password", password);
  body["passwordProfile"] = {{"password", password}, {"forceChangePasswordNextSignIn", true}};
  return {"create", calls::create_user(body), {entry.seq()}, {"create"}};
}

Request restore_request(const Entry& entry) {
  json options = json::object();
  if (!entry.goal.new_name.empty()) options["newUserPrincipalName"] = entry.goal.new_name;
  if (entry.goal.request->drop_taken_addresses) options["autoReconcileProxyConflict"] = true;
  return calls::restore_deleted(entry.live.id, options);
}

// A clash of what Graph keeps unique, which it does not always name.
base::Error stays_in_bin(const Entry& entry, base::Error why) {
  if (why.kind != base::ErrorKind::conflict) return why;
  why.message =
      "another user or group has the name or an address of this user in the recycle "
      "bin: " +
      why.message;
  why.hint =
      "rename or delete the other one, or restore again with --when-taken "
      "\"{local}.restored@{domain}\"";
  if (!entry.goal.request->drop_taken_addresses) why.hint += " and --drop-taken-addresses";
  return why;
}

Entry& find(std::vector<Entry*>& entries, std::uint64_t seq) {
  for (Entry* entry : entries)
    if (entry->seq() == seq) return *entry;
  throw std::logic_error("an answer for an item that was not asked about");
}

// Which Graph keeps unique.
std::string name_of(const Entry& entry) {
  return entry.goal.wanted.object.text("userPrincipalName");
}

bool was_tried(const Entry* entry) { return entry->row.work.contains("tried"); }

bool for_good(Class cls) {
  return cls == Class::permission || cls == Class::impossible || cls == Class::refused;
}

}  // namespace

BringBack::BringBack(const Context& context, Writer& writer, Memory& memory, const Targets& targets,
                     const graph::Call& call)
    : context_(context), writer_(writer), memory_(memory), targets_(targets), call_(call) {}

base::Result<void> take_up_unanswered(const Context& context) {
  store::Journal& journal = context.store.journal();
  std::vector<ItemRow> rows;
  auto steps = journal.open_steps(context.job);
  for (store::Step& step : steps) {
    step.settled = true;
    step.outcome = graph::name(Class::ambiguous);
    step.result = "the daemon stopped before the answer came";
    if (step.kind != "create") continue;
    auto row = journal.item(context.job, step.items.at(0));
    if (!row || row->work.contains("tried")) continue;
    row->work["tried"] = base::rfc3339(step.intended_at);
    rows.push_back(std::move(*row));
  }
  return journal.settle(context.job, steps, rows);
}

base::Result<void> BringBack::run(std::vector<Entry>& entries) {
  std::vector<Entry*> in_bin;
  std::vector<Entry*> gone;
  for (Entry& entry : entries) {
    if (entry.to_write.restore_from_bin && !entry.brought_back()) in_bin.push_back(&entry);
    if (is_undecided(entry) && !was_tried(&entry)) gone.push_back(&entry);
  }
  if (auto done = restore(in_bin); !done) return done;
  return create(gone);
}

bool BringBack::is_undecided(const Entry& entry) {
  const auto refusals = entry.row.work.find("refusals");
  const bool refused = refusals != entry.row.work.end() && refusals->contains("create");
  return entry.to_write.create && entry.may_be_created() && !entry.brought_back() && !refused;
}

base::Result<void> BringBack::look_again(std::vector<Entry>& entries) {
  std::vector<Entry*> pointers;
  for (Entry& entry : entries) pointers.push_back(&entry);
  return look_again(pointers);
}

base::Result<void> BringBack::look_again(std::vector<Entry*>& entries) {
  std::vector<Entry*> tried;
  std::copy_if(entries.begin(), entries.end(), std::back_inserter(tried), was_tried);
  if (auto done = look_up_earlier_attempts(tried); !done) return done;
  std::vector<Entry*> absent;
  for (Entry* entry : entries)
    if (is_undecided(*entry) && (++entry->looks >= kLooks || !was_tried(entry)))
      absent.push_back(entry);
  return create(absent);
}

base::Result<void> BringBack::decide(std::vector<Entry>& entries) {
  std::vector<Entry*> gone;
  for (Entry& entry : entries) gone.push_back(&entry);
  for (int round = 1; !gone.empty() && round <= kRounds; ++round) {
    if (!context_.clock.wait_for(kMoment, call_.stop))
      return base::fail(base::ErrorKind::cancelled, "stopped before a user was looked up");
    if (auto done = look_again(gone); !done) return done;
    std::erase_if(gone, [](const Entry* entry) { return !is_undecided(*entry); });
  }
  return {};
}

base::Result<void> BringBack::restore(std::vector<Entry*>& entries) {
  std::vector<Write> writes;
  for (const Entry* entry : entries)
    writes.push_back({"restore", restore_request(*entry), {entry->seq()}, {"restore"}});
  return writer_.send_patiently(writes, [&](const Write& write, const Reply& reply) {
    Entry& entry = find(entries, write.items[0]);
    if (reply.done()) {
      entry.row.work["target"] = entry.live.id.str();
      memory_.accepted(entry.seq(), "restore");
    } else if (for_good(reply.verdict.cls) || reply.verdict.cls == Class::conflict) {
      refuse(entry.row, "restore", stays_in_bin(entry, reply.verdict.error));
    } else {
      return std::vector<ItemRow>();
    }
    return std::vector<ItemRow>{entry.row};
  });
}

base::Result<std::vector<Reply>> BringBack::look_up(const std::vector<Entry*>& entries) {
  const std::string select = user_select(context_);
  std::vector<Request> requests;
  for (const Entry* entry : entries)
    requests.push_back(calls::get_user_by_name(name_of(*entry), select));
  if (requests.empty()) return std::vector<Reply>();
  return context_.session.batch(requests, call_);
}

base::Result<void> BringBack::look_up_earlier_attempts(std::vector<Entry*>& entries) {
  auto replies = look_up(entries);
  if (!replies) return base::pass(replies);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Reply& reply = (*replies)[i];
    if (!reply.done() || !is_ours(*entries[i], reply.body)) continue;
    if (auto adopted = adopt(*entries[i], reply.body); !adopted) return adopted;
  }
  return {};
}

base::Result<void> BringBack::create(std::vector<Entry*>& entries) {
  std::vector<Write> writes;
  std::vector<Entry*> conflicts;
  for (Entry* entry : entries) writes.push_back(create_write(context_, targets_, *entry));
  if (auto kept = keep_passwords(entries); !kept) return kept;
  const auto now = context_.clock.wall();
  auto sent = writer_.send(writes, [&](const Write& write, const Reply& reply) {
    Entry& entry = find(entries, write.items[0]);
    if (reply.done()) return std::vector<ItemRow>{created(entry, reply.body)};
    if (reply.verdict.cls == Class::conflict) conflicts.push_back(&entry);
    if (for_good(reply.verdict.cls) && has_extensions(write.request.body)) {
      // An extension whose application has gone since the backup would cost the whole user.
      entry.row.work["createPlain"] = true;
    } else if (for_good(reply.verdict.cls)) {
      refuse(entry.row, "create", reply.verdict.error);
    }
    if (reply.verdict.cls == Class::ambiguous && !entry.row.work.contains("tried"))
      entry.row.work["tried"] = base::rfc3339(now);
    return std::vector<ItemRow>{entry.row};
  });
  if (!sent) return sent;
  if (auto kept = record_lineage(entries); !kept) return kept;
  return resolve_conflicts(conflicts);
}

// Before they are sent: a user whose answer is lost has one of them.
base::Result<void> BringBack::keep_passwords(const std::vector<Entry*>& entries) {
  if (context_.request.seal_to.empty() || entries.empty()) return {};
  std::vector<ItemRow> rows;
  for (const Entry* entry : entries) rows.push_back(entry->row);
  return context_.store.journal().put_items(context_.job, rows);
}

// Somebody has the name: an earlier attempt of ours, the user itself, or a stranger. A holder that
// cannot be seen yet is left for the next pass.
base::Result<void> BringBack::resolve_conflicts(std::vector<Entry*>& entries) {
  auto replies = look_up(entries);
  if (!replies) return base::pass(replies);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Reply& reply = (*replies)[i];
    if (!reply.done()) continue;
    if (is_ours(*entries[i], reply.body)) {
      if (auto adopted = adopt(*entries[i], reply.body); !adopted) return adopted;
      continue;
    }
    refuse(entries[i]->row, "create",
           {base::ErrorKind::conflict,
            "another user (" + reply.body.value("id", "") + ") has the userPrincipalName " +
                name_of(*entries[i]),
            "rename or delete that user, then restore again; or restore under another name: "
            "--when-taken \"{local}.restored@{domain}\"",
            nullptr});
    if (auto saved = save(*entries[i]); !saved) return saved;
  }
  return {};
}

bool BringBack::is_ours(const Entry& entry, const json& holder) const {
  const std::string id = holder.value("id", "");
  const bool is_new = !context_.request.as_new.empty();
  if (!is_new && (id == entry.user.str() || id == present_id(context_, entry.user).str()))
    return true;
  if (!entry.row.work.contains("tried")) return false;
  const auto created_at = holder.find("createdDateTime");
  if (created_at == holder.end() || !created_at->is_string()) return false;
  const auto made = base::parse_time(created_at->get<std::string>(), base::WallTime());
  const auto tried = base::parse_time(entry.row.work["tried"].get<std::string>(), base::WallTime());
  const json wanted = create_body(entry.goal.wanted.object.get(), true, nullptr);
  return made && tried && *made >= *tried - kClockSkew &&
         holder.value("mailNickname", json()) == wanted["mailNickname"];
}

base::Result<void> BringBack::adopt(Entry& entry, const json& user) {
  if (user.value("id", "") == entry.user.str()) {
    entry.row.work["target"] = entry.user.str();
    return save(entry);
  }
  created(entry, user);
  if (auto saved = save(entry); !saved) return saved;
  return record_lineage({&entry});
}

base::Result<void> BringBack::save(Entry& entry) {
  return context_.store.journal().put_items(context_.job, {entry.row});
}

ItemRow BringBack::created(Entry& entry, const json& user) {
  const std::string id = user.value("id", "");
  entry.row.work["target"] = id;
  entry.row.work["created"] = true;
  entry.row.item.new_user_id = id;
  entry.row.item.needs_password_reset = true;
  entry.history.created = true;
  entry.live.id = Guid::parse(id).value_or(Guid());
  memory_.accepted(entry.seq(), "create");
  return entry.row;
}

base::Result<void> BringBack::record_lineage(const std::vector<Entry*>& entries) {
  std::vector<store::Succession> successions;
  for (const Entry* entry : entries)
    if (entry->history.created) successions.push_back({entry->user, entry->live.id});
  if (successions.empty() || !context_.request.as_new.empty()) return {};
  return context_.store.lineage().record(context_.request.home(), successions, context_.job,
                                         context_.clock.wall());
}

}  // namespace entrad::restore
