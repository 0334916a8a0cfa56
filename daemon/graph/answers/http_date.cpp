#include "graph/answers/http_date.h"

#include <Poco/DateTime.h>
#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeParser.h>

namespace entrad::graph {

// Poco makes a date of almost anything, so that the form is looked at first.
std::optional<base::WallTime> parse_http_date(const std::string& text) {
  constexpr std::string_view kForm = "Sun, 06 Nov 1994 08:49:37 GMT";
  if (text.size() != kForm.size() || text[3] != ',' || !text.ends_with(" GMT")) return std::nullopt;
  int zone = 0;
  Poco::DateTime date;
  if (!Poco::DateTimeParser::tryParse(Poco::DateTimeFormat::HTTP_FORMAT, text, date, zone) ||
      date.year() < 1970 || date.year() >= 2200)
    return std::nullopt;
  return base::WallTime(std::chrono::milliseconds(date.timestamp().epochMicroseconds() / 1000));
}

}  // namespace entrad::graph
