// The texts of Graph that mean more than their status: rows of the table behind classify().
//
// Graph's codes are coarse (most refusals are 400 Request_BadRequest), so that some meanings can
// only be told by the message. Sources: the "errors" sections of the calls in Microsoft Graph's
// v1.0 reference, and messages quoted in public issue threads of Microsoft's repositories.
// Thread safety: constant data.
#pragma once

#include <span>
#include <string_view>

#include "graph/answers/classes.h"

namespace entrad::graph {

// An empty condition holds for everything; the first row whose conditions all hold counts.
struct ClassRow {
  int status;               // 0: any
  std::string_view method;  // methods that it is about, as in "PATCH DELETE"
  std::string_view path;    // part of the path
  std::string_view code;    // Graph's error code, of the error itself, a detail or an inner error
  std::string_view text;    // part of Graph's message, in lower case
  Class cls;
  std::string_view message;  // for people; empty: the class's general words
  std::string_view hint;     // empty: the class's general hint
};

// By subject, in the order in which they are looked through.
std::span<const ClassRow> link_rows();    // groups, administrative units, roles, app roles
std::span<const ClassRow> object_rows();  // users, guests, sign-in methods, licences
std::span<const ClassRow> query_rows();   // pages, changes, queries; faults of entrad itself
std::span<const ClassRow> access_rows();  // permissions and what the tenant has not bought

}  // namespace entrad::graph
