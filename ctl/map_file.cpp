#include "ctl/map_file.h"

#include <set>

#include "base/text.h"
#include "ctl/csv.h"

namespace entrad::ctl {
namespace {

using base::ErrorKind;

constexpr const char* kHint =
    "write KIND,FROM,TO: KIND is domain, group, administrativeUnit, role or application; FROM is "
    "an id or name in the snapshot, TO one in the other tenant; put a name with a comma in double "
    "quotes";

base::Result<api::Counterpart> read_line(const std::string& line, const std::string& place) {
  const auto cells = csv_cells(line, ',');
  if (!cells || cells->size() != 3 || (*cells)[1].empty() || (*cells)[2].empty())
    return base::fail(ErrorKind::invalid_argument, place + ": \"" + line + "\" has not three parts",
                      kHint);
  const auto kind = api::parse<api::CounterpartKind>((*cells)[0]);
  if (!kind)
    return base::fail(ErrorKind::invalid_argument,
                      place + ": \"" + (*cells)[0] + "\" is no kind of thing", kHint);
  return api::Counterpart{*kind, (*cells)[1], (*cells)[2]};
}

}  // namespace

base::Result<std::vector<api::Counterpart>> read_map(std::istream& text,
                                                     const std::string& source) {
  std::vector<api::Counterpart> map;
  std::set<std::pair<api::CounterpartKind, std::string>> seen;
  std::string line;
  for (std::size_t number = 1; std::getline(text, line); ++number) {
    if (number == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
    line = std::string(base::trim(line));
    const bool is_head = map.empty() && base::ascii_lower(line) == "kind,from,to";
    if (line.empty() || line.starts_with('#') || is_head) continue;
    const std::string place = source + ", line " + std::to_string(number);
    auto one = read_line(line, place);
    if (!one) return base::pass(one);
    if (!seen.emplace(one->kind, base::fold(one->from)).second)
      return base::fail(ErrorKind::invalid_argument,
                        place + ": \"" + one->from + "\" is mapped a second time",
                        "leave one of the two lines out");
    map.push_back(std::move(*one));
  }
  if (map.empty()) return base::fail(ErrorKind::invalid_argument, source + " maps nothing", kHint);
  return map;
}

}  // namespace entrad::ctl
