#include "ctl/keeping_options.h"

#include <CLI/CLI.hpp>

#include "ctl/values.h"

namespace entrad::ctl {
namespace {

void rule(CLI::App& app, const std::string& name, std::uint64_t& to, const std::string& what) {
  const CLI::Validator check(
      [](const std::string& text) {
        const bool whole = text.find_first_not_of("0123456789") == std::string::npos;
        return whole ? std::string() : "\"" + text + "\" is no whole number, 0 or more";
      },
      "");
  app.add_option(name, to, what)->check(check)->type_name("N");
}

}  // namespace

void no_wait_option(CLI::App& app, Options& to) {
  app.add_flag("--no-wait", to.no_wait, "print the job's number and leave");
}

void snapshot_check_options(CLI::App& app, Options& to) {
  app.add_option("N", to.snapshot, "the snapshot's number; else everything in the store")
      ->check(a_count())
      ->type_name("");
  no_wait_option(app, to);
}

void pin_options(CLI::App& app, Options& to) {
  app.add_option("N", to.snapshot, "the snapshot's number")
      ->required()
      ->check(a_count())
      ->type_name("");
  app.add_option("--note", to.note, "why it has to stay")->type_name("TEXT");
}

void prune_options(CLI::App& app, Options& to) {
  app.add_option("N", to.snapshots, "these snapshots; else what the rules do not keep")
      ->check(a_count())
      ->type_name("");
  rule(app, "--last", to.keep.last, "keep the newest so many; rules here replace the daemon's");
  rule(app, "--within-days", to.keep.within_days, "keep all that are younger than so many days");
  rule(app, "--daily", to.keep.daily, "keep the newest of each of the last so many days");
  rule(app, "--weekly", to.keep.weekly, "the same of weeks");
  rule(app, "--monthly", to.keep.monthly, "the same of months");
  rule(app, "--yearly", to.keep.yearly, "the same of years");
  app.add_flag("--dry-run", to.dry_run, "show what would go, and leave");
  app.add_flag("--yes", to.yes, "do not ask");
  no_wait_option(app, to);
}

void copy_options(CLI::App& app, Options& to) {
  app.add_option("--name", to.name, "letters, digits, - and _; else the time")->type_name("NAME");
}

}  // namespace entrad::ctl
