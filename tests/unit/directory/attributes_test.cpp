#include "directory/attributes.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

#include "base/text.h"
#include "fakes/places.h"

namespace entrad::directory {
namespace {

TEST(Attributes, EachIsFoundByItsNameAndNothingElseIs) {
  for (const Attribute& attribute : user_attributes())
    EXPECT_EQ(find_user_attribute(attribute.name), &attribute) << attribute.name;
  EXPECT_EQ(find_user_attribute("password"), nullptr);
  EXPECT_EQ(find_user_attribute(""), nullptr);
  EXPECT_EQ(find_user_attribute("zzz"), nullptr);
}

TEST(Attributes, SelectListNamesEachOnceAndStartsWithTheId) {
  const auto names = base::split(user_select(), ',');
  EXPECT_EQ(names.front(), "id");
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
  std::size_t swept = 0;
  for (const Attribute& attribute : user_attributes())
    swept += attribute.backup == Backup::with_all ? 1 : 0;
  EXPECT_EQ(names.size(), swept);
  EXPECT_GT(swept, 50U);
}

TEST(Attributes, SelectListsHoldWhatTheRestReads) {
  for (const char* name : {"displayName", "userPrincipalName", "mail", "userType", "accountEnabled",
                           "onPremisesSyncEnabled", "proxyAddresses"})
    EXPECT_NE(("," + user_select() + ",").find("," + std::string(name) + ","), std::string::npos);
  for (const char* name : {"groupTypes", "mailEnabled", "securityEnabled", "isAssignableToRole",
                           "onPremisesSyncEnabled", "membershipRule"})
    EXPECT_NE(("," + group_select() + ",").find("," + std::string(name) + ","), std::string::npos);
  EXPECT_NE(administrative_unit_select().find("membershipType"), std::string::npos);
}

TEST(SelectWithout, LeavesTheNamesOutButNeverTheId) {
  EXPECT_EQ(select_without("id,city,state,surname", {"state", "id", "zzz"}), "id,city,surname");
  EXPECT_EQ(select_without("id,city", {}), "id,city");
  EXPECT_EQ(select_without("id,state", {"stat"}), "id,state") << "whole names only";
}

TEST(Attributes, WhatSlowsOrBreaksASweepIsNotSelected) {
  for (const char* name :
       {"signInActivity", "aboutMe", "mySite", "skills", "passwordProfile",
        "customSecurityAttributes", "employeeLeaveDateTime", "authorizationInfo"})
    EXPECT_EQ(user_select().find(name), std::string::npos) << name;
}

TEST(Attributes, WhatChangesByItselfIsNotSelected) {
  for (const char* name : {"onPremisesLastSyncDateTime", "assignedPlans", "provisionedPlans"}) {
    EXPECT_EQ(user_select().find(name), std::string::npos) << name;
    ASSERT_NE(find_user_attribute(name), nullptr) << name;
  }
}

TEST(Attributes, OneThatIsNotSweptSaysWhyOrNamesItsPermission) {
  for (const Attribute& attribute : user_attributes()) {
    EXPECT_EQ(attribute.backup == Backup::on_its_own, !attribute.permission.empty())
        << attribute.name;
    if (attribute.backup != Backup::with_all) {
      EXPECT_FALSE(attribute.note.empty()) << attribute.name;
      EXPECT_FALSE(attribute.compared) << attribute.name;
    }
    EXPECT_TRUE(attribute.max_values == 0 || attribute.type == Type::texts) << attribute.name;
  }
}

// ENTRAD_REGENERATE=1 writes it.
TEST(Attributes, DocumentIsMadeFromTheCatalogue) {
  const auto path = fakes::source_folder() / "daemon/directory/ATTRIBUTES.md";
  if (std::getenv("ENTRAD_REGENERATE") != nullptr) std::ofstream(path) << attributes_document();
  std::ifstream file(path);
  const std::string written(std::istreambuf_iterator<char>(file), {});
  EXPECT_TRUE(written == attributes_document())
      << "daemon/directory/ATTRIBUTES.md is not what the catalogue says; make it anew with\n"
         "ENTRAD_REGENERATE=1 build/release/test_directory --gtest_filter=Attributes.Document*";
}

TEST(Attributes, DocumentHasALineForEach) {
  const std::string document = attributes_document();
  for (const Attribute& attribute : user_attributes())
    EXPECT_NE(document.find("\n| " + std::string(attribute.name) + " | "), std::string::npos)
        << attribute.name;
  EXPECT_NE(
      document.find("| otherMails | collection(string) | yes | yes | PATCH alone | 250 x 250 |"
                    " yes |"),
      std::string::npos);
}

TEST(Attributes, NothingThatIsReadOnlyIsEverADifference) {
  for (const Attribute& attribute : user_attributes()) {
    EXPECT_EQ(attribute.restorable != Restorable::no, attribute.compared) << attribute.name;
    EXPECT_EQ(attribute.restorable == Restorable::elsewhere, !attribute.tool.empty())
        << attribute.name;
  }
}

struct Row {
  const char* name;
  Restorable restorable;
  bool compared;
};

class AttributeTable : public testing::TestWithParam<Row> {};

TEST_P(AttributeTable, AgreesWithMicrosoftsReference) {
  const Attribute* attribute = find_user_attribute(GetParam().name);
  ASSERT_NE(attribute, nullptr);
  EXPECT_EQ(attribute->restorable, GetParam().restorable);
  EXPECT_EQ(attribute->compared, GetParam().compared);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, AttributeTable,
    testing::Values(Row{"displayName", Restorable::yes, true}, Row{"mail", Restorable::yes, true},
                    Row{"employeeOrgData", Restorable::yes, true},
                    Row{"onPremisesExtensionAttributes", Restorable::yes, true},
                    Row{"preferredDataLocation", Restorable::yes, true},
                    Row{"ageGroup", Restorable::yes, true},
                    Row{"userPrincipalName", Restorable::sensitive, true},
                    Row{"accountEnabled", Restorable::sensitive, true},
                    Row{"businessPhones", Restorable::sensitive, true},
                    Row{"mobilePhone", Restorable::sensitive, true},
                    Row{"otherMails", Restorable::sensitive, true},
                    Row{"onPremisesImmutableId", Restorable::sensitive, true},
                    Row{"proxyAddresses", Restorable::elsewhere, true},
                    Row{"identities", Restorable::elsewhere, true},
                    Row{"createdDateTime", Restorable::no, false},
                    Row{"lastPasswordChangeDateTime", Restorable::no, false},
                    Row{"signInSessionsValidFromDateTime", Restorable::no, false},
                    Row{"onPremisesLastSyncDateTime", Restorable::no, false},
                    Row{"onPremisesSyncEnabled", Restorable::no, false},
                    Row{"securityIdentifier", Restorable::no, false},
                    Row{"assignedLicenses", Restorable::no, false},
                    Row{"serviceProvisioningErrors", Restorable::no, false}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace entrad::directory
