#include "control/events.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "api/error_table.h"
#include "api/jobs.h"
#include "base/json.h"
#include "control/handlers.h"
#include "control/parameters.h"
#include "control/wide_jobs.h"
#include "store/journal.h"

namespace entrad::control {
namespace {

constexpr std::size_t kEventsInPage = 100;

std::string line_of(const nlohmann::json& json) { return base::json_text(json); }

std::string text_of(const char* name, const api::Event& event) {
  nlohmann::json json = event;
  json["job"] = without_long_lists(event.job);
  return std::string("event: ") + name + "\nid: " + event.number.str() +
         "\ndata: " + line_of(json) + "\n\n";
}

std::vector<api::Job> present_jobs(const StreamStart& start, const store::Journal& journal) {
  if (!start.job) {
    store::JobFilter open;
    open.only_open = true;
    open.limit = kMostRows;
    return journal.jobs(open);
  }
  auto job = journal.job(*start.job);
  if (!job) throw std::runtime_error(job.error().message);
  return {*job};
}

FirstPage read_first_page(const StreamStart& start, const Context& context) {
  const store::Journal& journal = context.services.store.journal();
  FirstPage first;
  // Before the jobs are read: what changes in between is then streamed twice, never left out.
  first.page.newest = journal.newest_event();
  first.page.position = std::min(start.resume.value_or(first.page.newest), first.page.newest);
  const auto jobs = present_jobs(start, journal);
  for (const api::Job& job : jobs)
    first.page.text += text_of("state", {first.page.position, context.services.clock.wall(), job});
  if (jobs.empty()) first.page.text = ": no open jobs\nid: " + first.page.position.str() + "\n\n";
  if (start.job && api::is_final(jobs.front().state)) first.settled_at = first.page.newest;
  return first;
}

EventPage read_next_page(const StreamStart& start, base::EventNumber position,
                         const Context& context) {
  const store::Journal& journal = context.services.store.journal();
  EventPage page;
  page.position = position;
  page.newest = journal.newest_event();
  const auto events = journal.events(position, kEventsInPage);
  for (const api::Event& event : events) {
    page.position = event.number;
    if (start.job && event.job.id != *start.job) continue;
    page.text += text_of("job", event);
    page.is_final = start.job && api::is_final(event.job.state);
    if (page.is_final) break;
  }
  // Numbers below the newest that the journal has dropped are not waited for.
  if (events.empty()) page.position = std::max(position, page.newest);
  return page;
}

// A stream has no way to answer an error once it runs: it ends, and the client's next request is
// told why.
EventPage broken(base::EventNumber position, const std::exception& error) {
  spdlog::error("an event stream ends: {}", error.what());
  return EventPage{{}, position, position, true};
}

base::Result<std::optional<base::EventNumber>> resume_of(const Question& question) {
  std::string text = text_of(question, "after");
  const char* name = "after";
  if (text.empty()) {
    text = question.last_event_id;
    name = "Last-Event-ID";
  }
  if (text.empty()) return std::optional<base::EventNumber>();
  auto number = parse_number(name, text);
  if (!number) return base::pass(number);
  return std::optional(base::EventNumber{*number});
}

}  // namespace

FirstPage first_page(const StreamStart& start, const Context& context) {
  try {
    return read_first_page(start, context);
  } catch (const std::exception& error) {
    return {broken({}, error), std::nullopt};
  }
}

EventPage next_page(const StreamStart& start, base::EventNumber position, const Context& context) {
  try {
    return read_next_page(start, position, context);
  } catch (const std::exception& error) {
    return broken(position, error);
  }
}

std::string slow_text(std::uint64_t behind) {
  base::Error error;
  error.kind = base::ErrorKind::timed_out;
  error.message = "this reader is more than " + std::to_string(behind) + " events behind";
  error.hint = "connect again with Last-Event-ID, and read faster";
  return "event: slow\ndata: " + line_of(api::error_json(error)) + "\n\n";
}

base::Result<Answer> get_events(const Question& question, const Context& context) {
  Answer answer;
  answer.stream.emplace();
  if (const std::string text = text_of(question, "job"); !text.empty()) {
    auto number = parse_number("job", text);
    if (!number) return base::pass(number);
    auto job = context.services.store.journal().job(base::JobId{*number});
    if (!job) return base::pass(job);
    answer.stream->job = job->id;
  }
  auto resume = resume_of(question);
  if (!resume) return base::pass(resume);
  answer.stream->resume = *resume;
  return answer;
}

}  // namespace entrad::control
