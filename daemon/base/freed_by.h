// FreedBy: lets std::unique_ptr own what a C library made and frees by a function of its own.
// Thread safety: none of its own.
#pragma once

namespace entrad::base {

template <auto kFree>
struct FreedBy {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};

}  // namespace entrad::base
