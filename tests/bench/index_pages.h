// How index_bench keeps fetched pages in a file: each with its length before it. They are read
// where the page cache has them, as a daemon has them in memory when they have come. Thread safety:
// none needed.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string_view>

namespace entrad::bench {

inline void write_page(std::ofstream& to, std::uint32_t about, std::string_view page) {
  const auto size = static_cast<std::uint32_t>(page.size());
  to.write(reinterpret_cast<const char*>(&about), sizeof about);
  to.write(reinterpret_cast<const char*>(&size), sizeof size);
  to.write(page.data(), static_cast<std::streamsize>(page.size()));
}

class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& file) : size_(std::filesystem::file_size(file)) {
    const int handle = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    bytes_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE | MAP_POPULATE, handle, 0);
    ::close(handle);
    if (bytes_ == MAP_FAILED) throw std::runtime_error("cannot map " + file.string());
  }
  ~MappedFile() { ::munmap(bytes_, size_); }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  std::string_view all() const { return {static_cast<const char*>(bytes_), size_}; }

 private:
  std::size_t size_;
  void* bytes_ = nullptr;
};

template <typename OnPage>
void for_each_page(std::string_view pages, OnPage on_page) {
  while (!pages.empty()) {
    std::uint32_t about = 0;
    std::uint32_t size = 0;
    std::memcpy(&about, pages.data(), sizeof about);
    std::memcpy(&size, pages.data() + sizeof about, sizeof size);
    pages.remove_prefix(sizeof about + sizeof size);
    on_page(about, pages.substr(0, size));
    pages.remove_prefix(size);
  }
}

}  // namespace entrad::bench
