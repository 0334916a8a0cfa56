// queue status.
#include "api/error_table.h"
#include "ctl/answers.h"
#include "ctl/handlers.h"
#include "ctl/render/status.h"

namespace entrad::ctl {

Exit show_queue(Context& context) {
  auto answer = context.client.get("/v1/queue");
  if (!answer) return base::pass(answer);
  if (context.options.json) {
    context.json(*answer);
    return api::exit_ok;
  }
  auto queue = understand<api::QueueStatus>(*answer);
  if (!queue) return base::pass(queue);
  if (queue->buckets.empty())
    context.text("nothing was sent to Microsoft Graph yet\n");
  else
    context.text(render::queue_status(*queue, context.view()));
  return api::exit_ok;
}

}  // namespace entrad::ctl
