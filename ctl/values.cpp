#include "ctl/values.h"

namespace entrad::ctl {

CLI::Validator a_count() {
  CLI::Validator check(
      [](const std::string& text) {
        constexpr std::size_t kMostDigits = 18;
        const bool digits =
            text.size() <= kMostDigits && text.find_first_not_of("0123456789") == std::string::npos;
        const bool sound = digits && text.find_first_not_of('0') != std::string::npos;
        return sound ? std::string() : "\"" + text + "\" is no whole number, 1 or more";
      },
      "");
  return check;
}

CLI::Validator a_name() {
  CLI::Validator check(
      [](const std::string& text) {
        return text.find_first_not_of(' ') != std::string::npos
                   ? std::string()
                   : std::string("an empty text names nothing");
      },
      "");
  return check;
}

CLI::Validator a_moment() {
  CLI::Validator check(
      [](const std::string& text) {
        return text.find_first_not_of(' ') != std::string::npos
                   ? std::string()
                   : std::string(
                         "an empty text names no snapshot; leave the option out for the "
                         "newest");
      },
      "");
  return check;
}

}  // namespace entrad::ctl
