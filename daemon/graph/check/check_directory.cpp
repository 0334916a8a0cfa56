// Parts: organization and domains; size and quotas; licences; eligible roles.
#include <algorithm>

#include "graph/calls.h"
#include "graph/check/check_lines.h"

namespace entrad::graph {
namespace {

using nlohmann::json;
using Names = std::vector<std::string>;

json rows_of(const json& body) {
  const auto rows = body.find("value");
  return rows != body.end() && rows->is_array() ? *rows : json::array();
}

std::uint64_t count_in(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

std::string unit_of(const Bucket& bucket) {
  if (bucket.resource_units) return "resourceUnits";
  return bucket.name.starts_with("directory.write") ? "writes" : "requests";
}

class DirectoryCheck {
 public:
  DirectoryCheck(Session& session, const Quotas& quotas, api::TenantCheck& check, CheckLines& lines,
                 const Call& call)
      : session_(session), quotas_(quotas), check_(check), lines_(lines), call_(call) {}

  base::Result<void> organization();
  base::Result<void> domains();
  base::Result<void> size();
  base::Result<void> synced_users();
  base::Result<void> licences();
  base::Result<void> eligible_roles();

 private:
  base::Result<json> ask(const Request& request) { return body_of(session_.send(request, call_)); }
  void enter_quotas();

  Session& session_;
  const Quotas& quotas_;
  api::TenantCheck& check_;
  CheckLines& lines_;
  const Call& call_;
};

base::Result<void> DirectoryCheck::organization() {
  auto body = ask(calls::organization());
  if (!body) return lines_.finding("organization", body.error());
  for (const json& row : rows_of(*body)) check_.display_name = text_of(row, "displayName");
  lines_.good("organization", check_.display_name);
  return {};
}

// A federated domain's users sign in elsewhere; Graph sets no passwords there ("Create user").
base::Result<void> DirectoryCheck::domains() {
  auto body = ask(calls::domains());
  if (!body) return lines_.finding("domains", body.error());
  for (const json& row : rows_of(*body)) {
    if (!row.value("isVerified", false)) continue;
    check_.verified_domains.push_back(text_of(row, "id"));
    if (text_of(row, "authenticationType") == "Federated")
      check_.federated_domains.push_back(text_of(row, "id"));
  }
  lines_.good("domains", "verified: " + joined(check_.verified_domains));
  if (check_.federated_domains.empty()) return {};
  lines_.limited("federated domains",
                 joined(check_.federated_domains) +
                     ": sign-in is elsewhere, so that no password can be set, and a user without "
                     "an onPremisesImmutableId cannot be re-created",
                 "restore such users while they are in the recycle bin, or re-create them where "
                 "they sign in");
  return {};
}

base::Result<void> DirectoryCheck::size() {
  auto count = ask(calls::count_users());
  if (!count) return lines_.finding("number of users", count.error());
  if (!count->is_number_unsigned()) return {};
  check_.users = count->get<std::uint64_t>();
  check_.size_class = quotas_.size_class(check_.users);
  session_.set_users(check_.users);
  enter_quotas();
  lines_.good("number of users",
              std::to_string(check_.users) + ", Graph's size class " + check_.size_class);
  return {};
}

void DirectoryCheck::enter_quotas() {
  for (const Bucket& bucket : quotas_.buckets()) {
    const auto sized = bucket.limit_by_size.find(check_.size_class);
    check_.quotas.push_back(
        {bucket.name, unit_of(bucket),
         sized == bucket.limit_by_size.end() ? bucket.limit : sized->second,
         static_cast<std::uint64_t>(
             std::chrono::duration_cast<std::chrono::seconds>(bucket.window).count())});
  }
  const auto least = [&](const char* what, const char* bucket) {
    const auto time = quotas_.least_time(bucket, check_.users);
    check_.least_times.push_back(
        {what, static_cast<std::uint64_t>(
                   std::chrono::duration_cast<std::chrono::seconds>(time).count())});
  };
  least("re-create every user", "directory.write");
  least("back up every user's authentication methods", "authMethods");
}

base::Result<void> DirectoryCheck::synced_users() {
  auto count = ask(calls::count_synced_users());
  const std::string what = "synced users";
  if (!count)
    return lines_.limiting(what, "how many come from Active Directory is unknown", count.error());
  if (!count->is_number_unsigned()) return {};
  check_.synced_users = count->get<std::uint64_t>();
  lines_.good(what, std::to_string(*check_.synced_users) + " of " + std::to_string(check_.users) +
                        (*check_.synced_users == 0
                             ? ""
                             : ": what Active Directory masters of them is restored there"));
  return {};
}

// Products for the whole company have no seats.
base::Result<void> DirectoryCheck::licences() {
  auto body = ask(calls::subscribed_skus());
  if (!body) return lines_.limiting("licences", "free seats are unknown", body.error());
  Names full;
  for (const json& row : rows_of(*body)) {
    if (text_of(row, "appliesTo") != "User") continue;
    api::License license{text_of(row, "skuId"), text_of(row, "skuPartNumber"),
                         count_in(row.value("prepaidUnits", json::object()), "enabled"),
                         count_in(row, "consumedUnits")};
    if (license.consumed >= license.enabled) full.push_back(license.sku_part_number);
    check_.licenses.push_back(std::move(license));
  }
  const std::string products = std::to_string(check_.licenses.size()) + " product" +
                               (check_.licenses.size() == 1 ? "" : "s");
  if (full.empty()) {
    lines_.good("licences", products + ", seats are free of each");
  } else {
    lines_.limited("licences", products + ", no seat is free of " + joined(full),
                   "free or buy seats: users who come back need theirs");
  }
  return {};
}

base::Result<void> DirectoryCheck::eligible_roles() {
  const std::string what = "eligible admin roles (PIM)";
  auto body = ask(calls::first_role_eligibility());
  if (!body)
    return lines_.limiting(what, "roles: active only; eligible assignments are unknown",
                           body.error());
  if (rows_of(*body).empty()) {
    lines_.good(what, "there are none; every role assignment is an active one");
    return {};
  }
  lines_.good(what, "some users are eligible for roles; a restore with roles brings that back");
  return {};
}

}  // namespace

base::Result<void> check_directory(Session& session, const Quotas& quotas, api::TenantCheck& check,
                                   CheckLines& lines, const Call& call) {
  DirectoryCheck directory(session, quotas, check, lines, call);
  for (const auto step :
       {&DirectoryCheck::organization, &DirectoryCheck::domains, &DirectoryCheck::size,
        &DirectoryCheck::synced_users, &DirectoryCheck::licences, &DirectoryCheck::eligible_roles})
    if (auto done = (directory.*step)(); !done) return done;
  return {};
}

}  // namespace entrad::graph
