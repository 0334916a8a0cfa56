// Entry: one item while the apply works on it, and what the job remembers of items between passes.
// Thread safety: belongs to the job's thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "restore/compare/todo.h"
#include "restore/goal.h"
#include "store/journal.h"

namespace entrad::restore {

// `row.work` of an item, as JSON in the store:
//   target       the present object id, once the user was brought back by this job
//   created      true when this job made the user anew
//   tried        time of the first attempt to create it: until an id is known, look it up first
//   createPlain  true after a create with directory extensions was refused: it goes without them
//   refusals     key of a write -> why Graph refuses it for good
//   onePatchEach true after a PATCH of several attributes was refused: each goes on its own
//   oneLicenseEach  the same of licences
//   readMethods  true when authentication methods have to be read live
//   once         what is done once and was: "sessions", "pass"
//   sealed       [[kind, CMS]]: passwords and passes, sealed to the request's certificate
//   planned      names of the writes that the plan has shown
//   also         words for what was found to do after the recycle bin gave the user back
struct Entry {
  store::ItemRow row;
  base::Guid user;  // as in the snapshot
  Goal goal;
  Live live;
  History history;
  Todo todo;             // everything that still differs
  Todo to_write;         // of that, what has not been accepted moments ago
  bool visible = false;  // live, so that its sections can be written
  int looks = 0;         // for what became of a create without an answer
  bool held_up = false;  // an earlier wave of this pass did not succeed: no roles yet

  std::uint64_t seq() const { return row.item.seq; }
  bool brought_back() const { return row.work.contains("target"); }
  // Only a user that the plan found gone, or that is to be new, is made; one that vanished since
  // may just not be visible yet.
  bool may_be_created() const {
    return row.item.found == name(Where::gone) || row.item.found == kFoundAsNew;
  }
};

Entry open_entry(const Goals& goals, store::ItemRow row);
// What the user of an item shall be, given what it is: under the name that the plan has given it.
Goal goal_of(const Goals& goals, const store::ItemRow& row, const Live& live);
// The id that the user of an item has now; nil: a user that is yet to be made.
base::Guid present_id(const Goals& goals, const store::ItemRow& row);
// Keeps a secret of the user, sealed to the request's certificate. Never in clear.
void keep_sealed(const api::RestoreRequest& request, store::ItemRow& row, const std::string& kind,
                 const std::string& secret);
void refuse(store::ItemRow& row, const std::string& key, const base::Error& why);

// Between passes. An accepted write may be read stale for a while, so it is not repeated for
// kSettling; what still differs after kPatience is reported, not tried for ever.
class Memory {
 public:
  static constexpr std::chrono::seconds kSettling{30};
  static constexpr std::chrono::minutes kPatience{15};  // replicas have been seen to lag this long
  static constexpr int kStableReads = 5;
  static constexpr int kDifferentReads = 5;

  explicit Memory(base::Clock& clock) : clock_(clock) {}

  void accepted(std::uint64_t seq, const std::string& key);
  void not_accepted(std::uint64_t seq);
  std::set<std::string> settling(std::uint64_t seq) const;

  // Items with something to write that this pass could not, which need not wait for all others to
  // be read. not_accepted() is one reason.
  void hurry(std::uint64_t seq) { hurried_.insert(seq); }
  std::set<std::uint64_t> take_hurried() { return std::exchange(hurried_, {}); }

  // Items with writes that go when everybody's others have been written.
  void leave_to_last(std::uint64_t seq) { last_.insert(seq); }
  std::set<std::uint64_t> take_last() { return std::exchange(last_, {}); }

  // Counts equal reads in a row; true when there have been enough.
  bool equal_again(std::uint64_t seq) { return ++items_[seq].equal_reads >= kStableReads; }
  // A read that still differs; true when there have been enough of them over kPatience since the
  // last write was accepted.
  bool differs_too_long(std::uint64_t seq);
  // Graph was away: nobody is to blame for the time that passed.
  void start_patience_anew();

  // Authentication methods that are known and need not be read again.
  std::unordered_map<std::uint64_t, nlohmann::json> methods;
  // Users of the snapshot that are known to be in the directory now.
  std::set<base::Guid> present;

  void forget(std::uint64_t seq);

 private:
  base::Clock& clock_;
  struct Remembered {
    std::map<std::string, base::SteadyTime> accepted;  // key of a write -> when
    std::optional<base::SteadyTime> waiting_since;
    int equal_reads = 0;
    int different_reads = 0;
  };
  std::unordered_map<std::uint64_t, Remembered> items_;
  std::set<std::uint64_t> hurried_;
  std::set<std::uint64_t> last_;
};

}  // namespace entrad::restore
