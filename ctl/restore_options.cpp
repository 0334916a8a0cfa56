#include "ctl/restore_options.h"

#include <CLI/CLI.hpp>

#include "ctl/values.h"

namespace entrad::ctl {

void restore_selection_options(CLI::App& app, Options& to) {
  app.add_option("SELECTION", to.selection,
                 "object ids or userPrincipalNames, as they were in the snapshot")
      ->type_name("");
  app.add_flag("--all", to.all, "every user of the snapshot");
  app.add_option("--search", to.search, "users that match, as in users list")->type_name("TEXT");
  app.add_option("--filter", to.filter, "users that meet a condition: \"department eq 'Paper'\"")
      ->type_name("WORDS");
  app.add_option("--deleted-since", to.deleted_since,
                 "who was there then and is not in the directory now; sets --at")
      ->check(a_moment())
      ->type_name("WHEN");
  app.add_option("--changed-since", to.changed_since,
                 "whom the newest snapshot has otherwise than one of then; sets --at")
      ->check(a_moment())
      ->type_name("WHEN");
  app.add_option("--from-file", to.from_file,
                 "one user a line, or CSV with options of each; - is standard input")
      ->type_name("FILE");
}

void restore_options(CLI::App& app, Options& to) {
  app.add_flag("--with-object", to.with_object,
               "the user, its manager and sponsors; brings deleted users back");
  app.add_option("--attributes", to.attributes,
                 "overwrite, merge (only fills what is empty), or a list: city,mail")
      ->type_name("WHICH");
  app.add_option("--as-new", to.as_new,
                 "a new user beside the old one, so named: {local}.new@{domain}")
      ->type_name("NAME");
  app.add_option("--when-taken", to.when_taken,
                 "a name for who comes back and has lost its own: {local}.old@{domain}")
      ->type_name("NAME");
  app.add_flag("--drop-taken-addresses", to.drop_taken_addresses,
               "who comes from the bin does without mail addresses that are taken");
  app.add_flag("--with-manager", to.with_manager, "the manager alone");
  app.add_flag("--with-memberships", to.with_memberships, "groups and administrative units");
  app.add_flag("--with-roles", to.with_roles, "admin role assignments");
  app.add_flag("--with-auth-methods", to.with_auth_methods,
               "phones and e-mail addresses for sign-in");
  app.add_flag("--with-licenses", to.with_licenses, "licences that users hold themselves");
  app.add_flag("--with-app-roles", to.with_app_roles,
               "roles of applications that users hold themselves");
  app.add_flag("--with-owned-objects", to.with_owned_objects,
               "groups and applications that users were owners of");
  app.add_flag("--exact", to.exact,
               "also remove links, roles, licences that the snapshot does not have");
  app.add_option("--to-tenant", to.to_tenant,
                 "restore to this tenant instead: users are made there")
      ->type_name("NAME");
  app.add_option("--domain", to.domain,
                 "with --to-tenant: the domain that users get there; else its usual one")
      ->type_name("DOMAIN");
  app.add_option("--map", to.map,
                 "with --to-tenant: what stands for what there, a file of KIND,FROM,TO")
      ->type_name("FILE");
  app.add_flag("--create-missing-groups", to.create_missing_groups,
               "with --to-tenant: make the groups that it lacks, empty");
  app.add_flag("--block-sign-in", to.block_sign_in, "restore with sign-in blocked");
  app.add_flag("--revoke-sessions", to.revoke_sessions, "who is signed in has to sign in again");
  app.add_flag("--temporary-access-pass", to.temporary_access_pass,
               "a pass for each user, to sign in and register methods with");
  app.add_option("--pass-minutes", to.pass_minutes, "how long a pass can be used; else as usual")
      ->check(a_count())
      ->type_name("N");
  app.add_option("--seal-to", to.seal_to,
                 "the certificate (PEM) of whoever gets the passes and first passwords")
      ->type_name("FILE");
  app.add_flag("--yes", to.yes, "do not ask");
  app.add_flag("--approve-removals", to.approve_removals,
               "with --yes or --apply: what --exact removes may go");
  app.add_flag("--plan-only", to.plan_only, "show the plan and leave the job held");
  app.add_flag("--no-wait", to.no_wait, "print the job's number and leave");
  app.add_option("--apply", to.apply, "approve a held job and carry its plan out; goes alone")
      ->check(a_count())
      ->type_name("JOB");
}

void secret_options(CLI::App& app, Options& to) {
  app.add_option("--key", to.key, "the key (PEM) of the certificate that --seal-to named")
      ->type_name("FILE");
}

void retry_options(CLI::App& app, Options& to) {
  app.add_option("--outcome", to.outcome, "only users who ended so: failed, partial, skipped, ..")
      ->type_name("WORD");
  app.add_option("--kind", to.kind,
                 "only users with a problem of this kind: throttled, conflict, ..")
      ->type_name("KIND");
  app.add_flag("--approve-removals", to.approve_removals,
               "with --yes: what an exact restore removes may go");
  undo_options(app, to);
}

void undo_options(CLI::App& app, Options& to) {
  app.add_flag("--yes", to.yes, "do not ask");
  app.add_flag("--plan-only", to.plan_only, "show the plan and leave the job held");
  app.add_flag("--no-wait", to.no_wait, "print the job's number and leave");
}

}  // namespace entrad::ctl
