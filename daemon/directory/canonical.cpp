// Parts: writing strings; one writer over two kinds of parsed JSON (so that both agree byte for
// byte by construction); the view of nlohmann::json; the view of simdjson; pages.
#include "directory/canonical.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <utility>
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

template <typename Node>
using NamedNodes = std::vector<std::pair<std::string_view, Node>>;

template <typename View>
void write(std::string& out, View value, bool unordered = false);

template <typename View>
void write_members(std::string& out, const NamedNodes<View>& members) {
  out += '{';
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i > 0) out += ',';
    append_string(out, members[i].first);
    out += ':';
    write(out, members[i].second, is_unordered(members[i].first));
  }
  out += '}';
}

template <typename View>
void write_elements(std::string& out, const std::vector<View>& elements, bool unordered) {
  std::vector<std::string> written(elements.size());
  for (std::size_t i = 0; i < elements.size(); ++i) write(written[i], elements[i]);
  if (unordered) std::sort(written.begin(), written.end());
  out += '[';
  for (std::size_t i = 0; i < written.size(); ++i) {
    if (i > 0) out += ',';
    out += written[i];
  }
  out += ']';
}

template <typename View>
void write(std::string& out, View value, bool unordered) {
  if (value.is_object()) return write_members(out, value.members());
  if (value.is_array()) return write_elements(out, value.elements(), unordered);
  if (value.is_text()) return append_string(out, value.text());
  out += value.scalar();
}

class NlohmannView {
 public:
  explicit NlohmannView(const nlohmann::json& value) : value_(&value) {}
  bool is_object() const { return value_->is_object(); }
  bool is_array() const { return value_->is_array(); }
  bool is_text() const { return value_->is_string(); }
  std::string_view text() const { return value_->get_ref<const std::string&>(); }
  std::string scalar() const { return value_->dump(); }

  NamedNodes<NlohmannView> members() const {
    NamedNodes<NlohmannView> out;  // the map keeps them sorted by bytes
    for (const auto& [name, value] : value_->items())
      if (!is_dropped(name)) out.emplace_back(name, NlohmannView(value));
    return out;
  }
  std::vector<NlohmannView> elements() const {
    std::vector<NlohmannView> out;
    for (const auto& value : *value_) out.emplace_back(value);
    return out;
  }

 private:
  const nlohmann::json* value_;
};

class SimdjsonView {
 public:
  explicit SimdjsonView(dom::element value) : value_(value) {}
  bool is_object() const { return value_.is_object(); }
  bool is_array() const { return value_.is_array(); }
  bool is_text() const { return value_.is_string(); }
  bool is_true() const { return value_.is_bool() && value_.get_bool().value_unsafe(); }
  std::string_view text() const { return value_.get_string().value_unsafe(); }

  std::string scalar() const {
    switch (value_.type()) {
      case dom::element_type::INT64:
        return std::to_string(value_.get_int64().value_unsafe());
      case dom::element_type::UINT64:
        return std::to_string(value_.get_uint64().value_unsafe());
      case dom::element_type::DOUBLE:
        return base::json_text(value_.get_double().value_unsafe());
      case dom::element_type::BOOL:
        return value_.get_bool().value_unsafe() ? "true" : "false";
      default:
        return "null";
    }
  }

  NamedNodes<SimdjsonView> members() const {
    NamedNodes<SimdjsonView> out;
    out.reserve(order_before().size());
    for (const auto field : dom::object(value_))
      if (!is_dropped(field.key)) out.emplace_back(field.key, SimdjsonView(field.value));
    if (out.size() < kManyMembers || !sort_like_the_one_before(out)) sort(out);
    keep_last_of_equals(out);
    return out;
  }
  std::vector<SimdjsonView> elements() const {
    std::vector<SimdjsonView> out;
    for (const auto value : dom::array(value_)) out.emplace_back(value);
    return out;
  }

 private:
  static constexpr std::size_t kManyMembers = 16;

  // The order that the members of the large object before had to be brought into: objects of a page
  // are all written in the same one.
  static std::vector<std::size_t>& order_before() {
    thread_local std::vector<std::size_t> order;
    return order;
  }

  static bool sort_like_the_one_before(NamedNodes<SimdjsonView>& members) {
    const auto& order = order_before();
    if (order.size() != members.size()) return false;
    NamedNodes<SimdjsonView> sorted;
    sorted.reserve(members.size());
    for (const std::size_t place : order) {
      if (!sorted.empty() && sorted.back().first >= members[place].first) return false;
      sorted.push_back(members[place]);
    }
    members = std::move(sorted);
    return true;
  }

  static void sort(NamedNodes<SimdjsonView>& members) {
    std::vector<std::size_t> order(members.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return members[a].first < members[b].first;
    });
    NamedNodes<SimdjsonView> sorted;
    for (const std::size_t place : order) sorted.push_back(members[place]);
    members = std::move(sorted);
    if (order.size() >= kManyMembers) order_before() = std::move(order);
  }

  // A name that is written twice has its last value, as in nlohmann::json.
  static void keep_last_of_equals(NamedNodes<SimdjsonView>& members) {
    const auto kept = std::unique(members.rbegin(), members.rend(),
                                  [](const auto& a, const auto& b) { return a.first == b.first; });
    members.erase(members.begin(), kept.base());
  }

  dom::element value_;
};

base::unexpected<base::Error> bad_page(const std::string& what) {
  return base::fail(ErrorKind::graph_refused, "graph answered with a page that " + what,
                    "try again; a proxy between here and graph may be rewriting answers");
}

}  // namespace

struct Slice::Members {
  NamedNodes<SimdjsonView> all;

  const SimdjsonView* find(std::string_view name) const {
    const auto found = std::lower_bound(
        all.begin(), all.end(), name,
        [](const auto& member, std::string_view key) { return member.first < key; });
    return found != all.end() && found->first == name ? &found->second : nullptr;
  }
};

std::string_view Slice::text(std::string_view name) const {
  const auto* member = members == nullptr ? nullptr : members->find(name);
  return member != nullptr && member->is_text() ? member->text() : std::string_view();
}

std::string Slice::part(std::string_view name) const {
  const auto* member = members == nullptr ? nullptr : members->find(name);
  std::string out;
  if (member != nullptr) write(out, *member, is_unordered(name));
  return out;
}

bool Slice::is_true(std::string_view name) const {
  const auto* member = members == nullptr ? nullptr : members->find(name);
  return member != nullptr && member->is_true();
}

std::string canonical(const nlohmann::json& value) {
  std::string out;
  write(out, NlohmannView(value));
  return out;
}

namespace {

base::Result<void> slice(dom::element element, const std::function<void(const Slice&)>& on_object) {
  if (!element.is_object()) return bad_page("holds something that is no object");
  Slice::Members members{SimdjsonView(element).members()};
  Slice out;
  out.members = &members;
  out.odata_type = out.text("@odata.type");
  const auto id = base::Guid::parse(out.text("id"));
  if (!id) return bad_page("holds an object without an id");
  out.id = *id;
  std::erase_if(members.all, [](const auto& member) { return member.first == "@odata.type"; });
  write_members(out.content, members.all);
  on_object(out);
  return {};
}

// A copy of a page with the room behind it that simdjson reads into, kept for the next page.
class Padded {
 public:
  std::string_view take(std::string_view page) {
    if (bytes_.size() < page.size() + simdjson::SIMDJSON_PADDING)
      bytes_.resize(page.size() + simdjson::SIMDJSON_PADDING);
    std::copy(page.begin(), page.end(), bytes_.begin());
    return {bytes_.data(), page.size()};
  }
  std::size_t size() const { return bytes_.size(); }

 private:
  std::vector<char> bytes_;
};

base::Result<void> take_element(simdjson::ondemand::object object, dom::parser& parser,
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
  return slice(element, on_object);
}

}  // namespace

base::Result<void> for_each_object(std::string_view page, const IsWanted& is_wanted,
                                   const std::function<void(const Slice&)>& on_object) {
  thread_local Padded room;
  simdjson::ondemand::parser page_parser;
  dom::parser parser;
  const auto text = room.take(page);
  simdjson::ondemand::document document;
  if (page_parser.iterate(text, room.size()).get(document) != simdjson::SUCCESS)
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
    if (auto done = take_element(object, parser, is_wanted, on_object); !done) return done;
  }
  return {};
}

base::Result<void> for_each_object(std::string_view page,
                                   const std::function<void(const Slice&)>& on_object) {
  return for_each_object(page, nullptr, on_object);
}

}  // namespace entrad::directory
