#include "graph/credentials/sign_in.h"

#include <spdlog/spdlog.h>

#include "base/text.h"
#include "graph/credentials/token_answer.h"

namespace entrad::graph {
namespace {

std::string encoded(const FormFields& fields) {
  std::string text;
  for (const auto& [name, value] : fields)
    text += (text.empty() ? "" : "&") + name + "=" + base::url_encode(value);
  return text;
}

}  // namespace

SignIn::SignIn(const Tenant& tenant, const Credential& credential, Transport& login,
               base::Clock& clock)
    : tenant_(tenant),
      credential_(credential),
      path_("/" + base::url_encode(tenant.tenant_id) + "/oauth2/v2.0/token"),
      login_(login),
      clock_(clock) {}

base::Result<FormFields> SignIn::proof(base::WallTime now) const {
  if (!credential_.certificate_file.empty())
    return certificate_proof(credential_, tenant_.endpoints.login + path_, now);
  if (!credential_.federated_token_file.empty()) return federated_proof(credential_);
  return secret_proof(credential_);
}

Attempt SignIn::ask(base::Duration ahead, std::stop_token stop) {
  auto form = proof(clock_.wall() + std::chrono::floor<std::chrono::milliseconds>(ahead));
  if (!form) return {base::pass(form, "tenant " + tenant_.name)};
  form->merge(FormFields{{"client_id", credential_.client_id},
                         {"scope", tenant_.endpoints.graph + "/.default"},
                         {"grant_type", "client_credentials"}});
  Outgoing request;
  request.method = "POST";
  request.target = path_;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                     {"Accept", "application/json"}};
  request.body = encoded(*form);
  const Response response = login_.send(request, std::move(stop));
  spdlog::debug("token for {} of tenant {}: status {}", credential_.client_id, tenant_.name,
                response.status);
  return read_sign_in(response, tenant_.name, clock_.wall());
}

}  // namespace entrad::graph
