// Authentication methods: one request for each user, since Graph has no list of all.
#include <algorithm>

#include "backup/sweep.h"
#include "directory/sections.h"
#include "graph/calls.h"

namespace entrad::backup {
namespace {

using api::Completeness;
using api::ObjectKind;
using api::Section;
using base::Guid;

// Few at once: their quota is small, and progress is told between.
constexpr std::size_t kAtOnce = 60;

class MethodReader {
 public:
  explicit MethodReader(Sweep& sweep) : sweep_(sweep), users_(sweep.people().ids()) {}

  base::Result<void> read() {
    sweep_.progress().begin("authentication methods", users_.size());
    for (std::size_t from = 0; from < users_.size() && !denied_; from += kAtOnce)
      if (auto done = read_some(from, std::min(users_.size(), from + kAtOnce)); !done) return done;
    mark();
    return {};
  }

 private:
  base::Result<void> read_some(std::size_t from, std::size_t end) {
    std::vector<graph::Request> requests;
    for (std::size_t i = from; i < end; ++i)
      requests.push_back(graph::calls::list_auth_methods(users_[i]));
    auto replies = sweep_.session().batch(requests, sweep_.call());
    if (!replies) return base::pass(replies, "read the authentication methods");
    denied_ = from == 0 && std::all_of(replies->begin(), replies->end(), [](const auto& reply) {
                return reply.verdict.cls == graph::Class::permission;
              });
    for (std::size_t i = from; i < end && !denied_; ++i)
      if (auto done = take(users_[i], (*replies)[i - from]); !done) return done;
    sweep_.progress().advance(end - from);
    return {};
  }

  // A user whose methods could not be read keeps what is known: unreadable is not empty.
  base::Result<void> take(const Guid& user, const graph::Reply& reply) {
    const bool listed = reply.done() && reply.body.is_object() && reply.body.contains("value");
    if (!listed) {
      if (!reply.done() && !is_about_one_object(reply.verdict.error))
        return base::unexpected(reply.verdict.error);
      ++unread_;
      return {};
    }
    return sweep_.writer().put(ObjectKind::user, user, Section::auth_methods,
                               directory::auth_methods_section(reply.body["value"]));
  }

  void mark() {
    if (denied_)
      return sweep_.writer().mark(Section::auth_methods, Completeness::absent,
                                  lacking("UserAuthenticationMethod.Read.All"));
    if (unread_ == 0) return sweep_.writer().mark(Section::auth_methods, Completeness::complete);
    sweep_.writer().mark(Section::auth_methods, Completeness::partial,
                         "those of " + counted(unread_, "user") + " could not be read");
  }

  Sweep& sweep_;
  const std::vector<Guid>& users_;
  bool denied_ = false;
  std::uint64_t unread_ = 0;
};

}  // namespace

base::Result<void> sweep_auth_methods(Sweep& sweep) { return MethodReader(sweep).read(); }

}  // namespace entrad::backup
