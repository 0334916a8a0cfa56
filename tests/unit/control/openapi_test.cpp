// Holds openapi.yaml, the table of routes and the structs of the API together. The page is read by
// its indentation, which is enough as long as it is written as it is: one line a parameter and a
// property.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "api/changes.h"
#include "api/history.h"
#include "api/jobs.h"
#include "api/keeping.h"
#include "api/requests.h"
#include "api/retention.h"
#include "api/snapshots.h"
#include "api/status.h"
#include "api/tenant_check.h"
#include "base/text.h"
#include "control/routes.h"
#include "fakes/places.h"

namespace entrad::control {
namespace {

struct Operation {
  std::set<std::string> query;
  std::set<std::string> path;
  std::string needs;
  std::string summary;
  std::set<std::string> answers;
};

struct Page {
  std::map<std::string, Operation> operations;            // "GET /v1/status"
  std::map<std::string, std::set<std::string>> schemas;   // name -> properties
  std::map<std::string, std::vector<std::string>> words;  // name -> enum
};

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return text;
}

void read_operation_line(const std::string& line, Operation& operation) {
  static const std::regex parameter(R"(^        - \{name: ([\w-]+), in: (\w+),.*)");
  static const std::regex answer(R"(^        \"?(\d{3}|default)\"?: .*)");
  std::smatch found;
  if (std::regex_match(line, found, parameter)) {
    if (found[2] == "query") operation.query.insert(found[1]);
    if (found[2] == "path") operation.path.insert(found[1]);
  }
  if (std::regex_match(line, found, answer)) operation.answers.insert(found[1]);
  if (line.starts_with("      x-needs: ")) operation.needs = line.substr(15);
  if (line.starts_with("      summary: ")) operation.summary = line.substr(15);
}

void read_schema_line(const std::string& line, const std::string& name, Page& page) {
  static const std::regex property(R"(^        (\w+): .*)");
  static const std::regex words(R"(^      enum: \[(.*)\]$)");
  std::smatch found;
  if (std::regex_match(line, found, property)) page.schemas[name].insert(found[1]);
  if (!std::regex_match(line, found, words)) return;
  for (const std::string& word : base::split(found[1].str(), ','))
    page.words[name].emplace_back(base::trim(word));
}

Page read_page() {
  static const std::regex path(R"(^  (/\S+):$)");
  static const std::regex method(R"(^    (get|post|put|delete):$)");
  static const std::regex schema(R"(^    (\w+):$)");
  std::ifstream file(fakes::source_folder() / "daemon/control/openapi.yaml");
  Page page;
  std::string section;
  std::string where;
  std::string what;
  std::smatch found;
  for (std::string line; std::getline(file, line);) {
    if (line == "paths:" || line == "  schemas:") section = line;
    if (section == "paths:") {
      if (std::regex_match(line, found, path)) where = found[1];
      if (std::regex_match(line, found, method)) what = upper(found[1]) + " " + where;
      if (!what.empty()) read_operation_line(line, page.operations[what]);
    } else if (section == "  schemas:") {
      if (std::regex_match(line, found, schema)) what = found[1];
      read_schema_line(line, what, page);
    }
  }
  return page;
}

template <typename Struct>
std::set<std::string> fields_of() {
  std::set<std::string> fields;
  Struct value;
  value.fields([&fields](const char* field, auto&) { fields.insert(field); });
  return fields;
}

TEST(OpenApi, DescribesEveryRouteAndNoOther) {
  std::set<std::string> table;
  for (const Route& route : routes())
    table.insert(std::string(route.method) + " " + std::string(route.pattern));
  std::set<std::string> described;
  for (const auto& [name, operation] : read_page().operations) described.insert(name);
  EXPECT_EQ(described, table);
}

TEST(OpenApi, AgreesWithEachRoutesParametersAccessAndSummary) {
  Page page = read_page();
  for (const Route& route : routes()) {
    const std::string name = std::string(route.method) + " " + std::string(route.pattern);
    const Operation& operation = page.operations[name];
    std::set<std::string> query;
    for (const std::string& one : base::split(route.parameters, ' '))
      if (!one.empty()) query.insert(one);
    EXPECT_EQ(operation.query, query) << name;
    std::set<std::string> path;
    for (const std::string& part : base::split(route.pattern, '/'))
      if (part.starts_with('{')) path.insert(part.substr(1, part.size() - 2));
    EXPECT_EQ(operation.path, path) << name;
    EXPECT_EQ(operation.needs, route.need == Need::read ? "read" : "operate") << name;
    EXPECT_EQ(operation.summary, route.summary) << name;
    EXPECT_TRUE(operation.answers.contains("default")) << name;
    EXPECT_TRUE(operation.answers.contains("400")) << name;
  }
}

TEST(OpenApi, DescribesEveryFieldOfEveryStruct) {
  const std::map<std::string, std::set<std::string>> structs{
      {"Selection", fields_of<api::Selection>()},
      {"RestoreRequest", fields_of<api::RestoreRequest>()},
      {"Counterpart", fields_of<api::Counterpart>()},
      {"SealedSecret", fields_of<api::SealedSecret>()},
      {"SecretPage", fields_of<api::SecretPage>()},
      {"RetryRequest", fields_of<api::RetryRequest>()},
      {"UndoRequest", fields_of<api::UndoRequest>()},
      {"Approval", fields_of<api::Approval>()},
      {"BackupRequest", fields_of<api::BackupRequest>()},
      {"Moment", fields_of<api::Moment>()},
      {"ValueChange", fields_of<api::ValueChange>()},
      {"LinkChange", fields_of<api::LinkChange>()},
      {"UserDifference", fields_of<api::UserDifference>()},
      {"ObjectChange", fields_of<api::ObjectChange>()},
      {"ChangeCounts", fields_of<api::ChangeCounts>()},
      {"SnapshotDifference", fields_of<api::SnapshotDifference>()},
      {"VersionContents", fields_of<api::VersionContents>()},
      {"AttributeVersion", fields_of<api::AttributeVersion>()},
      {"GroupRow", fields_of<api::GroupRow>()},
      {"GroupPage", fields_of<api::GroupPage>()},
      {"LinkEvent", fields_of<api::LinkEvent>()},
      {"RoleHolder", fields_of<api::RoleHolder>()},
      {"LogRow", fields_of<api::LogRow>()},
      {"StoreTable", fields_of<api::StoreTable>()},
      {"StoreStatistics", fields_of<api::StoreStatistics>()},
      {"CheckRequest", fields_of<api::CheckRequest>()},
      {"PruneRequest", fields_of<api::PruneRequest>()},
      {"StoreCheckRequest", fields_of<api::StoreCheckRequest>()},
      {"PinRequest", fields_of<api::PinRequest>()},
      {"CopyRequest", fields_of<api::CopyRequest>()},
      {"StoreCopy", fields_of<api::StoreCopy>()},
      {"Retention", fields_of<api::Retention>()},
      {"Pin", fields_of<api::Pin>()},
      {"Verdict", fields_of<api::Verdict>()},
      {"PrunePlan", fields_of<api::PrunePlan>()},
      {"Pruned", fields_of<api::Pruned>()},
      {"StoreCheck", fields_of<api::StoreCheck>()},
      {"Progress", fields_of<api::Progress>()},
      {"Failure", fields_of<api::Failure>()},
      {"Job", fields_of<api::Job>()},
      {"Item", fields_of<api::Item>()},
      {"Plan", fields_of<api::Plan>()},
      {"Report", fields_of<api::Report>()},
      {"ReportedChange", fields_of<api::ReportedChange>()},
      {"ReportedUser", fields_of<api::ReportedUser>()},
      {"ReportPage", fields_of<api::ReportPage>()},
      {"Event", fields_of<api::Event>()},
      {"SectionState", fields_of<api::SectionState>()},
      {"Snapshot", fields_of<api::Snapshot>()},
      {"UserRow", fields_of<api::UserRow>()},
      {"UserPage", fields_of<api::UserPage>()},
      {"VersionRow", fields_of<api::VersionRow>()},
      {"Membership", fields_of<api::Membership>()},
      {"RoleAssignment", fields_of<api::RoleAssignment>()},
      {"DirectLicense", fields_of<api::DirectLicense>()},
      {"AppRole", fields_of<api::AppRole>()},
      {"LinkedObject", fields_of<api::LinkedObject>()},
      {"Deletion", fields_of<api::Deletion>()},
      {"UserDetail", fields_of<api::UserDetail>()},
      {"BucketStatus", fields_of<api::BucketStatus>()},
      {"QueueStatus", fields_of<api::QueueStatus>()},
      {"TenantStatus", fields_of<api::TenantStatus>()},
      {"StoreStatus", fields_of<api::StoreStatus>()},
      {"DaemonStatus", fields_of<api::DaemonStatus>()},
      {"CheckLine", fields_of<api::CheckLine>()},
      {"License", fields_of<api::License>()},
      {"QuotaLimit", fields_of<api::QuotaLimit>()},
      {"LeastTime", fields_of<api::LeastTime>()},
      {"TenantCheck", fields_of<api::TenantCheck>()}};
  Page page = read_page();
  for (const auto& [name, fields] : structs) EXPECT_EQ(page.schemas[name], fields) << name;
}

template <typename Word>
std::vector<std::string> words_of() {
  return {api::Words<Word>::names.begin(), api::Words<Word>::names.end()};
}

TEST(OpenApi, KnowsEveryWord) {
  Page page = read_page();
  EXPECT_EQ(page.words["JobKind"], words_of<api::JobKind>());
  EXPECT_EQ(page.words["JobState"], words_of<api::JobState>());
  EXPECT_EQ(page.words["Outcome"], words_of<api::Outcome>());
  EXPECT_EQ(page.words["AttributeMode"], words_of<api::AttributeMode>());
  EXPECT_EQ(page.words["CounterpartKind"], words_of<api::CounterpartKind>());
  EXPECT_EQ(page.words["SnapshotKind"], words_of<api::SnapshotKind>());
  EXPECT_EQ(page.words["Completeness"], words_of<api::Completeness>());
}

}  // namespace
}  // namespace entrad::control
