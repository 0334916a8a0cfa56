// What a restore did to each user, as text for people and as rows for CSV.
// Thread safety: pure functions.
#pragma once

#include <string>
#include <vector>

#include "api/changes.h"
#include "ctl/render/text.h"

namespace entrad::ctl::render {

std::string changes_of_user(const api::ReportedUser& user, const View& view);

// The names of the columns, and the cells of each row: one a change, and one for a user for whom
// there is none to tell.
std::vector<std::string> change_columns();
std::vector<std::vector<std::string>> change_rows(const api::ReportedUser& user);

}  // namespace entrad::ctl::render
