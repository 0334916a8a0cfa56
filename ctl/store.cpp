// store stat.
#include "api/error_table.h"
#include "ctl/answers.h"
#include "ctl/handlers.h"
#include "ctl/render/links.h"

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

}  // namespace entrad::ctl
