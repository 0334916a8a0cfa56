// Parts: translation between Beast's messages and ours; a session; the acceptor.
#include "http_server.h"

#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <memory>
#include <type_traits>
#include <utility>

namespace graphsim {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;

constexpr std::uint64_t kBodyLimit = 16U << 20;
constexpr std::size_t kGzipFrom = 1024;

using Message = http::response<http::string_body>;

Request translated(http::request<http::string_body>&& m, bool tls) {
  Request out;
  out.method = m.method_string();
  out.target = m.target();
  const std::string_view host = m[http::field::host];
  out.base_url = (tls ? "https://" : "http://") + std::string(host);
  for (const auto& field : m) out.headers[field.name_string()] = field.value();
  out.body = std::move(m.body());
  return out;
}

bool accepts_gzip(const Request& request) {
  return lower(request.header("Accept-Encoding")).find("gzip") != std::string::npos;
}

Message answer_message(const Request& request, const Response& response, bool keep_alive) {
  Message m{static_cast<http::status>(response.status), 11};
  for (const auto& [name, value] : response.headers) m.set(name, value);
  m.body() = response.json.is_null()
                 ? response.text
                 : response.json.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (!response.json.is_null() && m.find(http::field::content_type) == m.end())
    m.set(http::field::content_type, "application/json; charset=utf-8");
  if (m.body().size() > kGzipFrom && accepts_gzip(request)) {
    m.body() = gzip(m.body());
    m.set(http::field::content_encoding, "gzip");
    m.set(http::field::vary, "Accept-Encoding");
  }
  m.keep_alive(keep_alive);
  if (response.status == 204) m.body().clear();
  m.prepare_payload();
  return m;
}

template <typename Stream>
class Session : public std::enable_shared_from_this<Session<Stream>> {
 public:
  static constexpr bool kTls = !std::is_same_v<Stream, beast::tcp_stream>;

  template <typename... Args>
  explicit Session(Simulation& simulation, Args&&... args)
      : stream_(std::forward<Args>(args)...), timer_(stream_.get_executor()), sim_(simulation) {}

  void start() {
    if constexpr (kTls) {
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [self = this->shared_from_this()](beast::error_code error) {
                                if (!error) self->read();
                              });
    } else {
      read();
    }
  }

  void reset() {
    beast::error_code ignored;
    beast::get_lowest_layer(stream_).socket().set_option(Tcp::socket::linger(true, 0), ignored);
    beast::get_lowest_layer(stream_).close();
  }

 private:
  void read() {
    parser_.emplace();
    parser_->body_limit(kBodyLimit);
    http::async_read(stream_, buffer_, *parser_,
                     [self = this->shared_from_this()](beast::error_code error, std::size_t) {
                       if (!error)
                         self->serve();
                       else
                         self->close();
                     });
  }

  void serve() {
    const bool keep = parser_->get().keep_alive();
    const Request request = translated(parser_->release(), kTls);
    const Response response = sim_.handle(request);
    if (response.reset) return reset();
    if (response.drop) return close();
    message_ = answer_message(request, response, keep);
    if (response.cut && message_.body().empty()) return close();
    if (response.cut) cut_short();
    if (response.delay_seconds <= 0) return write();
    timer_.expires_after(sim_.clock().real(response.delay_seconds));
    timer_.async_wait([self = this->shared_from_this()](beast::error_code) { self->write(); });
  }

  void write() {
    http::async_write(stream_, message_,
                      [self = this->shared_from_this()](beast::error_code error, std::size_t) {
                        if (!error && self->message_.keep_alive())
                          self->read();
                        else
                          self->close();
                      });
  }

  // Promises the whole body and sends half of it.
  void cut_short() {
    const std::size_t size = message_.body().size();
    message_.body().resize(size / 2);
    message_.content_length(size);
    message_.keep_alive(false);
  }

  void close() {
    beast::error_code ignored;
    beast::get_lowest_layer(stream_).socket().shutdown(Tcp::socket::shutdown_both, ignored);
    beast::get_lowest_layer(stream_).close();
  }

  Stream stream_;
  asio::steady_timer timer_;
  Simulation& sim_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  Message message_;
};

using PlainSession = Session<beast::tcp_stream>;
using TlsSession = Session<beast::ssl_stream<beast::tcp_stream>>;

}  // namespace

HttpServer::HttpServer(asio::io_context& io, Simulation& simulation, std::uint16_t port,
                       asio::ssl::context* tls)
    : simulation_(simulation),
      acceptor_(io, Tcp::endpoint(asio::ip::address_v4::loopback(), port)),
      endpoint_(acceptor_.local_endpoint()),
      tls_(tls) {
  accept();
}

void HttpServer::set_on(bool on) {
  if (on == acceptor_.is_open()) return;
  if (!on) {
    acceptor_.close();
    for (const auto& reset : std::exchange(resets_, {})) reset(/*really=*/true);
    return;
  }
  acceptor_ = Tcp::acceptor(acceptor_.get_executor(), endpoint_);
  accept();
}

void HttpServer::accept() {
  acceptor_.async_accept([this](beast::error_code error, Tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (!error) serve(std::move(socket));
    accept();
  });
}

void HttpServer::serve(Tcp::socket socket) {
  beast::error_code ignored;
  socket.set_option(Tcp::no_delay(true), ignored);
  beast::tcp_stream stream(std::move(socket));
  const auto begin = [this](const auto& session) {
    session->start();
    std::erase_if(resets_, [](const auto& reset) { return !reset(/*really=*/false); });
    resets_.push_back([weak = std::weak_ptr(session)](bool really) {
      const auto open = weak.lock();
      if (open && really) open->reset();
      return open != nullptr;
    });
  };
  if (tls_ == nullptr)
    begin(std::make_shared<PlainSession>(simulation_, std::move(stream)));
  else
    begin(std::make_shared<TlsSession>(simulation_, std::move(stream), *tls_));
}

}  // namespace graphsim
