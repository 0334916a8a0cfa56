// Parts: writing strings; one writer over two kinds of parsed JSON (so that both agree byte for
// byte by construction); the view of nlohmann::json; the view of simdjson; pages.
#include "directory/canonical.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
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

// As nlohmann::json writes it: only what must be escaped is.
void append_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t plain_from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    out.append(text, plain_from, i - plain_from);
    append_escaped(out, text[i]);
    plain_from = i + 1;
  }
  out.append(text, plain_from, text.size() - plain_from);
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
    for (const auto field : dom::object(value_))
      if (!is_dropped(field.key)) out.emplace_back(field.key, SimdjsonView(field.value));
    std::stable_sort(out.begin(), out.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    keep_last_of_equals(out);
    return out;
  }
  std::vector<SimdjsonView> elements() const {
    std::vector<SimdjsonView> out;
    for (const auto value : dom::array(value_)) out.emplace_back(value);
    return out;
  }

 private:
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

}  // namespace

base::Result<void> for_each_object(std::string_view page,
                                   const std::function<void(const Slice&)>& on_object) {
  dom::parser parser;
  dom::element document;
  if (parser.parse(page.data(), page.size()).get(document) != simdjson::SUCCESS)
    return bad_page("is not JSON");
  dom::array objects;
  if (document["value"].get_array().get(objects) != simdjson::SUCCESS)
    return bad_page("has no list of objects");
  for (const auto element : objects)
    if (auto done = slice(element, on_object); !done) return done;
  return {};
}

}  // namespace entrad::directory
