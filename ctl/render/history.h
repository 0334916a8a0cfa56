// Differences, versions and logs as text for people: what was in red behind a minus, what is in
// green behind a plus. Thread safety: pure functions.
#pragma once

#include <string>
#include <vector>

#include "api/history.h"
#include "ctl/render/table.h"

namespace entrad::ctl::render {

std::string user_difference(const api::UserDifference& difference, const View& view);

Table object_change_table();
void add_object_change(Table& table, const api::ObjectChange& change);
std::string object_change_details(const api::ObjectChange& change, const View& view);
// The two moments, and how many objects of each kind came, went and changed.
std::string difference_summary(const api::SnapshotDifference& difference, const View& view);

// Values and links that changed, as in user_difference().
std::string changed_lines(const std::vector<api::ValueChange>& values,
                          const std::vector<api::LinkChange>& links, const View& view);

std::string attribute_changes(const std::vector<api::AttributeVersion>& changes, const View& view);
std::string log_rows(const std::vector<api::LogRow>& rows, const View& view);
std::string version_contents(const std::vector<api::VersionContents>& versions, const View& view);

// A value of Graph's: "-" for unset, texts as they are, lists with commas.
std::string value_text(const nlohmann::json& value);

}  // namespace entrad::ctl::render
