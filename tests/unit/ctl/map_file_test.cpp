#include "ctl/map_file.h"

#include <gtest/gtest.h>

#include <sstream>

namespace entrad::ctl {
namespace {

using api::CounterpartKind;

base::Result<std::vector<api::Counterpart>> read(const std::string& text) {
  std::istringstream stream(text);
  return read_map(stream, "map.csv");
}

TEST(MapFile, NamesOneThingALine) {
  const auto map = read(
      "\xEF\xBB\xBFkind,from,to\r\n"
      "# those who sell\r\n"
      "\r\n"
      "group,Sales,Vertrieb\r\n"
      "group, \"Paper, old\" ,\"Say \"\"Paper\"\"\"\r\n"
      "domain,aurora.example,borealis.example\n"
      "administrativeUnit,North,Nord\nrole,Helper,Helfer\napplication,Payroll,Lohn\n");
  ASSERT_TRUE(map) << map.error().message;
  ASSERT_EQ(map->size(), 6U);
  EXPECT_EQ((*map)[0].kind, CounterpartKind::group);
  EXPECT_EQ((*map)[0].from + "|" + (*map)[0].to, "Sales|Vertrieb");
  EXPECT_EQ((*map)[1].from + "|" + (*map)[1].to, "Paper, old|Say \"Paper\"");
  EXPECT_EQ((*map)[2].kind, CounterpartKind::domain);
  EXPECT_EQ((*map)[5].kind, CounterpartKind::application);
}

TEST(MapFile, AWrongLineIsNamed) {
  struct Row {
    const char* text;
    const char* objection;
  };
  for (const Row& row :
       {Row{"", "maps nothing"}, Row{"# nothing\n", "maps nothing"}, Row{"group,Sales\n", "line 1"},
        Row{"group,Sales,\n", "three parts"}, Row{"group,a,b\ngroup,a,b,c\n", "line 2"},
        Row{"group,\"a,b\n", "three parts"}, Row{"team,a,b\n", "\"team\" is no kind"},
        Row{"group,Sales,a\ngroup,SALES,b\n", "a second time"}}) {
    const auto map = read(row.text);
    ASSERT_FALSE(map) << row.text;
    EXPECT_EQ(map.error().kind, base::ErrorKind::invalid_argument);
    EXPECT_NE(map.error().message.find(row.objection), std::string::npos) << map.error().message;
    EXPECT_FALSE(map.error().hint.empty());
  }
}

}  // namespace
}  // namespace entrad::ctl
