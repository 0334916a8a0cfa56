#include "restore/apply/link_lookup.h"

#include "graph/calls.h"
#include "restore/compare/todo.h"
#include "restore/report/step_reading.h"

namespace entrad::restore {
namespace {

using base::Guid;
using graph::Class;
using graph::Reply;
namespace calls = graph::calls;

constexpr std::string_view kLink = "link:";
constexpr std::string_view kOwner = "owner:";

bool starts_with(const Write& write, std::string_view word) {
  const std::string& key = write.keys[0];
  return key.starts_with(word) || key.starts_with(key_of_removal(std::string(word)));
}

bool removes(const Write& write) { return write.keys[0].starts_with(key_of_removal("")); }

}  // namespace

std::string link_key(const Guid& target) { return std::string(kLink) + target.str(); }

bool is_of_target(const Write& write) {
  return starts_with(write, kLink) || starts_with(write, kOwner);
}

Guid target_of(const Write& write) {
  const std::string& key = write.keys[0];
  return Guid::parse(key.substr(key.find(':') + 1)).value_or(Guid());
}

Guid named_by(const std::string& url) {
  return Guid::parse(url.substr(url.rfind('/') + 1)).value_or(Guid());
}

bool can_be_looked_up(const Write& write) {
  return write.kind == kManagerWrite || write.kind == kSponsorStep || is_of_target(write);
}

graph::Request lookup_of(const Write& write, const Guid& user) {
  if (write.kind == kManagerWrite) return calls::get_manager(user);
  if (write.kind == kSponsorStep) return calls::list_sponsors_of(user);
  return write.kind == kOwnerStep ? calls::list_owned_by(user) : calls::list_member_of(user);
}

std::optional<bool> has_happened(const Write& write, const Reply& seen) {
  if (write.kind == kManagerWrite && seen.verdict.cls == Class::absent) return false;
  if (!seen.done() || !seen.body.is_object()) return std::nullopt;
  if (write.kind != kManagerWrite && removes(write)) return !names(target_of(write), seen);
  const std::string url =
      write.request.body.is_object() ? write.request.body.value("@odata.id", "") : "";
  if (write.kind == kSponsorStep) return names(named_by(url), seen);
  if (write.kind != kManagerWrite) return names(target_of(write), seen);
  return Guid::parse(seen.body.value("id", "")) == named_by(url);
}

bool names(const Guid& target, const Reply& list) {
  if (!list.done() || !list.body.is_object()) return false;
  for (const auto& row : list.body.value("value", nlohmann::json::array()))
    if (Guid::parse(row.value("id", "")) == target) return true;
  return false;
}

}  // namespace entrad::restore
