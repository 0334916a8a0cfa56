// Parts: writing strings; what nlohmann::json has read; what simdjson has read (a property test
// holds the two against each other); pages.
#include "directory/canonical.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <memory>
#include <vector>

#include "base/json.h"

namespace entrad::directory {
namespace {

namespace dom = simdjson::dom;
using base::ErrorKind;

// Arrays that are sets to Graph: it answers them in any order.
constexpr std::array<std::string_view, 15> kUnordered{"allowedResourceActions",
                                                      "assignedLabels",
                                                      "assignedLicenses",
                                                      "businessPhones",
                                                      "disabledPlans",
                                                      "excludedResourceActions",
                                                      "groupTypes",
                                                      "identities",
                                                      "imAddresses",
                                                      "licenseAssignmentStates",
                                                      "onPremisesProvisioningErrors",
                                                      "otherMails",
                                                      "proxyAddresses",
                                                      "rolePermissions",
                                                      "serviceProvisioningErrors"};

bool is_unordered(std::string_view name) {
  return std::find(kUnordered.begin(), kUnordered.end(), name) != kUnordered.end();
}

// "Badge@odata.type" tells the type of an open property, which a write of it has to name.
bool is_dropped(std::string_view name) {
  return name.find("@odata.") != std::string_view::npos && !name.ends_with("@odata.type");
}

void append_escaped(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  out += "\\u00";
  out += kHex[static_cast<unsigned char>(c) >> 4U];
  out += kHex[static_cast<unsigned char>(c) & 15U];
}

constexpr bool must_be_escaped(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

// Whether any of eight bytes may have to be escaped; with a high bit somewhere it may be wrong, but
// never miss one.
bool may_need_escapes(const char* eight) {
  constexpr std::uint64_t kOnes = 0x0101010101010101ULL;
  constexpr std::uint64_t kHighs = 0x8080808080808080ULL;
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, eight, sizeof bytes);
  const auto is_zero = [](std::uint64_t word) { return (word - kOnes) & ~word; };
  const auto below_blank = (bytes - kOnes * 0x20) & ~bytes;
  return ((below_blank | is_zero(bytes ^ kOnes * '"') | is_zero(bytes ^ kOnes * '\\')) & kHighs) !=
         0;
}

std::size_t plain_length(std::string_view text) {
  std::size_t length = 0;
  while (length + 8 <= text.size() && !may_need_escapes(text.data() + length)) length += 8;
  while (length < text.size() && !must_be_escaped(text[length])) ++length;
  return length;
}

// As nlohmann::json writes it: only what must be escaped is.
void append_string(std::string& out, std::string_view text) {
  out += '"';
  while (true) {
    const auto plain = plain_length(text);
    out += text.substr(0, plain);
    if (plain == text.size()) break;
    append_escaped(out, text[plain]);
    text.remove_prefix(plain + 1);
  }
  out += '"';
}

void write_list(std::string& out, const std::vector<std::string>& written) {
  out += '[';
  for (std::size_t i = 0; i < written.size(); ++i) {
    if (i > 0) out += ',';
    out += written[i];
  }
  out += ']';
}

void write(std::string& out, const nlohmann::json& value, bool unordered);

void write_members(std::string& out, const nlohmann::json& object) {
  out += '{';
  bool is_first = true;
  for (const auto& [name, value] : object.items()) {  // sorted by bytes
    if (is_dropped(name)) continue;
    if (!is_first) out += ',';
    is_first = false;
    append_string(out, name);
    out += ':';
    write(out, value, is_unordered(name));
  }
  out += '}';
}

void write_elements(std::string& out, const nlohmann::json& array, bool unordered) {
  std::vector<std::string> written(array.size());
  for (std::size_t i = 0; i < written.size(); ++i) write(written[i], array[i], false);
  if (unordered) std::sort(written.begin(), written.end());
  write_list(out, written);
}

void write(std::string& out, const nlohmann::json& value, bool unordered) {
  if (value.is_object()) return write_members(out, value);
  if (value.is_array()) return write_elements(out, value, unordered);
  if (value.is_string()) return append_string(out, value.get_ref<const std::string&>());
  out += value.dump();
}

// What canonical JSON makes of an object's names, in the order in which they came. Objects of a
// page mostly have the same ones in the same order, so that this is found out once.
struct Shape {
  struct Member {
    std::size_t at = 0;  // in the order in which they came
    std::string name;
    std::string written;  // with its quotes and the colon
    bool unordered = false;
  };
  std::vector<std::string> names;
  std::vector<Member> members;  // sorted, each name once
};

using Names = std::vector<std::string_view>;

std::shared_ptr<const Shape> make_shape(const Names& names) {
  auto shape = std::make_shared<Shape>();
  shape->names.assign(names.begin(), names.end());
  std::map<std::string_view, std::size_t>
      places;  // a name that is written twice has its last value
  for (std::size_t i = 0; i < names.size(); ++i)
    if (!is_dropped(names[i])) places[names[i]] = i;
  for (const auto& [name, at] : places) {
    Shape::Member& member = shape->members.emplace_back();
    member.at = at;
    member.name = name;
    append_string(member.written, name);
    member.written += ':';
    member.unordered = is_unordered(name);
  }
  return shape;
}

std::shared_ptr<const Shape> shape_of(const Names& names) {
  constexpr std::size_t kKept = 128;
  thread_local std::array<std::shared_ptr<const Shape>, kKept> kept;
  auto& shape = kept.at(names.size() % kKept);
  if (!shape || !std::equal(names.begin(), names.end(), shape->names.begin(), shape->names.end()))
    shape = make_shape(names);
  return shape;
}

// The members of an object as they come: room that one object leaves to the next.
struct Fields {
  Names names;
  std::vector<dom::element> values;

  static Fields take() {
    if (spare().empty()) return {};
    Fields fields = std::move(spare().back());
    spare().pop_back();
    return fields;
  }
  static void give_back(Fields fields) {
    fields.names.clear();
    fields.values.clear();
    spare().push_back(std::move(fields));
  }

 private:
  static std::vector<Fields>& spare() {
    thread_local std::vector<Fields> all;  // as many as objects lie in each other
    return all;
  }
};

// The members of an object that simdjson has read, in canonical order.
class Members {
 public:
  explicit Members(dom::object object) : fields_(Fields::take()) {
    for (const auto field : object) {
      fields_.names.push_back(field.key);
      fields_.values.push_back(field.value);
    }
    shape_ = shape_of(fields_.names);
  }
  ~Members() { Fields::give_back(std::move(fields_)); }
  Members(const Members&) = delete;
  Members& operator=(const Members&) = delete;

  const std::vector<Shape::Member>& all() const { return shape_->members; }
  dom::element value(const Shape::Member& member) const { return fields_.values[member.at]; }
  const Shape::Member* find(std::string_view name) const {
    const auto found = std::lower_bound(
        all().begin(), all().end(), name,
        [](const Shape::Member& member, std::string_view key) { return member.name < key; });
    return found != all().end() && found->name == name ? &*found : nullptr;
  }

 private:
  Fields fields_;
  std::shared_ptr<const Shape> shape_;
};

void write(std::string& out, dom::element value, bool unordered);

constexpr std::string_view kType = "@odata.type";

void write_members(std::string& out, const Members& members, bool without_type = false) {
  out += '{';
  bool is_first = true;
  for (const Shape::Member& member : members.all()) {
    if (without_type && member.name == kType) continue;
    if (!is_first) out += ',';
    is_first = false;
    out += member.written;
    write(out, members.value(member), member.unordered);
  }
  out += '}';
}

void write_elements(std::string& out, dom::array array, bool unordered) {
  if (unordered && array.size() > 1) {
    std::vector<std::string> written;
    for (const auto value : array) write(written.emplace_back(), value, false);
    std::sort(written.begin(), written.end());
    return write_list(out, written);
  }
  out += '[';
  bool is_first = true;
  for (const auto value : array) {
    if (!is_first) out += ',';
    is_first = false;
    write(out, value, false);
  }
  out += ']';
}

void write(std::string& out, dom::element value, bool unordered) {
  switch (value.type()) {
    case dom::element_type::OBJECT:
      return write_members(out, Members(value.get_object().value_unsafe()));
    case dom::element_type::ARRAY:
      return write_elements(out, value.get_array().value_unsafe(), unordered);
    case dom::element_type::STRING:
      return append_string(out, value.get_string().value_unsafe());
    case dom::element_type::INT64:
      out += std::to_string(value.get_int64().value_unsafe());
      return;
    case dom::element_type::UINT64:
      out += std::to_string(value.get_uint64().value_unsafe());
      return;
    case dom::element_type::DOUBLE:
      out += base::json_text(value.get_double().value_unsafe());
      return;
    case dom::element_type::BOOL:
      out += value.get_bool().value_unsafe() ? "true" : "false";
      return;
    case dom::element_type::NULL_VALUE:
      out += "null";
      return;
  }
}

base::unexpected<base::Error> bad_page(const std::string& what) {
  return base::fail(ErrorKind::graph_refused, "graph answered with a page that " + what,
                    "try again; a proxy between here and graph may be rewriting answers");
}

}  // namespace

struct Slice::Members {
  explicit Members(dom::object object) : all(object) {}
  directory::Members all;
};

std::string_view Slice::text(std::string_view name) const {
  const auto* member = members == nullptr ? nullptr : members->all.find(name);
  if (member == nullptr) return {};
  const auto value = members->all.value(*member);
  return value.is_string() ? value.get_string().value_unsafe() : std::string_view();
}

std::string Slice::part(std::string_view name) const {
  const auto* member = members == nullptr ? nullptr : members->all.find(name);
  std::string out;
  if (member != nullptr) write(out, members->all.value(*member), member->unordered);
  return out;
}

bool Slice::is_true(std::string_view name) const {
  const auto* member = members == nullptr ? nullptr : members->all.find(name);
  if (member == nullptr) return false;
  const auto value = members->all.value(*member);
  return value.is_bool() && value.get_bool().value_unsafe();
}

std::string canonical(const nlohmann::json& value) {
  std::string out;
  write(out, value, false);
  return out;
}

namespace {

base::Result<void> slice(dom::element element, Slice& out,
                         const std::function<void(const Slice&)>& on_object) {
  if (!element.is_object()) return bad_page("holds something that is no object");
  const Slice::Members members(element.get_object().value_unsafe());
  out.members = &members;
  out.odata_type = out.text(kType);
  const auto id = base::Guid::parse(out.text("id"));
  if (!id) return bad_page("holds an object without an id");
  out.id = *id;
  out.content.clear();
  write_members(out.content, members.all, /*without_type=*/true);
  on_object(out);
  return {};
}

// A page with the room behind it that simdjson reads into.
class Padded {
 public:
  explicit Padded(std::string_view page) : text_(page) {
    if (can_be_read_behind(page)) return;
    copy_.reserve(page.size() + simdjson::SIMDJSON_PADDING);
    text_ = copy_.assign(page);
  }
  std::string_view text() const { return text_; }
  std::size_t size() const { return text_.size() + simdjson::SIMDJSON_PADDING; }

 private:
  // Memory is readable to the end of the smallest unit that the system maps.
  static bool can_be_read_behind(std::string_view page) {
    constexpr std::uintptr_t kUnit = 4'096;
    const auto end = reinterpret_cast<std::uintptr_t>(page.data()) + page.size();
    return end % kUnit != 0 && end % kUnit + simdjson::SIMDJSON_PADDING <= kUnit;
  }

  std::string copy_;
  std::string_view text_;
};

base::Result<void> take_element(simdjson::ondemand::object object, dom::parser& parser, Slice& room,
                                const IsWanted& is_wanted,
                                const std::function<void(const Slice&)>& on_object) {
  std::string_view written_id;
  if (object["id"].get_string().get(written_id) != simdjson::SUCCESS)
    return bad_page("holds an object without an id");
  const auto id = base::Guid::parse(written_id);
  if (!id) return bad_page("holds an object without an id");
  std::string_view raw;
  if (object.raw_json().get(raw) != simdjson::SUCCESS) return bad_page("is not JSON");
  if (is_wanted && !is_wanted(*id, raw)) return {};
  dom::element element;
  // The page goes on behind the element, so that there is room to read into.
  if (parser.parse(raw.data(), raw.size(), /*realloc_if_needed=*/false).get(element) !=
      simdjson::SUCCESS)
    return bad_page("is not JSON");
  return slice(element, room, on_object);
}

base::Result<void> take_raw(std::string_view raw, dom::parser& parser, Slice& room,
                            const IsWanted& is_wanted,
                            const std::function<void(const Slice&)>& on_object) {
  dom::element element;
  if (parser.parse(raw.data(), raw.size(), /*realloc_if_needed=*/false).get(element) !=
      simdjson::SUCCESS)
    return bad_page("is not JSON");
  std::string_view written_id;
  if (element["id"].get_string().get(written_id) != simdjson::SUCCESS)
    return bad_page("holds an object without an id");
  const auto id = base::Guid::parse(written_id);
  if (!id) return bad_page("holds an object without an id");
  if (!is_wanted(*id, raw)) return {};
  return slice(element, room, on_object);
}

}  // namespace

base::Result<void> for_each_object(std::string_view page, const IsWanted& is_wanted,
                                   const std::function<void(const Slice&)>& on_object) {
  const Padded padded(page);
  simdjson::ondemand::parser page_parser;
  dom::parser parser;
  Slice room;  // for the content of one after the other
  simdjson::ondemand::document document;
  if (page_parser.iterate(padded.text(), padded.size()).get(document) != simdjson::SUCCESS)
    return bad_page("is not JSON");
  simdjson::ondemand::array objects;
  const auto list = document["value"].get_array().get(objects);
  if (list == simdjson::NO_SUCH_FIELD || list == simdjson::INCORRECT_TYPE)
    return bad_page("has no list of objects");
  if (list != simdjson::SUCCESS) return bad_page("is not JSON");
  for (auto one : objects) {
    simdjson::ondemand::object object;
    const auto read = one.get_object().get(object);
    if (read == simdjson::INCORRECT_TYPE) return bad_page("holds something that is no object");
    if (read != simdjson::SUCCESS) return bad_page("is not JSON");
    if (auto done = take_element(object, parser, room, is_wanted, on_object); !done) return done;
  }
  return {};
}

base::Result<void> for_each_object(std::string_view page,
                                   const std::function<void(const Slice&)>& on_object) {
  return for_each_object(page, nullptr, on_object);
}

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
  dom::parser parser;
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
  dom::parser parser;
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
