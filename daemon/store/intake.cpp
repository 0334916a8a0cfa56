// Map: the caller's side (put, note, flush) / the intake thread (serve, take) / batches.
#include "store/intake.h"

#include <pthread.h>

#include <utility>

#include "store/snapshot_rows.h"

namespace entrad::store {
namespace {

constexpr std::size_t kPutsInOneChunk = 1'000;
constexpr std::size_t kBytesInOneChunk = 4U << 20U;
constexpr std::size_t kChunksWaiting = 2;
constexpr std::size_t kBytesInOneBatch = 24U << 20U;
constexpr std::size_t kRowBytes = 200;  // what a row takes beside its value
constexpr std::size_t kRowsInOneCommit = 5'000;
// Long enough for a fast backup to fill its batches, short enough that little is read again.
constexpr std::chrono::seconds kLongestWait{5};

}  // namespace

Intake::Intake(Environment& environment, const Unsealed& to) : environment_(environment), to_(to) {
  thread_ = std::jthread([this](std::stop_token stop) { serve(std::move(stop)); });
  pthread_setname_np(thread_.native_handle(), "store-intake");
}

Intake::~Intake() { thread_.request_stop(); }

base::Result<void> Intake::put(Put put) {
  gathering_.bytes += put.content.size();
  gathering_.puts.push_back(std::move(put));
  if (gathering_.puts.size() >= kPutsInOneChunk || gathering_.bytes >= kBytesInOneChunk)
    hand_over(/*last=*/false);
  return failure();
}

void Intake::note(const std::string& name, std::string text) {
  gathering_.notes[name] = std::move(text);
}

base::Result<void> Intake::flush() {
  hand_over(/*last=*/true);
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return flushed_; });
  flushed_ = false;
  if (failure_) return base::unexpected(*failure_);
  return {};
}

void Intake::hand_over(bool last) {
  gathering_.last = last;
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_.size() < kChunksWaiting; });
    waiting_.push_back(std::exchange(gathering_, {}));
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
    take(std::move(chunk));
  }
  finish_write();
}

void Intake::take(Chunk chunk) {
  const bool last = chunk.last;
  if (failure()) {
    try {
      if (batch_.rows.empty()) batch_.begun = std::chrono::steady_clock::now();
      for (Row& row : rows_of(environment_, to_, std::move(chunk.puts))) {
        batch_.bytes += kRowBytes + row.value.size();
        batch_.rows.push_back(std::move(row));
      }
      for (auto& [name, text] : chunk.notes) batch_.notes[name] = std::move(text);
    } catch (const Damage& damage) {
      fail(to_error(damage));
    } catch (const LmdbFailure& failure) {
      fail(to_error(failure));
    }
  }
  if (last || is_due()) write_batch();
  if (!last) return;
  finish_write();
  {
    const std::lock_guard lock(mutex_);
    flushed_ = true;
  }
  changed_.notify_all();
}

bool Intake::is_due() const {
  if (batch_.bytes >= kBytesInOneBatch) return true;
  return !batch_.rows.empty() && std::chrono::steady_clock::now() - batch_.begun >= kLongestWait;
}

void Intake::write_batch() {
  finish_write();
  Batch batch = std::exchange(batch_, {});
  if (!failure() || (batch.rows.empty() && batch.notes.empty())) return;
  sort_rows(batch.rows);
  writing_ = std::async(std::launch::async, [this, taken = std::move(batch)]() mutable {
    return write(std::move(taken));
  });
}

void Intake::finish_write() {
  if (!writing_) return;
  auto done = writing_->get();
  writing_.reset();
  if (!done) fail(done.error());
}

base::Result<void> Intake::write(Batch batch) {
  const std::span<const Row> rows(batch.rows);
  std::size_t from = 0;
  do {
    const auto piece = rows.subspan(from, std::min(rows.size() - from, kRowsInOneCommit));
    from += piece.size();
    auto done = environment_.write([&](Write& write) -> base::Result<void> {
      environment_.packing().save(write.txn, to_.tenant);
      write_rows(write.txn, to_, piece);
      if (from == rows.size())
        for (const auto& [name, text] : batch.notes)
          put_checkpoint(write.txn, to_.tenant, name, text);
      return {};
    });
    if (!done) return done;
  } while (from < rows.size());
  return {};
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
