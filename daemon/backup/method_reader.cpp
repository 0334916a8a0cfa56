#include "backup/method_reader.h"

#include <algorithm>

#include "backup/ids.h"
#include "base/json.h"
#include "directory/sections.h"
#include "graph/calls.h"

namespace entrad::backup {
namespace {

using api::ObjectKind;
using api::Section;
using base::Guid;

// Few at once: their quota is small, and progress is told and noted between.
constexpr std::size_t kAtOnce = 60;
const std::string kNote = "authMethods";

class Reader {
 public:
  Reader(Sweep& sweep, const std::vector<Guid>& users, Noting noting)
      : sweep_(sweep), users_(users), noting_(noting) {}

  base::Result<MethodsRead> read() {
    sweep_.progress().begin("authentication methods", users_.size());
    std::size_t from = begin();
    sweep_.progress().advance(from);
    for (; from < users_.size() && !read_.is_denied; from += kAtOnce) {
      const std::size_t end = std::min(users_.size(), from + kAtOnce);
      if (auto done = read_some(from, end); !done) return base::pass(done);
      note(end);
      if (auto committed = sweep_.commit_if_due(); !committed) return base::pass(committed);
    }
    return read_;
  }

 private:
  std::size_t begin() {
    const auto note = noting_ == Noting::on ? sweep_.writer().checkpoint(kNote) : std::nullopt;
    if (!note) return 0;
    const auto kept = base::read_json(*note);
    read_.unread = ids_of(kept.at("unread"));
    return kept.at("next").get<std::size_t>();
  }

  void note(std::size_t next) {
    if (noting_ == Noting::off || read_.is_denied) return;
    sweep_.writer().checkpoint(
        kNote, base::json_text({{"next", next}, {"unread", json_of(read_.unread)}}));
  }

  base::Result<void> read_some(std::size_t from, std::size_t end) {
    std::vector<graph::Request> requests;
    for (std::size_t i = from; i < end; ++i)
      requests.push_back(graph::calls::list_auth_methods(users_[i]));
    auto replies = sweep_.session().batch(requests, sweep_.call());
    if (!replies) return base::pass(replies, "read the authentication methods");
    read_.is_denied = from == 0 && std::all_of(replies->begin(), replies->end(), [](const auto& r) {
                        return r.verdict.cls == graph::Class::permission;
                      });
    for (std::size_t i = from; i < end && !read_.is_denied; ++i)
      if (auto done = take(users_[i], (*replies)[i - from]); !done) return done;
    sweep_.progress().advance(end - from);
    return {};
  }

  base::Result<void> take(const Guid& user, const graph::Reply& reply) {
    const bool listed = reply.done() && reply.body.is_object() && reply.body.contains("value");
    if (!listed) {
      if (!reply.done() && !is_about_one_object(reply.verdict.error))
        return base::unexpected(reply.verdict.error);
      read_.unread.push_back(user);
      return {};
    }
    return sweep_.writer().put(ObjectKind::user, user, Section::auth_methods,
                               directory::auth_methods_section(reply.body["value"]));
  }

  Sweep& sweep_;
  const std::vector<Guid>& users_;
  Noting noting_;
  MethodsRead read_;
};

}  // namespace

base::Result<MethodsRead> read_methods(Sweep& sweep, const std::vector<Guid>& users,
                                       Noting noting) {
  return Reader(sweep, users, noting).read();
}

std::string unread_words(std::size_t users) {
  return "those of " + counted(users, "user") + " could not be read";
}

}  // namespace entrad::backup
