// Shelf: things that are made on demand, shared, and kept while there is room for them.
//
// A thing is made once even when several threads ask for it at the same moment: the others wait.
// When all of them are larger than the shelf, those that nobody asked for the longest go; the one
// asked for last always stays. Who holds one keeps it, whatever becomes of the shelf.
// Thread safety: any thread, which must not hold a Reader: it may have to wait for another one.
#pragma once

#include <cstddef>
#include <functional>
#include <future>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace entrad::store {

// T has `std::size_t bytes() const`, how much memory it takes.
template <typename T>
class Shelf {
 public:
  using Item = std::shared_ptr<const T>;

  explicit Shelf(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  // What is there under the key, else what `make` makes. nullptr is handed on and not kept; what
  // `make` throws is thrown to all who wait for it.
  Item get(const std::string& key, const std::function<Item()>& make) {
    std::unique_lock lock(mutex_);
    for (auto kept = kept_.begin(); kept != kept_.end(); ++kept) {
      if (kept->key != key) continue;
      kept_.splice(kept_.begin(), kept_, kept);
      const auto item = kept->item;
      lock.unlock();
      return item.get();
    }
    std::promise<Item> promise;
    const auto serial = ++last_serial_;
    kept_.push_front({key, serial, promise.get_future().share(), 0});
    lock.unlock();
    return fulfil(promise, serial, make);
  }

  // Lets go of everything whose key begins so, things that are being made included.
  void forget(std::string_view prefix) {
    const std::lock_guard lock(mutex_);
    kept_.remove_if([&](const Kept& kept) { return kept.key.starts_with(prefix); });
  }

  std::size_t bytes() const {
    const std::lock_guard lock(mutex_);
    return sum();
  }

 private:
  struct Kept {
    std::string key;
    std::uint64_t serial;
    std::shared_future<Item> item;
    std::size_t bytes;  // 0: it is being made
  };

  Item fulfil(std::promise<Item>& promise, std::uint64_t serial,
              const std::function<Item()>& make) {
    Item item;
    try {
      item = make();
    } catch (...) {
      settle(serial, 0);
      promise.set_exception(std::current_exception());
      throw;
    }
    settle(serial, item ? item->bytes() : 0);
    promise.set_value(item);
    return item;
  }

  // Keeps what was made (0 bytes: nothing), if it was not forgotten meanwhile.
  void settle(std::uint64_t serial, std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    if (bytes == 0) kept_.remove_if([&](const Kept& kept) { return kept.serial == serial; });
    for (Kept& kept : kept_)
      if (kept.serial == serial) kept.bytes = bytes;
    while (kept_.size() > 1 && sum() > most_bytes_) kept_.pop_back();
  }

  std::size_t sum() const {
    std::size_t bytes = 0;
    for (const Kept& kept : kept_) bytes += kept.bytes;
    return bytes;
  }

  const std::size_t most_bytes_;
  mutable std::mutex mutex_;  // guards all below; held for moments only
  std::list<Kept> kept_;      // the one asked for last comes first
  std::uint64_t last_serial_ = 0;
};

}  // namespace entrad::store
