// Verifies a token of an outside issuer against the app's federated credential: issuer, subject and
// audience to the letter, and the issuer's signature (RS256).
// Facts: Microsoft's pages "Workload identity federation" and the AADSTS error code reference.
// Thread safety: pure.
#pragma once

#include "apps.h"
#include "jwt.h"

namespace graphsim {

/// Throws TokenRefusal with 70025, 700211, 700212, 700213, 50013 or 700024.
void check_federated(const Jwt& token, const App& app);

}  // namespace graphsim
