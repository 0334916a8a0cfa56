// RandomJson: JSON text as no server would write it, for property tests.
#pragma once

#include <random>
#include <string>

namespace entrad::directory {

inline const std::string kSomeId = "00000000-0000-4000-8000-000000000001";

// Any order of keys, blanks, escapes and ways to write a number. The same seed, the same text.
class RandomJson {
 public:
  explicit RandomJson(unsigned seed) : random_(seed) {}

  std::string object(int depth, const std::string& id = kSomeId) {
    std::string out = "{" + blank() + R"("id":")" + id + "\"";
    const std::size_t members = below(8);
    for (std::size_t i = 0; i < members; ++i)
      out += blank() + "," + blank() + name() + blank() + ":" + blank() + value(depth);
    return out + blank() + "}";
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  template <std::size_t N>
  std::string one_of(const char* const (&choices)[N]) {
    return choices[below(N)];
  }
  std::string blank() { return one_of({"", "", " ", "\n\t"}); }
  std::string name() {
    return one_of({R"("city")", R"("proxyAddresses")", R"("identities")", R"("@odata.type")",
                   R"("@odata.id")", R"("x@odata.context")", R"("\u010desk\u00fd")", R"("Zz")",
                   R"("a\"b")", R"("")", R"("groupTypes")", R"("steps")"});
  }
  std::string text() {
    return one_of({R"("")", R"("plain")", R"("\u0000\u001f\u007f")", R"("\ud83d\ude00")",
                   R"("日本語 Ελλάδα")", R"("\\\/\b\f\n\r\t\"")", R"("<&>\u2028")", "\"\x7f\""});
  }
  std::string number() {
    return one_of({"0", "-0", "-0.0", "1", "-17", "18446744073709551615", "-9223372036854775808",
                   "1.0", "0.1", "1e3", "1E-7", "123456789.123456789", "5e-324", "1e300", "2.50",
                   "9007199254740993"});
  }
  std::string array(int depth) {
    std::string out = "[";
    const std::size_t elements = below(5);
    for (std::size_t i = 0; i < elements; ++i) out += (i > 0 ? "," : "") + value(depth - 1);
    return out + blank() + "]";
  }
  std::string value(int depth) {
    switch (below(depth > 0 ? 6 : 4)) {
      case 0:
        return text();
      case 1:
        return number();
      case 2:
        return one_of({"true", "false", "null"});
      case 3:
        return text();
      case 4:
        return array(depth);
      default:
        return object(depth - 1);
    }
  }

  std::mt19937 random_;
};

}  // namespace entrad::directory
