// What users own: groups, applications, service principals. Read from the owned side: a page of 999
// groups with their owners costs what one user's list costs, and most users own nothing.
#include <algorithm>

#include "backup/links.h"
#include "backup/many_lists.h"
#include "base/json.h"
#include "directory/canonical.h"
#include "graph/calls.h"

namespace entrad::backup {
namespace {

using api::Completeness;
using api::ObjectKind;
using api::Section;
using base::Guid;
using nlohmann::json;

struct Kind {
  ObjectKind kind;
  const char* collection;
  const char* phase;
  const char* select;
  const char* permission;
};
constexpr Kind kKinds[] = {
    {ObjectKind::group, "/groups", "owners of groups", "id", "GroupMember.Read.All"},
    {ObjectKind::application, "/applications", "owners of applications", "id,appId,displayName",
     "Application.Read.All"},
    {ObjectKind::service_principal, "/servicePrincipals", "owners of service principals", "id",
     "Application.Read.All"},
};

class OwnerReader {
 public:
  OwnerReader(Sweep& sweep, const Kind& kind, UserLinks& links)
      : sweep_(sweep), kind_(kind), links_(links), before_(links.of_users.size()) {}

  base::Result<void> read() {
    sweep_.progress().begin(kind_.phase, 0);
    const auto on_page = [&](std::string_view page) { return take_page(page); };
    auto done = sweep_.pages(graph::calls::list_owners(kind_.collection, kind_.select), on_page,
                             [&] { discard(); });
    if (!done) {
      discard();  // half of them is as good as none: what was known of the kind stays
      return base::pass(done, std::string("read the ") + kind_.phase);
    }
    if (auto rest = read_rest(); !rest) return rest;
    return put_applications();
  }

 private:
  base::Result<void> take_page(std::string_view page) {
    std::uint64_t objects = 0;
    auto read = directory::for_each_object(page, [&](const directory::Slice& slice) {
      ++objects;
      take(slice);
    });
    sweep_.progress().advance(objects);
    return read;
  }

  void take(const directory::Slice& slice) {
    const std::string list = slice.part("owners");
    if (!list.starts_with('[') || list == "[]") return;
    const json owners = base::read_json(list);
    const std::uint32_t object = links_.add({slice.id, kind_.kind});
    if (owners.size() >= graph::calls::kMostExpanded)
      cut_.push_back(object);
    else
      for (const json& owner : owners) link(object, owner);
    if (kind_.kind == ObjectKind::application) keep(slice, object);
  }

  // Applications are kept with what maps them elsewhere.
  void keep(const directory::Slice& slice, std::uint32_t object) {
    json content = base::read_json(slice.content);
    content.erase("owners");
    applications_.emplace_back(object, directory::canonical(content));
  }

  void link(std::uint32_t object, const json& owner) {
    const auto id = Guid::parse(text_of(owner, "id"));
    if (!id) return;
    if (const auto user = sweep_.people().index(*id)) links_.of_users.emplace_back(*user, object);
  }

  void unlink(std::uint32_t object) {
    std::erase_if(links_.of_users, [&](const auto& one) { return one.second == object; });
  }

  void discard() {
    links_.of_users.resize(before_);
    cut_.clear();
    applications_.clear();
  }

  base::Result<void> read_rest() {
    ListTaker taker;
    taker.request = [&](std::size_t i) {
      return graph::calls::list_owners_of(kind_.collection, links_.objects[cut_[i]].id);
    };
    taker.on_row = [&](std::size_t i, const json& row) { link(cut_[i], row); };
    taker.on_discard = [&](std::size_t i) { unlink(cut_[i]); };
    taker.on_end = [&](std::size_t i, const base::Result<void>& read) -> base::Result<void> {
      if (read) return {};
      unlink(cut_[i]);
      links_.unread_objects.insert(links_.objects[cut_[i]].id);
      return {};
    };
    return read_lists(sweep_, cut_.size(), taker);
  }

  base::Result<void> put_applications() {
    if (kind_.kind != ObjectKind::application) return {};
    std::set<std::uint32_t> owned;
    for (std::size_t i = before_; i < links_.of_users.size(); ++i)
      owned.insert(links_.of_users[i].second);
    for (const auto& [object, content] : applications_) {
      if (!owned.contains(object)) continue;
      auto put = sweep_.writer().put(ObjectKind::application, links_.objects[object].id,
                                     Section::object, content);
      if (!put) return put;
    }
    if (links_.unread_objects.empty() && sweep_.found().users_complete)
      sweep_.writer().mark_swept(ObjectKind::application);
    return {};
  }

  Sweep& sweep_;
  const Kind& kind_;
  UserLinks& links_;
  std::size_t before_;              // links of the kinds before this one
  std::vector<std::uint32_t> cut_;  // objects that may have more owners than Graph expanded
  std::vector<std::pair<std::uint32_t, std::string>> applications_;
};

void remember_service_principals(Sweep& sweep, const UserLinks& links) {
  for (const auto& [user, object] : links.of_users)
    if (links.objects[object].kind == ObjectKind::service_principal)
      sweep.found().linked_service_principals.insert(links.objects[object].id);
}

void mark(Sweep& sweep, const UserLinks& links, std::string reason) {
  if (!links.unread_objects.empty()) {
    reason += reason.empty() ? "" : "; ";
    reason += counted(links.unread_objects.size(), "list") + " of owners could not be read";
  }
  if (!links.unread.empty() || !links.unread_objects.empty())
    sweep.found().some_links_unread = true;
  const bool none = links.unread.size() == std::size(kKinds);
  sweep.writer().mark(Section::owned_objects,
                      none             ? Completeness::absent
                      : reason.empty() ? Completeness::complete
                                       : Completeness::partial,
                      reason);
}

}  // namespace

base::Result<void> sweep_owned_objects(Sweep& sweep) {
  UserLinks links;
  std::string reason;
  for (const Kind& kind : kKinds) {
    auto read = OwnerReader(sweep, kind, links).read();
    if (read) continue;
    if (!is_denied(read.error())) return read;
    links.unread.insert(kind.kind);
    reason +=
        (reason.empty() ? "" : "; ") + std::string(kind.phase) + ": " + lacking(kind.permission);
  }
  if (links.unread.size() < std::size(kKinds)) {
    sweep.progress().begin("owned objects", 0);
    if (auto put = put_links(sweep, Section::owned_objects, links); !put) return put;
  }
  remember_service_principals(sweep, links);
  mark(sweep, links, reason);
  return {};
}

}  // namespace entrad::backup
