#include "restore/other_tenant/addresses.h"

#include <gtest/gtest.h>

namespace entrad::restore {
namespace {

using nlohmann::json;

const DomainRules kRules{"borealis.example",
                         {{"paper.aurora.example", "paper.borealis.example"}},
                         {"aurora.example", "aurora.onmicrosoft.com"}};

TEST(Addresses, GetTheDomainOfTheOtherTenantWhereTheyWereOfTheOldOne) {
  struct Row {
    const char* before;
    const char* as_name;
    const char* as_address;
  };
  for (const Row& row :
       {Row{"anna@aurora.example", "anna@borealis.example", "anna@borealis.example"},
        Row{"Anna@Aurora.Example", "Anna@borealis.example", "Anna@borealis.example"},
        Row{"anna@paper.aurora.example", "anna@paper.borealis.example",
            "anna@paper.borealis.example"},
        Row{"anna@elsewhere.example", "anna@borealis.example", "anna@elsewhere.example"},
        Row{"SMTP:anna@aurora.example", "SMTP:anna@borealis.example",
            "SMTP:anna@borealis.example"}}) {
    EXPECT_EQ(name_elsewhere(row.before, kRules), row.as_name);
    EXPECT_EQ(address_elsewhere(row.before, kRules), row.as_address);
  }
}

TEST(Addresses, OfAnObjectBecomeThoseItCanHaveThere) {
  std::vector<api::Failure> problems;
  const json there = object_elsewhere(
      {{"userPrincipalName", "anna@old.aurora.example"},
       {"mail", "anna@old.aurora.example"},
       {"otherMails", {"anna@private.example", "anna@aurora.example"}},
       {"onPremisesImmutableId", "abc="},
       {"onPremisesSyncEnabled", true},
       {"department", "Paper"},
       {"proxyAddresses",
        {"SMTP:anna@old.aurora.example", "smtp:a@aurora.example", "smtp:a@borealis.example",
         "smtp:anna@aurora.onmicrosoft.com", "X500:/o=old/cn=anna", "smtp:a@private.example"}}},
      kRules, problems);
  EXPECT_EQ(there, json({{"userPrincipalName", "anna@borealis.example"},
                         {"mail", "anna@borealis.example"},
                         {"otherMails", {"anna@private.example", "anna@aurora.example"}},
                         {"onPremisesSyncEnabled", true},
                         {"department", "Paper"},
                         {"proxyAddresses",
                          {"SMTP:anna@borealis.example", "smtp:a@borealis.example",
                           "smtp:a@private.example"}}}));
  EXPECT_TRUE(problems.empty());
}

TEST(Addresses, WhatStaysBehindIsTold) {
  std::vector<api::Failure> problems;
  const json there = object_elsewhere(
      {{"userPrincipalName", "anna@aurora.example"},
       {"extension_0123_costCode", "7"},
       {"extension_0123_badges", nullptr},
       {"identities",
        {{{"signInType", "userPrincipalName"}, {"issuer", "aurora.onmicrosoft.com"}},
         {{"signInType", "emailAddress"}, {"issuer", "aurora.onmicrosoft.com"}}}}},
      kRules, problems);
  EXPECT_EQ(there, json({{"userPrincipalName", "anna@borealis.example"}}));
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_NE(problems[0].message.find("identities"), std::string::npos);
  EXPECT_NE(problems[1].message.find("extension_0123_costCode"), std::string::npos);
  EXPECT_EQ(problems[1].message.find("badges"), std::string::npos);
}

TEST(Addresses, AUsualSignInNameIsNotWorthAWord) {
  std::vector<api::Failure> problems;
  object_elsewhere({{"identities", {{{"signInType", "userPrincipalName"}}}}}, kRules, problems);
  object_elsewhere(nullptr, kRules, problems);
  EXPECT_TRUE(problems.empty());
}

}  // namespace
}  // namespace entrad::restore
