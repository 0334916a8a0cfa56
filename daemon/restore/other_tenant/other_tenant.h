// OtherTenant: the tenant that users of a snapshot are restored to, where it is another one, and
// what the snapshot's things are there.
//
// Ids mean nothing in another tenant. What the request says of a thing counts first. Else a group
// is found by its mailNickname, then by its displayName; an administrative unit and a role of the
// tenant's own by displayName; a built-in role by its id, which is its template's and the same
// everywhere; an application, and its registration, by its appId. A licence needs no search: its
// skuId is Microsoft's. A name that several things have is nobody's. Nothing is asked of the
// snapshot's tenant. Thread safety: once it has been learned, translated() and missing_group() may
// be called from any thread; the rest belongs to the job's thread.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "restore/goal.h"
#include "restore/other_tenant/addresses.h"

namespace entrad::restore {

class OtherTenant {
 public:
  explicit OtherTenant(const Context& context);

  // Reads what is there: domains, and those kinds of things that the request restores. Goes before
  // all else, and again when something was made there. Errors: failed_precondition for a domain
  // that is not verified there, or a counterpart that is not there; those of Session::collection.
  base::Result<void> learn(const graph::Call& call);

  const std::string& domain() const { return rules_.standard; }
  std::string name_of(const std::string& user_principal_name) const;
  // The goal in terms of the other tenant; what has no counterpart is told in its problems. A group
  // that will be made keeps the snapshot's id until then.
  Goal translated(Goal goal) const;

  // What stands for what of that which translated() has met, where names differ: see api::Plan.
  std::map<std::string, std::string> counterparts() const;

  // A group of the snapshot that is not there and can be made.
  struct MissingGroup {
    std::string name;
    nlohmann::json body = nullptr;  // of POST /groups
  };
  // Those that translated() has met.
  const std::map<base::Guid, MissingGroup>& missing_groups() const { return missing_; }
  // The same of one group: nothing once it is there, or cannot be made.
  std::optional<MissingGroup> missing_group(const base::Guid& id) const;
  void made(const base::Guid& id, const base::Guid& there);
  void refused(const base::Guid& id, const std::string& why);
  // The id there of a group that was made for one of the snapshot; else the same id.
  base::Guid as_made(const base::Guid& id) const;

 private:
  struct Found {
    std::optional<base::Guid> there;
    std::string name;  // in the snapshot
    std::string why;   // where it has no counterpart: "is not there"
    std::string by;    // where it has one: what both have in common
    std::optional<MissingGroup> can_be_made;
  };
  // Case folded; more than one id: the name says nothing.
  using ByName = std::unordered_map<std::string, std::vector<base::Guid>>;
  struct Things {
    std::map<std::string, ByName> by;  // property that names one -> names
    std::unordered_map<base::Guid, std::string> ids;
  };

  bool wants(api::CounterpartKind kind) const;
  base::Result<void> learn_domains(const graph::Call& call);
  // Properties that name one, as Things::by has them.
  using Keys = std::vector<const char*>;
  base::Result<void> list_things(const graph::Request& list, const Keys& keys, Things& things,
                                 const graph::Call& call);
  base::Result<void> learn_registrations(const graph::Call& call);
  base::Result<void> check_counterparts() const;
  base::Result<void> check_what_is_told(api::CounterpartKind kind) const;
  const Found& find(api::CounterpartKind kind, const base::Guid& id) const;
  Found look_for(api::CounterpartKind kind, const base::Guid& id) const;
  std::optional<base::Guid> named(api::CounterpartKind kind, const std::string& name) const;
  static std::optional<base::Guid> named_among(const Things& things, const Keys& keys,
                                               const std::string& name);
  std::optional<base::Guid> registration_named(const std::string& name) const;
  Found find_registration(const base::Guid& application) const;
  const api::Counterpart* told(api::CounterpartKind kind, const base::Guid& id,
                               const nlohmann::json& object) const;
  void translate_memberships(Goal& goal) const;
  void translate_roles(Goal& goal) const;
  void translate_app_roles(Goal& goal) const;
  void translate_sponsors(Goal& goal) const;
  void translate_owned_objects(Goal& goal) const;
  // What stands there for the link, is to be made, or is missed.
  void take_counterpart(const directory::Link& link, api::CounterpartKind kind, const Found& found,
                        Goal& goal, std::vector<directory::Link>& there) const;
  void take_group_or_application(const directory::Link& link, Goal& goal,
                                 std::vector<directory::Link>& there) const;
  bool translate_role(directory::Role& role, Goal& goal) const;
  bool translate_scope(directory::Role& role, Goal& goal) const;
  api::Failure missing(api::CounterpartKind kind, const Found& found) const;

  const Context& context_;
  DomainRules rules_;
  std::map<api::CounterpartKind, Things> things_;
  Things registrations_;      // applications as they are registered, not as they are used
  mutable std::mutex mutex_;  // of what is found on the way; a Found stays where it is
  mutable std::map<api::CounterpartKind, std::unordered_map<base::Guid, Found>> found_;
  mutable std::map<base::Guid, MissingGroup> missing_;
  std::unordered_map<base::Guid, base::Guid> made_;  // id in the snapshot -> there
  std::unordered_map<base::Guid, std::string> refused_;
};

}  // namespace entrad::restore
