#include "ctl/follow.h"

#include "api/error_table.h"
#include "base/json.h"
#include "ctl/render/job.h"
#include "ctl/render/json.h"

namespace entrad::ctl {
namespace {

using base::ErrorKind;
using nlohmann::json;

// The first event holds the present state, the others one change each; either way the job is under
// "job" or is the data itself.
json job_in(const StreamEvent& event, base::JobId id) {
  const json data = base::parse_json(event.data);
  if (!data.is_object()) return nullptr;
  if (const auto jobs = data.find("jobs"); jobs != data.end() && jobs->is_array()) {
    for (const json& job : *jobs)
      if (job.is_object() && job.value("id", std::uint64_t{0}) == id.value) return job;
    return nullptr;
  }
  return data.contains("job") ? data["job"] : data;
}

class Follower {
 public:
  Follower(Context& context, base::JobId job, const std::function<bool(const SeenJob&)>& enough)
      : context_(context),
        job_(job),
        enough_(enough),
        connected_(context.client.has_answered()),
        progress_(context.streams, context.now, context.progress_mode()) {}

  base::Result<SeenJob> run() {
    for (;;) {
      auto read = read_stream();
      if (finished_) return get_job(context_, job_);
      const bool lost = !read && read.error().kind == ErrorKind::unreachable;
      if (!read && !(lost && connected_)) return base::pass(read);
      if (read && !again()) return base::fail(ErrorKind::cancelled, "interrupted");
      if (!read && !try_again()) return give_up(read);
    }
  }

 private:
  base::Result<void> read_stream() {
    return context_.client.stream(
        "/v1/events?job=" + job_.str(), last_event_,
        [this](const StreamEvent& event) { return take(event); }, [this] { progress_.tick(); });
  }

  // False: this was what was waited for.
  bool take(const StreamEvent& event) {
    connected_ = true;
    lost_at_.reset();
    if (!event.id.empty()) last_event_ = event.id;
    if (event.name != "state" && event.name != "job") return true;
    auto seen = read_job(job_in(event, job_));
    if (!seen) return true;  // a later event, or the end of the stream, brings it again
    progress_.show(*seen);
    finished_ = seen->is_final() || enough_(*seen);
    return !finished_;
  }

  // The daemon ended the stream before the job's end: it is stopping, or we were too slow.
  bool again() {
    last_event_.clear();
    return context_.client.pause(Client::kBetweenTries);
  }

  bool try_again() {
    if (!lost_at_) {
      lost_at_ = context_.now();
      progress_.note("the connection to the daemon is lost; trying again");
    }
    last_event_.clear();
    return context_.now() - *lost_at_ < Client::kPatience &&
           context_.client.pause(Client::kBetweenTries);
  }

  base::unexpected<base::Error> give_up(base::Result<void>& read) {
    if (context_.interrupt.requested()) return base::fail(ErrorKind::cancelled, "interrupted");
    read.error().hint = "the job is kept and goes on when the daemon runs: `" +
                        context_.command("jobs watch " + job_.str()) + "`; " + read.error().hint;
    return base::pass(read);
  }

  Context& context_;
  base::JobId job_;
  const std::function<bool(const SeenJob&)>& enough_;
  bool connected_;  // once; a daemon that was never there is not waited for
  render::Progress progress_;
  std::string last_event_;
  std::optional<base::WallTime> lost_at_;
  bool finished_ = false;
};

}  // namespace

base::Result<SeenJob> follow(Context& context, base::JobId job,
                             const std::function<bool(const SeenJob&)>& enough) {
  Follower follower(context, job, enough);
  return follower.run();
}

base::Result<SeenJob> get_job(Context& context, base::JobId job) {
  auto answer = context.client.get("/v1/jobs/" + job.str());
  if (!answer) return base::pass(answer);
  return read_job(*answer);
}

base::Result<SeenJob> wait_for_end(Context& context, base::JobId job) {
  return follow(context, job, [](const SeenJob& seen) { return seen.is_held(); });
}

int detached(Context& context, base::JobId job) {
  const std::string id = job.str();
  const base::Error detachment{ErrorKind::cancelled,
                               "detached; job " + id + " goes on without this program",
                               "see it: `" + context.command("jobs watch " + id) +
                                   "`; cancel it: `" + context.command("jobs cancel " + id) + "`",
                               nullptr};
  context.streams.err << (context.options.json ? render::error_document(detachment)
                                               : render::error_text(detachment))
                      << std::flush;
  return api::exit_interrupted;
}

namespace {

Exit leave_queued(Context& context, const SeenJob& submitted) {
  const std::string id = submitted.job.id.str();
  if (context.options.json)
    context.json(submitted.raw);
  else
    context.text(render::clean(submitted.kind) + " job " + id +
                 " is queued: " + context.command("jobs watch " + id) + "\n");
  return api::exit_ok;
}

// Submits, waits, and prints the end with `print`.
template <typename Print>
Exit submit_and_print(Context& context, const json& body, const Print& print) {
  auto answer = context.client.post("/v1/jobs", body);
  if (!answer) return base::pass(answer);
  auto submitted = read_job(*answer);
  if (!submitted) return base::pass(submitted);
  if (context.options.no_wait) return leave_queued(context, *submitted);
  const base::JobId id = submitted->job.id;
  auto ended = wait_for_end(context, id);
  if (!ended && is_interrupt(ended.error())) return detached(context, id);
  if (!ended) return base::pass(ended);
  print(*ended);
  return exit_code(*ended);
}

}  // namespace

Exit submit_and_wait(Context& context, const nlohmann::json& body,
                     void (*and_then)(Context&, const SeenJob&)) {
  return submit_and_print(context, body, [&](const SeenJob& ended) {
    if (context.options.json) return context.json(ended.raw);
    context.text(render::job_verdict(ended, context.view()));
    if (and_then != nullptr) and_then(context, ended);
  });
}

Exit submit_for_result(Context& context, const nlohmann::json& body,
                       base::Result<std::string> (*text_of)(const nlohmann::json& result,
                                                            const render::View& view)) {
  return submit_and_print(context, body, [&](const SeenJob& ended) {
    // A job that ended before it began has none; its verdict says why.
    auto result = context.client.get("/v1/jobs/" + ended.job.id.str() + "/result");
    if (context.options.json) {
      json all = {{"job", ended.raw}};
      if (result) all["result"] = *result;
      return context.json(all);
    }
    context.text(render::job_verdict(ended, context.view()));
    if (!result) return;
    if (auto text = text_of(*result, context.view())) context.text(*text);
  });
}

bool is_interrupt(const base::Error& problem) {
  return problem.kind == ErrorKind::cancelled && problem.message == "interrupted";
}

}  // namespace entrad::ctl
