#include "ctl/context.h"

#include <cstdlib>

#include "api/status.h"
#include "ctl/answers.h"
#include "ctl/render/json.h"

namespace entrad::ctl {
namespace {

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

}  // namespace

Context::Context(const Options& its_options, Streams& its_streams, Now its_now,
                 const Interrupt& its_interrupt)
    : options(its_options),
      streams(its_streams),
      now(std::move(its_now)),
      interrupt(its_interrupt),
      client(options.socket, its_interrupt) {}

render::View Context::view() const {
  return {now(), streams.out_is_terminal && !options.no_color && !is_set("NO_COLOR"),
          streams.table_width};
}

bool Context::is_interactive() const {
  return !options.json && streams.terminal_in >= 0 && streams.err_is_terminal;
}

render::Progress::Mode Context::progress_mode() const {
  using Mode = render::Progress::Mode;
  if (options.json) return Mode::silent;
  return streams.err_is_terminal ? Mode::live : Mode::plain;
}

base::Result<std::string> Context::tenant() {
  if (!options.tenant.empty()) return options.tenant;
  auto answer = client.get("/v1/tenants");
  if (!answer) return base::pass(answer);
  auto tenants =
      understand<std::vector<api::TenantStatus>>(answer->value("tenants", nlohmann::json::array()));
  if (!tenants) return base::pass(tenants);
  if (tenants->size() == 1) return tenants->front().name;
  if (tenants->empty())
    return base::fail(base::ErrorKind::failed_precondition, "no tenant is configured",
                      "add a [tenant.NAME] section to /etc/entrad/entrad.toml");
  std::vector<std::string> names;
  for (const auto& tenant : *tenants) names.push_back(tenant.name);
  return base::fail(base::ErrorKind::invalid_argument,
                    "there are several tenants: " + render::join(names, ", "),
                    "name one with -t NAME or ENTRAD_TENANT");
}

std::string Context::command(const std::string& words) const {
  const char* usual = std::getenv("ENTRAD_SOCKET");
  const std::string expected = is_set("ENTRAD_SOCKET") ? usual : kDefaultSocket;
  const std::string socket = options.socket == expected ? "" : "--socket " + options.socket + " ";
  return "entractl " + socket + words;
}

void Context::json(const nlohmann::json& answer) { text(render::document(answer)); }

}  // namespace entrad::ctl
