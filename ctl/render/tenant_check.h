// What `tenants check` found, as text for people: the tenant in a few lines, then a line for each
// credential, section and restore option, with the remedy where something is missing.
// Thread safety: pure functions.
#pragma once

#include <string>

#include "api/tenant_check.h"
#include "ctl/render/text.h"

namespace entrad::ctl::render {

std::string tenant_check(const api::TenantCheck& check, const View& view);

}  // namespace entrad::ctl::render
