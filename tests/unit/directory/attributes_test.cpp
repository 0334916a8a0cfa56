#include "directory/attributes.h"

#include <gtest/gtest.h>

#include <set>

#include "base/text.h"

namespace entrad::directory {
namespace {

TEST(Attributes, EachIsFoundByItsNameAndNothingElseIs) {
  for (const Attribute& attribute : user_attributes())
    EXPECT_EQ(find_user_attribute(attribute.name), &attribute) << attribute.name;
  EXPECT_EQ(find_user_attribute("passwordProfile"), nullptr);
  EXPECT_EQ(find_user_attribute(""), nullptr);
  EXPECT_EQ(find_user_attribute("zzz"), nullptr);
}

TEST(Attributes, SelectListNamesEachOnceAndStartsWithTheId) {
  const auto names = base::split(user_select(), ',');
  EXPECT_EQ(names.front(), "id");
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
  EXPECT_EQ(names.size(), user_attributes().size());
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
  for (const char* name : {"signInActivity", "aboutMe", "mySite", "skills", "passwordProfile",
                           "customSecurityAttributes"})
    EXPECT_EQ(user_select().find(name), std::string::npos) << name;
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
