// jobs secrets: what a restore has sealed, opened here with the key, which the daemon never sees.
#include "api/error_table.h"
#include "base/seal.h"
#include "ctl/answers.h"
#include "ctl/handlers.h"
#include "ctl/query.h"
#include "ctl/read_file.h"
#include "ctl/render/table.h"

namespace entrad::ctl {
namespace {

using nlohmann::json;

base::Result<std::vector<api::SealedSecret>> fetch(Context& context) {
  std::vector<api::SealedSecret> secrets;
  const std::string path = "/v1/jobs/" + std::to_string(context.options.job) + "/secrets";
  for (std::uint64_t from = 0;;) {
    Query query;
    query.add("from", std::to_string(from)).add("limit", "1000");
    auto answer = context.client.get(path + query.str());
    if (!answer) return base::pass(answer);
    auto page = understand<api::SecretPage>(*answer);
    if (!page) return base::pass(page);
    secrets.insert(secrets.end(), page->secrets.begin(), page->secrets.end());
    if (!page->next) return secrets;
    from = *page->next;
  }
}

Exit print_sealed(Context& context, const std::vector<api::SealedSecret>& secrets) {
  if (context.options.json) {
    context.json({{"secrets", secrets}});
    return api::exit_ok;
  }
  if (secrets.empty()) {
    context.text(
        "nothing was sealed: the restore had no --seal-to, or has created nobody and issued "
        "no pass\n");
    return api::exit_ok;
  }
  context.text(
      render::counted(secrets.size(), "secret") + " sealed; to read them: " +
      context.command("jobs secrets " + std::to_string(context.options.job) + " --key key.pem") +
      "\n");
  return api::exit_ok;
}

}  // namespace

Exit show_secrets(Context& context) {
  auto secrets = fetch(context);
  if (!secrets) return base::pass(secrets);
  if (context.options.key.empty() || secrets->empty()) return print_sealed(context, *secrets);
  auto key = read_file(context.options.key, "give the file of the private key (PEM)");
  if (!key) return base::pass(key);
  render::Table table({{"USER", render::Column::left, 20}, {"KIND"}, {"SECRET"}});
  json opened = json::array();
  for (const api::SealedSecret& one : *secrets) {
    auto secret = base::unseal(*key, one.sealed);
    if (!secret) return base::pass(secret);
    table.row({one.user_principal_name, one.kind, *secret});
    opened.push_back(
        {{"userPrincipalName", one.user_principal_name}, {"kind", one.kind}, {"secret", *secret}});
  }
  if (context.options.json)
    context.json({{"secrets", opened}});
  else
    context.text(table.flush(context.view()));
  return api::exit_ok;
}

}  // namespace entrad::ctl
