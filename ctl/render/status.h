// The daemon and its tenants as text for people.
// Thread safety: pure functions.
#pragma once

#include <string>
#include <vector>

#include "api/status.h"
#include "ctl/render/text.h"

namespace entrad::ctl::render {

std::string tenant_table(const std::vector<api::TenantStatus>& tenants, const View& view);
std::string queue_status(const api::QueueStatus& queue, const View& view);
std::string daemon_status(const api::DaemonStatus& status, const View& view);

}  // namespace entrad::ctl::render
