// Owners of applications and service principals, sponsors of users: one is added or taken away.
// Facts: Microsoft's pages "Add owner" and "Remove owner" of both, "Add sponsor" and "Remove
// sponsor". Owners of groups: groups_write.cpp.
#include <algorithm>

#include "handlers.h"
#include "objects.h"
#include "user_links.h"

namespace graphsim {
namespace {

constexpr std::size_t kMostOwners = 100;  // "Microsoft Entra service limits and restrictions"

Json reference_in(const Call& call) { return call.body().value("@odata.id", Json()); }

// Application.ReadWrite.All alone is not enough.
void check_reads_directory(const Call& call) {
  if (!call.may("Directory.Read.All Directory.ReadWrite.All")) denied();
}

bool is_in(const std::vector<UserIndex>& owners, UserIndex owner) {
  return std::find(owners.begin(), owners.end(), owner) != owners.end();
}

struct Owned {
  std::string id;
  const char* type;   // in the audit log
  const char* words;  // likewise
  std::string name;
};

void write_audit(Call& call, const std::string& verb, const Owned& object, UserIndex owner) {
  call.tenant.audit.write(verb + " " + object.words, call.actor(),
                          {call.tenant.target(owner), {object.id, object.type, object.name, ""}});
}

Response add_owner_to(Call& call, const Owned& object) {
  check_reads_directory(call);
  const UserIndex owner = owner_of(call, referenced_id(reference_in(call)));
  const auto owners = call.tenant.extras.owners(object.id);
  if (is_in(owners, owner)) already("owners");
  if (owners.size() >= kMostOwners)
    bad_request("The object already has the maximum number of owners (100).");
  call.tenant.extras.add_owner(object.id, owner);
  call.tenant.replication.linked(owner_key(object.id, owner));
  write_audit(call, "Add owner to", object, owner);
  return no_content();
}

Response remove_owner_from(Call& call, const Owned& object) {
  check_reads_directory(call);
  const auto owner = call.tenant.users.find_id(call.args.at(1));
  if (!owner || !is_in(call.tenant.extras.owners(object.id), *owner)) not_found(object.id);
  call.tenant.extras.remove_owner(object.id, *owner);
  write_audit(call, "Remove owner from", object, *owner);
  return no_content();
}

Owned application(const Call& call) {
  const ServicePrincipal& p = called_application(call);
  return {application_id(p), "Application", "application", p.name};
}

Owned service_principal(const Call& call) {
  const ServicePrincipal& p = called_service_principal(call);
  return {p.id, "ServicePrincipal", "service principal", p.name};
}

// A user or a group, by its id.
std::string sponsor_named(Call& call, const std::string& id) {
  Tenant& t = call.tenant;
  if (const auto group = t.containers.find(id); group && !t.containers.at(*group).is_unit())
    return t.containers.at(*group).id();
  return t.users.id(owner_of(call, id));
}

void write_sponsors(Call& call, UserIndex user, std::vector<std::string> sponsors,
                    const char* activity) {
  call.tenant.extras.set_sponsors(user, std::move(sponsors));
  call.tenant.audit.write(activity, call.actor(), {call.tenant.target(user)});
}

}  // namespace

Response add_application_owner(Call& call) { return add_owner_to(call, application(call)); }
Response remove_application_owner(Call& call) { return remove_owner_from(call, application(call)); }
Response add_service_principal_owner(Call& call) {
  return add_owner_to(call, service_principal(call));
}
Response remove_service_principal_owner(Call& call) {
  return remove_owner_from(call, service_principal(call));
}

Response add_sponsor(Call& call) {
  const UserIndex user = call.user();
  const std::string sponsor = sponsor_named(call, referenced_id(reference_in(call)));
  auto sponsors = call.tenant.extras.sponsors(user);
  if (std::find(sponsors.begin(), sponsors.end(), sponsor) != sponsors.end()) already("sponsors");
  sponsors.push_back(sponsor);
  write_sponsors(call, user, std::move(sponsors), "Add sponsor");
  call.tenant.replication.linked(sponsor_key(user, sponsor));
  return no_content();
}

Response remove_sponsor(Call& call) {
  const UserIndex user = call.user();
  auto sponsors = call.tenant.extras.sponsors(user);
  const auto removed = std::erase_if(
      sponsors, [&](const std::string& id) { return same_text(id, call.args.at(1)); });
  if (removed == 0) not_found(call.args.at(1));
  write_sponsors(call, user, std::move(sponsors), "Remove sponsor");
  return no_content();
}

}  // namespace graphsim
