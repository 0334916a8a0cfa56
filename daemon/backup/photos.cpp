// Photos, only where the app registration may read them: what is known of each photo first, and the
// picture only where that has changed. Source: "Get profilePhoto"; a photo is 4 MB at most.
#include <algorithm>

#include "backup/sweep.h"
#include "base/base64.h"
#include "base/json.h"
#include "base/text.h"
#include "directory/canonical.h"
#include "graph/calls.h"

namespace entrad::backup {
namespace {

using api::Completeness;
using api::Section;
using base::Guid;
using nlohmann::json;

constexpr const char* kPermission = "ProfilePhoto.Read.All";
constexpr std::size_t kAtOnce = 60;  // their pictures have to fit into memory

bool is_absent(const graph::Reply& reply) {
  return reply.verdict.cls == graph::Class::absent || reply.status == 404;
}

class PhotoReader {
 public:
  PhotoReader(Sweep& sweep, const std::vector<Guid>& users) : sweep_(sweep), users_(users) {}

  base::Result<void> read() {
    sweep_.progress().begin("photos", users_.size());
    for (std::size_t from = 0; from < users_.size() && !denied_; from += kAtOnce)
      if (auto done = read_some(from, std::min(users_.size(), from + kAtOnce)); !done) return done;
    return {};
  }

  // `besides`: what else is to be said of the section; empty: nothing.
  void mark(const std::string& besides) const {
    if (denied_)
      return sweep_.writer().mark(Section::photo, Completeness::absent, lacking(kPermission));
    std::string words =
        unread_ == 0 ? "" : "those of " + counted(unread_, "user") + " could not be read";
    if (!besides.empty()) words += (words.empty() ? "" : "; ") + besides;
    sweep_.writer().mark(Section::photo,
                         words.empty() ? Completeness::complete : Completeness::partial, words);
  }

 private:
  base::Result<void> read_some(std::size_t from, std::size_t end) {
    std::vector<graph::Request> requests;
    for (std::size_t i = from; i < end; ++i) requests.push_back(graph::calls::get_photo(users_[i]));
    auto replies = sweep_.session().batch(requests, sweep_.call());
    if (!replies) return base::pass(replies, "read the photos");
    denied_ = from == 0 && std::all_of(replies->begin(), replies->end(), [](const auto& reply) {
                return reply.verdict.cls == graph::Class::permission;
              });
    std::vector<std::pair<Guid, json>> changed;
    for (std::size_t i = from; i < end && !denied_; ++i)
      if (auto done = take(users_[i], (*replies)[i - from], changed); !done) return done;
    sweep_.progress().advance(end - from);
    auto pictures = read_pictures(changed);
    return pictures ? sweep_.commit_if_due() : pictures;
  }

  base::Result<void> take(const Guid& user, const graph::Reply& reply,
                          std::vector<std::pair<Guid, json>>& changed) {
    if (is_absent(reply)) return put_if_any(sweep_, user, Section::photo, "null", "null");
    if (!reply.done()) return skip(reply);
    const std::string etag = text_of(reply.body, "@odata.mediaEtag");
    const auto before = known_before(sweep_, user, Section::photo);
    const json known = before ? base::read_json(*before) : json();
    if (!etag.empty() && text_of(known, "mediaEtag") == etag) return {};  // as it was
    changed.emplace_back(user,
                         json{{"mediaEtag", etag},
                              {"contentType", reply.body.value("@odata.mediaContentType", json())},
                              {"width", reply.body.value("width", json())},
                              {"height", reply.body.value("height", json())}});
    return {};
  }

  // A user whose photo could not be read keeps what is known.
  base::Result<void> skip(const graph::Reply& reply) {
    if (!is_about_one_object(reply.verdict.error)) return base::unexpected(reply.verdict.error);
    ++unread_;
    return {};
  }

  base::Result<void> read_pictures(std::vector<std::pair<Guid, json>>& changed) {
    if (changed.empty()) return {};
    std::vector<graph::Request> requests;
    for (const auto& [user, photo] : changed)
      requests.push_back(graph::calls::get_photo_bytes(user));
    auto replies = sweep_.session().batch(requests, sweep_.call());
    if (!replies) return base::pass(replies, "read the photos");
    for (std::size_t i = 0; i < changed.size(); ++i)
      if (auto done = put(changed[i].first, std::move(changed[i].second), (*replies)[i]); !done)
        return done;
    return {};
  }

  // Pictures come as base64 ("Combine multiple requests in one HTTP call").
  base::Result<void> put(const Guid& user, json photo, const graph::Reply& reply) {
    if (is_absent(reply)) return put_if_any(sweep_, user, Section::photo, "null", "null");
    if (!reply.done()) return skip(reply);
    const auto bytes =
        reply.body.is_string() ? base::base64_bytes(reply.body.get<std::string>()) : std::nullopt;
    if (!bytes) {
      ++unread_;
      return {};
    }
    photo["sha256"] = base::hex(base::sha256(*bytes));
    photo["size"] = bytes->size();
    photo["bytes"] = base::base64(*bytes);
    return sweep_.writer().put(api::ObjectKind::user, user, Section::photo,
                               directory::canonical(photo));
  }

  Sweep& sweep_;
  const std::vector<Guid>& users_;
  bool denied_ = false;
  std::uint64_t unread_ = 0;
};

bool are_permitted(Sweep& sweep) {
  if (may_have(sweep, "ProfilePhoto.Read.All|ProfilePhoto.ReadWrite.All")) return true;
  sweep.writer().mark(Section::photo, Completeness::absent, lacking(kPermission));
  return false;
}

}  // namespace

base::Result<void> sweep_photos(Sweep& sweep) {
  if (!are_permitted(sweep)) return {};
  PhotoReader reader(sweep, sweep.people().ids());
  if (auto done = reader.read(); !done) return done;
  reader.mark({});
  return {};
}

// One request for each user is too much for every night: only of those who came since.
base::Result<void> delta_photos(Sweep& sweep) {
  if (!are_permitted(sweep) || parent_lacks(sweep, Section::photo)) return {};
  const auto& arrived = sweep.changes().arrived;
  const std::vector<Guid> users(arrived.begin(), arrived.end());
  PhotoReader reader(sweep, users);
  if (auto done = reader.read(); !done) return done;
  const std::uint64_t others = sweep.people().size() - users.size();
  reader.mark(others == 0 ? "" : age_words(sweep, others));
  return {};
}

}  // namespace entrad::backup
