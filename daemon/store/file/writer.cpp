// Map: the queue's two ends (run, serve) / one batch (carry_out, attempt, run_all) / what to do
// when LMDB refuses (repair and what it chooses from) / trouble.
#include "store/file/writer.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

namespace entrad::store {
namespace {

using base::ErrorKind;

constexpr char kMakeRoom[] = "free some disk space; writing goes on by itself then";
constexpr char kRestore[] =
    "stop entrad, check the disk, and copy the store's last backup back if it is damaged";
constexpr std::uint64_t kRoomToGrow = 1 << 20;

}  // namespace

Writer::Writer(Env& env, Gate& gate, const Place& place) : env_(env), gate_(gate), place_(place) {
  thread_ = std::jthread([this](std::stop_token stop) { serve(std::move(stop)); });
  pthread_setname_np(thread_.native_handle(), "store-writer");
}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  thread_.request_stop();
}

base::Result<void> Writer::run(Work work) {
  std::future<base::Result<void>> outcome;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return base::fail(ErrorKind::shutting_down, "the store is closing");
    if (poisoned_) return base::fail(ErrorKind::store_damaged, trouble_, kRestore);
    Request& request = queue_.emplace_back();
    request.work = std::move(work);
    outcome = request.promise.get_future();
  }
  changed_.notify_one();
  return outcome.get();
}

void Writer::serve(std::stop_token stop) {
  for (;;) {
    Batch batch;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, stop, [this] { return !queue_.empty(); });
      if (queue_.empty()) return;  // only after a stop
      batch.swap(queue_);
    }
    newest_event_ = {};
    carry_out(batch);
    finish(batch);
    announce();
  }
}

void Writer::finish(Batch& batch) {
  for (Request& request : batch) {
    if (request.thrown)
      request.promise.set_exception(request.thrown);
    else if (request.error)
      request.promise.set_value(base::unexpected(std::move(*request.error)));
    else
      request.promise.set_value({});
  }
}

void Writer::carry_out(std::span<Request> batch) {
  Next next = Next::again;
  while (next == Next::again) next = attempt(batch);
  if (next != Next::one_by_one) return;
  for (std::size_t i = 0; i < batch.size(); ++i)
    if (!batch[i].is_out()) carry_out(batch.subspan(i, 1));
}

Writer::Next Writer::attempt(std::span<Request> batch) {
  // A commit that met damage may have left LMDB's lock behind: never begin another one.
  if (is_poisoned()) return refuse(batch);
  try {
    WriteTxn txn(env_);
    Write write{txn};
    if (!run_all(batch, write)) return Next::again;
    if (txn.writes() == 0) return Next::done;
    txn.commit();
    newest_event_ = std::max(newest_event_, write.newest_event);
    set_trouble({}, /*for_good=*/false);
    return Next::done;
  } catch (const LmdbFailure& failure) {
    return repair(batch, failure);
  } catch (const std::exception& failure) {
    return give_up(batch, failure.what());
  }
}

// False: a piece that had already written something failed, so the transaction is spoilt.
bool Writer::run_all(std::span<Request> batch, Write& write) {
  for (Request& request : batch) {
    if (request.is_out()) continue;
    const auto writes = write.txn.writes();
    run_one(request, write);
    if (request.is_out() && write.txn.writes() != writes) return false;
  }
  return true;
}

void Writer::run_one(Request& request, Write& write) {
  try {
    auto outcome = request.work(write);
    if (!outcome) request.error = std::move(outcome).error();
  } catch (const LmdbFailure& failure) {
    if (failure.kind() != LmdbFailure::Kind::misuse) throw;
    request.thrown = std::current_exception();
  } catch (...) {
    request.thrown = std::current_exception();
  }
}

Writer::Next Writer::repair(std::span<Request> batch, const LmdbFailure& failure) {
  switch (failure.kind()) {
    case LmdbFailure::Kind::map_full:
      return grow(batch);
    case LmdbFailure::Kind::batch_too_big:
      if (batch.size() > 1) return Next::one_by_one;
      batch.front().thrown = std::make_exception_ptr(failure);
      return Next::done;
    case LmdbFailure::Kind::no_room:
      return no_room(batch);
    default:
      break;
  }
  if (failure.may_be_no_room() && !has_room(place_.directory())) return no_room(batch);
  return give_up(batch, failure.what());
}

Writer::Next Writer::grow(std::span<Request> batch) {
  if (place_.free_bytes() < kRoomToGrow) return no_room(batch);
  const Gate::Closure closed(gate_);
  try {
    env_.grow(env_.info().map_bytes * 2);
    return Next::again;
  } catch (const LmdbFailure&) {
    return no_room(batch);  // of address space, which ulimit -v may have taken
  }
}

Writer::Next Writer::no_room(std::span<Request> batch) {
  const std::string why = "no room on the disk of " + place_.directory().string();
  for (Request& request : batch)
    if (!request.is_out()) request.error = {ErrorKind::store_full, why, kMakeRoom, nullptr};
  set_trouble(why, /*for_good=*/false);
  return Next::done;
}

Writer::Next Writer::give_up(std::span<Request> batch, const std::string& why) {
  set_trouble("the store in " + place_.directory().string() + " stopped writing: " + why,
              /*for_good=*/true);
  return refuse(batch);
}

Writer::Next Writer::refuse(std::span<Request> batch) const {
  const std::string why = trouble();
  for (Request& request : batch)
    if (!request.is_out()) request.error = {ErrorKind::store_damaged, why, kRestore, nullptr};
  return Next::done;
}

bool Writer::is_poisoned() const {
  const std::lock_guard lock(mutex_);
  return poisoned_;
}

void Writer::set_trouble(std::string trouble, bool for_good) {
  const std::lock_guard lock(mutex_);
  if (poisoned_) return;
  trouble_ = std::move(trouble);
  poisoned_ = for_good;
}

std::string Writer::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

std::size_t Writer::queued() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

void Writer::on_event(EventListener listener) {
  const std::lock_guard lock(listener_mutex_);
  listener_ = std::move(listener);
}

void Writer::announce() {
  const std::lock_guard lock(listener_mutex_);
  if (listener_ && newest_event_.value > 0) listener_(newest_event_);
}

}  // namespace entrad::store
