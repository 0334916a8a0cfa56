// Where a machine of Azure's gets the tokens of its managed identity from: told by the environment
// that the platform sets, as Microsoft's own libraries read it.
//
//   App Service, Container Apps   IDENTITY_ENDPOINT and IDENTITY_HEADER
//   Azure Arc                     IDENTITY_ENDPOINT and IMDS_ENDPOINT, or the agent is installed
//   else a virtual machine        169.254.169.254, or AZURE_POD_IDENTITY_AUTHORITY_HOST
//
// Source: MSAL's managed identity client; "How to use managed identities for App Service";
// "Authenticate against Azure resources with Azure Arc-enabled servers".
// Thread safety: plain values; of_this_process() reads the environment.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace entrad::graph {

struct MachineSurroundings {
  std::string identity_endpoint;
  std::string identity_header;
  std::string identity_server_thumbprint;
  std::string imds_endpoint;
  std::string metadata_host;
  std::filesystem::path arc_agent = "/opt/azcmagent/bin/himds";
  std::filesystem::path arc_keys = "/var/opt/azcmagent/tokens";

  static MachineSurroundings of_this_process();
};

enum class MachineForm { virtual_machine, arc, app_service };

struct IdentityEndpoint {
  MachineForm form = MachineForm::virtual_machine;
  std::string origin;  // scheme, host and port
  std::string path;
  std::string_view api_version;
};

// Errors: authentication_failed (a form that is not supported, an address that is none).
base::Result<IdentityEndpoint> identity_endpoint(const MachineSurroundings& around);

}  // namespace entrad::graph
