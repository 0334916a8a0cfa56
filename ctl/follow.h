// Follow: waits for a job, showing how far it is, over lost connections and restarts of the daemon.
// Thread safety: belongs to the run's thread.
#pragma once

#include <functional>

#include "ctl/answers.h"
#include "ctl/context.h"
#include "ctl/handlers.h"

namespace entrad::ctl {

// Until `enough` says so or the job has ended; then the job as it is. A lost connection is tried
// again for a minute. Errors: not_found; cancelled (Ctrl-C; the job goes on); unreachable (the
// daemon stayed away; the job goes on when it is back).
base::Result<SeenJob> follow(Context& context, base::JobId job,
                             const std::function<bool(const SeenJob&)>& enough);

// The job as the daemon has it now.
base::Result<SeenJob> get_job(Context& context, base::JobId job);

// Tells on the error stream that the job goes on without this program, and how to see or cancel it.
// The exit code for that.
int detached(Context& context, base::JobId job);

// follow(), until the job has ended or needs a person.
base::Result<SeenJob> wait_for_end(Context& context, base::JobId job);

// Submits a job that needs nobody's approval, and waits for its end unless --no-wait says not to.
// Prints the job's verdict, then what `and_then` prints; or its JSON. The exit code of its end.
Exit submit_and_wait(Context& context, const nlohmann::json& body,
                     void (*and_then)(Context&, const SeenJob&) = nullptr);

// The same for a job with a result: the text that `text_of` makes of it comes after the verdict; as
// JSON it is {"job", "result"}.
Exit submit_for_result(Context& context, const nlohmann::json& body,
                       base::Result<std::string> (*text_of)(const nlohmann::json& result,
                                                            const render::View& view));

// True where `problem` is Ctrl-C.
bool is_interrupt(const base::Error& problem);

}  // namespace entrad::ctl
