// jobs report: pages become one text, one JSON document, one CSV.
#include <gtest/gtest.h>

#include "base/json.h"
#include "base/text.h"
#include "ctl/csv.h"
#include "fakes/golden.h"
#include "session.h"

namespace entrad::ctl {
namespace {

using fakes::Canned;
using fakes::CannedDaemon;
using nlohmann::json;
using Args = std::vector<std::string>;

struct Cell {
  std::string name;
  std::string text;
  std::string expected;
};

class CsvCell : public testing::TestWithParam<Cell> {};

TEST_P(CsvCell, IsQuotedAndNoFormula) { EXPECT_EQ(csv_cell(GetParam().text), GetParam().expected); }

INSTANTIATE_TEST_SUITE_P(
    Table, CsvCell,
    testing::Values(Cell{"Empty", "", ""}, Cell{"Plain", "Finance", "Finance"},
                    Cell{"BlanksStay", " Finance ", " Finance "},
                    Cell{"Comma", "Birch, Ada", "\"Birch, Ada\""},
                    Cell{"Quote", "say \"hi\"", "\"say \"\"hi\"\"\""},
                    Cell{"LineBreak", "Mill Road 1\nOslo", "\"Mill Road 1\nOslo\""},
                    Cell{"CarriageReturn", "a\rb", "\"a\rb\""},
                    Cell{"CrLf", "a\r\nb", "\"a\r\nb\""}, Cell{"OneQuote", "\"", "\"\"\"\""},
                    Cell{"Equals", "=1+1", "'=1+1"}, Cell{"Plus", "+47 22 00", "'+47 22 00"},
                    Cell{"Minus", "-2", "'-2"}, Cell{"At", "@SUM(A1)", "'@SUM(A1)"},
                    Cell{"Tab", "\t=1", "'\t=1"}, Cell{"LeadingReturn", "\r=1", "\"'\r=1\""},
                    Cell{"FormulaWithComma", "=A(1,2)", "\"'=A(1,2)\""},
                    Cell{"SignInside", "a=b", "a=b"}, Cell{"Apostrophe", "'quoted'", "'quoted'"},
                    Cell{"Escape", "Pulp \x1b[31m", "Pulp \uFFFD[31m"},
                    Cell{"OtherScripts", "Zoë Ångström 山田", "Zoë Ångström 山田"}),
    [](const auto& row) { return row.param.name; });

TEST(CsvRow, EndsWithCrLfAndKeepsEmptyCells) {
  EXPECT_EQ(csv_row({"a", "", "b,c", ""}), "a,,\"b,c\",\r\n");
}

// Reads RFC 4180 back.
std::vector<Args> read_csv(const std::string& text) {
  std::vector<Args> rows{{""}};
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string& cell = rows.back().back();
    if (quoted && text[i] == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      cell += text[i++];
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && text[i] == ',') {
      rows.back().emplace_back();
    } else if (!quoted && text.compare(i, 2, "\r\n") == 0) {
      rows.push_back({""});
      ++i;
    } else {
      cell += text[i];
    }
  }
  rows.pop_back();
  return rows;
}

class Report : public testing::Test {
 protected:
  Report() : daemon_(ended()) {
    run_against(daemon_, {"restore", "--all", "--with-object", "--with-memberships", "--yes"});
  }
  static Canned ended() {
    Canned world;
    world.end = "partial";
    return world;
  }
  Printed report(const Args& more) {
    Args args{"jobs", "report", "12"};
    args.insert(args.end(), more.begin(), more.end());
    return run_against(daemon_, args);
  }

  CannedDaemon daemon_;
};

TEST_F(Report, AsCsvIsAsKept) {
  const Printed printed = report({"--csv"});
  EXPECT_EQ(printed.exit, 0) << printed.err;
  fakes::expect_golden("jobs_report_csv", printed.out);
}

TEST_F(Report, AsCsvHasEveryUserAndAsManyCellsInEachRow) {
  const auto rows = read_csv(report({"--csv"}).out);
  std::set<std::string> users;
  for (const Args& row : rows) {
    EXPECT_EQ(row.size(), rows[0].size()) << row[0];
    users.insert(row[3]);
  }
  EXPECT_EQ(users.size(), 26U);  // with the title
  const Args& department = rows[1];
  EXPECT_EQ(department[12], "Sales, \"North\"");
  EXPECT_EQ(department[13], "Finance");
}

TEST_F(Report, ShowsTheFirstUsersAndSaysHowToSeeAll) {
  const std::string some = report({}).out;
  EXPECT_NE(some.find("user19@aurora.example: restored"), std::string::npos) << some;
  EXPECT_EQ(some.find("user20@aurora.example: restored"), std::string::npos) << some;
  EXPECT_NE(some.find("entractl jobs report 12 --all"), std::string::npos) << some;
  const std::string all = report({"--all"}).out;
  EXPECT_NE(all.find("user22@aurora.example: restored"), std::string::npos) << all;
  EXPECT_EQ(all.find("these are the first"), std::string::npos) << all;
}

TEST_F(Report, AsJsonIsTheSummaryWithEveryUser) {
  const json document = base::read_json(report({"--json"}).out);
  EXPECT_EQ(document["job"]["id"], 12);
  EXPECT_TRUE(document.contains("idChanged"));
  ASSERT_EQ(document["users"].size(), 25U);
  EXPECT_EQ(document["users"][0]["changes"][0]["to"], "Finance");
  EXPECT_EQ(document["users"][24]["item"]["outcome"], "impossible");
}

TEST_F(Report, IsInOneFormatAtATime) {
  const Printed printed = report({"--csv", "--json"});
  EXPECT_EQ(printed.exit, 2);
  EXPECT_EQ(printed.out, "");
}

}  // namespace
}  // namespace entrad::ctl
