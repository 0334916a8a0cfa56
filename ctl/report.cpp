// jobs report: the summary, then every change, page after page, so that a report of half a million
// users needs no more memory than one page.
#include <limits>

#include "api/changes.h"
#include "api/error_table.h"
#include "ctl/answers.h"
#include "ctl/csv.h"
#include "ctl/handlers.h"
#include "ctl/query.h"
#include "ctl/render/changes.h"
#include "ctl/render/json.h"
#include "ctl/render/report.h"

namespace entrad::ctl {
namespace {

using nlohmann::json;

constexpr std::uint64_t kPage = 200;       // a user may have hundreds of changes
constexpr std::uint64_t kUsersShown = 20;  // as text, without --all

std::string path_of(const Context& context) {
  return "/v1/jobs/" + std::to_string(context.options.job);
}

// A page, with the answer that it was read from.
struct Page {
  api::ReportPage page;
  json answer;
};

base::Result<Page> fetch(Context& context, std::uint64_t from, std::uint64_t limit,
                         bool only_changed) {
  Query query;
  if (only_changed) query.add("changed", "true");
  query.add("from", std::to_string(from)).add("limit", std::to_string(limit));
  auto answer = context.client.get(path_of(context) + "/changes" + query.str());
  if (!answer) return base::pass(answer);
  auto page = understand<api::ReportPage>(*answer);
  if (!page) return base::pass(page);
  // A page that does not lead on would be asked for without end.
  if (page->next && *page->next <= from) return not_understood("a page that follows itself");
  return Page{std::move(*page), std::move(*answer)};
}

// Calls `show` for each page; to the end, or to the page with which there are `most` users.
// True: there are more.
template <typename Show>
base::Result<bool> for_each_page(Context& context, std::uint64_t most, bool only_changed,
                                 const Show& show) {
  std::uint64_t from = 0;
  for (std::uint64_t left = most; left > 0;) {
    auto page = fetch(context, from, std::min(kPage, left), only_changed);
    if (!page) return base::pass(page);
    show(*page);
    left -= std::min<std::uint64_t>(left, page->page.users.size());
    if (!page->page.next) return false;
    from = *page->page.next;
  }
  return true;
}

Exit print_json(Context& context, const json& report) {
  std::string head = "{";
  for (const auto& [name, value] : report.items())
    head += render::compact(name) + ":" + render::compact(value) + ",\n";
  context.text(head + "\"users\":[");
  bool first = true;
  auto done = for_each_page(context, std::numeric_limits<std::uint64_t>::max(), false,
                            [&](const Page& page) {
                              std::string text;
                              for (const json& user : page.answer.value("users", json::array())) {
                                text += (first ? "\n  " : ",\n  ") + render::compact(user);
                                first = false;
                              }
                              context.text(text);
                            });
  if (!done) return base::pass(done);
  context.text("\n]}\n");
  return api::exit_ok;
}

Exit print_csv(Context& context) {
  context.text(csv_row(render::change_columns()));
  auto done = for_each_page(context, std::numeric_limits<std::uint64_t>::max(), false,
                            [&](const Page& page) {
                              std::string text;
                              for (const api::ReportedUser& user : page.page.users)
                                for (const auto& row : render::change_rows(user))
                                  text += csv_row(row);
                              context.text(text);
                            });
  if (!done) return base::pass(done);
  return api::exit_ok;
}

Exit print_text(Context& context, const json& answer) {
  auto seen = read_job(answer.value("job", json()));
  if (!seen) return base::pass(seen);
  auto report = understand<api::Report>(answer);
  if (!report) return base::pass(report);
  context.text(render::report(*report, *seen, context.view()));
  const std::uint64_t most =
      context.options.all ? std::numeric_limits<std::uint64_t>::max() : kUsersShown;
  bool first = true;
  auto more = for_each_page(context, most, true, [&](const Page& page) {
    for (const api::ReportedUser& user : page.page.users) {
      const auto title = context.view().paint("What was done, user by user", render::Tone::title);
      context.text((first ? "\n" + title + "\n\n" : "\n") +
                   render::changes_of_user(user, context.view()));
      first = false;
    }
  });
  if (!more) return base::pass(more);
  const std::string again = "jobs report " + std::to_string(context.options.job);
  if (*more)
    context.text("\n" +
                 render::wrap("these are the first " + std::to_string(kUsersShown) + "; all: `" +
                                  context.command(again + " --all") + "`, as a table `" +
                                  context.command(again + " --csv") + "`",
                              2, 0) +
                 "\n");
  return api::exit_ok;
}

}  // namespace

Exit show_report(Context& context) {
  if (context.options.csv && context.options.json)
    return base::fail(base::ErrorKind::invalid_argument, "--csv and --json are two formats",
                      "give one of them");
  auto answer = context.client.get(path_of(context) + "/report");
  if (!answer) return base::pass(answer);
  if (context.options.json) return print_json(context, *answer);
  return context.options.csv ? print_csv(context) : print_text(context, *answer);
}

}  // namespace entrad::ctl
