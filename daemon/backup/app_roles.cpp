// Roles of applications that users hold themselves. There is no list of the whole tenant's: they
// are read from the applications' side, one list for each service principal, or from the users'
// side, one for each user, whichever are fewer. A tenant has some hundreds of service principals
// and may have a million users; a small one has more service principals than users. A delta backup
// reads them only where that takes few requests, else those of users who came since.
#include <algorithm>
#include <numeric>

#include "backup/many_lists.h"
#include "base/json.h"
#include "directory/sections.h"
#include "graph/calls.h"

namespace entrad::backup {
namespace {

using api::Completeness;
using api::ObjectKind;
using api::Section;
using base::Guid;
using directory::AppRole;
using nlohmann::json;

// What a delta backup may spend on lists that nothing may have changed in: five batches, or half of
// one percent of what a full backup takes.
constexpr std::size_t kFewLists = 100;
constexpr std::size_t kUsersForAList = 200;

class AppRoleReader {
 public:
  explicit AppRoleReader(Sweep& sweep) : sweep_(sweep), people_(sweep.people().ids()) {}

  base::Result<void> read_all() {
    users_.resize(people_.size());
    std::iota(users_.begin(), users_.end(), People::Index{0});
    const auto& principals = sweep_.found().service_principals;
    const bool from_applications = principals && principals->size() < users_.size();
    return settle(from_applications ? read_of_applications(*principals) : read_of_users());
  }

  base::Result<void> read_arrived() {
    for (const Guid& user : sweep_.changes().arrived)
      if (const auto number = sweep_.people().index(user)) users_.push_back(*number);
    auto done = settle(read_of_users());
    if (done) link_others();
    return done;
  }

  // `besides`: what else is to be said of the section; empty: nothing.
  void mark(const std::string& besides) const {
    const std::string permission =
        sweep_.found().service_principals ? "Application.Read.All" : "Directory.Read.All";
    if (all_denied_)
      return sweep_.writer().mark(Section::app_roles, Completeness::absent, lacking(permission));
    const std::size_t unread = unread_users_.size() + unread_resources_.size();
    std::string words =
        unread == 0 ? "" : counted(unread, "list") + " of app roles could not be read";
    if (!besides.empty()) words += (words.empty() ? "" : "; ") + besides;
    sweep_.writer().mark(Section::app_roles,
                         words.empty() ? Completeness::complete : Completeness::partial, words);
  }

 private:
  using Held = std::pair<People::Index, AppRole>;

  base::Result<void> settle(base::Result<void> done) {
    if (!done) return base::pass(done, "read the app roles");
    all_denied_ = denied_ > 0 && denied_ == asked_;
    if (!unread_users_.empty() || !unread_resources_.empty())
      sweep_.found().some_links_unread = true;
    return all_denied_ ? base::Result<void>() : put();
  }

  base::Result<void> read_of_applications(const std::vector<FoundServicePrincipal>& principals) {
    ListTaker taker;
    taker.request = [&](std::size_t i) {
      return graph::calls::list_app_role_assigned_to(principals[i].id);
    };
    taker.on_row = [&](std::size_t, const json& row) { take(row); };
    taker.on_discard = [&](std::size_t i) { forget_resource(principals[i].id); };
    taker.on_end = [&](std::size_t i, const base::Result<void>& read) {
      if (!read) forget_resource(principals[i].id);
      if (!read) unread_resources_.insert(principals[i].id);
      return note(read);
    };
    asked_ = principals.size();
    sweep_.progress().begin("app roles", asked_);
    return read_lists(sweep_, principals.size(), taker);
  }

  base::Result<void> read_of_users() {
    ListTaker taker;
    taker.request = [&](std::size_t i) {
      return graph::calls::list_app_roles_of(people_[users_[i]]);
    };
    taker.on_row = [&](std::size_t, const json& row) { take(row); };
    taker.on_discard = [&](std::size_t i) {
      std::erase_if(held_, [&](const Held& one) { return one.first == users_[i]; });
    };
    taker.on_end = [&](std::size_t i, const base::Result<void>& read) {
      if (!read) unread_users_.insert(users_[i]);
      return note(read);
    };
    asked_ = users_.size();
    sweep_.progress().begin("app roles", asked_);
    return read_lists(sweep_, users_.size(), taker);
  }

  base::Result<void> note(const base::Result<void>& read) {
    if (!read && is_denied(read.error())) ++denied_;
    return {};
  }

  // Rows that come through a group name the group as their principal: they are the group's.
  void take(const json& row) {
    const auto principal = Guid::parse(text_of(row, "principalId"));
    const auto resource = Guid::parse(text_of(row, "resourceId"));
    const auto role = Guid::parse(text_of(row, "appRoleId"));
    const auto user = principal ? sweep_.people().index(*principal) : std::nullopt;
    if (user && resource && role) held_.emplace_back(*user, AppRole{*resource, *role});
  }

  void forget_resource(const Guid& resource) {
    std::erase_if(held_, [&](const Held& one) { return one.second.resource == resource; });
  }

  // What could not be read now stays as the snapshot before knew it.
  void append_unread(const Guid& user, std::vector<AppRole>& to) {
    if (unread_resources_.empty()) return;
    const auto before = known_before(sweep_, user, Section::app_roles);
    if (!before) return;
    for (const AppRole& role : directory::read_app_roles(*before))
      if (unread_resources_.contains(role.resource)) to.push_back(role);
  }

  base::Result<void> put() {
    std::sort(held_.begin(), held_.end());
    auto next = held_.begin();
    for (const People::Index i : users_) {
      std::vector<AppRole> mine;
      while (next != held_.end() && next->first < i) ++next;
      for (; next != held_.end() && next->first == i; ++next) mine.push_back(next->second);
      if (unread_users_.contains(i)) continue;
      append_unread(people_[i], mine);
      for (const AppRole& role : mine)
        sweep_.found().linked_service_principals.insert(role.resource);
      auto done = put_if_any(sweep_, people_[i], Section::app_roles,
                             directory::app_roles_section(std::move(mine)), "[]");
      if (!done) return done;
      if (auto going = sweep_.stopped(); !going) return going;
    }
    return {};
  }

  // What the users hold who are not read again.
  void link_others() {
    sweep_.store().snapshots().for_each_content(
        sweep_.tenant(), sweep_.parent().number, ObjectKind::user, Section::app_roles,
        [&](const Guid& user, const std::string& known) {
          if (sweep_.people().index(user) && !sweep_.changes().arrived.contains(user))
            for (const AppRole& role : directory::read_app_roles(known))
              sweep_.found().linked_service_principals.insert(role.resource);
          return true;
        });
  }

  Sweep& sweep_;
  const std::vector<Guid>& people_;
  std::vector<People::Index> users_;  // whose are read
  std::vector<Held> held_;
  std::set<People::Index> unread_users_;
  std::set<Guid> unread_resources_;
  std::size_t asked_ = 0;
  std::size_t denied_ = 0;
  bool all_denied_ = false;
};

}  // namespace

base::Result<void> sweep_app_roles(Sweep& sweep) {
  AppRoleReader reader(sweep);
  if (auto done = reader.read_all(); !done) return done;
  reader.mark({});
  return {};
}

base::Result<void> delta_app_roles(Sweep& sweep) {
  const auto& principals = sweep.found().service_principals;
  const std::size_t few = std::max(kFewLists, sweep.people().size() / kUsersForAList);
  if (principals && principals->size() <= few) return sweep_app_roles(sweep);
  if (parent_lacks(sweep, Section::app_roles)) {
    sweep.found().some_links_unread = true;
    return {};
  }
  AppRoleReader reader(sweep);
  if (auto done = reader.read_arrived(); !done) return done;
  const std::size_t arrived = sweep.changes().arrived.size();
  const std::size_t others = sweep.people().size() - arrived;
  reader.mark(others == 0 ? "" : age_words(sweep, others));
  return {};
}

}  // namespace entrad::backup
