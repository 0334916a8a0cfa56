// Every fault and odd answer of Microsoft Graph by name. Sources: Microsoft's "error responses",
// "Throttling guidance", "Best practices" and "JSON batching", and public issue threads of
// Microsoft's repositories.
#include "faults.h"

namespace graphsim {
namespace {

constexpr const char* kCatalogue = R"json([
{"name": "throttled", "mix": true, "action": "status", "status": 429,
 "headers": {"Retry-After": "2"}},
{"name": "throttledFraction", "mix": true, "action": "status", "status": 429,
 "headers": {"Retry-After": "2.128"}},
{"name": "throttledDate", "action": "status", "status": 429, "retryDate": 3},
{"name": "throttledWithoutRetryAfter", "mix": true, "action": "status", "status": 429},
{"name": "throttledLegacy", "mix": true, "action": "status", "status": 429,
 "body": {"error": {"code": "TooManyRequests", "message": "Too many requests from Identifier:x under category:aadgraph.app.tenant_large."}}},

{"name": "serviceUnavailable", "mix": true, "action": "status", "status": 503},
{"name": "serviceUnavailableAfter", "mix": true, "action": "status", "status": 503, "when": "after"},
{"name": "gatewayTimeout", "mix": true, "action": "status", "status": 504},
{"name": "gatewayTimeoutAfter", "mix": true, "action": "status", "status": 504, "when": "after"},
{"name": "internalError", "mix": true, "action": "status", "status": 500},
{"name": "internalErrorAfter", "mix": true, "action": "status", "status": 500, "when": "after"},
{"name": "bandwidth", "mix": true, "action": "status", "status": 509,
 "body": {"error": {"code": "BandwidthLimitExceeded", "message": "The maximum bandwidth cap has been exceeded."}}},

{"name": "html", "mix": true, "gateway": true, "action": "html"},
{"name": "htmlAccepted", "mix": true, "gateway": true, "action": "html", "status": 200},
{"name": "htmlAfter", "mix": true, "gateway": true, "action": "html", "when": "after"},
{"name": "emptyBadGateway", "mix": true, "gateway": true, "action": "empty"},
{"name": "emptyNotFound", "mix": true, "gateway": true, "action": "empty", "status": 404},
{"name": "emptyAccepted", "mix": true, "gateway": true, "action": "empty", "status": 200,
 "match": {"method": "GET"}},
{"name": "dropped", "mix": true, "gateway": true, "action": "drop"},
{"name": "droppedAfter", "mix": true, "gateway": true, "action": "drop", "when": "after"},
{"name": "reset", "mix": true, "gateway": true, "action": "reset"},
{"name": "resetAfter", "mix": true, "gateway": true, "action": "reset", "when": "after"},
{"name": "cutOff", "mix": true, "gateway": true, "action": "cut"},
{"name": "garbled", "mix": true, "gateway": true, "action": "garble"},
{"name": "slow", "mix": true, "action": "delay", "seconds": 5},

{"name": "unauthorized", "mix": true, "spacing": 200, "action": "status", "status": 401,
 "body": {"error": {"code": "InvalidAuthenticationToken", "message": "Lifetime validation failed, the token is expired."}}},
{"name": "unauthorizedBare", "mix": true, "spacing": 200, "gateway": true, "action": "status",
 "status": 401, "body": "80049228"},
{"name": "premiumDoubt", "mix": true, "spacing": 20, "action": "status", "status": 403,
 "match": {"method": "GET", "path": "/auditLogs/**"},
 "body": {"error": {"code": "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "message": "Neither tenant is B2C or tenant doesn't have premium license"}}},

{"name": "concurrency", "mix": true, "action": "status", "status": 409,
 "match": {"method": "POST PATCH PUT DELETE"},
 "body": {"error": {"code": "Directory_ConcurrencyViolation", "message": "Error due to concurrent requests being made to the tenant."}}},
{"name": "concurrencyAs400", "mix": true, "action": "status", "status": 400,
 "match": {"method": "PATCH"},
 "body": {"error": {"code": "Directory_ConcurrencyViolation", "message": "Error due to concurrent requests being made to the tenant."}}},
{"name": "locked", "mix": true, "action": "status", "status": 423,
 "match": {"method": "PATCH"}, "body": {"error": {"code": "Locked", "message": "The resource is locked."}}},
{"name": "failedDependency", "mix": true, "action": "status", "status": 424,
 "match": {"inBatch": true}, "body": {"error": {"code": "FailedDependency", "message": "A request that this one depends on has failed."}}},
{"name": "unknownReference", "mix": true, "action": "status", "status": 400,
 "match": {"method": "PATCH", "path": "/groups/{id}"},
 "body": {"error": {"code": "Request_BadRequest", "message": "The source resource object or one of the objects being referenced do not exist."}}},
{"name": "unknownReferenceAs404", "mix": true, "action": "status", "status": 404,
 "match": {"method": "POST", "path": "/groups/{id}/members/$ref"},
 "body": {"error": {"code": "Request_ResourceNotFound", "message": "The source resource object or one of the objects being referenced do not exist."}}},
{"name": "unknownToPim", "action": "status", "status": 404,
 "match": {"method": "POST", "path": "/roleManagement/**"},
 "body": {"error": {"code": "SubjectNotFound", "message": "The subject is not found."}}},

{"name": "expiredPageToken", "mix": true, "spacing": 100, "action": "status", "status": 400,
 "match": {"method": "GET", "query": "skiptoken"},
 "body": {"error": {"code": "Directory_ExpiredPageToken", "message": "The specified page token value has expired and can no longer be included in your request."}}},
{"name": "syncStateNotFound", "mix": true, "spacing": 20, "action": "status", "status": 410,
 "match": {"method": "GET", "query": "deltatoken"},
 "body": {"error": {"code": "syncStateNotFound", "message": "The sync state generation is not found."}}},
{"name": "resyncRequired", "action": "status", "status": 400,
 "match": {"method": "GET", "query": "deltatoken"},
 "body": {"error": {"code": "resyncRequired", "message": "Resync required."}}},

{"name": "directoryFull", "action": "status", "status": 403, "match": {"method": "POST", "path": "/users"},
 "body": {"error": {"code": "Directory_QuotaExceeded", "message": "The directory object quota limit for the Tenant has been exceeded."}}},
{"name": "preconditionFailed", "action": "status", "status": 412,
 "body": {"error": {"code": "PreconditionFailed", "message": "The precondition failed."}}},
{"name": "notImplemented", "action": "status", "status": 501,
 "body": {"error": {"code": "NotImplemented", "message": "Property is not supported in a list."}}},
{"name": "unsupportedMediaType", "action": "status", "status": 415,
 "body": {"error": {"code": "UnsupportedMediaType", "message": "The content type is not supported."}}}
])json";

}  // namespace

const Json& fault_catalogue() {
  static const Json kParsed = Json::parse(kCatalogue);
  return kParsed;
}

}  // namespace graphsim
