#include "fakes/connect_proxy.h"

#include <Poco/Base64Encoder.h>

#include <array>
#include <memory>
#include <sstream>

namespace entrad::fakes {
namespace {

using Poco::Net::Socket;
using Poco::Net::SocketAddress;
using Poco::Net::StreamSocket;

const Poco::Timespan kLookForEnd(0, 20000);

std::string base64(const std::string& text) {
  std::ostringstream out;
  Poco::Base64Encoder encoder(out);
  encoder << text;
  encoder.close();
  return out.str();
}

std::string read_head(StreamSocket& client) {
  std::string head;
  std::array<char, 1> byte{};
  while (!head.ends_with("\r\n\r\n") && client.receiveBytes(byte.data(), 1) == 1) head += byte[0];
  return head;
}

void say(StreamSocket& socket, const std::string& text) {
  socket.sendBytes(text.data(), static_cast<int>(text.size()));
}

// False: the sender has ended.
bool pass_on(StreamSocket& from, StreamSocket& to) {
  std::array<char, 16384> chunk{};
  const int size = from.receiveBytes(chunk.data(), chunk.size());
  return size > 0 && to.sendBytes(chunk.data(), size) == size;
}

}  // namespace

ConnectProxy::ConnectProxy(std::string credentials)
    : credentials_(std::move(credentials)), thread_([this] { accept(); }) {}

ConnectProxy::~ConnectProxy() {
  closing_ = true;
  thread_.join();
}

std::string ConnectProxy::url(const std::string& credentials) const {
  return "http://" + (credentials.empty() ? "" : credentials + "@") + socket_.address().toString();
}

std::vector<std::string> ConnectProxy::tunnels() const {
  const std::lock_guard lock(mutex_);
  return tunnels_;
}

std::string ConnectProxy::seen() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

void ConnectProxy::accept() {
  while (!closing_) {
    if (!socket_.poll(kLookForEnd, Socket::SELECT_READ)) continue;
    // The session alone holds it: whoever drops a socket last closes it.
    auto client = std::make_unique<StreamSocket>(socket_.acceptConnection());
    const std::lock_guard lock(mutex_);
    sessions_.emplace_back([this, client = std::move(client)] { serve(*client); });
  }
}

void ConnectProxy::serve(StreamSocket client) {
  try {
    const std::string head = read_head(client);
    const std::string target = head.substr(0, head.find(" HTTP/")).substr(head.find(' ') + 1);
    {
      const std::lock_guard lock(mutex_);
      seen_ += head;
    }
    if (!head.starts_with("CONNECT ")) return say(client, "HTTP/1.1 405 Only CONNECT\r\n\r\n");
    if (!may_pass(head))
      return say(client, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
    StreamSocket server(SocketAddress("127.0.0.1", target.substr(target.rfind(':') + 1)));
    {
      const std::lock_guard lock(mutex_);
      tunnels_.push_back(target);
    }
    say(client, "HTTP/1.1 200 Connection established\r\n\r\n");
    tunnel(client, server);
  } catch (const Poco::Exception&) {
    // One side has gone: so does the other.
  }
}

bool ConnectProxy::may_pass(const std::string& head) const {
  if (credentials_.empty()) return true;
  return head.find("Proxy-Authorization: Basic " + base64(credentials_)) != std::string::npos;
}

void ConnectProxy::tunnel(StreamSocket client, StreamSocket server) const {
  while (!closing_) {
    Socket::SocketList readable{client, server};
    Socket::SocketList none;
    if (Socket::select(readable, none, none, kLookForEnd) == 0) continue;
    for (Socket& socket : readable) {
      const bool up = socket == client;
      if (!pass_on(up ? client : server, up ? server : client)) return;
    }
  }
}

}  // namespace entrad::fakes
