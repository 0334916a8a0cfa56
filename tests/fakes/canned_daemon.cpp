// CannedDaemon: the socket and HTTP first, then the routes, then jobs and their events.
#include "fakes/canned_daemon.h"
#include "base/json.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "api/error_table.h"
#include "base/text.h"
#include "fakes/canned_changes.h"
#include "fakes/canned_data.h"
#include "fakes/canned_history.h"
#include "fakes/canned_keeping.h"
#include "fakes/canned_parameters.h"

namespace entrad::fakes {
namespace {

using base::ErrorKind;
using nlohmann::json;
using Parts = std::vector<std::string>;

std::string url_decode(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
    i += 2;
  }
  return out;
}

void send_all(int connection, const std::string& bytes) {
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t n = send(connection, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) return;
    sent += static_cast<std::size_t>(n);
  }
}

bool has_hung_up(int connection) {
  pollfd look{connection, POLLIN, 0};
  char byte = 0;
  return poll(&look, 1, 10) > 0 && recv(connection, &byte, 1, MSG_PEEK) <= 0;
}

std::string chunk(const std::string& bytes) {
  std::array<char, 20> size{};
  std::snprintf(size.data(), size.size(), "%zx\r\n", bytes.size());
  return size.data() + bytes + "\r\n";
}

}  // namespace

CannedDaemon::CannedDaemon(Canned world) : world_(std::move(world)) {
  std::string pattern = "/tmp/entrad-canned-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
  directory_ = pattern;
  socket_ = directory_ + "/entrad.sock";
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  socket_.copy(address.sun_path, sizeof address.sun_path - 1);
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener_, 16) != 0)
    throw std::runtime_error("cannot listen on " + socket_);
  thread_ = std::thread([this] { serve(); });
}

CannedDaemon::~CannedDaemon() {
  stopping_ = true;
  thread_.join();
  for (std::thread& connection : connections_) connection.join();
  close(listener_);
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

std::vector<std::string> CannedDaemon::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

json CannedDaemon::last_body() const {
  const std::lock_guard lock(mutex_);
  return last_body_;
}

json CannedDaemon::job(std::uint64_t id) const {
  const std::lock_guard lock(mutex_);
  return jobs_.at(id);
}

void CannedDaemon::serve() {
  while (!stopping_) {
    pollfd look{listener_, POLLIN, 0};
    if (poll(&look, 1, 20) <= 0) continue;
    const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection >= 0) connections_.emplace_back([this, connection] { handle(connection); });
  }
}

void CannedDaemon::handle(int connection) {
  Request request;
  if (read_request(connection, request)) {
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request.method + " " + request.path);
      if (!request.body.is_null()) last_body_ = request.body;
    }
    if (request.path == "/v1/events")
      stream(connection, request);
    else
      send_answer(connection, route(request));
  }
  close(connection);
}

bool CannedDaemon::read_request(int connection, Request& request) {
  std::string bytes;
  std::array<char, 4096> piece{};
  const auto more = [&] {
    const ssize_t n = recv(connection, piece.data(), piece.size(), 0);
    if (n > 0) bytes.append(piece.data(), static_cast<std::size_t>(n));
    return n > 0;
  };
  while (bytes.find("\r\n\r\n") == std::string::npos)
    if (!more()) return false;
  const std::size_t head = bytes.find("\r\n\r\n") + 4;
  std::size_t length = 0;
  for (const std::string& line : base::split(bytes.substr(0, head), '\n')) {
    const std::string lower = base::ascii_lower(line);
    if (lower.starts_with("content-length:")) length = std::stoul(line.substr(15));
    if (lower.starts_with("last-event-id:")) request.last_event_id = base::trim(line.substr(14));
  }
  while (bytes.size() < head + length)
    if (!more()) return false;
  const Parts words = base::split(bytes.substr(0, bytes.find('\r')), ' ');
  request.method = words.at(0);
  const Parts target = base::split(words.at(1), '?');
  request.path = target.at(0);
  if (target.size() > 1)
    for (const std::string& pair : base::split(target[1], '&')) {
      const Parts sides = base::split(pair, '=');
      request.query[sides.at(0)] = url_decode(sides.at(1));
    }
  if (length > 0) request.body = base::read_json(bytes.substr(head));
  return true;
}

void CannedDaemon::send_answer(int connection, const Answer& answer) {
  const std::string body = base::json_text(answer.body);
  send_all(connection, "HTTP/1.1 " + std::to_string(answer.status) +
                           " x\r\nContent-Type: application/json\r\nConnection: "
                           "close\r\nContent-Length: " +
                           std::to_string(body.size()) + "\r\n\r\n" + body);
}

namespace {

json error_body(ErrorKind kind, const std::string& message, const std::string& hint) {
  return api::error_json({kind, message, hint, nullptr});
}

}  // namespace

CannedDaemon::Answer CannedDaemon::route(const Request& request) {
  Parts parts = base::split(request.path.substr(1), '/');
  for (std::string& part : parts) part = url_decode(part);
  const bool detail = parts.size() == 5 && parts[3] == "users";
  if (!canned::knows(detail ? "detail" : parts.back(), request.query))
    return {400, error_body(ErrorKind::invalid_argument, "unknown parameter", "leave it out")};
  if (parts.size() >= 2 && parts[1] == "info") return {200, {{"version", "0.1.0"}, {"api", 1}}};
  if (parts.size() >= 2 && parts[1] == "status") return {200, canned::status()};
  if (parts.size() >= 2 && parts[1] == "queue")
    return {200, {{"buckets", world_.has_data ? canned::status().at("buckets") : json::array()}}};
  if (request.path == "/v1/store/copies")
    return {201, canned::copy(request.body.value("name", ""))};
  if (parts.size() >= 2 && parts[1] == "store") return {200, canned::store()};
  if (parts.size() >= 2 && parts[1] == "tenants") return tenant_route(request, parts);
  if (parts.size() >= 2 && parts[1] == "jobs") return job_route(request, parts);
  return {404, error_body(ErrorKind::not_found, "no such route: " + request.path, "")};
}

CannedDaemon::Answer CannedDaemon::tenant_route(const Request& request, const Parts& parts) {
  if (parts.size() == 2) {
    json all = json::array();
    for (const std::string& name : world_.tenants) all.push_back(canned::tenant(name));
    return {200, {{"tenants", all}}};
  }
  if (std::find(world_.tenants.begin(), world_.tenants.end(), parts[2]) == world_.tenants.end())
    return {404,
            error_body(ErrorKind::not_found, "no tenant " + parts[2], "see entractl tenants list")};
  if (parts[3] == "check") return {200, canned::check(world_.check)};
  if (parts[3] == "prune")
    return {200,
            canned::prune_plan(world_.has_data && canned::text_of(request.query, "last") != "2")};
  if (parts[3] == "users") return user_route(request, parts);
  if (auto answer = canned::history(parts, nullptr)) return {200, *answer};
  const json all = world_.has_data ? canned::snapshots() : json::array();
  if (parts.size() == 4)
    return {200, {{"snapshots", all}, {"pins", world_.has_data ? canned::pins() : json::array()}}};
  for (const json& snapshot : all) {
    if (base::json_text(snapshot["number"]) != parts[4]) continue;
    if (parts.size() == 5) return {200, canned::with_pin(snapshot)};
    return {200, request.method == "POST" ? canned::pins().at(0)
                                          : json{{"snapshot", snapshot["number"]}}};
  }
  return {404, error_body(ErrorKind::not_found, "no snapshot " + parts[4] + " of aurora",
                          "see entractl snapshots list")};
}

CannedDaemon::Answer CannedDaemon::user_route(const Request& request, const Parts& parts) {
  if (parts.size() == 4) return user_page(request);
  for (const json& user : canned::users()) {
    if (user["id"] != parts[4] && user["userPrincipalName"] != parts[4]) continue;
    if (parts.size() == 5) return {200, canned::detail(user)};
    if (auto answer = canned::history(parts, user)) return {200, *answer};
    return {200, canned::text_of(request.query, "contents") == "true"
                     ? canned::version_contents(user)
                     : canned::versions(user)};
  }
  return {404, error_body(ErrorKind::not_found, "no user " + parts[4] + " in snapshot 41",
                          "look for it: entractl users list --deleted --search TEXT")};
}

CannedDaemon::Answer CannedDaemon::job_route(const Request& request, const Parts& parts) {
  if (parts.size() == 2) return request.method == "POST" ? submit(request) : job_list(request);
  const std::lock_guard lock(mutex_);
  const std::uint64_t id = std::stoull(parts[2]);
  if (!jobs_.contains(id))
    return {404, error_body(ErrorKind::not_found, "no job " + parts[2], "see entractl jobs list")};
  const json& job = jobs_.at(id);
  if (parts.size() == 3) return {200, job};
  if (request.method == "POST" && (parts[3] == "undo" || parts[3] == "retry"))
    return follow_up(job, parts[3], request.body);
  if (request.method == "POST") return change(id, parts[3]);
  if (parts[3] == "result") return {200, canned::result(job)};
  if (parts[3] == "secrets") {
    json secrets = json::array();
    if (job["request"].contains("sealTo"))
      for (const char* kind : {"password", "temporaryAccessPass"})
        secrets.push_back({{"item", 0},
                           {"userPrincipalName", "ada@aurora.example"},
                           {"kind", kind},
                           {"sealed", "-----BEGIN CMS-----"}});
    return {200, {{"secrets", secrets}}};
  }
  if (parts[3] == "changes")
    return {200, canned::changes(
                     canned::number_of(request.query, "from", 0),
                     std::min<std::size_t>(10, canned::number_of(request.query, "limit", 100)))};
  if (parts[3] == "report") return {200, canned::report(job)};
  if (parts[3] == "plan") {
    if (!world_.held_for.empty())
      return {412, error_body(ErrorKind::failed_precondition, "job 1 has no plan yet", "wait")};
    json plan = canned::plan(id);
    if (job["request"].value("exact", false))
      plan["removals"] = {{"group membership", 35}, {"admin role", 1}};
    return {200, plan};
  }
  json found = json::array();
  const std::string outcome = canned::text_of(request.query, "outcome");
  for (const json& item : canned::items())
    if (outcome.empty() || item["outcome"] == outcome) found.push_back(item);
  const std::size_t from = std::min(found.size(), canned::number_of(request.query, "from", 0));
  const std::size_t to =
      std::min(found.size(), from + canned::number_of(request.query, "limit", 100));
  json answer = {{"items", json(found.begin() + static_cast<long>(from),
                                found.begin() + static_cast<long>(to))},
                 {"total", found.size()}};
  if (to < found.size()) answer["next"] = to;
  return {200, answer};
}

CannedDaemon::Answer CannedDaemon::job_list(const Request& request) {
  const std::lock_guard lock(mutex_);
  json all = json::array();
  for (auto job = jobs_.rbegin(); job != jobs_.rend(); ++job)
    if (canned::text_of(request.query, "open") != "true" || !job->second.contains("endedAt"))
      all.push_back(job->second);
  return {200, {{"jobs", all}}};
}

CannedDaemon::Answer CannedDaemon::submit(const Request& request) {
  const std::lock_guard lock(mutex_);
  return enqueue(request.body.value("tenant", ""), request.body["kind"], request.body);
}

// The caller holds the mutex.
CannedDaemon::Answer CannedDaemon::follow_up(const json& job, const std::string& verb,
                                             const json& body) {
  if (!job.contains("endedAt"))
    return {412, error_body(ErrorKind::failed_precondition, "job 12 is still running",
                            "cancel it first, or wait for its end: entractl jobs cancel 12")};
  json request = verb == "retry" ? job["request"] : body;
  if (verb == "undo") request["job"] = job["id"];
  return enqueue(job["tenant"], verb == "retry" ? "restore" : "undo", request);
}

// The caller holds the mutex.
CannedDaemon::Answer CannedDaemon::enqueue(const std::string& tenant, const std::string& kind,
                                           const json& request) {
  const std::uint64_t id = jobs_.empty() ? 12 : jobs_.rbegin()->first + 1;
  json job = {{"id", id},
              {"tenant", tenant},
              {"kind", kind},
              {"state", "queued"},
              {"reason", ""},
              {"createdAt", "2026-11-23T18:04:59Z"},
              {"requestedBy", "otto"},
              {"request", request},
              {"progress", {{"phase", ""}, {"done", 0}, {"total", 0}}}};
  jobs_[id] = job;
  json next = job;
  next["startedAt"] = "2026-11-23T18:05:00Z";
  next["state"] = "running";
  const bool restore = kind == "restore" || kind == "undo";
  next["progress"] = {{"phase", restore ? "planning" : "users"}, {"done", 600}, {"total", 1250}};
  to_come_[id].push_back(next);
  if (!world_.odd_state.empty()) {
    next["state"] = world_.odd_state;
    to_come_[id].push_back(next);
  }
  if (world_.endless) return {202, job};
  if (restore || !world_.held_for.empty()) {
    next["state"] = "held";
    next["reason"] = world_.held_for.empty() ? "waiting for approval" : world_.held_for;
    to_come_[id].push_back(next);
    return {202, job};
  }
  next["state"] = "waiting";
  next["reason"] = "Graph asked to wait";
  next["until"] = "2026-11-23T18:05:39Z";
  to_come_[id].push_back(next);
  next.erase("until");
  next["reason"] = "";
  next["state"] = world_.end;
  next["endedAt"] = "2026-11-23T18:05:08Z";
  if (world_.end == "succeeded") next["snapshot"] = 41;
  if (!world_.failure_kind.empty())
    next["failure"] = {{"kind", world_.failure_kind},
                       {"message", "the tenant could not be read"},
                       {"hint", "try again later"}};
  to_come_[id].push_back(next);
  return {202, job};
}

// The caller holds the mutex.
CannedDaemon::Answer CannedDaemon::change(std::uint64_t id, const std::string& verb) {
  json& job = jobs_.at(id);
  if (job.contains("endedAt") || (verb == "approve" && job["state"] != "held"))
    return {412, error_body(ErrorKind::failed_precondition,
                            "job " + std::to_string(id) + " is " + job.value("state", ""),
                            "see entractl jobs show " + std::to_string(id))};
  to_come_[id].clear();
  if (verb == "pause" || verb == "resume") {
    job["state"] = verb == "pause" ? "paused" : "queued";
    job["reason"] = verb == "pause" ? "paused by otto; go on with: entractl jobs resume 12" : "";
    return {200, job};
  }
  if (verb == "cancel") {
    job["state"] = "cancelled";
    job["reason"] = "";
    job["endedAt"] = "2026-11-23T18:05:08Z";
    return {200, job};
  }
  json next = job;
  if (!world_.approved_shows_held) {
    job["state"] = "running";
    job["reason"] = "";
  }
  next["state"] = "running";
  next["reason"] = "";
  next["progress"] = {{"phase", "applying"}, {"done", 700},      {"total", 1250},
                      {"writes", 800},       {"etaSeconds", 95}, {"writesPlanned", 1369}};
  to_come_[id].push_back(next);
  if (world_.endless) return {200, job};
  next["state"] = world_.end;
  next["endedAt"] = "2026-11-23T18:11:12Z";
  next["snapshot"] = 41;
  next["progress"] = {{"phase", "verifying"},
                      {"done", 1250},
                      {"total", 1250},
                      {"writes", 1369},
                      {"throttled", 3},
                      {"writesPlanned", 1369},
                      {"quota", {{"authMethods", 40}, {"directory.write", 1329}}}};
  next["outcomes"] = {{"restored", world_.end == "succeeded" ? 1230 : 1229}, {"alreadyRight", 20}};
  if (world_.end != "succeeded") next["outcomes"]["impossible"] = 1;
  to_come_[id].push_back(next);
  return {200, job};
}

// The caller holds the mutex. False: nothing is to come.
bool CannedDaemon::advance(std::uint64_t id) {
  auto& next = to_come_[id];
  if (next.empty()) return false;
  jobs_[id] = next.front();
  next.erase(next.begin());
  return true;
}

void CannedDaemon::stream(int connection, const Request& request) {
  const std::uint64_t id = canned::number_of(request.query, "job", 0);
  std::unique_lock lock(mutex_);
  if (!jobs_.contains(id) || !canned::knows("events", request.query))
    return send_answer(connection,
                       {404, error_body(ErrorKind::not_found, "no job " + std::to_string(id), "")});
  if (world_.silent_streams > 0) {
    --world_.silent_streams;
    return;
  }
  const bool breaks = world_.broken_streams > 0;
  if (breaks) --world_.broken_streams;
  send_all(connection,
           "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: "
           "chunked\r\n\r\n" +
               chunk(": alive\n\n"));
  const char* name = "state";
  for (bool changed = true; !stopping_; changed = advance(id)) {
    const json event = {
        {"number", ++events_}, {"time", "2026-11-23T18:05:05Z"}, {"job", jobs_.at(id)}};
    if (changed)
      send_all(connection, chunk("id: " + std::to_string(events_) + "\nevent: " + name +
                                 "\ndata: " + base::json_text(event) + "\n\n"));
    if (breaks && name == std::string("job")) {
      if (world_.leaves) shutdown(listener_, SHUT_RDWR);
      return;
    }
    name = "job";
    if (jobs_.at(id).contains("endedAt")) return send_all(connection, "0\r\n\r\n");
    lock.unlock();
    if (has_hung_up(connection)) return;
    lock.lock();
  }
}

}  // namespace entrad::fakes
