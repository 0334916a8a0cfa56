#include "ctl/selection.h"

#include <fstream>

#include "base/text.h"
#include "ctl/map_file.h"
#include "ctl/read_file.h"
#include "ctl/user_file.h"

namespace entrad::ctl {
namespace {

using base::ErrorKind;

constexpr const char* kChoices =
    "say what to restore: --with-object (the user, its manager and sponsors; brings deleted users "
    "back), --with-memberships, --with-roles, --with-auth-methods, --with-licenses, "
    "--with-app-roles, --with-owned-objects, --with-manager, each of them on its own or together; "
    "--as-new NAME makes a new user beside the old one; --block-sign-in restores users with "
    "sign-in "
    "blocked; --revoke-sessions and --temporary-access-pass do so for each of them";

constexpr const char* kWays =
    "name users by id or userPrincipalName, or use one of --all, --search TEXT, --filter WORDS, "
    "--deleted-since WHEN, --changed-since WHEN, --from-file F (- reads standard input)";

bool reads_input(const Options& options) {
  return options.from_file == "-" ||
         (options.selection.size() == 1 && options.selection.front() == "-");
}

base::Result<void> check_ways(const Options& options) {
  int ways = options.all ? 1 : 0;
  for (const std::string* way : {&options.search, &options.filter, &options.from_file,
                                 &options.deleted_since, &options.changed_since})
    ways += way->empty() ? 0 : 1;
  ways += options.selection.empty() ? 0 : 1;
  if (ways == 0) return base::fail(ErrorKind::invalid_argument, "no users are selected", kWays);
  if (ways > 1)
    return base::fail(ErrorKind::invalid_argument, "users are selected in more than one way",
                      kWays);
  return {};
}

base::Result<UserFile> users_of(Context& context) {
  const Options& options = context.options;
  if (reads_input(options)) return read_users(context.streams.in, "standard input");
  if (options.from_file.empty()) return UserFile{options.selection, {}, {}};
  std::ifstream file(options.from_file);
  if (!file)
    return base::fail(ErrorKind::not_found, "the file " + options.from_file + " cannot be read",
                      "give a file with one id or userPrincipalName a line");
  return read_users(file, options.from_file);
}

void say_unused(Context& context, const std::vector<std::string>& columns) {
  std::string names;
  for (const std::string& one : columns) names += (names.empty() ? "" : ", ") + one;
  if (!names.empty())
    context.streams.err << "columns that say nothing about a restore: " << names << "\n";
}

bool names_users(const Options& options) {
  return !options.selection.empty() || !options.from_file.empty();
}

// What was then is restored, unless another moment is named.
std::string moment_of(const Options& options) {
  for (const std::string* at : {&options.at, &options.deleted_since, &options.changed_since})
    if (!at->empty()) return *at;
  return "";
}

void say_which_attributes(const std::string& words, api::RestoreRequest& request) {
  if (const auto mode = api::parse<api::AttributeMode>(words)) {
    request.attribute_mode = *mode;
    return;
  }
  for (const std::string& part : base::split(words, ','))
    if (const auto name = base::trim(part); !name.empty()) request.attributes.emplace_back(name);
}

base::Result<void> say_where_to(const Options& options, api::RestoreRequest& request) {
  request.to_tenant = options.to_tenant;
  request.domain = options.domain;
  request.create_missing_groups = options.create_missing_groups;
  if (options.map.empty()) return {};
  std::ifstream file(options.map);
  if (!file)
    return base::fail(ErrorKind::not_found, "the file " + options.map + " cannot be read",
                      "give a file with KIND,FROM,TO a line");
  auto map = read_map(file, options.map);
  if (!map) return base::pass(map);
  request.counterparts = std::move(*map);
  return {};
}

}  // namespace

bool asks_for_anything(const Options& options) {
  return options.with_object || options.with_manager || options.with_memberships ||
         options.with_roles || options.with_auth_methods || options.with_licenses ||
         options.with_app_roles || options.with_owned_objects || options.block_sign_in ||
         !options.as_new.empty() || options.revoke_sessions || options.temporary_access_pass;
}

base::Result<api::RestoreRequest> restore_request(Context& context) {
  const Options& options = context.options;
  if (auto ways = check_ways(options); !ways) return base::pass(ways);
  api::RestoreRequest request;
  request.selection.all = options.all;
  request.selection.search = options.search;
  request.selection.filter = options.filter;
  request.selection.deleted = !options.deleted_since.empty();
  request.selection.changed = !options.changed_since.empty();
  if (names_users(options)) {
    auto users = users_of(context);
    if (!users) return base::pass(users);
    say_unused(context, users->unused);
    request.selection.users = std::move(users->users);
    request.user_options = std::move(users->options);
  }
  if (!asks_for_anything(options) && request.user_options.empty())
    return base::fail(ErrorKind::invalid_argument, "nothing is asked to be restored", kChoices);
  request.at = moment_of(options);
  request.with_object = options.with_object;
  request.with_manager = options.with_manager;
  request.with_memberships = options.with_memberships;
  request.with_roles = options.with_roles;
  request.with_auth_methods = options.with_auth_methods;
  request.with_licenses = options.with_licenses;
  request.with_app_roles = options.with_app_roles;
  request.with_owned_objects = options.with_owned_objects;
  request.exact = options.exact;
  say_which_attributes(options.attributes, request);
  request.as_new = options.as_new;
  request.when_taken = options.when_taken;
  request.drop_taken_addresses = options.drop_taken_addresses;
  if (auto said = say_where_to(options, request); !said) return base::pass(said);
  request.revoke_sessions = options.revoke_sessions;
  request.temporary_access_pass = options.temporary_access_pass;
  request.pass_minutes = options.pass_minutes;
  if (!options.seal_to.empty()) {
    auto certificate = read_file(options.seal_to, "give the file of a certificate (PEM)");
    if (!certificate) return base::pass(certificate);
    request.seal_to = std::move(*certificate);
  }
  request.removals_approved = options.approve_removals;
  request.block_sign_in = options.block_sign_in;
  return request;
}

}  // namespace entrad::ctl
