// Users in a delta backup: what a round of changes says of their objects and managers, and what has
// to be asked for besides. Licences ride in the object.
// A user in the recycle bin leaves the snapshot; whoever comes back is read anew, since a round
// says nothing of links that came back with them. Source: Microsoft Graph, "user: delta". Parts:
// the round; who came and went; managers that the round does not tell; the step.
#include <algorithm>
#include <map>

#include "backup/cursors.h"
#include "backup/merge.h"
#include "backup/rounds.h"
#include "backup/sweep.h"
#include "base/json.h"
#include "directory/sections.h"
#include "graph/calls.h"
#include "graph/delta.h"

namespace entrad::backup {
namespace {

namespace calls = graph::calls;
using api::Completeness;
using api::ObjectKind;
using api::Section;
using base::Guid;
using graph::Fate;
using nlohmann::json;
using Manager = std::optional<Guid>;

class UsersRound {
 public:
  explicit UsersRound(Sweep& sweep) : sweep_(sweep) {}

  graph::DeltaReader reader() {
    return {[this](const graph::DeltaPage& page) { return take(page); },
            [this] {
              fates_.clear();
              managers_.clear();
            }};
  }

  // Who came, changed and went, once the round is closed. The last word on each counts.
  void tell(Changes& changes) const {
    for (const auto& [user, fate] : fates_) {
      const bool was_there = sweep_.parent_has(ObjectKind::user, user);
      if (fate == Fate::present)
        (was_there ? changes.changed : changes.arrived).insert(user);
      else if (was_there)
        changes.gone.insert(user);
    }
  }
  const std::map<Guid, Manager>& managers() const { return managers_; }

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
    if (change.fate != Fate::present) return {};
    take_manager(change);
    if (change.bare) return {};
    const auto known = sweep_.parent_content(ObjectKind::user, change.id, Section::object);
    if (!known || !sweep_.parent_has(ObjectKind::user, change.id)) return {};  // read on its own
    return merged(*known, content,
                  [this](const directory::Slice& user) { return put_user_object(sweep_, user); });
  }

  // The former one comes as removed, beside the present one or alone.
  void take_manager(const graph::Change& change) {
    for (const graph::LinkChange& link : change.manager) {
      if (!link.removed)
        managers_[change.id] = link.id;
      else if (const auto now = managers_.find(change.id);
               now == managers_.end() || now->second == link.id)
        managers_[change.id] = std::nullopt;
    }
  }

  Sweep& sweep_;
  std::map<Guid, Fate> fates_;
  std::map<Guid, Manager> managers_;
};

base::Result<void> put_manager(Sweep& sweep, const Guid& user, const Manager& manager) {
  return sweep.writer().put(ObjectKind::user, user, Section::manager,
                            directory::manager_section(manager ? &*manager : nullptr));
}

// Users whom the parent does not have, as Graph shows them now.
class Arrivals {
 public:
  Arrivals(Sweep& sweep, const std::string& select) : sweep_(sweep), select_(select) {}

  base::Result<void> read() {
    const std::set<Guid> wanted = std::move(sweep_.changes().arrived);
    sweep_.changes().arrived.clear();
    std::vector<graph::Request> requests;
    for (const Guid& user : wanted) requests.push_back(calls::get_user_with_manager(user, select_));
    auto replies = sweep_.session().batch(requests, sweep_.call());
    if (!replies) return base::pass(replies);
    std::size_t at = 0;
    for (const Guid& user : wanted)
      if (auto taken = take(user, (*replies)[at++]); !taken) return taken;
    return {};
  }

  // Their managers, and those whose manager they are: known once all users are.
  base::Result<void> read_reports() {
    for (const auto& [user, manager] : managers_)
      if (auto put = put_manager(sweep_, user, manager); !put) return put;
    for (const auto& [user, manager] : managers_)
      if (auto done = read_reports_of(user); !done) return done;
    return {};
  }

 private:
  // One who is gone again is for the next round to tell.
  base::Result<void> take(const Guid& user, const graph::Reply& reply) {
    if (reply.verdict.cls == graph::Class::absent) return {};
    if (!reply.done()) return base::unexpected(reply.verdict.error);
    const auto manager = reply.body.find("manager");
    const bool has_one = manager != reply.body.end() && manager->is_object();
    managers_[user] = has_one ? Guid::parse(manager->value("id", std::string())) : std::nullopt;
    sweep_.changes().arrived.insert(user);
    return sliced(reply.body,
                  [this](const directory::Slice& slice) { return put_user_object(sweep_, slice); });
  }

  base::Result<void> read_reports_of(const Guid& manager) {
    const auto on_page = [&](std::string_view page) -> base::Result<void> {
      base::Result<void> put;
      auto read = directory::for_each_object(page, [&](const directory::Slice& report) {
        if (put && sweep_.people().index(report.id)) put = put_manager(sweep_, report.id, manager);
      });
      return read ? put : read;
    };
    auto done = sweep_.pages(calls::list_direct_reports(manager), on_page, drop_nothing);
    if (!done && done.error().kind == base::ErrorKind::not_found) return {};
    return done;
  }

  Sweep& sweep_;
  const std::string& select_;
  std::map<Guid, Manager> managers_;
};

// A manager in the recycle bin is shown no more, and no round says so of the reports.
std::set<Guid> reports_of_gone(Sweep& sweep) {
  std::set<Guid> reports;
  if (sweep.changes().gone.empty()) return reports;
  sweep.store().snapshots().for_each_content(
      sweep.tenant(), sweep.parent().number, ObjectKind::user, Section::manager,
      [&](const Guid& user, const std::string& known) {
        const auto manager = directory::read_manager(known);
        if (manager && sweep.changes().gone.contains(*manager) && sweep.people().index(user))
          reports.insert(user);
        return true;
      });
  return reports;
}

base::Result<void> ask_for_managers(Sweep& sweep, const std::set<Guid>& users) {
  std::vector<graph::Request> requests;
  for (const Guid& user : users) requests.push_back(calls::get_manager(user));
  auto replies = sweep.session().batch(requests, sweep.call());
  if (!replies) return base::pass(replies, "read the managers");
  std::size_t at = 0;
  for (const Guid& user : users) {
    const graph::Reply& reply = (*replies)[at++];
    const bool none = reply.verdict.cls == graph::Class::absent;
    if (!none && !reply.done()) return base::unexpected(reply.verdict.error);
    const auto manager = none ? std::nullopt : Guid::parse(reply.body.value("id", std::string()));
    if (auto put = put_manager(sweep, user, manager); !put) return put;
  }
  return {};
}

// A manager whom the round names may be in the recycle bin by now, or no user at all.
base::Result<void> put_managers(Sweep& sweep, const UsersRound& round) {
  std::set<Guid> ask = reports_of_gone(sweep);
  for (const auto& [user, manager] : round.managers()) {
    if (!sweep.changes().changed.contains(user)) continue;
    if (manager && !sweep.people().index(*manager))
      ask.insert(user);
    else if (auto put = put_manager(sweep, user, manager); !put)
      return put;
    else
      ask.erase(user);
  }
  return ask_for_managers(sweep, ask);
}

base::Result<void> check_count(Sweep& sweep) {
  auto count = count_of(sweep, calls::count_users(), "users");
  if (auto going = sweep.stopped(); !going) return going;
  if (!count && !is_about_one_object(count.error())) return base::pass(count);
  if (!count) {
    sweep.call_for_full("graph would not count the users: " + count.error().message);
    return {};
  }
  sweep.session().set_users(*count);
  const std::uint64_t known = sweep.people().size();
  if (!agree(known, *count))
    sweep.call_for_full("with all changes there would be " + counted(known, "user") +
                        " but graph counts " + std::to_string(*count));
  return {};
}

base::Result<void> apply(Sweep& sweep, const UsersRound& round, const std::string& select) {
  round.tell(sweep.changes());
  for (const Guid& user : sweep.changes().gone) sweep.writer().remove(ObjectKind::user, user);
  Arrivals arrivals(sweep, select);
  if (auto read = arrivals.read(); !read) return read;
  recall_people(sweep);
  if (auto put = put_managers(sweep, round); !put) return put;
  if (auto read = arrivals.read_reports(); !read) return read;
  return check_count(sweep);
}

}  // namespace

void recall_people(Sweep& sweep) {
  const Changes& changes = sweep.changes();
  sweep.store().snapshots().for_each(sweep.tenant(), sweep.parent().number, ObjectKind::user,
                                     [&](const Guid& user) {
                                       if (!changes.gone.contains(user)) sweep.people().add(user);
                                       return true;
                                     });
  for (const Guid& user : changes.arrived) sweep.people().add(user);
  sweep.people().close();
}

base::Result<void> delta_users(Sweep& sweep) {
  sweep.progress().begin("changes of users", 0);
  auto wanted = wanted_user_properties(sweep);
  if (!wanted) return base::pass(wanted);
  auto cursor = read_round_cursor(sweep.cursor(cursors::kUsers)).value_or(RoundCursor{});
  UsersRound round(sweep);
  std::string asked;
  graph::DeltaRound told;
  auto dropped = sweep.selecting(
      "users", wanted->select, [&](const std::string& select) -> base::Result<void> {
        asked = select;
        auto read =
            sweep.session().delta(users_round(select), cursor.delta, round.reader(), sweep.call());
        if (!read) return base::pass(read);
        told = std::move(*read);
        return {};
      });
  if (!dropped) return users_unreadable(std::move(dropped).error());
  if (told.end == graph::DeltaRound::End::start_over) {
    sweep.call_for_full("the changes of users since then cannot be read: " + told.reason);
    return {};
  }
  if (auto applied = apply(sweep, round, asked); !applied) return applied;
  sweep.found().users_complete = true;  // or the backup becomes a full one
  cursor.delta = told.next;
  sweep.writer().keep_cursor(cursors::kUsers, to_text(cursor));
  sweep.writer().mark(Section::object, Completeness::complete, left_out(*dropped, wanted->lacking));
  sweep.writer().mark(Section::manager, Completeness::complete);
  return {};
}

}  // namespace entrad::backup
