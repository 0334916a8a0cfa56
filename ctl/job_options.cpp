#include "ctl/job_options.h"

#include <CLI/CLI.hpp>

#include "ctl/values.h"

namespace entrad::ctl {

void job_argument(CLI::App& app, Options& to) {
  app.add_option("JOB", to.job, "the job's number")->required()->check(a_count())->type_name("");
}

void report_options(CLI::App& app, Options& to) {
  job_argument(app, to);
  app.add_flag("--all", to.all, "what was done to every user, not to the first 20");
  app.add_flag("--csv", to.csv, "the same as CSV, one row a change, every user in it");
}

void approve_options(CLI::App& app, Options& to) {
  job_argument(app, to);
  app.add_flag("--approve-removals", to.approve_removals, "what --exact removes may go too");
}

}  // namespace entrad::ctl
