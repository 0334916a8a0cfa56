#include "graph/answers/http_date.h"

#include <gtest/gtest.h>

#include "base/time_text.h"

namespace entrad::graph {
namespace {

TEST(HttpDate, IsReadInTheOneFormThatIsInUse) {
  EXPECT_EQ(base::rfc3339(parse_http_date("Mon, 23 Nov 2026 18:05:09 GMT").value()),
            "2026-11-23T18:05:09Z");
}

TEST(HttpDate, AnythingElseIsNone) {
  for (const char* text : {"", "no date", "2026-11-23T18:05:09Z", "Monday, 23-Nov-26 18:05:09 GMT",
                           "Mon, 23 Nov 2026 18:05:09 CET", "Mon, 23 Nov 0026 18:05:09 GMT",
                           "Mon, 23 Nov 9999 18:05:09 GMT", "xxx, xx xxx xxxx xx:xx:xx GMT"})
    EXPECT_FALSE(parse_http_date(text)) << text;
}

}  // namespace
}  // namespace entrad::graph
