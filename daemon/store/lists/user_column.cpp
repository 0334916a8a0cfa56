#include "store/lists/user_column.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "base/text.h"

namespace entrad::store {
namespace {

constexpr std::size_t kPrefix = 16;

// The next eight bytes of a text that ends with a zero byte, which stand at its end for more.
std::uint64_t next_bytes(const char*& text) {
  std::uint64_t value = 0;
  for (int shift = 56; shift >= 0 && *text != '\0'; shift -= 8)
    value |= std::uint64_t{static_cast<unsigned char>(*text++)} << shift;
  return value;
}

template <typename T>
std::size_t bytes_of(const std::vector<T>& vector) {
  return vector.capacity() * sizeof(T);
}

}  // namespace

std::size_t UserColumn::bytes() const {
  return text_.capacity() + bytes_of(starts_) + bytes_of(ids_) + bytes_of(changed_in_) +
         bytes_of(by_id_);
}

std::vector<Position> UserColumn::find(std::string_view needle) const {
  std::vector<Position> found;
  if (needle.empty()) {
    found.resize(size());
    std::iota(found.begin(), found.end(), Position{0});
    return found;
  }
  // A zero byte separates texts, and nobody's name has one.
  if (needle.find('\0') == std::string_view::npos) found = texts_with(needle, text_, starts_);
  const IdNeedle id_needle(needle);
  if (!id_needle.may_match() || found.size() == size()) return found;
  std::vector<Position> by_id;
  for (Position user = 0; user < size(); ++user)
    if (id_needle.matches(ids_[user])) by_id.push_back(user);
  std::vector<Position> both;
  both.reserve(found.size() + by_id.size());
  std::set_union(found.begin(), found.end(), by_id.begin(), by_id.end(), std::back_inserter(both));
  return both;
}

std::vector<Position> UserColumn::sorted(const std::vector<Position>& users, UserSort sort) const {
  std::vector<bool> is_meant(size());
  for (const Position user : users) is_meant[user] = true;
  std::vector<Position> in_order;
  in_order.reserve(users.size());
  for (Position place = 0; place < size(); ++place) {
    const Position user = sort == UserSort::name ? place : by_id_[place];
    if (is_meant[user]) in_order.push_back(user);
  }
  if (sort == UserSort::modified)
    std::stable_sort(in_order.begin(), in_order.end(), [this](Position left, Position right) {
      return changed_in_[left] < changed_in_[right];
    });
  return in_order;
}

bool UserColumn::comes_first(Position left, Position right, UserSort sort) const {
  if (sort == UserSort::name) return left < right;
  if (sort == UserSort::modified && changed_in_[left] != changed_in_[right])
    return changed_in_[left] < changed_in_[right];
  return ids_[left] < ids_[right];
}

std::optional<Position> UserColumn::position_of(const base::Guid& id) const {
  const auto bits = IdBits::of(id);
  const auto found =
      std::lower_bound(by_id_.begin(), by_id_.end(), bits,
                       [this](Position user, const IdBits& wanted) { return ids_[user] < wanted; });
  if (found == by_id_.end() || ids_[*found] != bits) return std::nullopt;
  return *found;
}

void UserColumn::Builder::add(const UserState& state, const UserView& user) {
  starts_.push_back(static_cast<std::uint32_t>(text_.size()));
  ids_.push_back(IdBits::of(state.id));
  changed_in_.push_back(static_cast<std::uint32_t>(state.changed_in.value));
  base::append_folded(text_, user.display_name);
  text_ += '\0';
  base::append_folded(text_, user.user_principal_name);
  text_ += '\0';
  if (!user.mail.empty() && user.mail != user.user_principal_name) {
    base::append_folded(text_, user.mail);
    text_ += '\0';
  }
  if (text_.size() > std::numeric_limits<std::uint32_t>::max())
    throw std::length_error("a tenant has more names than a search can hold");
}

std::vector<UserColumn::Builder::SortKey> UserColumn::Builder::sorted_keys() const {
  std::vector<SortKey> keys;
  keys.reserve(ids_.size());
  for (std::uint32_t user = 0; user < ids_.size(); ++user) {
    const char* name = text_.data() + starts_[user];
    const auto first = next_bytes(name);
    keys.push_back({first, next_bytes(name), user});
  }
  std::sort(keys.begin(), keys.end(), [this](const SortKey& left, const SortKey& right) {
    if (left.first != right.first) return left.first < right.first;
    if (left.second != right.second) return left.second < right.second;
    if ((left.second & 0xff) != 0) {
      const int order = std::strcmp(text_.data() + starts_[left.user] + kPrefix,
                                    text_.data() + starts_[right.user] + kPrefix);
      if (order != 0) return order < 0;
    }
    return left.user < right.user;
  });
  return keys;
}

UserColumn UserColumn::Builder::finish() && {
  const auto keys = sorted_keys();
  starts_.push_back(static_cast<std::uint32_t>(text_.size()));
  UserColumn column;
  column.text_.reserve(text_.size());
  column.starts_.reserve(keys.size() + 1);
  column.ids_.reserve(keys.size());
  column.changed_in_.reserve(keys.size());
  column.by_id_.resize(keys.size());
  for (const SortKey& key : keys) {
    const auto from = starts_[key.user];
    column.by_id_[key.user] = static_cast<Position>(column.ids_.size());
    column.starts_.push_back(static_cast<std::uint32_t>(column.text_.size()));
    column.text_.append(text_, from, starts_[key.user + 1] - from);
    column.ids_.push_back(ids_[key.user]);
    column.changed_in_.push_back(changed_in_[key.user]);
  }
  column.starts_.push_back(static_cast<std::uint32_t>(column.text_.size()));
  return column;
}

}  // namespace entrad::store
