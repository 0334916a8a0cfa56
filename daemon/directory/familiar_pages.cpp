// Parts: walking along the objects of a page; objects that are what they were; objects that are
// like the one before.
#include <algorithm>

#include "directory/page_elements.h"

namespace entrad::directory {
namespace {

// Where the first object of a page begins; npos: to be found out by reading it as JSON.
std::size_t first_object(std::string_view page) {
  constexpr std::string_view kList = R"("value":[{)";
  const auto list = page.find(kList);
  if (list == std::string_view::npos) return list;
  if (page.substr(0, list).find_last_of("[{") != 0) return std::string_view::npos;
  return list + kList.size() - 1;
}

// The id at its usual place. May be that of something in the object, or none.
std::optional<base::Guid> likely_id(std::string_view object) {
  constexpr std::string_view kName = R"("id":")";
  constexpr std::size_t kUsualPlace = 256;
  constexpr std::size_t kLength = 36;
  const auto name = object.substr(0, kUsualPlace).find(kName);
  if (name == std::string_view::npos) return std::nullopt;
  return base::Guid::parse(object.substr(name + kName.size(), kLength));
}

// Of the JSON object at the beginning of `text`; 0: it does not end.
std::size_t object_size(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (in_string) {
      if (c == '\\') ++at;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && --depth == 0) {
      return at + 1;
    }
  }
  return 0;
}

// The objects of a page one after the other, without a look at what is in them.
class Walk {
 public:
  explicit Walk(std::string_view page) : page_(page), at_(first_object(page_.text())) {}

  // False: the page is to be read as JSON from its beginning.
  bool can_begin() const { return at_ != std::string_view::npos; }
  std::string_view rest() const { return page_.text().substr(at_); }
  void pass(std::size_t size) { at_ += size; }
  // The next object; empty when it does not end.
  std::string_view object() const { return rest().substr(0, object_size(rest())); }
  // What follows an object: false when the list ends, an error when it does not go on as a list.
  base::Result<bool> pass_comma() {
    const auto text = page_.text();
    const auto skip_blanks = [&] {
      at_ = std::min(text.find_first_not_of(" \t\r\n", at_), text.size());
    };
    skip_blanks();
    const char between = at_ < text.size() ? text[at_++] : '\0';
    if (between == ']') return false;
    skip_blanks();
    if (between != ',' || at_ == text.size() || text[at_] != '{')
      return bad_page("holds something that is no object");
    return true;
  }

 private:
  Padded page_;
  std::size_t at_;  // of the next object
};

// The id of the next object when that is the same as it was: then it has been passed.
std::optional<base::Guid> pass_same(Walk& walk, const Known& known) {
  const auto rest = walk.rest();
  const auto id = likely_id(rest);
  if (!id) return std::nullopt;
  const auto size = known.size(*id);
  if (size == 0 || size >= rest.size() || (rest[size] != ',' && rest[size] != ']'))
    return std::nullopt;
  if (const auto next = likely_id(rest.substr(size + 1))) known.expect(*next);
  if (!known.is_same(*id, rest.substr(0, size))) return std::nullopt;
  walk.pass(size);
  return id;
}

}  // namespace

base::Result<void> for_each_changed(std::string_view page, const Known& known,
                                    const std::function<void(const base::Guid&)>& on_each,
                                    const std::function<void(const Slice&)>& on_changed) {
  const auto is_changed = [&](const base::Guid& id, std::string_view raw) {
    on_each(id);
    return !known.is_same(id, raw);
  };
  Walk walk(page);
  auto same = walk.can_begin() ? pass_same(walk, known) : std::nullopt;
  if (!same) return for_each_object(page, is_changed, on_changed);
  simdjson::dom::parser parser;
  Slice room;
  for (;;) {
    if (same) {
      on_each(*same);
    } else {
      const auto raw = walk.object();
      if (auto read = take_raw(raw, parser, room, is_changed, on_changed); !read) return read;
      walk.pass(raw.size());
    }
    auto more = walk.pass_comma();
    if (!more) return base::pass(more);
    if (!*more) return {};
    same = pass_same(walk, known);
  }
}

namespace {

// An object that differs from the one before in nothing but the id.
class Sibling {
 public:
  // Learns from an object that was read as JSON.
  void learn(std::string_view raw, const base::Guid& id) {
    const auto at = raw.find(id.str());
    knows_ = at != std::string_view::npos && raw.find(id.str(), at + 1) == std::string_view::npos;
    if (!knows_) return;
    before_ = raw.substr(0, at);
    after_ = raw.substr(at + kIdLength);
  }
  std::size_t size() const { return before_.size() + kIdLength + after_.size(); }
  std::optional<base::Guid> id_of(std::string_view text) const {
    if (!knows_ || text.size() < size() || !text.starts_with(before_) ||
        !text.substr(before_.size() + kIdLength).starts_with(after_))
      return std::nullopt;
    return base::Guid::parse(text.substr(before_.size(), kIdLength));
  }

 private:
  static constexpr std::size_t kIdLength = 36;
  bool knows_ = false;
  std::string_view before_;
  std::string_view after_;
};

}  // namespace

base::Result<void> for_each_id(std::string_view page,
                               const std::function<void(const base::Guid&)>& on_id) {
  Sibling sibling;
  const auto take = [&](const base::Guid& id, std::string_view raw) {
    on_id(id);
    sibling.learn(raw, id);
    return false;
  };
  const auto on_object = [](const Slice&) {};
  Walk walk(page);
  if (!walk.can_begin()) return for_each_object(page, take, on_object);
  simdjson::dom::parser parser;
  Slice room;
  for (;;) {
    if (const auto id = sibling.id_of(walk.rest())) {
      on_id(*id);
      walk.pass(sibling.size());
    } else {
      const auto raw = walk.object();
      if (auto read = take_raw(raw, parser, room, take, on_object); !read) return read;
      walk.pass(raw.size());
    }
    auto more = walk.pass_comma();
    if (!more) return base::pass(more);
    if (!*more) return {};
  }
}

}  // namespace entrad::directory
