// Map: the caller's side (put, note, flush) / the intake thread (serve, take) / batches.
#include "store/writing/intake.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

namespace entrad::store {
namespace {

constexpr std::size_t kPutsInOneChunk = 1'000;
constexpr std::size_t kBytesInOneChunk = 4U << 20U;
constexpr std::size_t kChunksWaiting = 24;
constexpr std::chrono::seconds kLongestWait{60};

}  // namespace

Intake::Intake(Environment& environment, base::Clock& clock, const Unsealed& to)
    : environment_(environment), clock_(clock), to_(to) {
  thread_ = std::jthread([this](std::stop_token stop) { serve(std::move(stop)); });
  pthread_setname_np(thread_.native_handle(), "store-intake");
}

Intake::~Intake() { thread_.request_stop(); }

base::Result<void> Intake::put(const Put& put) {
  auto& contents = gathering_.contents;
  if (contents.size() + put.content.size() > kBytesInOneChunk && !gathering_.puts.empty())
    hand_over();
  if (gathering_.puts.empty()) contents.reserve(std::max(kBytesInOneChunk, put.content.size()));
  const auto at = contents.size();
  contents += put.content;
  gathering_.puts.push_back(put);
  gathering_.puts.back().content = std::string_view(contents).substr(at);
  if (gathering_.puts.size() >= kPutsInOneChunk) hand_over();
  return failure();
}

void Intake::note(const std::string& name, std::string text) {
  gathering_.notes[name] = std::move(text);
}

base::Result<void> Intake::flush() {
  gathering_.last = true;
  hand_over();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return flushed_; });
  flushed_ = false;
  if (failure_) return base::unexpected(*failure_);
  return {};
}

void Intake::end_section() {
  gathering_.ends_section = true;
  hand_over();
}

void Intake::Chunk::empty() {
  puts.clear();
  contents.clear();
  notes.clear();
  ends_section = last = false;
}

void Intake::hand_over() {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_.size() < kChunksWaiting; });
    waiting_.push_back(std::exchange(gathering_, {}));
    if (!emptied_.empty()) {
      gathering_ = std::move(emptied_.back());
      emptied_.pop_back();
    }
  }
  changed_.notify_all();
}

void Intake::serve(std::stop_token stop) {
  for (;;) {
    Chunk chunk;
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, stop, [this] { return !waiting_.empty(); })) break;
      chunk = std::move(waiting_.front());
      waiting_.pop_front();
    }
    changed_.notify_all();
    take(chunk);
    chunk.empty();
    const std::lock_guard lock(mutex_);
    emptied_.push_back(std::move(chunk));
  }
  finish_write();
}

void Intake::take(Chunk& chunk) {
  if (begins_other_section(chunk)) write_batch();
  if (failure()) {
    auto added = telling_damage([&] { return add(chunk); });
    if (!added) fail(added.error());
  }
  if (chunk.last || is_due() || (chunk.ends_section && batch_ && batch_->is_large())) write_batch();
  if (!chunk.last) return;
  finish_write();
  {
    const std::lock_guard lock(mutex_);
    flushed_ = true;
  }
  changed_.notify_all();
}

base::Result<void> Intake::add(const Chunk& chunk) {
  if (!batch_) batch_ = std::make_unique<Batch>(environment_.place().directory(), clock_.steady());
  for (const Row& row : rows_of(environment_, to_, chunk.puts))
    if (auto done = batch_->add(row); !done) return done;
  for (const auto& [name, text] : chunk.notes) batch_->note(name, text);
  return {};
}

bool Intake::begins_other_section(const Chunk& chunk) const {
  return batch_ && !chunk.puts.empty() &&
         batch_->is_ended_by(chunk.puts.front().kind, chunk.puts.front().section);
}

bool Intake::is_due() const {
  return batch_ && (batch_->is_full() || clock_.steady() - batch_->begun() >= kLongestWait);
}

void Intake::write_batch() {
  finish_write();
  std::shared_ptr<Batch> batch = std::move(batch_);
  if (!batch || !failure() || batch->is_empty()) return;
  writing_ = std::async(std::launch::async, [this, batch] {
    return telling_damage([&] { return batch->write(environment_, to_); });
  });
}

void Intake::finish_write() {
  if (!writing_) return;
  auto done = writing_->get();
  writing_.reset();
  if (!done) fail(done.error());
}

void Intake::fail(base::Error error) {
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = std::move(error);
}

base::Result<void> Intake::failure() const {
  const std::lock_guard lock(mutex_);
  if (failure_) return base::unexpected(*failure_);
  return {};
}

}  // namespace entrad::store
