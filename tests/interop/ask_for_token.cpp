// ask_for_token: asks a token endpoint for an access token, as the daemon does, with a certificate.
//
// Prints the token and exits 0; or prints why there is none and exits 1. With --audience the
// assertion names that audience instead of the endpoint that it is sent to, which the daemon never
// does: a service that checks has to refuse it.
#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <sstream>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "graph/credentials/assertion.h"
#include "graph/credentials/token.h"

namespace {

using namespace entrad;

struct Options {
  graph::Tenant tenant;
  std::string audience;
};

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

base::Result<std::string> ask(const Options& options, graph::Transport& login) {
  base::SystemClock clock;
  return graph::TokenSource(options.tenant, options.tenant.backup, login, clock).get({});
}

base::Result<std::string> ask_for_audience(const Options& options, graph::Transport& login) {
  const graph::Credential& credential = options.tenant.backup;
  auto assertion =
      graph::client_assertion({text_of(credential.certificate_file), {}}, credential.client_id,
                              options.audience, base::SystemClock().wall());
  if (!assertion) return assertion;
  graph::Outgoing request;
  request.method = "POST";
  request.target = "/" + options.tenant.tenant_id + "/oauth2/v2.0/token";
  request.headers["Content-Type"] = "application/x-www-form-urlencoded";
  request.body = "grant_type=client_credentials&client_assertion_type=" +
                 base::url_encode("urn:ietf:params:oauth:client-assertion-type:jwt-bearer") +
                 "&client_id=" + base::url_encode(credential.client_id) +
                 "&client_assertion=" + *assertion;
  const graph::Response response = login.send(request, {});
  const auto answer = base::parse_json(response.body);
  if (response.status == 200 && answer.is_object() && answer.contains("access_token"))
    return answer["access_token"].get<std::string>();
  return base::fail(base::ErrorKind::authentication_failed,
                    "status " + std::to_string(response.status) + " " + response.body);
}

Options read(CLI::App& app, int count, char** words) {
  Options options;
  graph::Tenant& tenant = options.tenant;
  tenant.name = "interop";
  app.add_option("--login", tenant.endpoints.login)->required();
  app.add_option("--tenant", tenant.tenant_id)->required();
  app.add_option("--client", tenant.backup.client_id)->required();
  app.add_option("--certificate", tenant.backup.certificate_file)->required();
  app.add_option("--passphrase", tenant.backup.certificate_passphrase_file);
  app.add_option("--audience", options.audience);
  app.parse(count, words);
  return options;
}

}  // namespace

int main(int count, char** words) {
  CLI::App app("asks a token endpoint for a token");
  try {
    const Options options = read(app, count, words);
    const auto login = graph::Transport::open(options.tenant.endpoints.login, {}).value();
    const auto token =
        options.audience.empty() ? ask(options, *login) : ask_for_audience(options, *login);
    std::cout << (token ? *token : token.error().message) << "\n";
    return token ? 0 : 1;
  } catch (const CLI::ParseError& wrong) {
    return app.exit(wrong);
  }
}
