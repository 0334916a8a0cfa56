// store stat, check, backup.
#include "api/error_table.h"
#include "api/keeping.h"
#include "ctl/answers.h"
#include "ctl/follow.h"
#include "ctl/handlers.h"
#include "ctl/render/keeping.h"

namespace entrad::ctl {

Exit show_store(Context& context) {
  auto answer = context.client.get("/v1/store");
  if (!answer) return base::pass(answer);
  if (context.options.json) {
    context.json(*answer);
    return api::exit_ok;
  }
  auto store = understand<api::StoreStatistics>(*answer);
  if (!store) return base::pass(store);
  context.text(render::store_statistics(*store, context.view()));
  return api::exit_ok;
}

Exit check_store(Context& context) {
  nlohmann::json body = api::StoreCheckRequest{true};
  body["kind"] = api::JobKind::check;
  return submit_for_result(
      context, body,
      [](const nlohmann::json& result, const render::View& view) -> base::Result<std::string> {
        auto check = understand<api::StoreCheck>(result);
        if (!check) return base::pass(check);
        return render::store_check(*check, view);
      });
}

Exit back_up_store(Context& context) {
  auto answer = context.client.post("/v1/store/copies", api::CopyRequest{context.options.name});
  if (!answer) return base::pass(answer);
  if (context.options.json) {
    context.json(*answer);
    return api::exit_ok;
  }
  auto copy = understand<api::StoreCopy>(*answer);
  if (!copy) return base::pass(copy);
  context.text(render::store_copy(*copy, context.view()));
  return api::exit_ok;
}

}  // namespace entrad::ctl
