// tenants list, tenants check.
#include "api/error_table.h"
#include "base/text.h"
#include "ctl/answers.h"
#include "ctl/handlers.h"
#include "ctl/render/status.h"

namespace entrad::ctl {

using nlohmann::json;

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
  return check->ok ? api::exit_ok : api::exit_failed;
}

}  // namespace entrad::ctl
