// Targets: what memberships, managers, sponsors, owned objects, licences and app roles point at, as
// it is now. Learned once a pass, in batches.
// Thread safety: belongs to the job's thread, but for names, which any thread may ask for while
// nothing is learned.
#pragma once

#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/guid.h"
#include "directory/sections.h"
#include "restore/restore.h"
#include "restore/state.h"

namespace entrad::restore {

struct Target {
  bool exists = false;
  directory::GroupWrite write = directory::GroupWrite::yes;
  std::string display_name;  // live, else as the snapshot has it, else the id
};

class OtherTenant;

class Targets {
 public:
  // `selected` are the users of the job by their ids in the snapshot: a manager among them will be
  // there, even if it is not yet. `other` is where they go, if that is another tenant.
  Targets(const Context& context, std::unordered_set<base::Guid> selected,
          const OtherTenant* other);

  // Reads what these states name and is not known yet: of the live ones what an exact restore may
  // remove. Errors: as Session::batch.
  base::Result<void> learn(const std::vector<const Sections*>& wanted,
                           const std::vector<const Sections*>& live, const graph::Call& call);

  // Learns from `object`, as Graph shows what the link leads to, so that it need not be asked for.
  void see(const directory::Link& link, const nlohmann::json& object);

  // A group, a unit, or what a user owns; must have been learned.
  const Target& link(const base::Guid& id) const;
  bool user_exists(const base::Guid& user) const;  // by its present id; must have been learned
  bool is_selected(const base::Guid& user) const { return selected_.contains(user); }
  // The present id of a user of the snapshot, re-created ones followed; nil where another tenant
  // has nobody for it.
  base::Guid present(const base::Guid& user) const;

  bool has_sku(const std::string& sku_id) const;
  // Licences that nobody has; nothing where that is not known.
  std::optional<std::uint64_t> free_seats(const std::string& sku_id) const;
  bool has_service_principal(const base::Guid& id) const;
  // Whether an application defined this directory extension when the tenant was last backed up.
  bool has_extension(const std::string& name) const { return extensions_.contains(name); }

  std::string role_name(const std::string& role_definition_id) const;
  std::string user_name(const base::Guid& user) const;
  std::string sponsor_name(const directory::Link& sponsor) const;
  std::string sku_name(const std::string& sku_id) const;
  std::string service_principal_name(const base::Guid& id) const;

 private:
  // Whether all of them have to be seen, or what may not be read is taken to be there: Graph says
  // so if it is not.
  enum class Sight { needed, if_allowed };
  base::Result<void> learn_links(const std::vector<directory::Link>& links, Sight sight,
                                 const graph::Call& call);
  graph::Request link_request(const directory::Link& link) const;
  base::Result<void> learn_users(const std::vector<base::Guid>& users, const graph::Call& call);
  base::Result<void> learn_namesakes(const std::vector<base::Guid>& users, const graph::Call& call);
  base::Result<void> learn_skus(const graph::Call& call);
  base::Result<void> learn_service_principals(const std::vector<base::Guid>& ids,
                                              const graph::Call& call);
  std::string name_in_snapshot(api::ObjectKind kind, const base::Guid& id) const;

  const Context& context_;
  std::unordered_set<base::Guid> selected_;
  const OtherTenant* other_;
  std::set<std::string> extensions_;
  std::unordered_map<base::Guid, Target> links_;
  std::unordered_map<base::Guid, bool> users_;
  std::unordered_map<base::Guid, base::Guid> namesakes_;  // in the other tenant
  // Product -> free seats; not known where they may not be read.
  std::optional<std::unordered_map<std::string, std::uint64_t>> skus_;
  bool skus_asked_ = false;
  std::unordered_map<base::Guid, bool> service_principals_;
  mutable std::mutex user_names_mutex_;
  mutable std::unordered_map<base::Guid, std::string> user_names_;  // asked for before
};

}  // namespace entrad::restore
