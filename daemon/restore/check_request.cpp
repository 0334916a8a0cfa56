// What a request must not be: options that contradict each other, or that ask for nothing.
#include <algorithm>
#include <set>

#include "base/seal.h"
#include "base/text.h"
#include "directory/attributes.h"
#include "restore/new_name.h"
#include "restore/restore.h"
#include "restore/user_requests.h"

namespace entrad::restore {
namespace {

bool restores_links(const api::RestoreRequest& request) {
  return request.with_memberships || request.with_roles || request.with_licenses ||
         request.with_app_roles || request.with_owned_objects;
}

base::Result<void> check_other_tenant(const api::RestoreRequest& request) {
  using base::ErrorKind;
  const bool speaks_of_it =
      !request.domain.empty() || !request.counterparts.empty() || request.create_missing_groups;
  if (request.to_tenant.empty() && speaks_of_it)
    return base::fail(ErrorKind::invalid_argument,
                      "--domain, --map and --create-missing-groups are about another tenant, and "
                      "none is named",
                      "add --to-tenant NAME, or leave them out");
  if (request.to_tenant.empty()) return {};
  if (request.to_tenant == request.tenant)
    return base::fail(ErrorKind::invalid_argument,
                      "the snapshot is of tenant " + request.tenant + " itself",
                      "leave --to-tenant out; --as-new makes new users beside the old ones");
  if (!request.as_new.empty())
    return base::fail(ErrorKind::invalid_argument,
                      "--as-new makes a user beside the old one, and another tenant has no old one",
                      "leave --as-new out; --domain and --map say how users are called there");
  if (request.selection.deleted)
    return base::fail(ErrorKind::invalid_argument,
                      "--deleted-since asks who is not in the directory now, and that is not the "
                      "directory that is restored to",
                      "write their names to a file, one a line, and use --from-file");
  if (request.create_missing_groups && !request.with_memberships)
    return base::fail(ErrorKind::invalid_argument,
                      "--create-missing-groups makes groups that users were in, and memberships "
                      "are not restored",
                      "add --with-memberships, or leave --create-missing-groups out");
  return {};
}

base::Result<void> check_mix(const api::RestoreRequest& request) {
  using base::ErrorKind;
  const bool is_new = !request.as_new.empty();
  const bool narrows =
      !request.attributes.empty() || request.attribute_mode != api::AttributeMode::overwrite;
  if (request.exact && !restores_links(request))
    return base::fail(ErrorKind::invalid_argument,
                      "--exact is about memberships, roles, licences, app roles and owned "
                      "objects, and none of them is restored",
                      "add --with-memberships, --with-roles, --with-licenses, --with-app-roles or "
                      "--with-owned-objects, or leave --exact out");
  if (is_new && (!request.when_taken.empty() || request.drop_taken_addresses))
    return base::fail(ErrorKind::invalid_argument,
                      "--when-taken and --drop-taken-addresses are about users who come back under "
                      "their own name, and --as-new gives another one",
                      "leave them out, or leave --as-new out");
  if (request.drop_taken_addresses && !request.with_object)
    return base::fail(ErrorKind::invalid_argument,
                      "--drop-taken-addresses is about users in the recycle bin, and nobody is "
                      "brought back",
                      "add --with-object, or leave --drop-taken-addresses out");
  if (is_new && (request.with_object || request.exact || narrows))
    return base::fail(ErrorKind::invalid_argument,
                      "--as-new makes a user with all attributes and nothing to remove",
                      "leave --with-object, --exact and --attributes out");
  if (auto sound = check_other_tenant(request); !sound) return sound;
  if (narrows && !request.with_object)
    return base::fail(ErrorKind::invalid_argument,
                      "--attributes says which of a user's attributes are set back, and the object "
                      "is not restored",
                      "add --with-object, or leave --attributes out");
  return {};
}

base::Result<void> check_attributes(const api::RestoreRequest& request) {
  using directory::Restorable;
  const std::string hint = "ATTRIBUTES.md lists them; \"entractl users show\" shows a user's";
  for (const std::string& name : request.attributes) {
    if (directory::is_extension(name)) continue;
    const auto* attribute = directory::find_user_attribute(name);
    if (attribute == nullptr)
      return base::fail(base::ErrorKind::invalid_argument,
                        "\"" + name + "\" is no attribute of a user", hint);
    if (attribute->restorable == Restorable::no ||
        attribute->restorable == Restorable::at_create_only)
      return base::fail(base::ErrorKind::invalid_argument,
                        std::string(attribute->name) +
                            " cannot be set back: Microsoft Graph does "
                            "not change it",
                        hint);
  }
  return {};
}

base::Result<void> check_names(const api::RestoreRequest& request) {
  const bool for_many = request.selection.users.size() != 1;
  if (!request.as_new.empty()) return check_name_words(request.as_new, for_many);
  if (auto sound = check_attributes(request); !sound || request.when_taken.empty()) return sound;
  if (!request.with_object)
    return base::fail(base::ErrorKind::invalid_argument,
                      "--when-taken names users who come back, and nobody is brought back",
                      "add --with-object, or leave --when-taken out");
  return check_name_words(request.when_taken, for_many);
}

base::Result<void> check_secrets(const api::RestoreRequest& request) {
  using base::ErrorKind;
  if (request.temporary_access_pass && request.seal_to.empty())
    return base::fail(ErrorKind::invalid_argument,
                      "a temporary access pass is shown once only, and nobody is there to see it",
                      "name the certificate of whoever hands them out: --seal-to certificate.pem");
  if (request.pass_minutes > 0 && !request.temporary_access_pass)
    return base::fail(ErrorKind::invalid_argument,
                      "--pass-minutes is about a pass, and none is issued",
                      "add --temporary-access-pass, or leave --pass-minutes out");
  return request.seal_to.empty() ? base::Result<void>() : base::check_certificate(request.seal_to);
}

base::Result<void> check_one(const api::RestoreRequest& request) {
  using base::ErrorKind;
  if (!restores_links(request) && !request.with_object && !request.with_manager &&
      !request.with_auth_methods && !request.block_sign_in && request.as_new.empty() &&
      !request.revoke_sessions && !request.temporary_access_pass)
    return base::fail(ErrorKind::invalid_argument, "nothing is asked to be restored",
                      "add --with-object, --with-memberships, --with-roles, --with-auth-methods, "
                      "--with-licenses, --with-app-roles, --with-owned-objects, --with-manager, "
                      "--as-new NAME or --block-sign-in");
  if (auto sound = check_mix(request); !sound) return sound;
  return check_names(request);
}

// Where every user has options of its own, those for all need not make sense.
base::Result<void> check_user_options(const api::RestoreRequest& request) {
  using base::ErrorKind;
  std::set<std::string> own;
  for (const api::UserOptions& options : request.user_options) {
    const std::string name = base::ascii_lower(options.user);
    if (name.empty())
      return base::fail(ErrorKind::invalid_argument, "options of a user name no user",
                        "name the user by its id or userPrincipalName");
    if (!own.insert(name).second)
      return base::fail(ErrorKind::invalid_argument,
                        "the user " + options.user + " has options of its own a second time",
                        "leave one of the two out");
    auto sound = check_one(narrowed(request, options));
    if (!sound)
      return base::unexpected<base::Error>(
          base::Error(sound.error()).within("the user " + options.user));
  }
  const auto& users = request.selection.users;
  const bool all_own =
      !users.empty() && std::all_of(users.begin(), users.end(), [&](const auto& one) {
        return own.contains(base::ascii_lower(one));
      });
  return all_own ? base::Result<void>() : check_one(request);
}

}  // namespace

base::Result<void> check_request(const api::RestoreRequest& request) {
  using base::ErrorKind;
  if (request.selection.empty())
    return base::fail(ErrorKind::invalid_argument, "the selection is empty",
                      "name users by id or userPrincipalName, or use --all or --search TEXT");
  if (request.selection.ways() > 1)
    return base::fail(ErrorKind::invalid_argument, "users are selected in more than one way",
                      "use one of: names or ids, --all, --search, --filter, --deleted-since, "
                      "--changed-since");
  if (auto sound = check_secrets(widest(request)); !sound) return sound;
  if (request.user_options.empty()) return check_one(request);
  return check_user_options(request);
}

}  // namespace entrad::restore
