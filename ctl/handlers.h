// Handlers: one function a command, named in the command table. Each prints its answer, as text or
// as one JSON document, and returns the exit code; an Error is printed by run() and gives the exit
// code of its kind. Thread safety: belongs to the run's thread.
#pragma once

#include "base/result.h"
#include "ctl/context.h"

namespace entrad::ctl {

using Exit = base::Result<int>;
using Handler = Exit (*)(Context&);

Exit show_status(Context& context);
Exit show_version(Context& context);

Exit show_queue(Context& context);

Exit list_tenants(Context& context);
Exit check_tenant(Context& context);

Exit run_backup(Context& context);

Exit list_snapshots(Context& context);
Exit show_snapshot(Context& context);
Exit show_calendar(Context& context);
Exit check_snapshot(Context& context);
Exit pin_snapshot(Context& context);
Exit unpin_snapshot(Context& context);
Exit prune_snapshots(Context& context);
Exit compare_snapshots(Context& context);

Exit list_users(Context& context);
Exit show_user(Context& context);
Exit show_versions(Context& context);
Exit show_memberships(Context& context);
Exit show_roles(Context& context);
Exit show_methods(Context& context);
Exit compare_user(Context& context);
Exit show_attribute_history(Context& context);
Exit show_user_log(Context& context);

Exit list_groups(Context& context);
Exit list_members(Context& context);
Exit show_group_history(Context& context);

Exit list_roles(Context& context);
Exit show_role_history(Context& context);

Exit show_store(Context& context);
Exit check_store(Context& context);
Exit back_up_store(Context& context);

Exit run_restore(Context& context);
Exit run_undo(Context& context);
Exit run_retry(Context& context);

Exit list_jobs(Context& context);
Exit show_job(Context& context);
Exit watch_job(Context& context);
Exit list_items(Context& context);
Exit show_report(Context& context);
Exit cancel_job(Context& context);
Exit approve_job(Context& context);
Exit pause_job(Context& context);
Exit show_secrets(Context& context);
Exit resume_job(Context& context);

}  // namespace entrad::ctl
