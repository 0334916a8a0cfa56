// Filters: what each part of the language means, what is unknown, and what a mistake is told.
#include "directory/filter.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

namespace entrad::directory {
namespace {

constexpr char kUser[] = R"({
  "accountEnabled": false,
  "assignedLicenses": [{"disabledPlans": [], "skuId": "184efa21-98c3-4e5d-95ab-d07053a96e67"}],
  "businessPhones": [],
  "createdDateTime": "2024-03-05T10:00:00.250Z",
  "department": "Sales",
  "displayName": "Åsa O'Neil Öberg",
  "employeeOrgData": null,
  "jobTitle": null,
  "mail": "asa@contoso.example",
  "onPremisesExtensionAttributes": {"extensionAttribute1": "Blue", "extensionAttribute2": null},
  "otherMails": ["ASA@home.example", "o@elsewhere.example"],
  "proxyAddresses": ["SMTP:asa@contoso.example", "smtp:old@contoso.example"],
  "employeeId": "42",
  "extension_0123_level": 7
})";

bool matches(const std::string& filter, const std::string& object = kUser) {
  const auto parsed = Filter::parse(filter);
  if (!parsed) {
    ADD_FAILURE() << filter << ": " << parsed.error().message;
    return false;
  }
  return parsed->matches(object);
}

class Meant : public ::testing::TestWithParam<const char*> {};
class NotMeant : public ::testing::TestWithParam<const char*> {};
// Neither it nor its contrary: it depends on something that could not be read.
class NotKnown : public ::testing::TestWithParam<const char*> {};

TEST_P(Meant, MatchesAndItsContraryDoesNot) {
  EXPECT_TRUE(matches(GetParam()));
  EXPECT_FALSE(matches("not (" + std::string(GetParam()) + ")"));
}
TEST_P(NotMeant, DoesNotMatchButItsContraryDoes) {
  EXPECT_FALSE(matches(GetParam()));
  EXPECT_TRUE(matches("not (" + std::string(GetParam()) + ")"));
}
TEST_P(NotKnown, DoesNotMatchNorDoesItsContrary) {
  EXPECT_FALSE(matches(GetParam()));
  EXPECT_FALSE(matches("not (" + std::string(GetParam()) + ")"));
}

INSTANTIATE_TEST_SUITE_P(
    Filters, Meant,
    ::testing::Values(
        "department eq 'Sales'", "department eq 'sALES'", "DEPARTMENT EQ 'Sales'",
        "displayName eq 'åsa o''neil ÖBERG'", "department ne 'IT'", "accountEnabled eq false",
        "accountEnabled ne true", "jobTitle eq null", "department ne null", "jobTitle ne 'x'",
        "startsWith(displayName,'Å')", "startswith( displayName , 'åsa' )",
        "endsWith(mail,'@CONTOSO.example')", "contains(displayName,'neil')",
        "department in ('IT','sales')", "jobTitle in ('x', null)", "department gt 'IT'",
        "department ge 'sales'", "department le 'SALES'", "department lt 'Sb'",
        "createdDateTime ge 2024-03-05", "createdDateTime gt 2024-03-05T10:00:00Z",
        "createdDateTime lt 2024-03-05T10:00:01Z",
        "createdDateTime eq 2024-03-05T12:00:00.25+02:00",
        "createdDateTime ne 2024-03-05T10:00:00Z", "otherMails/any(x:x eq 'asa@HOME.example')",
        "otherMails/any()", "proxyAddresses/any(p:startsWith(p,'smtp:old'))",
        "proxyAddresses/any(p:p ne 'x' and endsWith(p,'example'))", "otherMails/$count eq 2",
        "businessPhones/$count eq 0", "businessPhones/$count lt 1",
        "assignedLicenses/any(s:s/skuId eq 184EFA21-98c3-4e5d-95ab-d07053a96e67)",
        "assignedLicenses/any(s:s/skuId eq '184efa21-98c3-4e5d-95ab-d07053a96e67')",
        "assignedLicenses/any(s:s/disabledPlans/$count eq 0)",
        "assignedLicenses/any(s:otherMails/any(m:startsWith(m,'o@') and "
        "startsWith(s/skuId,'184')))",
        "onPremisesExtensionAttributes/extensionAttribute1 eq 'blue'",
        "onPremisesExtensionAttributes/extensionAttribute2 eq null",
        "onPremisesExtensionAttributes/extensionAttribute9 eq null",
        "employeeOrgData/costCenter eq null", "extension_0123_level ge 6.5",
        "extension_0123_level eq 7", "extension_0123_level lt 1e3", "employeeId ne 42",
        "department eq 'x' or accountEnabled eq false and mail ne null",
        "(department eq 'x' or accountEnabled eq false) and mail ne null",
        "not accountEnabled eq true", "not not department eq 'Sales'",
        "not startsWith(jobTitle,'a')", "city eq 'x' or department eq 'Sales'"));

INSTANTIATE_TEST_SUITE_P(
    Filters, NotMeant,
    ::testing::Values("department eq 'Sale'", "department eq null", "accountEnabled eq true",
                      "jobTitle eq 'null'", "startsWith(displayName,'sa')",
                      "endsWith(mail,'contoso')", "contains(jobTitle,'a')", "department in ('IT')",
                      "department gt 'Sales'", "jobTitle gt 'a'", "createdDateTime gt 2024-03-06",
                      "createdDateTime eq 2024-03-05", "createdDateTime lt 2024-03-05T10:00:00.25Z",
                      "businessPhones/any()", "businessPhones/any(p:p ne 'x')",
                      "employeeOrgData/costCenter ne null", "otherMails/any(x:x eq 'home')",
                      "assignedLicenses/any(s:s/disabledPlans/any())", "employeeId eq 42",
                      "department eq 2024-03-05", "extension_0123_level eq '7'",
                      "department eq 'Sales' and city eq 'x' and mail eq 'x'",
                      "not accountEnabled eq false and mail ne null"));

INSTANTIATE_TEST_SUITE_P(Filters, NotKnown,
                         ::testing::Values("city eq 'x'", "city ne 'x'", "city eq null",
                                           "city in ('x')", "startsWith(city,'x')",
                                           "imAddresses/any()", "imAddresses/$count eq 0",
                                           "imAddresses/any(x:x eq 'a')",
                                           "department eq 'Sales' and city eq 'x'",
                                           "department eq 'IT' or city eq 'x'", "otherMails eq 'x'",
                                           "otherMails ne 'x'", "department/any()"));

TEST(Filter, MatchesNothingThatIsNoObject) {
  for (const std::string object : {"", "[]", "null", "{", "\"department\""})
    EXPECT_FALSE(matches("not (department eq 'x')", object)) << object;
}

struct Mistake {
  const char* filter;
  const char* message;
};
class Mistaken : public ::testing::TestWithParam<Mistake> {};

TEST_P(Mistaken, IsToldWhereAndWhatWasExpected) {
  const auto parsed = Filter::parse(GetParam().filter);
  ASSERT_FALSE(parsed) << GetParam().filter;
  EXPECT_EQ(parsed.error().kind, base::ErrorKind::invalid_argument);
  EXPECT_EQ(parsed.error().message,
            "the filter is not understood at character " + std::string(GetParam().message));
  EXPECT_FALSE(parsed.error().hint.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Filters, Mistaken,
    ::testing::Values(
        Mistake{"", "1: expected a property's name, found its end"},
        Mistake{"department", "11: expected eq, ne, gt, ge, lt, le or in, found its end"},
        Mistake{"department = 'x'", "12: expected eq, ne, gt, ge, lt, le or in, found \"=\""},
        Mistake{"department eq",
                "14: expected a text in single quotes, a number, a date like "
                "2024-01-31T12:00:00Z, true, false or null, found its end"},
        Mistake{"department eq Sales",
                "15: expected a text in single quotes, a number, a date like "
                "2024-01-31T12:00:00Z, true, false or null, found \"Sales\""},
        Mistake{"createdDateTime ge 2024-13-01",
                "20: expected a text in single quotes, a number, a date like "
                "2024-01-31T12:00:00Z, true, false or null, found \"2024-13-01\""},
        Mistake{"department eq 'Ö' department",
                "19: expected and, or, or its end, found \"department\""},
        Mistake{"department eq 'x",
                "15: expected a text in single quotes, a number, a date like "
                "2024-01-31T12:00:00Z, true, false or null, found a text "
                "without its closing quote"},
        Mistake{"(department eq 'x'", "19: expected \")\", found its end"},
        Mistake{"startsWith(department 'x')", "23: expected \",\", found the text 'x'"},
        Mistake{"startsWith(department,x)", "23: expected a text in single quotes, found \"x\""},
        Mistake{"department in 'x'", "15: expected \"(\", found the text 'x'"},
        Mistake{"department in ()",
                "16: expected a text in single quotes, a number, a date like "
                "2024-01-31T12:00:00Z, true, false or null, found \")\""},
        Mistake{"accountEnabled gt true",
                "19: expected a text, a number or a date, which have an "
                "order, found \"true\""},
        Mistake{"otherMails/any(x eq 'a')", "18: expected \":\", found \"eq\""},
        Mistake{"otherMails/any('a')",
                "16: expected a name for an element, as in any(x:x eq 'a'), found the text 'a'"},
        Mistake{"department/", "12: expected a property's name, found its end"},
        Mistake{"department eq 'x' and", "22: expected a property's name, found its end"}));

TEST(FilterMistake, NamesPropertiesThatAreNamedAlike) {
  const auto hint = [](const std::string& filter) {
    const auto parsed = Filter::parse(filter);
    return parsed ? "understood" : parsed.error().hint;
  };
  EXPECT_EQ(Filter::parse("mail ne null and departmnt eq 'x'").error().message,
            "the filter names \"departmnt\" at character 18, which is no property of a user");
  EXPECT_EQ(hint("departmnt eq 'x'"), "names like it: department");
  EXPECT_EQ(hint("enabled eq true"), "names like it: accountEnabled, onPremisesSyncEnabled");
  EXPECT_EQ(hint("zzzzzzzzzz eq 'x'").find("use Microsoft Graph's names"), 0U);
  EXPECT_EQ(hint("otherMails/any(x:y eq 'x')").find("understood"), std::string::npos);
  EXPECT_EQ(hint("otherMails/any(x:x ne 'x') and x eq 'x'").find("understood"), std::string::npos)
      << "a variable ends with its any()";
}

TEST(FilterMistake, IsAlsoToNestTooDeeply) {
  const std::string deep(100'000, '(');
  EXPECT_FALSE(Filter::parse(deep + "mail ne null"));
  std::string nots;
  for (int i = 0; i < 100'000; ++i) nots += "not ";
  EXPECT_FALSE(Filter::parse(nots + "mail ne null"));
  EXPECT_TRUE(Filter::parse("((((((((mail ne null))))))))"));
}

TEST(Filter, EndsOnEveryTextThatCanBeWritten) {
  const std::vector<std::string> pieces{
      "mail", "eq", "'a'",  "(",  ")",      ",", ":", "/", "and",        "or",   "not",
      "null", "x",  "any(", "in", "$count", "'", "1", "-", "2024-01-01", "\xff", "startsWith("};
  std::mt19937 random(3);
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (auto size = random() % 12; size > 0; --size)
      text += pieces[random() % pieces.size()] + " ";
    const auto parsed = Filter::parse(text);
    if (parsed) parsed->matches(kUser);
  }
}

}  // namespace
}  // namespace entrad::directory
