// tenants list, tenants check.
#include "api/error_table.h"
#include "base/text.h"
#include "ctl/answers.h"
#include "ctl/handlers.h"
#include "ctl/render/status.h"
#include "ctl/render/tenant_check.h"

namespace entrad::ctl {

using nlohmann::json;

namespace {

int exit_of(const api::CheckLine& line) {
  const auto kind = api::error_kind(line.kind);
  return kind ? api::error_row(*kind).exit_code : api::exit_failed;
}

// Where Graph could not be asked, nothing is known, whatever else was found.
int exit_of(const api::TenantCheck& check) {
  int first = api::exit_ok;
  for (const api::CheckLine& line : check.lines) {
    if (line.ok) continue;
    const int exit = exit_of(line);
    if (exit == api::exit_graph) return exit;
    if (first == api::exit_ok) first = exit;
  }
  return first == api::exit_ok && !check.ok ? api::exit_failed : first;
}

}  // namespace

Exit list_tenants(Context& context) {
  auto answer = context.client.get("/v1/tenants");
  if (!answer) return base::pass(answer);
  if (context.options.json) {
    context.json(*answer);
    return api::exit_ok;
  }
  auto tenants =
      understand<std::vector<api::TenantStatus>>(answer->value("tenants", json::array()));
  if (!tenants) return base::pass(tenants);
  if (tenants->empty())
    context.text("no tenants yet: add a [tenant.NAME] section to /etc/entrad/entrad.toml\n");
  else
    context.text(render::tenant_table(*tenants, context.view()));
  return api::exit_ok;
}

Exit check_tenant(Context& context) {
  auto tenant = context.tenant();
  if (!tenant) return base::pass(tenant);
  auto answer =
      context.client.post("/v1/tenants/" + base::url_encode(*tenant) + "/check", json::object());
  if (!answer) return base::pass(answer);
  auto check = understand<api::TenantCheck>(*answer);
  if (!check) return base::pass(check);
  if (context.options.json)
    context.json(*answer);
  else
    context.text(render::tenant_check(*check, context.view()));
  return exit_of(*check);
}

}  // namespace entrad::ctl
