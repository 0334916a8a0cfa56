// Intake: takes what is put into a snapshot, packs it on a thread of its own, and writes it in
// batches that are sorted by key, so that neighbours share the pages that a commit writes.
//
// What was put is committed when a batch is full, a minute after its first row, or by flush(): so
// much is read again after a crash.
// Thread safety: put(), note() and flush() belong to one thread. Owned by SnapshotWriter.
#pragma once

#include <condition_variable>
#include <deque>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/writing/batch.h"

namespace entrad::store {

class Intake {
 public:
  Intake(Environment& environment, base::Clock& clock, const Unsealed& to);
  ~Intake();  // what was not written is forgotten
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;

  // Both may tell of the failure of an earlier put; nothing is written after one. Errors:
  // store_full, store_damaged, shutting_down.
  base::Result<void> put(const Put& put);
  // No more of what was put last comes: if it is much, it is written while other things are put.
  void end_section();
  // All that was put, and the notes, are committed.
  base::Result<void> flush();
  // Committed together with what was put before it, or with more.
  void note(const std::string& name, std::string text);

 private:
  struct Chunk {
    std::vector<Put> puts;
    std::string contents;  // of the puts, one behind the other
    std::map<std::string, std::string> notes;
    bool ends_section = false;
    bool last = false;  // flush() waits for it

    void empty();  // keeps its room
  };
  void hand_over();
  void serve(std::stop_token stop);
  void take(Chunk& chunk);
  bool is_due() const;
  bool begins_other_section(const Chunk& chunk) const;
  base::Result<void> add(const Chunk& chunk);
  void write_batch();
  void finish_write();
  void fail(base::Error error);
  base::Result<void> failure() const;

  Environment& environment_;
  base::Clock& clock_;
  const Unsealed to_;
  Chunk gathering_;  // the caller's thread's

  std::unique_ptr<Batch> batch_;                            // the intake thread's
  std::optional<std::future<base::Result<void>>> writing_;  // likewise: the batch before

  mutable std::mutex mutex_;  // guards all below but the thread
  std::condition_variable_any changed_;
  std::deque<Chunk> waiting_;
  std::vector<Chunk> emptied_;  // their room is used again
  std::optional<base::Error> failure_;
  bool flushed_ = false;

  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace entrad::store
