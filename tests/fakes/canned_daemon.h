// CannedDaemon: a daemon for the client's tests that works: HTTP over a real Unix socket, the
// routes of entrad's control socket, jobs that go through their states, an event stream. It answers
// from canned_data and refuses what the routes do not know, query parameters included.
//
// A job moves one state ahead each time its event stream is read, so that a test needs no clock.
// Thread safety: every member may be called from any thread. Owned by the test.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

namespace entrad::fakes {

// How the world of one test differs from the usual.
struct Canned {
  std::vector<std::string> tenants{"aurora"};
  bool has_data = true;              // snapshots, users and old jobs exist
  std::string check = "works";       // `tenants check`: "limited", "lacking", "unreachable"
  std::string end = "succeeded";     // how jobs end
  std::string failure_kind;          // of a job that ends as failed
  bool endless = false;              // jobs never end by themselves
  int broken_streams = 0;            // so many event streams break after their first change
  int silent_streams = 0;            // so many end before anything came
  bool leaves = false;               // a broken stream is the last that is seen of the daemon
  std::string held_for;              // jobs are held for this before they plan
  std::string odd_state;             // a state that no client knows, on the way
  bool approved_shows_held = false;  // the first event after an approval still says "held"
};

class CannedDaemon {
 public:
  explicit CannedDaemon(Canned world = {});
  ~CannedDaemon();

  const std::string& socket() const { return socket_; }
  std::vector<std::string> requests() const;  // "POST /v1/jobs", in the order of arrival
  nlohmann::json last_body() const;           // of the newest POST with a body
  nlohmann::json job(std::uint64_t id) const;

 private:
  struct Request {
    std::string method;
    std::string path;
    std::map<std::string, std::string> query;
    std::string last_event_id;
    nlohmann::json body;
  };
  struct Answer {
    int status = 200;
    nlohmann::json body;
  };

  void serve();
  void handle(int connection);
  static bool read_request(int connection, Request& request);
  static void send_answer(int connection, const Answer& answer);
  Answer route(const Request& request);
  Answer tenant_route(const Request& request, const std::vector<std::string>& parts);
  Answer user_route(const Request& request, const std::vector<std::string>& parts);
  Answer user_page(const Request& request);
  Answer job_route(const Request& request, const std::vector<std::string>& parts);
  Answer job_list(const Request& request);
  Answer submit(const Request& request);
  Answer follow_up(const nlohmann::json& job, const std::string& verb, const nlohmann::json& body);
  Answer enqueue(const std::string& tenant, const std::string& kind, const nlohmann::json& request);
  Answer change(std::uint64_t id, const std::string& verb);
  void stream(int connection, const Request& request);
  bool advance(std::uint64_t id);

  Canned world_;
  std::string directory_;
  std::string socket_;
  int listener_ = -1;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;                             // GUARDED_BY(mutex_)
  nlohmann::json last_body_;                                      // GUARDED_BY(mutex_)
  std::map<std::uint64_t, nlohmann::json> jobs_;                  // GUARDED_BY(mutex_)
  std::map<std::uint64_t, std::vector<nlohmann::json>> to_come_;  // GUARDED_BY(mutex_)
  std::uint64_t events_ = 100;                                    // GUARDED_BY(mutex_)
  std::vector<std::thread> connections_;
  std::thread thread_;
};

}  // namespace entrad::fakes
