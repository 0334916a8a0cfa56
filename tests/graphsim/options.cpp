#include "options.h"

#include <stdexcept>

namespace graphsim {

const char* const kUsage =
    "usage: graphsim [--http PORT] [--https PORT] [--tenant NAME[:key=value,...]]...\n"
    "                [--quotas FILE] [--time-scale F] [--log FILE] [--ready-file FILE]\n"
    "                [--ca-out FILE]\n"
    "Microsoft Graph v1.0 and its token endpoint on loopback. PORT 0 is any free port.\n"
    "Tenant keys: users, seed, groups, lag (simulated seconds), premium (true or false).\n";

namespace {

std::uint16_t port_of(const std::string& text) {
  std::size_t used = 0;
  const int value = std::stoi(text, &used);
  if (used != text.size() || value < 0 || value > 65535)
    throw std::invalid_argument("not a port: " + text);
  return static_cast<std::uint16_t>(value);
}

void apply(Options& out, const std::string& name, const std::string& value) {
  if (name == "--http")
    out.http_port = port_of(value);
  else if (name == "--https")
    out.https_port = port_of(value);
  else if (name == "--tenant")
    out.tenants.push_back(parse_tenant(value));
  else if (name == "--quotas")
    out.quotas_file = value;
  else if (name == "--time-scale")
    out.time_scale = std::stod(value);
  else if (name == "--log")
    out.log_file = value;
  else if (name == "--ready-file")
    out.ready_file = value;
  else if (name == "--ca-out")
    out.ca_file = value;
  else
    throw std::invalid_argument("unknown option " + name);
}

}  // namespace

Options parse_options(const std::vector<std::string>& arguments) {
  Options out;
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    if (i + 1 >= arguments.size())
      throw std::invalid_argument("option " + arguments[i] + " needs a value");
    apply(out, arguments[i], arguments[i + 1]);
  }
  if (out.time_scale <= 0) throw std::invalid_argument("--time-scale must be positive");
  if (out.tenants.empty()) out.tenants.push_back(parse_tenant("aurora"));
  return out;
}

}  // namespace graphsim
