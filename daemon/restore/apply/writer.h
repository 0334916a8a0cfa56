// Writer: sends writes to Graph with the journal around them: intent before, outcome after, each as
// one commit for the whole batch.
// Thread safety: belongs to the job's thread, which may lend it to threads of its own
// (send_flowing).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "graph/session.h"
#include "restore/restore.h"
#include "store/journal.h"

namespace entrad::restore {

struct Write {
  std::string kind;  // "create", "restore", "patch", "manager", "members", ...
  graph::Request request;
  std::vector<std::uint64_t> items;  // seq of the items that it serves
  std::vector<std::string> keys;     // see todo.h; of each item when there are several items
  int put_off = 0;                   // how often it has waited for a moment
};

// Whether Graph has certainly not done a write, and is likely to do it in a moment: two writes met,
// or a replica did not know a fresh object.
bool wants_a_moment(const graph::Reply& reply);

class Targets;

class Writer {
 public:
  // `targets` know what is written to by name.
  Writer(const Context& context, const Targets& targets, const graph::Call& call);

  // What the answers change in items, to be committed with them.
  using Learn =
      std::function<std::vector<store::ItemRow>(const Write& write, const graph::Reply& reply)>;

  // Sends all, 2,000 at a time, and calls `learn` for each answer. Errors: cancelled (steps
  // without an answer stay open in the journal), authentication_failed, those of the store.
  base::Result<void> send(const std::vector<Write>& writes, const Learn& learn);
  // The same, but what wants a moment is sent again some times before its answer is learned.
  base::Result<void> send_patiently(const std::vector<Write>& writes, const Learn& learn);

  // What may be sent in any order, but for one rule: two writes to one object must not meet.
  class Source {
   public:
    virtual ~Source() = default;
    // At most so many writes, to objects to which nothing is under way; none when all that is left
    // has to wait for an answer. An error ends the flow.
    virtual base::Result<std::vector<Write>> next(std::size_t most) = 0;
    // The answer to one of them has come; see Learn.
    virtual std::vector<store::ItemRow> learn(const Write& write, const graph::Reply& reply) = 0;
  };
  // Sends all that the source has, several batches side by side, none of which waits for the answer
  // to another one. The source is called by one thread at a time. Errors: as send().
  base::Result<void> send_flowing(Source& source);

  std::uint64_t accepted() const { return accepted_; }

 private:
  class Flow;
  struct Sent {
    std::vector<store::Step> steps;
    std::vector<graph::Reply> replies;
  };

  base::Result<Sent> send_some(const Write* writes, std::size_t count);
  base::Result<void> settle(const Write* writes, Sent sent, const Learn& learn);

  const Context& context_;
  const Targets& targets_;
  const graph::Call& call_;
  std::uint64_t accepted_ = 0;
};

}  // namespace entrad::restore
