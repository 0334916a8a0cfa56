// Parts: cutting into chunks, one chunk's rounds, putting the replies together.
#include "graph/batch.h"

#include <algorithm>
#include <mutex>
#include <set>

#include "graph/answers/reply.h"
#include "graph/backoff.h"
#include "graph/batch_format.h"

namespace entrad::graph {
namespace {

using base::Duration;
using base::ErrorKind;
using Places = std::vector<std::size_t>;  // in the caller's requests

constexpr std::size_t kMostItems = 20;

std::vector<Charge> sum(const std::map<std::string, std::uint64_t>& units) {
  std::vector<Charge> charges;
  for (const auto& [bucket, count] : units) charges.push_back({bucket, count});
  return charges;
}

// Chunks of requests that take from the same buckets, so that a slow service does not hold up a
// fast one, and of no more than a bucket's window can take at once.
class Cutter {
 public:
  explicit Cutter(Lines& lines) : lines_(lines) {}

  std::vector<Places> cut(const std::vector<Request>& requests) {
    for (std::size_t place = 0; place < requests.size(); ++place)
      add(place, lines_.price(requests[place]));
    for (auto& [buckets, open] : open_)
      if (!open.places.empty()) chunks_.push_back(std::move(open.places));
    return std::move(chunks_);
  }

 private:
  struct Open {
    Places places;
    std::map<std::string, std::uint64_t> units;
  };

  void add(std::size_t place, const std::vector<Charge>& charges) {
    std::set<std::string> buckets;
    for (const Charge& charge : charges) buckets.insert(charge.bucket);
    Open& open = open_[buckets];
    if (is_full(open, charges)) {
      chunks_.push_back(std::move(open.places));
      open = Open();
    }
    open.places.push_back(place);
    for (const Charge& charge : charges) open.units[charge.bucket] += charge.units;
  }

  bool is_full(const Open& open, const std::vector<Charge>& charges) const {
    if (open.places.empty()) return false;
    if (open.places.size() == kMostItems) return true;
    return std::any_of(charges.begin(), charges.end(), [&](const Charge& charge) {
      const Bucket* bucket = lines_.governor().quotas().find(charge.bucket);
      return bucket != nullptr && open.units.at(charge.bucket) + charge.units > bucket->limit;
    });
  }

  Lines& lines_;
  std::map<std::set<std::string>, Open> open_;
  std::vector<Places> chunks_;
};

// Graph has too much to do, or cannot do it.
bool is_trouble(int status) { return status == 0 || status == 429 || status >= 500; }

// At least half of the items: a single one may fail for reasons of its own at any time.
bool has_trouble(const std::optional<std::map<std::size_t, BatchItem>>& items) {
  if (!items) return true;
  const auto failed = std::count_if(items->begin(), items->end(), [](const auto& item) {
    return is_trouble(item.second.response.status);
  });
  return 2 * static_cast<std::size_t>(failed) >= items->size();
}

// One chunk: rounds of `$batch` until every item has its reply.
class Chunk {
 public:
  Chunk(Lines& lines, Crew& crew, const std::vector<Request>& requests, std::vector<Reply>& replies,
        const Call& call)
      : lines_(lines), crew_(crew), requests_(requests), replies_(replies), call_(call) {}

  // Errors: those for the whole batch.
  base::Result<void> run(Places pending) {
    if (pending.size() == 1) return run_plainly(pending.front());
    while (!pending.empty()) {
      again_.clear();
      if (auto round = run_round(pending); !round) return round;
      if (auto rested = rest(); !rested) return rested;
      pending = again_;
    }
    return {};
  }

 private:
  base::Result<void> run_plainly(std::size_t place) {
    const Request& request = requests_[place];
    auto reply = lines_.deliver_without_doubt(request, call_);
    if (!reply) return no_token(reply.error(), {place});
    if (reply->verdict.cls == Class::unauthorized) return failure(request, reply->verdict);
    replies_[place] = std::move(*reply);
    return {};
  }

  base::Result<void> run_round(const Places& pending) {
    std::vector<const Request*> items;
    std::map<std::string, std::uint64_t> units;
    for (const std::size_t place : pending) {
      items.push_back(&requests_[place]);
      for (const Charge& charge : lines_.price(requests_[place]))
        units[charge.bucket] += charge.units;
    }
    const Request outer = batch_request(items);
    const Line::Bill bill = [&](const Response& response) { return read_bill(items, response); };
    auto answer = lines_.exchange(outer, sum(units), call_, bill);
    if (!answer) return no_token(answer.error(), pending);
    tell_crew(requests_[pending.front()], *answer);
    if (answer->response.status == 200) return take_items(pending, *answer);
    return take_outer(pending, outer, *answer);
  }

  // Reads the answer, and adds up what its items say that they cost. Refused ones cost nothing.
  std::optional<std::vector<Charge>> read_bill(const std::vector<const Request*>& requests,
                                               const Response& response) {
    items_.reset();
    if (response.status == 200) items_ = batch_items(response);
    if (!items_) return std::nullopt;
    std::map<std::string, std::uint64_t> units;
    for (std::size_t i = 0; i < requests.size(); ++i) {
      const auto item = items_->find(i);
      const bool told = item != items_->end();
      if (told && is_uncounted(item->second.response.status)) continue;
      for (const Charge& charge :
           told ? lines_.bill(*requests[i], item->second.response) : lines_.price(*requests[i]))
        units[charge.bucket] += charge.units;
    }
    return sum(units);
  }

  // `first`: the calls of a chunk are mostly of one kind.
  void tell_crew(const Request& first, const Lines::Answer& answer) {
    const std::string kind = kind_of_call(first.method, first.path);
    crew_.landed(
        {kind, answer.sent, answer.took, answer.waited_for_quota,
         answer.response.status == 200 ? has_trouble(items_) : is_trouble(answer.response.status)});
  }

  // The sign-in service out of reach is Graph out of reach; anything else is for the whole batch.
  base::Result<void> no_token(const base::Error& error, const Places& pending) {
    if (error.kind != ErrorKind::graph_unavailable) return base::unexpected<base::Error>(error);
    for (const std::size_t place : pending) {
      Reply& reply = replies_[place];
      reply.verdict.cls = Class::transient;
      reply.verdict.error = error;
    }
    return {};
  }

  base::Result<void> take_items(const Places& pending, const Lines::Answer& answer) {
    Throttle throttle;
    for (std::size_t i = 0; i < pending.size(); ++i) {
      const Request& request = requests_[pending[i]];
      Response response;
      response.trouble = items_ ? "the batch's answer leaves it out" : "the answer is not whole";
      response.maybe_sent = true;
      nlohmann::json body = nullptr;
      if (items_ && items_->contains(i)) {
        response = items_->at(i).response;
        body = std::move(items_->at(i).body);
      }
      answer.via->count(request, response);
      if (response.status == 429) throttle.add(lines_, request, response);
      Reply reply = reply_of_item(request, response, std::move(body));
      if (auto taken = take(pending[i], std::move(reply), response, answer); !taken) return taken;
    }
    throttle.tell(*answer.via);
    return {};
  }

  // What the refused items of one answer have in common: the bucket waits for the longest.
  struct Throttle {
    std::map<std::string, std::uint64_t> units;
    std::optional<Duration> longest;
    Response example;

    void add(Lines& lines, const Request& request, const Response& response) {
      for (const Charge& charge : lines.price(request)) units[charge.bucket] += charge.units;
      const auto asked = retry_after(response, lines.clock().wall());
      if (asked && (!longest || *asked > *longest)) longest = asked;
      example.headers = response.headers;
    }
    void tell(Line& line) const {
      if (!units.empty()) line.throttled(sum(units), example, longest);
    }
  };

  base::Result<void> take(std::size_t place, Reply reply, const Response& response,
                          const Lines::Answer& answer) {
    const Class cls = reply.verdict.cls;
    if (cls == Class::unauthorized) {
      if (renewed_ && answer.token != renewed_from_)
        return failure(requests_[place], reply.verdict);
      renewed_ = true;
      renewed_from_ = answer.token;
      answer.via->tokens().drop(answer.token);
      again_.push_back(place);
    } else if (cls == Class::throttled) {
      again_.push_back(place);
      if (lines_.price(requests_[place]).empty()) ask_for(response);
    } else if (cls == Class::transient && tries_ < kMostRetries) {
      again_.push_back(place);
      ask_for(response);
    } else {
      replies_[place] = std::move(reply);
    }
    return {};
  }

  // The batch as a whole was not taken: its items have the fate of the outer request.
  base::Result<void> take_outer(const Places& pending, const Request& outer,
                                const Lines::Answer& answer) {
    const Response& response = answer.response;
    const Verdict verdict = classify(outer.method, kBatchPath, response);
    if (verdict.cls == Class::unauthorized) return failure(outer, verdict);
    const bool unknown = verdict.cls == Class::ambiguous || verdict.cls == Class::transient;
    for (const std::size_t place : pending) {
      const Request& request = requests_[place];
      answer.via->count(request, response);
      Reply reply;
      reply.status = response.status;
      reply.verdict = unknown ? classify(request.method, request.path, response) : verdict;
      if (verdict.cls == Class::absent) reply.verdict.cls = Class::refused;
      if (auto taken = take(place, std::move(reply), response, answer); !taken) return taken;
    }
    return {};
  }

  void ask_for(const Response& response) {
    resting_ = true;
    const auto asked = retry_after(response, lines_.clock().wall());
    if (asked && (!asked_for_ || *asked > *asked_for_)) asked_for_ = asked;
  }

  base::Result<void> rest() {
    if (call_.stop.stop_requested() && !again_.empty())
      return base::fail(ErrorKind::cancelled, "stopped while a batch was sent");
    if (!std::exchange(resting_, false)) return {};
    const Duration pause = pause_before_retry(tries_++, std::exchange(asked_for_, std::nullopt));
    bool waited = false;
    crew_.rest([&] { waited = lines_.clock().wait_for(pause, call_.stop); });
    if (waited) return {};
    return base::fail(ErrorKind::cancelled, "stopped before a batch was sent again");
  }

  Lines& lines_;
  Crew& crew_;
  const std::vector<Request>& requests_;
  std::vector<Reply>& replies_;  // each place belongs to one chunk
  const Call& call_;
  std::optional<std::map<std::size_t, BatchItem>> items_;  // of the present round's answer
  Places again_;
  int tries_ = 0;
  bool resting_ = false;
  std::optional<Duration> asked_for_;
  bool renewed_ = false;
  std::string renewed_from_;
};

}  // namespace

base::Result<std::vector<Reply>> send_batch(Lines& lines, Crew& crew,
                                            const std::vector<Request>& requests,
                                            const Call& call) {
  std::vector<Reply> replies(requests.size());
  const std::vector<Places> chunks = Cutter(lines).cut(requests);
  std::mutex mutex;  // guards failed
  std::optional<base::Error> failed;
  crew.share(chunks.size(), [&](std::size_t index) {
    {
      const std::lock_guard lock(mutex);
      if (failed) return;
    }
    auto done = Chunk(lines, crew, requests, replies, call).run(chunks[index]);
    if (done) return;
    const std::lock_guard lock(mutex);
    if (!failed) failed = std::move(done).error();
  });
  if (failed) return base::unexpected<base::Error>(std::move(*failed));
  return replies;
}

}  // namespace entrad::graph
