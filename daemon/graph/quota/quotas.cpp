#include "graph/quota/quotas.h"

#include <algorithm>
#include <fstream>
#include <optional>

#include "base/json.h"
#include "base/text.h"
#include "graph/quota/published_quotas.h"
#include "graph/quota/throttle_bucket.h"

namespace entrad::graph {
namespace {

using base::ErrorKind;
using nlohmann::json;

constexpr std::uint64_t kSmallTop = 20;

std::vector<std::string> segments(std::string_view path) {
  std::vector<std::string> parts;
  for (std::string& part : base::split(path, '/'))
    if (!part.empty()) parts.push_back(std::move(part));
  return parts;
}

// "{id}" is any one segment, "**" is whatever follows, nothing included.
bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == "**") return true;
    if (i >= path.size()) return false;
    const bool any = pattern[i].front() == '{';
    if (!any && base::ascii_lower(pattern[i]) != base::ascii_lower(path[i])) return false;
  }
  return pattern.size() == path.size();
}

bool in_folder(const std::vector<std::string>& path, std::size_t at, std::string_view name) {
  return path.size() > at && base::ascii_lower(path[at]) == name;
}

// Which service's quota a path belongs to; empty: the directory's.
std::string own_bucket(const std::vector<std::string>& path) {
  if (in_folder(path, 0, "users") && in_folder(path, 2, "authentication")) return "authMethods";
  if (in_folder(path, 0, "auditlogs") || in_folder(path, 0, "reports")) return "audit";
  return {};
}

struct Options {
  bool select = false;
  bool expand = false;
  std::optional<std::uint64_t> top;
};

Options options_of(std::string_view query) {
  Options options;
  for (const std::string& part : base::split(query, '&')) {
    const auto equals = part.find('=');
    std::string key = base::ascii_lower(part.substr(0, equals));
    if (key.starts_with("%24")) key.replace(0, 3, "$");
    if (key == "$select") options.select = true;
    if (key == "$expand") options.expand = true;
    if (key == "$top" && equals != std::string::npos)
      options.top = std::strtoull(part.c_str() + equals + 1, nullptr, 10);
  }
  return options;
}

base::unexpected<base::Error> wrong(const std::string& source, const std::string& what) {
  return base::fail(ErrorKind::invalid_argument, "the quotas in " + source + " are wrong: " + what,
                    "compare the file with the one that entrad ships");
}

std::uint64_t resource_units(const json& document, std::int64_t units, std::string_view query) {
  const json& modifiers = document["modifiers"];
  const Options options = options_of(query);
  if (options.select) units += modifiers.value("select", 0);
  if (options.expand) units += modifiers.value("expand", 0);
  if (options.top && *options.top < kSmallTop) units += modifiers.value("smallTop", 0);
  return static_cast<std::uint64_t>(std::max<std::int64_t>(units, modifiers.value("floor", 1)));
}

std::optional<Bucket::Scope> read_scope(const std::string& word) {
  if (word == "appTenant") return Bucket::Scope::app_tenant;
  if (word == "tenant") return Bucket::Scope::tenant;
  if (word == "app") return Bucket::Scope::app;
  return std::nullopt;
}

std::optional<Bucket> read_bucket(const std::string& name, const json& row) {
  Bucket bucket;
  bucket.name = name;
  const auto scope = read_scope(row.value("scope", "appTenant"));
  if (!scope) return std::nullopt;
  bucket.scope = *scope;
  bucket.resource_units = row.value("unit", "") == "resourceUnits";
  const double seconds = row.value("windowSeconds", 0.0);
  bucket.window =
      std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(seconds));
  if (row.contains("limitBySize"))
    bucket.limit_by_size = row["limitBySize"].get<std::map<std::string, std::uint64_t>>();
  bucket.limit = row.value("limit", std::uint64_t{0});
  for (const auto& [size, limit] : bucket.limit_by_size)
    bucket.limit = bucket.limit == 0 ? limit : std::min(bucket.limit, limit);
  if (bucket.limit == 0 || bucket.window <= base::Duration::zero()) return std::nullopt;
  return bucket;
}

bool is_cost(const json& cost) {
  return cost.is_object() && cost.value("method", json()).is_string() &&
         cost.value("path", json()).is_string() && cost.value("ru", json()).is_number_integer();
}

base::Result<void> check_shape(const json& document, const std::string& source) {
  if (!document.is_object()) return wrong(source, "not a JSON object");
  for (const char* part : {"buckets", "sizeClasses", "modifiers"})
    if (!document.contains(part) || !document[part].is_object())
      return wrong(source, std::string("\"") + part + "\" is missing");
  if (!document.contains("costs") || !document["costs"].is_array())
    return wrong(source, "\"costs\" is missing");
  for (const json& cost : document["costs"])
    if (!is_cost(cost))
      return wrong(source, "a cost needs method, path and ru: " + base::json_text(cost));
  return {};
}

bool is_comment(const std::string& key) { return key.starts_with('_') || key == "source"; }

}  // namespace

std::string price_options(std::string_view query) {
  const Options options = options_of(query);
  return std::string(options.select ? " select" : "") + (options.expand ? " expand" : "") +
         (options.top && *options.top < kSmallTop ? " smallTop" : "");
}

base::Result<Quotas> Quotas::load(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in)
    return base::fail(ErrorKind::invalid_argument,
                      "the quotas file " + file.string() + " cannot be read",
                      "check its path and permissions");
  const json document = base::parse_json(std::string(std::istreambuf_iterator<char>(in), {}));
  if (document.is_discarded()) return wrong(file.string(), "not JSON");
  return parse(document, file.string());
}

base::Result<Quotas> Quotas::parse(const json& document, const std::string& source) {
  if (auto shape = check_shape(document, source); !shape) return base::pass(shape);
  Quotas quotas;
  quotas.document_ = document;
  try {
    for (const auto& [name, row] : document["buckets"].items()) {
      if (is_comment(name)) continue;
      const auto bucket = read_bucket(name, row);
      if (!bucket)
        return wrong(source, "bucket " + name +
                                 " needs windowSeconds, a limit, and a scope that is "
                                 "appTenant, tenant or app");
      quotas.buckets_.push_back(*bucket);
    }
  } catch (const json::exception& error) {
    return wrong(source, error.what());
  }
  for (const json& cost : document["costs"])
    quotas.costs_.push_back(
        {cost["method"], segments(cost["path"].get<std::string>()), cost["ru"]});
  return quotas;
}

Quotas Quotas::published() {
  auto quotas = parse(base::read_json(published_quotas()), "the program");
  return std::move(quotas).value();
}

const std::vector<Bucket>& Quotas::buckets() const { return buckets_; }

const Bucket* Quotas::find(std::string_view bucket) const {
  for (const Bucket& candidate : buckets_)
    if (candidate.name == bucket) return &candidate;
  return nullptr;
}

// The price before modifiers, where one is listed.
std::optional<std::int64_t> Quotas::listed_cost(std::string_view method,
                                                const std::vector<std::string>& path) const {
  for (const Cost& cost : costs_)
    if (cost.method == method && matches(cost.path, path)) return cost.units;
  return std::nullopt;
}

std::vector<Charge> Quotas::price(std::string_view method, std::string_view path) const {
  const auto question = path.find('?');
  const auto parts = segments(path.substr(0, question));
  const std::string_view query =
      question == std::string_view::npos ? std::string_view() : path.substr(question + 1);
  std::vector<Charge> charges;
  const auto charge = [&](const std::string& service, std::uint64_t units) {
    for (const char* scope : {"", ".tenant", ".app"})
      if (find(service + scope) != nullptr) charges.push_back({service + scope, units});
  };
  charge("requests", 1);
  if (const std::string own = own_bucket(parts); !own.empty()) {
    charge(own, 1);
    return charges;
  }
  const auto listed = listed_cost(method, parts);
  charge("directory.read", resource_units(document_, listed.value_or(1), query));
  // What is listed is a read, whatever its verb.
  if (method != "GET" && !listed) charge("directory.write", 1);
  return charges;
}

std::string Quotas::size_class(std::uint64_t users) const {
  std::string open_ended;
  std::pair<std::uint64_t, std::string> best{UINT64_MAX, ""};
  for (const auto& [name, row] : document_["sizeClasses"].items()) {
    if (is_comment(name)) continue;
    if (!row.contains("maxUsers")) {
      open_ended = name;
      continue;
    }
    const auto most = row["maxUsers"].get<std::uint64_t>();
    if (users <= most && most < best.first) best = {most, name};
  }
  return best.second.empty() ? open_ended : best.second;
}

// What the governor keeps free of each window for urgent calls is not used.
base::Duration Quotas::least_time(std::string_view bucket, std::uint64_t writes) const {
  const Bucket* found = find(bucket);
  if (found == nullptr || writes == 0) return base::Duration::zero();
  const std::uint64_t usable = found->limit - ThrottleBucket::reserve_of(found->limit);
  return found->window * static_cast<std::int64_t>((writes - 1) / usable);
}

}  // namespace entrad::graph
