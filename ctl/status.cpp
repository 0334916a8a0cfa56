// status, version.
#include "ctl/render/status.h"
#include "api/error_table.h"
#include "ctl/answers.h"
#include "ctl/handlers.h"

namespace entrad::ctl {

using nlohmann::json;

Exit show_status(Context& context) {
  auto answer = context.client.get("/v1/status");
  if (!answer) return base::pass(answer);
  if (context.options.json) {
    context.json(*answer);
    return api::exit_ok;
  }
  auto status = understand<api::DaemonStatus>(*answer);
  if (!status) return base::pass(status);
  context.text(render::daemon_status(*status, context.view()));
  return api::exit_ok;
}

Exit show_version(Context& context) {
  auto answer = context.client.get("/v1/info");
  if (!context.options.json) context.text("entractl " ENTRAD_VERSION "\n");
  if (!answer) return base::pass(answer);
  const std::string daemon = answer->value("version", "");
  if (context.options.json)
    context.json({{"entractl", ENTRAD_VERSION}, {"entrad", *answer}});
  else
    context.text("entrad   " + render::or_dash(render::clean(daemon)) + "\n");
  if (daemon != ENTRAD_VERSION)
    context.streams.err << "entractl: the daemon has another version; some commands may differ\n";
  return api::exit_ok;
}

}  // namespace entrad::ctl
