// Parts: writing strings; what nlohmann::json has read; what simdjson has read (a property test
// holds the two against each other); pages.
#include "directory/page_elements.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <initializer_list>
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

using LeftOut = std::initializer_list<std::string_view>;

void write_members(std::string& out, const Members& members, LeftOut left_out = {}) {
  out += '{';
  bool is_first = true;
  for (const Shape::Member& member : members.all()) {
    if (std::find(left_out.begin(), left_out.end(), member.name) != left_out.end()) continue;
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

}  // namespace

base::unexpected<base::Error> bad_page(const std::string& what) {
  return base::fail(ErrorKind::graph_refused, "graph answered with a page that " + what,
                    "try again; a proxy between here and graph may be rewriting answers");
}

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

std::string Slice::content_without(std::string_view name) const {
  if (members == nullptr || members->all.find(name) == nullptr) return content;
  std::string out;
  out.reserve(content.size());
  write_members(out, members->all, {kType, name});
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
  write_members(out.content, members.all, {kType});
  on_object(out);
  return {};
}

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

}  // namespace entrad::directory
