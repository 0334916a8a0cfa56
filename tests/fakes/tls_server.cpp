#include "fakes/tls_server.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServerConnection.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace entrad::fakes {
namespace {

struct Answers final : Poco::Net::HTTPRequestHandlerFactory {
  struct Handler final : Poco::Net::HTTPRequestHandler {
    void handleRequest(Poco::Net::HTTPServerRequest&,
                       Poco::Net::HTTPServerResponse& response) override {
      response.setContentType("application/json");
      response.setContentLength(2);
      response.send() << "{}";
    }
  };
  Poco::Net::HTTPRequestHandler* createRequestHandler(
      const Poco::Net::HTTPServerRequest&) override {
    return new Handler;
  }
};

void write_file(const std::filesystem::path& path, const std::function<void(BIO*)>& write) {
  BIO* out = BIO_new_file(path.c_str(), "w");
  write(out);
  BIO_free(out);
}

// Signed by itself, so that it is its own authority.
void make_certificate(const std::string& name, const std::filesystem::path& certificate_file,
                      const std::filesystem::path& key_file) {
  EVP_PKEY* key = EVP_RSA_gen(2048);
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>("server"), -1, -1, 0);
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  X509_EXTENSION* names =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, ("DNS:" + name).c_str());
  X509_add_ext(certificate, names, -1);
  X509_EXTENSION_free(names);
  X509_sign(certificate, key, EVP_sha256());
  write_file(certificate_file, [&](BIO* out) { PEM_write_bio_X509(out, certificate); });
  write_file(key_file, [&](BIO* out) {
    PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
  X509_free(certificate);
  EVP_PKEY_free(key);
}

int number_of(TlsServer::Protocol protocol) {
  switch (protocol) {
    case TlsServer::Protocol::tls_1_1:
      return TLS1_1_VERSION;
    case TlsServer::Protocol::tls_1_2:
      return TLS1_2_VERSION;
    default:
      return TLS1_3_VERSION;
  }
}

Poco::Net::Context::Ptr make_context(const std::string& name, TlsServer::Protocol only,
                                     const std::filesystem::path& certificate_file) {
  const auto key_file = certificate_file.parent_path() / "key.pem";
  make_certificate(name, certificate_file, key_file);
  Poco::Net::Context::Ptr context =
      new Poco::Net::Context(Poco::Net::Context::TLS_SERVER_USE, key_file.string(),
                             certificate_file.string(), "", Poco::Net::Context::VERIFY_NONE);
  SSL_CTX_set_security_level(context->sslContext(), 0);  // 1.1 is below what OpenSSL allows
  SSL_CTX_set_min_proto_version(context->sslContext(), number_of(only));
  SSL_CTX_set_max_proto_version(context->sslContext(), number_of(only));
  return context;
}

const Poco::Timespan kLookForEnd(0, 20000);

}  // namespace

TlsServer::TlsServer(const std::string& name, Protocol only)
    : socket_(Poco::Net::SocketAddress("127.0.0.1", 0), 16, make_context(name, only, ca_file())),
      thread_([this] { serve(); }) {}

TlsServer::~TlsServer() {
  closing_ = true;
  thread_.join();
}

void TlsServer::serve() {
  const Poco::Net::HTTPServerParams::Ptr params = new Poco::Net::HTTPServerParams;
  const Poco::Net::HTTPRequestHandlerFactory::Ptr answers = new Answers;
  while (!closing_) {
    if (!socket_.poll(kLookForEnd, Poco::Net::Socket::SELECT_READ)) continue;
    try {
      Poco::Net::HTTPServerConnection(socket_.acceptConnection(), params, answers).run();
    } catch (const Poco::Exception&) {
      continue;  // a client that does not like what it sees goes
    }
  }
}

}  // namespace entrad::fakes
