// The token services of Azure's machines, as strict as the real ones: a wrong path, header, version
// or resource is refused in the service's own words.
//
// Facts: "How to use managed identities for Azure resources on an Azure VM to acquire an access
// token" (IMDS), the same page for App Service, and MSAL's managed identity client for Azure Arc.
// Thread safety: set up by one thread before the first request.
#pragma once

#include <deque>
#include <filesystem>
#include <functional>
#include <string>

#include "fakes/loopback_server.h"

namespace entrad::fakes {

// A token that says whose it is, signed by nobody.
std::string identity_token(const std::string& app, const std::string& tenant);

// What the three have in common: the identities of the machine, and trouble on demand.
struct MachineIdentities {
  std::string tenant = "aaaaaaaa-0000-4000-8000-000000000001";
  std::string own = "bbbbbbbb-0000-4000-8000-000000000001";       // client id; "": none
  std::string assigned = "bbbbbbbb-0000-4000-8000-000000000002";  // client id
  std::string resource = "https://graph.microsoft.com";
  std::deque<Answered> trouble;  // answered first, one a request
};

// A virtual machine's metadata service.
class MetadataService {
 public:
  explicit MetadataService(MachineIdentities identities = {});
  std::string origin() const { return server_.origin(); }
  std::vector<Asked> seen() const { return server_.seen(); }

 private:
  Answered answer(const Asked& asked);

  MachineIdentities identities_;
  LoopbackServer server_;
};

// The agent of Azure Arc: each token costs a challenge, with a key that is good once.
class ArcAgent {
 public:
  // Keys are written to `key_folder`. `realm` replaces what the challenge names.
  explicit ArcAgent(std::filesystem::path key_folder, MachineIdentities identities = {},
                    std::string realm = "");
  std::string endpoint() const { return server_.origin() + "/metadata/identity/oauth2/token"; }
  std::string origin() const { return server_.origin(); }
  std::vector<Asked> seen() const { return server_.seen(); }

 private:
  Answered answer(const Asked& asked);
  Answered challenge();

  const std::filesystem::path key_folder_;
  const std::string realm_;
  MachineIdentities identities_;
  int keys_ = 0;
  std::string key_;  // "": none is out
  LoopbackServer server_;
};

// The identity service of App Service and Container Apps.
class AppPlatform {
 public:
  explicit AppPlatform(std::string header, MachineIdentities identities = {});
  std::string endpoint() const { return server_.origin() + "/msi/token"; }
  std::vector<Asked> seen() const { return server_.seen(); }

 private:
  Answered answer(const Asked& asked);

  const std::string header_;
  MachineIdentities identities_;
  LoopbackServer server_;
};

}  // namespace entrad::fakes
