// Commands: first what each command's own options are, then the table, then the parser and help
// made from it.
#include "ctl/commands.h"

#include <CLI/CLI.hpp>
#include <array>
#include <map>

#include "api/words.h"
#include "ctl/job_options.h"
#include "ctl/keeping_options.h"
#include "ctl/render/text.h"
#include "ctl/restore_options.h"
#include "ctl/suggestion.h"
#include "ctl/values.h"

namespace entrad::ctl {
namespace {

using base::ErrorKind;

void nothing(CLI::App&, Options&) {}

void at_option(CLI::App& app, Options& to) {
  app.add_option("--at", to.at, "a snapshot's number or a time: 41, 2026-11-23, \"3 days ago\"")
      ->check(a_moment())
      ->type_name("WHEN");
}

void snapshot_argument(CLI::App& app, Options& to) {
  app.add_option("N", to.snapshot, "the snapshot's number")
      ->required()
      ->check(a_count())
      ->type_name("");
}

void user_id(CLI::App& app, Options& to) {
  app.add_option("ID", to.user, "object id or userPrincipalName")
      ->required()
      ->check(a_name())
      ->type_name("");
}

void user_argument(CLI::App& app, Options& to) {
  user_id(app, to);
  at_option(app, to);
}

void backup_options(CLI::App& app, Options& to) {
  app.add_flag("--full", to.full, "read everything anew, not only what Graph says has changed");
  app.add_flag("--no-wait", to.no_wait, "print the job's number and leave");
}

void limit_option(CLI::App& app, Options& to, const std::string& what) {
  app.add_option("--limit", to.limit, what)
      ->check(a_count())
      ->type_name("N")
      ->capture_default_str();
}

void page_options(CLI::App& app, Options& to) {
  limit_option(app, to, "at most so many");
  app.add_flag("--all", to.all, "every one of them, whatever --limit says");
}

void user_list_options(CLI::App& app, Options& to) {
  at_option(app, to);
  app.add_option("--search", to.search, "any part of a name, userPrincipalName, mail or id")
      ->type_name("TEXT");
  app.add_option("--filter", to.filter, "a condition as in Graph: \"department eq 'Paper'\"")
      ->type_name("WORDS");
  app.add_option("--sort", to.sort, "name, id or modified")
      ->check(CLI::IsMember({"name", "id", "modified"}))
      ->type_name("BY")
      ->capture_default_str();
  app.add_flag("--desc", to.descending, "last first");
  app.add_flag("--deleted", to.deleted, "only users that were gone by then");
  page_options(app, to);
}

void version_options(CLI::App& app, Options& to) {
  user_argument(app, to);
  app.add_flag("--contents", to.contents, "with all that each changed section held");
}

void exit_code_option(CLI::App& app, Options& to) {
  app.add_flag("--exit-code", to.exit_code, "exit with 8 when there is a difference");
}

void user_diff_options(CLI::App& app, Options& to) {
  user_id(app, to);
  app.add_option("--from", to.since, "as --at elsewhere; else the snapshot before the other one")
      ->type_name("WHEN");
  app.add_option("--to", to.until, "the same, or live: the tenant as it is now; else the newest")
      ->type_name("WHEN");
  exit_code_option(app, to);
}

void attribute_options(CLI::App& app, Options& to) {
  user_id(app, to);
  app.add_option("ATTRIBUTE", to.attribute,
                 "department, employeeOrgData.division, ..; or memberships, roles, manager, ..")
      ->required()
      ->check(a_name())
      ->type_name("");
  at_option(app, to);
}

void log_options(CLI::App& app, Options& to) {
  user_argument(app, to);
  page_options(app, to);
}

void group_id(CLI::App& app, Options& to) {
  app.add_option("ID", to.group, "object id, display name or mail")
      ->required()
      ->check(a_name())
      ->type_name("");
}

void span_options(CLI::App& app, Options& to) {
  app.add_option("--from", to.since, "what happened after this; else since the first snapshot")
      ->type_name("WHEN");
  app.add_option("--to", to.until, "up to this; else to the newest snapshot")->type_name("WHEN");
  page_options(app, to);
}

void role_option(CLI::App& app, Options& to) {
  app.add_option("--role", to.role, "only this role: its name or id")->type_name("ROLE");
}

void group_list_options(CLI::App& app, Options& to) {
  at_option(app, to);
  app.add_option("--search", to.search, "any part of a name, mail or id")->type_name("TEXT");
  app.add_flag("--no-counts", to.no_counts, "do not count members, which is faster");
  page_options(app, to);
}

void member_options(CLI::App& app, Options& to) {
  group_id(app, to);
  at_option(app, to);
  page_options(app, to);
}

void group_history_options(CLI::App& app, Options& to) {
  group_id(app, to);
  span_options(app, to);
}

void role_list_options(CLI::App& app, Options& to) {
  at_option(app, to);
  role_option(app, to);
  page_options(app, to);
}

void role_history_options(CLI::App& app, Options& to) {
  role_option(app, to);
  span_options(app, to);
}

void calendar_options(CLI::App& app, Options& to) {
  app.add_option("--month", to.month, "only this one: 2026-11; else the last three")
      ->type_name("MONTH");
}

void snapshot_diff_options(CLI::App& app, Options& to) {
  app.add_option("A", to.since, "a snapshot's number or a time, as --at")
      ->required()
      ->type_name("");
  app.add_option("B", to.until, "the same")->required()->type_name("");
  app.add_option("--kind", to.kind, "only these objects: user, group, roleDefinition, ..")
      ->type_name("KIND");
  app.add_option("--change", to.change, "only these: added, removed, changed")
      ->check(CLI::IsMember({"added", "removed", "changed"}))
      ->type_name("WORD");
  app.add_flag("--details", to.details, "with the values and links that changed");
  exit_code_option(app, to);
  page_options(app, to);
}

void job_list_options(CLI::App& app, Options& to) {
  app.add_flag("--open", to.open, "only jobs that have not ended");
  limit_option(app, to, "at most so many, newest first");
}

void item_options(CLI::App& app, Options& to) {
  job_argument(app, to);
  std::vector<std::string> outcomes;
  for (const auto name : api::Words<api::Outcome>::names) outcomes.emplace_back(name);
  app.add_option("--outcome", to.outcome, "only these: " + render::join(outcomes, ", "))
      ->check(CLI::IsMember(outcomes))
      ->type_name("WORD");
  app.add_option("--from", to.from, "begin at this item")->type_name("N");
  limit_option(app, to, "at most so many");
}

template <auto options>
void job_and(CLI::App& app, Options& to) {
  job_argument(app, to);
  options(app, to);
}

void restore_command_options(CLI::App& app, Options& to) {
  restore_selection_options(app, to);
  at_option(app, to);
  restore_options(app, to);
}

constexpr std::array kCommands{
    Command{"", "status", "", "show the daemon, its tenants, store and quotas", show_status,
            nothing},
    Command{"", "version", "", "show the versions of client and daemon", show_version, nothing},
    Command{"tenants", "list", "", "list the tenants and their last backups", list_tenants,
            nothing},
    Command{"tenants", "check", "", "check credential, permissions and limits", check_tenant,
            nothing},
    Command{"", "backup", "[--full] [--no-wait]", "back a tenant up into a new snapshot",
            run_backup, backup_options},
    Command{"snapshots", "list", "", "list the snapshots", list_snapshots, nothing},
    Command{"snapshots", "show", "N", "show what a snapshot holds and whether it is whole",
            show_snapshot, snapshot_argument},
    Command{"snapshots", "calendar", "[--month MONTH]", "show the days that have snapshots",
            show_calendar, calendar_options},
    Command{"snapshots", "check", "[N]", "read a snapshot, or everything, again and compare it",
            check_snapshot, snapshot_check_options},
    Command{"snapshots", "pin", "N [--note TEXT]", "keep a snapshot whatever the retention",
            pin_snapshot, pin_options},
    Command{"snapshots", "unpin", "N", "let retention remove a snapshot again", unpin_snapshot,
            snapshot_argument},
    Command{"snapshots", "prune", "[N..] [--dry-run] ..", "remove what retention does not keep",
            prune_snapshots, prune_options},
    Command{"snapshots", "diff", "A B", "show what changed between two snapshots",
            compare_snapshots, snapshot_diff_options},
    Command{"users", "list", "[--at WHEN] [--search TEXT] ..", "list users as of a snapshot",
            list_users, user_list_options},
    Command{"users", "show", "ID [--at WHEN]", "show everything about one user", show_user,
            user_argument},
    Command{"users", "versions", "ID [--at WHEN]", "show in which snapshots a user changed",
            show_versions, version_options},
    Command{"users", "diff", "ID [--from WHEN] [--to WHEN]", "show what changed of a user",
            compare_user, user_diff_options},
    Command{"users", "history", "ID ATTRIBUTE", "show when an attribute changed",
            show_attribute_history, attribute_options},
    Command{"users", "log", "ID [--at WHEN]", "show the tenant's audit log about a user",
            show_user_log, log_options},
    Command{"users", "memberships", "ID [--at WHEN]", "show groups and administrative units",
            show_memberships, user_argument},
    Command{"users", "roles", "ID [--at WHEN]", "show admin role assignments", show_roles,
            user_argument},
    Command{"users", "methods", "ID [--at WHEN]", "show authentication methods", show_methods,
            user_argument},
    Command{"groups", "list", "[--at WHEN] [--search TEXT]", "list groups as of a snapshot",
            list_groups, group_list_options},
    Command{"groups", "members", "ID [--at WHEN]", "list the users in a group", list_members,
            member_options},
    Command{"groups", "history", "ID [--from WHEN]", "show who joined and left a group",
            show_group_history, group_history_options},
    Command{"roles", "list", "[--at WHEN] [--role ROLE]", "list who holds admin roles", list_roles,
            role_list_options},
    Command{"roles", "history", "[--from WHEN] [--to WHEN]", "show who gained and lost admin roles",
            show_role_history, role_history_options},
    Command{"", "restore", "SELECTION.. --with-.. | --apply JOB",
            "restore users: plan, ask, write, verify", run_restore, restore_command_options},
    Command{"jobs", "list", "[--open]", "list jobs, newest first", list_jobs, job_list_options},
    Command{"jobs", "show", "JOB", "show one job", show_job, job_argument},
    Command{"jobs", "watch", "JOB", "follow a job to its end", watch_job, job_argument},
    Command{"jobs", "items", "JOB [--outcome WORD]", "list a job's users and their outcomes",
            list_items, item_options},
    Command{"jobs", "report", "JOB [--all] [--csv]",
            "show what a restore did, and what is left to do", show_report, report_options},
    Command{"jobs", "secrets", "JOB [--key FILE]",
            "show first passwords and passes that were sealed", show_secrets,
            job_and<secret_options>},
    Command{"jobs", "pause", "JOB", "stop a job until it is resumed", pause_job, job_argument},
    Command{"jobs", "resume", "JOB", "let a paused job go on", resume_job, job_argument},
    Command{"jobs", "retry", "JOB [--outcome WORD]", "restore again who was not restored wholly",
            run_retry, job_and<retry_options>},
    Command{"jobs", "undo", "JOB", "take back what a restore has written", run_undo,
            job_and<undo_options>},
    Command{"jobs", "cancel", "JOB", "cancel a job; what is under way is finished", cancel_job,
            job_argument},
    Command{"jobs", "approve", "JOB", "approve a held restore", approve_job, approve_options},
    Command{"store", "stat", "", "show the store's tables and what they take", show_store, nothing},
    Command{"store", "check", "", "read the whole store again and compute it anew", check_store,
            no_wait_option},
    Command{"store", "backup", "[--name NAME]", "copy the store while it is in use", back_up_store,
            copy_options},
    Command{"queue", "status", "", "show the use of Graph's quotas and who waits", show_queue,
            nothing},
};

std::string group_help(std::string_view group) {
  static const std::map<std::string_view, std::string> words{
      {"tenants", "the directories that the daemon is configured for"},
      {"snapshots", "the backups"},
      {"users", "users as they were"},
      {"groups", "groups and administrative units as they were"},
      {"roles", "admin roles, and who held them"},
      {"store", "where the daemon keeps everything"},
      {"jobs", "backups and restores under way, and their ends"},
      {"queue", "what goes out to Microsoft Graph, and what waits"}};
  return words.at(group);
}

std::string overview() {
  std::string text = "entractl: back up and restore Microsoft Entra ID users, by entrad\n\n";
  for (const Command& command : kCommands) {
    std::string words(command.group);
    for (const std::string_view part : {command.verb, command.arguments})
      if (!part.empty()) words += (words.empty() ? "" : " ") + std::string(part);
    text += "  " + render::pad_right(words, 43) + "  " + std::string(command.help) + "\n";
  }
  return text +
         "\nFor every command, before or after its words:\n"
         "  --socket S       the daemon's socket (ENTRAD_SOCKET; /run/entrad/entrad.sock)\n"
         "  -t, --tenant T   the tenant (ENTRAD_TENANT); not needed where there is only one\n"
         "  --json           one JSON document instead of text; never asks\n"
         "  --no-color       no colour (NO_COLOR)\n"
         "  --help           options of a command: entractl GROUP VERB --help\n"
         "  --version\n"
         "\nExit codes: 0 done, 1 failed, 2 usage, 3 partly done, 4 not found, 5 not allowed,\n"
         "  6 daemon unreachable, 7 conflict or held, 8 difference found (--exit-code),\n"
         "  9 Graph throttled or unavailable, 10 timed out, 130 interrupted (the job goes on)\n";
}

void global_options(CLI::App& app, Options& to) {
  app.add_option("--socket", to.socket, "the daemon's socket")
      ->envname("ENTRAD_SOCKET")
      ->type_name("S");
  app.add_option("-t,--tenant", to.tenant, "the tenant")->envname("ENTRAD_TENANT")->type_name("T");
  app.add_flag("--json", to.json, "one JSON document instead of text");
  app.add_flag("--no-color", to.no_color, "no colour");
  app.set_version_flag("--version", "entractl " ENTRAD_VERSION);
}

// Every command as a CLI11 subcommand, with what it would run.
class Line {
 public:
  explicit Line(Options& options) : app_("entractl") {
    app_.name("entractl");
    app_.fallthrough();
    global_options(app_, options);
    for (const Command& command : kCommands) declare(command, options);
  }

  CLI::App& app() { return app_; }
  // The chosen command; null where only a group, or nothing, was named.
  const Command* chosen() const {
    for (const auto& [sub, command] : commands_)
      if (sub->parsed()) return command;
    return nullptr;
  }

 private:
  CLI::App& group(std::string_view name) {
    if (name.empty()) return app_;
    const std::string key(name);
    if (const auto found = groups_.find(key); found != groups_.end()) return *found->second;
    CLI::App* made = app_.add_subcommand(key, group_help(name));
    made->fallthrough();
    groups_.emplace(key, made);
    return *made;
  }

  void declare(const Command& command, Options& options) {
    CLI::App* sub =
        group(command.group).add_subcommand(std::string(command.verb), std::string(command.help));
    sub->fallthrough();
    command.declare(*sub, options);
    commands_.emplace_back(sub, &command);
  }

  CLI::App app_;
  std::map<std::string, CLI::App*> groups_;
  std::vector<std::pair<CLI::App*, const Command*>> commands_;
};

// Help of what was named so far: everything, a group, or one command.
std::string help_text(Line& line) {
  const CLI::App* named = &line.app();
  for (auto subs = named->get_subcommands(); !subs.empty(); subs = named->get_subcommands())
    named = subs.front();
  if (named == &line.app()) return overview();
  std::string path = named->get_name();
  for (const CLI::App* up = named->get_parent(); up != nullptr; up = up->get_parent())
    path = up->get_name() + " " + path;
  return named->help(path.substr(0, path.rfind(' ')));
}

base::unexpected<base::Error> usage(std::string message, const std::string& words) {
  for (char& c : message)
    if (c == '\n') c = ' ';
  while (message.ends_with('.') || message.ends_with(' ')) message.pop_back();
  const std::string hint = "see entractl " + words + "--help";
  const bool is_a_word = message.size() > 1 && message[1] >= 'a' && message[1] <= 'z';
  if (is_a_word && message[0] >= 'A' && message[0] <= 'Z')
    message[0] = static_cast<char>(message[0] - 'A' + 'a');
  return base::fail(ErrorKind::invalid_argument, std::move(message), hint);
}

std::string named_words(Line& line) {
  std::string words;
  const CLI::App* named = &line.app();
  for (auto subs = named->get_subcommands(); !subs.empty(); subs = named->get_subcommands()) {
    named = subs.front();
    words += named->get_name() + " ";
  }
  return words;
}

}  // namespace

std::span<const Command> commands() { return kCommands; }

base::Result<Parsed> parse(const std::vector<std::string>& args) {
  Parsed parsed;
  Line line(parsed.options);
  try {
    line.app().parse(std::vector<std::string>(args.rbegin(), args.rend()));
  } catch (const CLI::CallForHelp&) {
    parsed.text = help_text(line);
    return parsed;
  } catch (const CLI::CallForVersion& version) {
    parsed.text = std::string(version.what()) + "\n";
    return parsed;
  } catch (const CLI::ParseError& problem) {
    if (auto wrong = unknown_command(args); wrong) return base::unexpected(*wrong);
    return usage(problem.what(), named_words(line));
  }
  const Command* chosen = line.chosen();
  if (chosen == nullptr) return usage("no command is named", named_words(line));
  parsed.handler = chosen->handler;
  return parsed;
}

}  // namespace entrad::ctl
