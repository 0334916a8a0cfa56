// Handlers: what each route does, one function a route, in one .cpp a resource.
//
// Each takes a question whose route, access and query names are already checked.
// Thread safety: called from several threads at once; they keep no state.
#pragma once

#include "base/result.h"
#include "control/exchange.h"

namespace entrad::control {

// status.cpp
base::Result<Answer> get_info(const Question& question, const Context& context);
base::Result<Answer> get_status(const Question& question, const Context& context);
base::Result<Answer> get_queue(const Question& question, const Context& context);

// tenants.cpp
api::TenantStatus tenant_status(const std::string& tenant, const Context& context);
base::Result<Answer> get_tenants(const Question& question, const Context& context);
base::Result<Answer> check_tenant(const Question& question, const Context& context);

// jobs.cpp
base::Result<Answer> submit_job(const Question& question, const Context& context);
base::Result<Answer> get_jobs(const Question& question, const Context& context);
base::Result<Answer> get_job(const Question& question, const Context& context);
base::Result<Answer> approve_job(const Question& question, const Context& context);
base::Result<Answer> get_secrets(const Question& question, const Context& context);
base::Result<Answer> pause_job(const Question& question, const Context& context);
base::Result<Answer> resume_job(const Question& question, const Context& context);
base::Result<Answer> retry_job(const Question& question, const Context& context);
base::Result<Answer> undo_job(const Question& question, const Context& context);
base::Result<Answer> cancel_job(const Question& question, const Context& context);

// job_results.cpp
base::Result<Answer> get_items(const Question& question, const Context& context);
base::Result<Answer> get_plan(const Question& question, const Context& context);
base::Result<Answer> get_result(const Question& question, const Context& context);
base::Result<Answer> get_changes(const Question& question, const Context& context);
base::Result<Answer> get_report(const Question& question, const Context& context);

// snapshots.cpp
base::Result<Answer> get_snapshots(const Question& question, const Context& context);
base::Result<Answer> get_snapshot(const Question& question, const Context& context);

// users.cpp
base::Result<Answer> get_users(const Question& question, const Context& context);
base::Result<Answer> get_user(const Question& question, const Context& context);
base::Result<Answer> get_user_versions(const Question& question, const Context& context);

// history.cpp
base::Result<Answer> get_user_difference(const Question& question, const Context& context);
base::Result<Answer> get_live_difference(const Question& question, const Context& context);
base::Result<Answer> get_attribute_history(const Question& question, const Context& context);
base::Result<Answer> get_user_log(const Question& question, const Context& context);
base::Result<Answer> get_snapshot_difference(const Question& question, const Context& context);

// links.cpp
base::Result<Answer> get_groups(const Question& question, const Context& context);
base::Result<Answer> get_group_members(const Question& question, const Context& context);
base::Result<Answer> get_group_history(const Question& question, const Context& context);
base::Result<Answer> get_role_holders(const Question& question, const Context& context);
base::Result<Answer> get_role_history(const Question& question, const Context& context);

// store.cpp
base::Result<Answer> get_store(const Question& question, const Context& context);
base::Result<Answer> copy_store(const Question& question, const Context& context);

// keeping.cpp
base::Result<Answer> pin_snapshot(const Question& question, const Context& context);
base::Result<Answer> unpin_snapshot(const Question& question, const Context& context);
base::Result<Answer> get_prune_plan(const Question& question, const Context& context);

// events.cpp
base::Result<Answer> get_events(const Question& question, const Context& context);

}  // namespace entrad::control
