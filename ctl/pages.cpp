#include "ctl/pages.h"

#include <algorithm>
#include <limits>

#include "base/json.h"
#include "ctl/answers.h"
#include "ctl/query.h"

namespace entrad::ctl {
namespace {

using nlohmann::json;

constexpr std::uint64_t kPage = 1000;  // the most that the daemon answers at once

base::Result<json> fetch(Context& context, const std::string& tenant, const PagedQuestion& question,
                         std::uint64_t size, const std::string& cursor) {
  Query query;
  for (const auto& [name, value] : question.parameters) query.add_if(name, value);
  query.add("limit", std::to_string(size)).add_if("cursor", cursor);
  return context.client.get("/v1/tenants/" + base::url_encode(tenant) + question.path +
                            query.str());
}

void pin(PagedQuestion& question, const json& answer) {
  for (const auto& [parameter, place] : question.pins)
    if (const json::json_pointer at(place); answer.contains(at))
      question.parameters[parameter] = base::json_text(answer.at(at));
  question.pins.clear();
}

}  // namespace

base::Result<json> fetch_pages(Context& context, PagedQuestion question) {
  auto tenant = context.tenant();
  if (!tenant) return base::pass(tenant);
  std::uint64_t left =
      context.options.all ? std::numeric_limits<std::uint64_t>::max() : context.options.limit;
  json whole;
  for (std::string cursor;;) {
    auto page = fetch(context, *tenant, question, std::min(kPage, left), cursor);
    if (!page) return page;
    const json& rows = (*page)[question.field];
    if (!rows.is_array()) return not_understood("a list without \"" + question.field + "\"");
    left -= std::min<std::uint64_t>(left, rows.size());
    cursor = rows.empty() ? std::string() : page->value("cursor", std::string());
    if (whole.is_null()) {
      pin(question, *page);
      whole = std::move(*page);
    } else {
      whole[question.field].insert(whole[question.field].end(), rows.begin(), rows.end());
    }
    whole.erase("cursor");
    if (!cursor.empty()) whole["cursor"] = cursor;
    if (cursor.empty() || left == 0) return whole;
  }
}

std::string page_note(std::size_t shown, std::uint64_t total, std::string_view thing, bool more) {
  return render::number(shown) + " of " + render::counted(total, thing) +
         (more ? "; more with --limit N or --all" : "") + "\n";
}

}  // namespace entrad::ctl
