// Jobs and their items as text for people.
// Thread safety: pure functions.
#pragma once

#include <string>
#include <vector>

#include "ctl/answers.h"
#include "ctl/render/table.h"

namespace entrad::ctl::render {

Tone tone_of(const std::string& state);

std::string job_table(const std::vector<SeenJob>& jobs, const View& view);
std::string job_details(const SeenJob& seen, const View& view);
// What a restore was asked for: "object and manager, memberships; sign-in blocked".
std::string asked(const nlohmann::json& request);
// "restore job 12: partial" and why, in one or two lines.
std::string job_verdict(const SeenJob& seen, const View& view);
// Columns of the item table, for pages of one list.
Table item_table();
void add_item(Table& table, const api::Item& item);
// "failed: ...", "what to do: ..." lines of an item, indented.
std::string problem_lines(const std::vector<api::Failure>& problems, std::size_t indent);

}  // namespace entrad::ctl::render
