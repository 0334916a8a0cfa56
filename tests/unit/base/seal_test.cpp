#include "base/seal.h"

#include <gtest/gtest.h>

#include "fakes/certificates.h"

namespace entrad::base {
namespace {

TEST(Seal, IsOpenedByTheKeyOfTheCertificateAlone) {
  for (const char* kind : {"RSA", "EC"}) {
    const auto reader = make_certificate(kind);
    const auto other = make_certificate(kind);
    const std::string secret("p\0ss w\xC3\xB6rd", 11);
    const auto sealed = seal(reader.certificate, secret);
    ASSERT_TRUE(sealed) << kind << ": " << sealed.error().message;
    EXPECT_EQ(sealed->find("-----BEGIN CMS-----"), 0U);
    EXPECT_EQ(sealed->find("ss w"), std::string::npos);
    EXPECT_EQ(unseal(reader.key, *sealed).value(), secret) << kind;
    const auto wrong = unseal(other.key, *sealed);
    EXPECT_TRUE(!wrong || *wrong != secret) << kind;
    EXPECT_NE(seal(reader.certificate, secret).value(), *sealed) << kind;
  }
}

TEST(Seal, RefusesWhatIsNoCertificateKeyOrSeal) {
  const auto reader = make_certificate();
  EXPECT_TRUE(check_certificate(reader.certificate));
  for (const std::string& text : {std::string(), std::string("x"), reader.key})
    EXPECT_EQ(check_certificate(text).error().kind, ErrorKind::invalid_argument);
  EXPECT_FALSE(seal("x", "secret"));
  EXPECT_FALSE(unseal("x", seal(reader.certificate, "secret").value()));
  EXPECT_FALSE(unseal(reader.key, "x"));
}

}  // namespace
}  // namespace entrad::base
