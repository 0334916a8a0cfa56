#include "store/rows/ordinals.h"

#include <algorithm>

namespace entrad::store {
namespace {

constexpr std::uint8_t kFormat = 1;
constexpr std::string_view kIdBegins = R"({"id":")";
constexpr std::string_view kKindBegins = R"(","kind":")";
constexpr std::string_view kLinkEnds = R"("})";
constexpr std::size_t kGuidText = 36;
constexpr std::size_t kLongestNumber = 5;  // bytes

Key target_key(TenantNumber tenant, std::uint32_t number) {
  return Key().tenant(tenant).number32(number);
}

std::size_t stored_targets(const Txn& txn, TenantNumber tenant) {
  const Key prefix = Key().tenant(tenant);
  auto cursor = txn.cursor(Table::target);
  if (!cursor.seek_at_or_before(target_key(tenant, ~std::uint32_t{0})) ||
      !cursor.key().starts_with(std::string_view(prefix)))
    return 0;
  return std::size_t{KeyReader(cursor.key().substr(4)).number32()} + 1;
}

bool take(std::string_view& rest, std::string_view expected) {
  if (!rest.starts_with(expected)) return false;
  rest.remove_prefix(expected.size());
  return true;
}

// Seven bits a byte, the lowest first; the highest bit says that more follow.
void append_number(std::string& to, std::uint32_t number) {
  for (; number >= 0x80; number >>= 7U) to += static_cast<char>((number & 0x7FU) | 0x80U);
  to += static_cast<char>(number);
}

std::uint32_t take_number(std::string_view& rest) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < std::min(rest.size(), kLongestNumber); ++i) {
    const auto byte = static_cast<unsigned char>(rest[i]);
    number |= (byte & 0x7FU) << (7U * i);
    if ((byte & 0x80U) != 0) continue;
    rest.remove_prefix(i + 1);
    return number;
  }
  throw Damage("a list of links is cut short");
}

}  // namespace

std::size_t Ordinals::HashTarget::operator()(const Target& target) const {
  KeyReader reader(target.id.bytes());
  const auto first = reader.number();  // random bytes, or counted ones at the end
  return first ^ reader.number() ^ static_cast<std::size_t>(target.kind);
}

Ordinals::Book& Ordinals::book(const Txn& txn, TenantNumber tenant) {
  const auto [place, is_new] = books_.try_emplace(tenant);
  Book& book = place->second;
  if (!is_new) return book;
  const Key prefix = Key().tenant(tenant);
  auto cursor = txn.cursor(Table::target);
  bool found = cursor.seek(prefix);
  for (; found && cursor.key().starts_with(std::string_view(prefix)); found = cursor.next()) {
    KeyReader value(cursor.value());
    if (value.byte() != kFormat) throw Damage("a link's target has an unknown format");
    const auto kind = value.kind();
    const Target target{kind, value.id()};
    book.numbers.emplace(target, static_cast<std::uint32_t>(book.targets.size()));
    book.targets.push_back(target);
  }
  return book;
}

std::optional<Ordinals::Target> Ordinals::take_link(std::string_view& rest) {
  if (!take(rest, kIdBegins) || rest.size() < kGuidText) return std::nullopt;
  const auto text = rest.substr(0, kGuidText);
  // An id in upper case would come back in lower case.
  if (std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'F'; }))
    return std::nullopt;
  const auto id = base::Guid::parse(text);
  rest.remove_prefix(kGuidText);
  if (!id || !take(rest, kKindBegins)) return std::nullopt;
  const auto kind = api::parse<api::ObjectKind>(rest.substr(0, rest.find('"')));
  if (kind != api::ObjectKind::group && kind != api::ObjectKind::administrative_unit)
    return std::nullopt;
  rest.remove_prefix(api::name(*kind).size());
  if (!take(rest, kLinkEnds)) return std::nullopt;
  return Target{*kind, *id};
}

std::uint32_t Ordinals::number_of(Book& book, const Target& target) {
  const auto next = static_cast<std::uint32_t>(book.targets.size());
  const auto [place, is_new] = book.numbers.try_emplace(target, next);
  if (is_new) book.targets.push_back(target);
  return place->second;
}

std::optional<std::string> Ordinals::pack(const Txn& txn, TenantNumber tenant,
                                          std::string_view content) {
  std::string_view rest = content;
  std::vector<Target> targets;
  if (!take(rest, "[")) return std::nullopt;
  do {
    const auto target = take_link(rest);
    if (!target) return std::nullopt;
    targets.push_back(*target);
  } while (take(rest, ","));
  if (rest != "]") return std::nullopt;
  std::string packed;
  {
    const std::lock_guard lock(mutex_);
    Book& numbers = book(txn, tenant);
    for (const Target& target : targets) append_number(packed, number_of(numbers, target));
  }
  return packed;
}

std::string Ordinals::unpack(const Txn& txn, TenantNumber tenant, std::string_view packed) {
  std::string content = "[";
  const std::lock_guard lock(mutex_);
  const Book& numbers = book(txn, tenant);
  while (!packed.empty()) {
    const auto number = take_number(packed);
    if (number >= numbers.targets.size()) throw Damage("a link leads to an unknown target");
    const Target& target = numbers.targets[number];
    if (content.size() > 1) content += ',';
    content += kIdBegins;
    content += target.id.str();
    content += kKindBegins;
    content += api::name(target.kind);
    content += kLinkEnds;
  }
  content += ']';
  return content;
}

void Ordinals::save(WriteTxn& txn, TenantNumber tenant) {
  const std::lock_guard lock(mutex_);
  Book& numbers = book(txn, tenant);
  for (std::size_t i = stored_targets(txn, tenant); i < numbers.targets.size(); ++i) {
    const Target& target = numbers.targets[i];
    txn.put(Table::target, target_key(tenant, static_cast<std::uint32_t>(i)),
            Key().byte(kFormat).kind(target.kind).id(target.id));
  }
}

}  // namespace entrad::store
