// Authentication methods in a delta backup: Graph has no delta of them, but its registration report
// says when each user's were last changed, 1,000 users a page. Without the report (it wants
// AuditLog.Read.All and a premium licence) only users of whom something else has changed are read
// again; the full backup, each week, reads all.
// Source: Microsoft Graph, "List userRegistrationDetails"; facts on its lag and what it leaves out.
// Parts: the report; whose methods to read; what the section says.
#include <algorithm>

#include "backup/cursors.h"
#include "backup/method_reader.h"
#include "base/json.h"
#include "base/time_text.h"
#include "directory/sections.h"
#include "graph/calls.h"

namespace entrad::backup {
namespace {

using api::Completeness;
using api::ObjectKind;
using api::Section;
using base::Guid;
using nlohmann::json;

// The report lags by hours, and its clock is not ours.
constexpr std::chrono::hours kOverlap{24};

// What the report said.
struct Hints {
  std::vector<bool> registered;  // by number of the user
  std::set<Guid> changed;
};

class Report {
 public:
  Report(Sweep& sweep, base::WallTime since) : sweep_(sweep), since_(since) { clear(); }

  base::Result<Hints> read() {
    sweep_.progress().begin("changes of authentication methods", 0);
    auto done = sweep_.pages(
        graph::calls::list_registration_details(),
        [this](std::string_view page) { return take(page); }, [this] { clear(); });
    if (!done) return base::pass(done, "read the registration report");
    return std::move(hints_);
  }

 private:
  void clear() { hints_ = {std::vector<bool>(sweep_.people().size()), {}}; }

  base::Result<void> take(std::string_view page) {
    const json body = base::parse_json(page);
    if (!body.is_object() || !body.contains("value") || !body["value"].is_array())
      return base::fail(base::ErrorKind::graph_refused, "graph answered with no list of users");
    for (const json& row : body["value"])
      if (row.is_object()) take(row);
    sweep_.progress().advance(body["value"].size());
    return {};
  }

  // A row that does not say when it changed may have changed.
  void take(const json& row) {
    const auto id = Guid::parse(row.value("id", std::string()));
    const auto user = id ? sweep_.people().index(*id) : std::nullopt;
    if (!user) return;
    hints_.registered[*user] = true;
    const auto found = row.find("lastUpdatedDateTime");
    const auto changed = found != row.end() && found->is_string()
                             ? base::parse_time(found->get<std::string>(), sweep_.now())
                             : base::Result<base::WallTime>(sweep_.now());
    if (!changed || *changed >= since_) hints_.changed.insert(*id);
  }

  Sweep& sweep_;
  base::WallTime since_;
  Hints hints_;
};

// Whoever registered nothing is not in the report, and whoever has just removed the last method may
// not be either.
bool has_registered(const std::string& section) {
  const json methods = base::read_json(section);
  return std::any_of(methods.begin(), methods.end(), [](const json& method) {
    return method.value("@odata.type", "") != "#microsoft.graph.passwordAuthenticationMethod";
  });
}

void add_vanished(Sweep& sweep, const Hints& hints, std::set<Guid>& users) {
  sweep.store().snapshots().for_each_content(
      sweep.tenant(), sweep.parent().number, ObjectKind::user, Section::auth_methods,
      [&](const Guid& user, const std::string& known) {
        const auto number = sweep.people().index(user);
        if (number && !hints.registered[*number] && has_registered(known)) users.insert(user);
        return true;
      });
}

// Those whom any change makes worth asking for.
std::set<Guid> surely_to_read(Sweep& sweep, const MethodsCursor& before) {
  std::set<Guid> users = sweep.changes().arrived;
  for (const Guid& user : before.unread)
    if (sweep.people().index(user)) users.insert(user);
  return users;
}

std::string stale_words(Sweep& sweep, std::uint64_t users, const base::Error& why) {
  return age_words(sweep, users) + ": " + why.message +
         (why.hint.empty() ? "" : " (" + why.hint + ")");
}

void mark_absent(Sweep& sweep) {
  sweep.writer().mark(Section::auth_methods, Completeness::absent,
                      lacking("UserAuthenticationMethod.Read.All"));
}

void mark(Sweep& sweep, std::size_t unread, const std::string& stale) {
  std::string words = unread == 0 ? "" : unread_words(unread);
  if (!stale.empty()) words += (words.empty() ? "" : "; ") + stale;
  sweep.writer().mark(Section::auth_methods,
                      words.empty() ? Completeness::complete : Completeness::partial, words);
}

}  // namespace

base::Result<void> delta_auth_methods(Sweep& sweep) {
  auto before = read_methods_cursor(sweep.cursor(cursors::kAuthMethods));
  if (!before) {
    sweep.call_for_full("the newest snapshot does not say since when to look for changed methods");
    return {};
  }
  const auto keep = [&](MethodsCursor cursor) {
    sweep.writer().keep_cursor(cursors::kAuthMethods, to_text(cursor));
  };
  if (before->is_denied) {
    mark_absent(sweep);
    keep(*before);
    return {};
  }
  auto hints = Report(sweep, before->since - kOverlap).read();
  if (!hints && !is_about_one_object(hints.error())) return base::pass(hints);
  std::set<Guid> users = surely_to_read(sweep, *before);
  if (hints) {
    users.insert(hints->changed.begin(), hints->changed.end());
    add_vanished(sweep, *hints, users);
  } else {
    users.insert(sweep.changes().changed.begin(), sweep.changes().changed.end());
  }
  auto read = read_methods(sweep, {users.begin(), users.end()}, Noting::off);
  if (!read) return base::pass(read);
  if (read->is_denied) {
    sweep.call_for_full("the authentication methods cannot be read any more");
    return {};
  }
  const std::uint64_t others = sweep.people().size() - users.size();
  mark(sweep, read->unread.size(),
       hints || others == 0 ? "" : stale_words(sweep, others, hints.error()));
  // Without hints, what changed since is still to be looked for.
  keep({hints ? sweep.begun() : before->since, false, read->unread});
  return {};
}

}  // namespace entrad::backup
