#include "restore/new_name.h"

#include <gtest/gtest.h>

namespace entrad::restore {
namespace {

TEST(NewName, FillsInThePartsOfTheOldOne) {
  const nlohmann::json anna{{"userPrincipalName", "anna@aurora.example"}};
  EXPECT_EQ(name_from("{local}.new@{domain}", anna), "anna.new@aurora.example");
  EXPECT_EQ(name_from("x-{local}-{local}@borealis.example", anna), "x-anna-anna@borealis.example");
  EXPECT_EQ(name_from("other@aurora.example", anna), "other@aurora.example");
}

TEST(NewName, RefusesWhatGivesNoNameOrOneForAll) {
  struct Row {
    const char* words;
    std::size_t users;
    const char* objection;  // empty: none
  };
  for (const Row& row :
       {Row{"{local}.new@{domain}", 0, ""}, Row{"anna.new@aurora.example", 1, ""},
        Row{"anna.new@aurora.example", 2, "one name"}, Row{"anna.new@{domain}", 0, "one name"},
        Row{"{local}", 1, "no userPrincipalName"}, Row{"@{domain}", 1, "no userPrincipalName"},
        Row{"{local}@", 1, "no userPrincipalName"}, Row{"a@{local}@{domain}", 1, "no user"},
        Row{"{name}@{domain}", 1, "braces"}, Row{"{local}@{Domain}", 1, "braces"},
        Row{"anna new@aurora.example", 1, "does not take"},
        Row{"änna@aurora.example", 1, "does not take"}}) {
    const auto checked = check_name_words(row.words, row.users != 1);
    EXPECT_EQ(checked.has_value(), std::string(row.objection).empty()) << row.words;
    if (checked) continue;
    EXPECT_EQ(checked.error().kind, base::ErrorKind::invalid_argument);
    EXPECT_NE(checked.error().message.find(row.objection), std::string::npos)
        << checked.error().message;
  }
}

}  // namespace
}  // namespace entrad::restore
