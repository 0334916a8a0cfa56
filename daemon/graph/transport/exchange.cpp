#include "graph/transport/exchange.h"

#include <Poco/Exception.h>
#include <Poco/InflatingStream.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLException.h>

#include <array>
#include <istream>
#include <limits>

#include "base/text.h"
#include "graph/transport/pool.h"

namespace entrad::graph {
namespace {

using Poco::Net::CertificateValidationException;
using Poco::Net::ConnectionRefusedException;
using Poco::Net::HostNotFoundException;
using Poco::Net::HTTPRequest;
using Poco::Net::HTTPResponse;
using Poco::Net::InvalidCertificateException;
using Poco::Net::SSLException;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr auto kLookForStop = milliseconds(100);

template <typename Kind>
bool is_a(const Poco::Exception& error) {
  return dynamic_cast<const Kind*>(&error) != nullptr;
}

// Why there is no answer, in words that name no secret: only Poco's and the system's own.
std::string trouble_of(const Poco::Exception& error) {
  if (is_a<HostNotFoundException>(error)) return "the host name is not known: " + error.message();
  if (is_a<ConnectionRefusedException>(error))
    return "the connection was refused by " + error.message();
  if (is_a<CertificateValidationException>(error) || is_a<InvalidCertificateException>(error))
    return "the server's certificate was not accepted: " + error.message();
  if (is_a<SSLException>(error)) return "no safe connection came about: " + error.displayText();
  return error.displayText();
}

// Poco takes a connection that was closed early for the end of the body.
void check_length(const HTTPResponse& http, const Response& response) {
  const bool packed = response.headers.contains("content-encoding");
  if (packed || !http.hasContentLength()) return;
  if (http.getContentLength64() != static_cast<Poco::Int64>(response.body.size()))
    throw Poco::DataException("the answer is cut off");
}

}  // namespace

Exchange::Exchange(Poco::Net::HTTPClientSession& session, Watchdog& watchdog,
                   const Transport::Limits& limits, std::stop_token stop)
    : session_(session),
      watchdog_(watchdog),
      limits_(limits),
      stop_(std::move(stop)),
      deadline_(steady_clock::now() + limits.connect + limits.answer) {}

Response Exchange::run(const Outgoing& request) {
  Response response;
  try {
    send(request, response);
    wait_for_answer();
    receive(response);
  } catch (const Poco::Exception& error) {
    no_answer(response, too_slow_ ? "the answer is too slow" : trouble_of(error));
  } catch (const std::exception& error) {
    no_answer(response, error.what());
  }
  return response;
}

void Exchange::send(const Outgoing& request, Response& response) {
  HTTPRequest http(request.method, request.target, HTTPRequest::HTTP_1_1);
  http.setKeepAlive(true);
  for (const auto& [name, value] : request.headers) http.set(name, value);
  if (!request.body.empty() || request.method != "GET")
    http.setContentLength64(static_cast<Poco::Int64>(request.body.size()));
  // This connects. When it throws, the request was not handed over whole.
  std::ostream& out = session_.sendRequest(http);
  response.maybe_sent = true;
  out.write(request.body.data(), static_cast<std::streamsize>(request.body.size()));
  out.flush();
  if (const auto* trouble = session_.networkException(); trouble != nullptr && !out.good())
    trouble->rethrow();
}

// In small steps, so that a stop is noticed; a write gets some grace for its answer.
void Exchange::wait_for_answer() {
  auto until = deadline_;
  bool stopping = false;
  while (!readable()) {
    const auto now = steady_clock::now();
    if (!stopping && stop_.stop_requested()) {
      stopping = true;
      until = std::min(until, now + limits_.grace);
    }
    if (now >= until)
      throw Poco::TimeoutException(stopping ? "stopped before the answer came"
                                            : "no answer in time");
  }
}

bool Exchange::readable() {
  return session_.socket().poll(span(kLookForStop), Poco::Net::Socket::SELECT_READ);
}

void Exchange::receive(Response& response) {
  const auto watch = watchdog_.watch(session_.socket().impl()->sockfd(), deadline_);
  try {
    HTTPResponse http;
    std::istream& in = session_.receiveResponse(http);
    response.status = http.getStatus();
    for (const auto& [name, value] : http) response.headers[base::ascii_lower(name)] = value;
    closing_ = !http.getKeepAlive();
    if (base::ascii_lower(http.get("Content-Encoding", "")) == "gzip") {
      Poco::InflatingInputStream unpacked(in, Poco::InflatingStreamBuf::STREAM_GZIP);
      read_all(unpacked, response.body);
      in.ignore(std::numeric_limits<std::streamsize>::max());  // what follows the packed data
    } else {
      read_all(in, response.body);
    }
    check_length(http, response);
    if (watch.barked()) throw Poco::TimeoutException("the answer is too slow");
    whole_ = true;
  } catch (const Poco::Exception&) {
    too_slow_ = watch.barked();
    throw;
  }
}

void Exchange::read_all(std::istream& in, std::string& body) {
  std::array<char, 16384> chunk{};
  do {
    in.read(chunk.data(), chunk.size());
    body.append(chunk.data(), static_cast<std::size_t>(in.gcount()));
    if (body.size() > limits_.body_bytes) throw Poco::DataException("the answer is too long");
  } while (in.good());
  if (const auto* trouble = session_.networkException()) trouble->rethrow();
  if (in.bad()) throw Poco::DataException("the answer is broken");
}

void Exchange::no_answer(Response& response, const std::string& why) {
  whole_ = false;
  response.status = 0;
  response.headers.clear();
  response.body.clear();
  response.trouble = why;
  session_.reset();
}

}  // namespace entrad::graph
