#include "graph/credentials/machine_surroundings.h"

#include <Poco/Exception.h>
#include <Poco/URI.h>

#include <cstdlib>

namespace entrad::graph {
namespace {

using base::ErrorKind;

constexpr std::string_view kTokenPath = "/metadata/identity/oauth2/token";
constexpr std::string_view kMetadataHost = "http://169.254.169.254";
constexpr std::string_view kArcEndpoint = "http://127.0.0.1:40342/metadata/identity/oauth2/token";

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

base::Result<IdentityEndpoint> at(MachineForm form, const std::string& url,
                                  std::string_view api_version, const char* variable) {
  try {
    const Poco::URI uri(url);
    const bool http = uri.getScheme() == "http" || uri.getScheme() == "https";
    if (http && !uri.getHost().empty() && uri.getUserInfo().empty() && uri.getRawQuery().empty())
      return IdentityEndpoint{form, uri.getScheme() + "://" + uri.getAuthority(), uri.getPath(),
                              api_version};
  } catch (const Poco::Exception&) {
    // said below
  }
  return base::fail(ErrorKind::authentication_failed,
                    "the managed identity's address \"" + url + "\" is none",
                    std::string("the platform sets ") + variable +
                        "; leave it as it is, and pass it on to the daemon");
}

bool has_arc(const MachineSurroundings& around) {
  std::error_code unreadable;
  return (!around.identity_endpoint.empty() && !around.imds_endpoint.empty()) ||
         std::filesystem::exists(around.arc_agent, unreadable);
}

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

}  // namespace

MachineSurroundings MachineSurroundings::of_this_process() {
  MachineSurroundings around;
  around.identity_endpoint = variable("IDENTITY_ENDPOINT");
  around.identity_header = variable("IDENTITY_HEADER");
  around.identity_server_thumbprint = variable("IDENTITY_SERVER_THUMBPRINT");
  around.imds_endpoint = variable("IMDS_ENDPOINT");
  around.metadata_host = variable("AZURE_POD_IDENTITY_AUTHORITY_HOST");
  return around;
}

base::Result<IdentityEndpoint> identity_endpoint(const MachineSurroundings& around) {
  if (!around.identity_endpoint.empty() && !around.identity_header.empty()) {
    if (!around.identity_server_thumbprint.empty())
      return base::fail(ErrorKind::authentication_failed,
                        "the managed identity of a Service Fabric cluster is not supported",
                        "use an app registration with a certificate");
    return at(MachineForm::app_service, around.identity_endpoint, "2019-08-01",
              "IDENTITY_ENDPOINT");
  }
  if (has_arc(around))
    return at(
        MachineForm::arc,
        around.identity_endpoint.empty() ? std::string(kArcEndpoint) : around.identity_endpoint,
        "2020-06-01", "IDENTITY_ENDPOINT");
  const std::string host =
      around.metadata_host.empty() ? std::string(kMetadataHost) : around.metadata_host;
  return at(MachineForm::virtual_machine, without_slash(host) + std::string(kTokenPath),
            "2018-02-01", "AZURE_POD_IDENTITY_AUTHORITY_HOST");
}

}  // namespace entrad::graph
