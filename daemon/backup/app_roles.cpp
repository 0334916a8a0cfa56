// Roles of applications that users hold themselves. There is no list of the whole tenant's: they
// are read from the applications' side, one list for each service principal, or from the users'
// side, one for each user, whichever are fewer. A tenant has some hundreds of service principals
// and may have a million users; a small one has more service principals than users.
#include <algorithm>

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

class AppRoleReader {
 public:
  explicit AppRoleReader(Sweep& sweep) : sweep_(sweep), users_(sweep.people().ids()) {}

  base::Result<void> read() {
    const auto& principals = sweep_.found().service_principals;
    const bool from_applications = principals && principals->size() < users_.size();
    sweep_.progress().begin("app roles", from_applications ? principals->size() : users_.size());
    auto done = from_applications ? read_of_applications(*principals) : read_of_users();
    if (!done) return base::pass(done, "read the app roles");
    all_denied_ = denied_ > 0 && denied_ == asked_;
    if (!unread_users_.empty() || !unread_resources_.empty())
      sweep_.found().some_links_unread = true;
    return all_denied_ ? base::Result<void>() : put();
  }

  void mark() const {
    const std::string permission =
        sweep_.found().service_principals ? "Application.Read.All" : "Directory.Read.All";
    if (all_denied_)
      return sweep_.writer().mark(Section::app_roles, Completeness::absent, lacking(permission));
    const std::size_t unread = unread_users_.size() + unread_resources_.size();
    if (unread == 0) return sweep_.writer().mark(Section::app_roles, Completeness::complete);
    sweep_.writer().mark(Section::app_roles, Completeness::partial,
                         counted(unread, "list") + " of app roles could not be read");
  }

 private:
  using Held = std::pair<People::Index, AppRole>;

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
    return read_lists(sweep_, principals.size(), taker);
  }

  base::Result<void> read_of_users() {
    ListTaker taker;
    taker.request = [&](std::size_t i) { return graph::calls::list_app_roles_of(users_[i]); };
    taker.on_row = [&](std::size_t, const json& row) { take(row); };
    taker.on_discard = [&](std::size_t i) {
      std::erase_if(held_, [&](const Held& one) { return one.first == i; });
    };
    taker.on_end = [&](std::size_t i, const base::Result<void>& read) {
      if (!read) unread_users_.insert(static_cast<People::Index>(i));
      return note(read);
    };
    asked_ = users_.size();
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
    for (People::Index i = 0; i < users_.size(); ++i) {
      std::vector<AppRole> mine;
      for (; next != held_.end() && next->first == i; ++next) mine.push_back(next->second);
      if (unread_users_.contains(i)) continue;
      append_unread(users_[i], mine);
      for (const AppRole& role : mine)
        sweep_.found().linked_service_principals.insert(role.resource);
      auto done = put_if_any(sweep_, users_[i], Section::app_roles,
                             directory::app_roles_section(std::move(mine)), "[]");
      if (!done) return done;
      if (auto going = sweep_.stopped(); !going) return going;
    }
    return {};
  }

  Sweep& sweep_;
  const std::vector<Guid>& users_;
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
  if (auto done = reader.read(); !done) return done;
  reader.mark();
  return {};
}

}  // namespace entrad::backup
