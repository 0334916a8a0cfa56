#include "directory/filter_words.h"

#include "base/guid.h"

namespace entrad::directory {
namespace {

using Kind = FilterWord::Kind;

constexpr std::size_t kGuidText = 36;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || c == '@';
}
bool is_in_name(char c) { return begins_name(c) || is_digit(c) || c == '.'; }
bool is_in_literal(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '+' ||
         c == ':' || c == '.';
}

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

class Cutter {
 public:
  explicit Cutter(std::string_view filter) : filter_(filter) {}

  FilterWord next() {
    while (place_ < filter_.size() && is_blank(filter_[place_])) ++place_;
    FilterWord word;
    count_characters();
    word.at = characters_ + 1;
    if (place_ == filter_.size()) return word;
    const char c = filter_[place_];
    if (c == '\'') {
      read_text(word);
    } else if (base::Guid::parse(filter_.substr(place_, kGuidText))) {
      word.kind = Kind::literal;
      word.text = take(kGuidText);
    } else if (is_digit(c) || c == '-') {
      word.kind = Kind::literal;
      word.text = take_while(&is_in_literal);
    } else if (begins_name(c)) {
      word.kind = Kind::name;
      word.text = take_while(&is_in_name);
    } else {
      const bool known = std::string_view("(),:/").find(c) != std::string_view::npos;
      word.kind = known ? Kind::mark : Kind::broken;
      word.text = take(1);
      if (!known) {
        word.text += take_while(&continues_character);
        place_ = filter_.size();
      }
    }
    return word;
  }

 private:
  std::string take(std::size_t size) {
    const std::string taken(filter_.substr(place_, size));
    place_ += taken.size();
    return taken;
  }

  std::string take_while(bool (*belongs)(char)) {
    std::size_t size = 0;
    while (place_ + size < filter_.size() && belongs(filter_[place_ + size])) ++size;
    return take(size);
  }

  // A quote inside a text is written twice.
  void read_text(FilterWord& word) {
    word.kind = Kind::text;
    for (++place_; place_ < filter_.size(); ++place_) {
      if (filter_[place_] == '\'') {
        const bool twice = place_ + 1 < filter_.size() && filter_[place_ + 1] == '\'';
        ++place_;
        if (!twice) return;
      }
      word.text += filter_[place_];
    }
    word.kind = Kind::broken;
    word.text = '\'';
  }

  void count_characters() {
    for (; counted_ < place_; ++counted_)
      if (!continues_character(filter_[counted_])) ++characters_;
  }

  std::string_view filter_;
  std::size_t place_ = 0;
  std::size_t counted_ = 0;     // up to this place there are
  std::size_t characters_ = 0;  // so many
};

}  // namespace

std::vector<FilterWord> filter_words(std::string_view filter) {
  Cutter cutter(filter);
  std::vector<FilterWord> words;
  do words.push_back(cutter.next());
  while (words.back().kind != Kind::end);
  return words;
}

}  // namespace entrad::directory
