// Keeping: what a client asks for about pins, pruning, checks and copies of the store, what a prune
// or a copy did, and what the store takes. What a prune would do, and what a check found, are in
// api/retention.h. Thread safety: plain values.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "api/status.h"
#include "api/wire.h"
#include "base/ids.h"

namespace entrad::api {

// POST /v1/tenants/{tenant}/snapshots/{number}/pin.
struct PinRequest {
  std::string note;

  template <typename F>
  void fields(F&& f) {
    f("note", note);
  }
};

// POST /v1/jobs with kind "prune": removes these snapshots; without any, those that the tenant's
// configured retention does not keep, which the job then names. Pinned ones, the newest one and
// those that a job reads stay either way.
struct PruneRequest {
  std::string tenant;
  std::vector<base::SnapshotNumber> snapshots;

  template <typename F>
  void fields(F&& f) {
    f("tenant", tenant);
    f("snapshots", snapshots);
  }
};

// POST /v1/jobs with kind "check" and `store`: reads the whole store again, of all tenants.
struct StoreCheckRequest {
  bool store = false;

  template <typename F>
  void fields(F&& f) {
    f("store", store);
  }
};

// POST /v1/store/copies. Without a name it is the time.
struct CopyRequest {
  std::string name;

  template <typename F>
  void fields(F&& f) {
    f("name", name);
  }
};

// What a prune did.
struct Pruned {
  std::vector<base::SnapshotNumber> removed;
  std::vector<base::SnapshotNumber> kept;  // asked for, but pinned, the newest, or read by a job
  std::uint64_t rows = 0;   // that went; not counted: those of an attempt that was killed
  std::uint64_t bytes = 0;  // of those rows

  template <typename F>
  void fields(F&& f) {
    f("removed", removed);
    f("kept", kept);
    f("rows", rows);
    f("bytes", bytes);
  }
};

// A copy of the store that was made while it ran.
struct StoreCopy {
  std::string name;
  std::string path;  // a directory that opens as a store
  std::uint64_t bytes = 0;
  base::WallTime made_at{};
  std::vector<std::string> replaced;  // older copies that were removed when this one was whole

  template <typename F>
  void fields(F&& f) {
    f("name", name);
    f("path", path);
    f("bytes", bytes);
    f("madeAt", made_at);
    f("replaced", replaced);
  }
};

// One table of the store.
struct StoreTable {
  std::string name;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;  // of the pages that it takes

  template <typename F>
  void fields(F&& f) {
    f("name", name);
    f("rows", rows);
    f("bytes", bytes);
  }
};

// GET /v1/store.
struct StoreStatistics {
  StoreStatus status;
  std::uint64_t schema = 0;
  std::uint64_t file_bytes = 0;  // pages in use and free ones
  std::uint64_t free_bytes = 0;  // pages inside the file that the next writes use
  std::vector<StoreTable> tables;
  std::map<std::string, std::uint64_t> snapshots;  // tenant -> sealed ones
  std::vector<StoreCopy> copies;                   // the oldest first

  template <typename F>
  void fields(F&& f) {
    f("status", status);
    f("schema", schema);
    f("fileBytes", file_bytes);
    f("freeBytes", free_bytes);
    f("tables", tables);
    f("snapshots", snapshots);
    f("copies", copies);
  }
};

}  // namespace entrad::api
