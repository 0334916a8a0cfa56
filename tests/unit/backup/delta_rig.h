// DeltaRig: a tenant that changes, one store that is kept by delta backups, and beside it a store
// that only ever sees full ones: what both seal must be the same.
// Thread safety: as its parts.
#pragma once

#include <random>

#include "rig.h"

namespace entrad::backup {

class DeltaRig : public Rig {
 public:
  explicit DeltaRig(const RigOptions& options = {}) : Rig(options) {
    auto opened = store::Store::open({.directory = beside_.path()}, clock);
    if (!opened) throw std::runtime_error(opened.error().message);
    other = std::move(*opened);
  }

  // Of the kind that the daemon chooses.
  base::Result<api::Snapshot> next() { return backup({}, /*full=*/false); }
  // By the store beside, all of it.
  api::Snapshot full_beside() {
    api::Job wanted;
    wanted.tenant = kTenant;
    wanted.kind = api::JobKind::backup;
    const auto submitted = other->journal().submit(wanted).value();
    auto made = run({*other, session(), clock, submitted.id, /*full=*/true}, {});
    if (!made) throw std::runtime_error(made.error().message);
    return made->snapshot;
  }

  // As an administrator of the tenant; nothing happens where Graph refuses.
  bool write(const std::string& method, const std::string& path,
             const nlohmann::json& body = nullptr) {
    auto& writer = *sessions.session(kTenant, graph::Purpose::restore).value();
    auto reply = writer.send({method, path, body, false}, {});
    if (!reply) throw std::runtime_error(reply.error().message);
    if (reply->done()) answer = reply->body;
    return reply->done();
  }
  nlohmann::json read(const std::string& path) {
    auto& reader = *sessions.session(kTenant, graph::Purpose::restore).value();
    auto reply = reader.send({"GET", path, nullptr, false}, {});
    if (!reply || !reply->done()) throw std::runtime_error("GET " + path + " failed");
    return reply->body;
  }
  std::vector<std::string> listed(const std::string& path) {
    std::vector<std::string> out;
    const auto page = read(path);
    for (const auto& row : page.at("value")) out.push_back(row.at("id"));
    return out;
  }
  nlohmann::json reference(const std::string& id) {
    return {{"@odata.id", session().url_of("/directoryObjects/" + id)}};
  }
  std::string create_user(const std::string& name) {
    const bool made = write("POST", "/users",
                            {{"accountEnabled", true},
                             {"displayName", name},
                             {"mailNickname", name},
                             {"userPrincipalName", name + "@aurora.example"},
                             {"passwordProfile", {{"password", "only-for-tests-1"}}}});
    if (!made) throw std::runtime_error("no user " + name);
    return answer.at("id");
  }
  std::string create_group(const std::string& name, const std::vector<std::string>& members = {}) {
    nlohmann::json body{{"displayName", name},
                        {"mailNickname", name},
                        {"mailEnabled", false},
                        {"securityEnabled", true}};
    for (const auto& member : members)
      body["members@odata.bind"].push_back(reference(member).at("@odata.id"));
    if (!write("POST", "/groups", body)) throw std::runtime_error("no group " + name);
    return answer.at("id");
  }
  void purge_user(const std::string& id) {
    simulator.post("/_control/tenants/" + kTenant + "/users/purge", {{"ids", {id}}});
  }

  // Where the two differ, for people; empty: nowhere. As in the digest, what a log told since the
  // snapshot before does not count, and a section that holds nothing is as good as none.
  std::string difference(const api::Snapshot& ours, const api::Snapshot& theirs) const {
    std::string out;
    for (const auto kind :
         {api::ObjectKind::user, api::ObjectKind::group, api::ObjectKind::administrative_unit}) {
      std::set<base::Guid> all;
      const auto take = [&](const base::Guid& id) { return all.insert(id), true; };
      store->snapshots().for_each(kTenant, ours.number, kind, take);
      other->snapshots().for_each(kTenant, theirs.number, kind, take);
      for (const auto& id : all)
        for (std::size_t i = 0; i < api::Words<api::Section>::names.size(); ++i) {
          const auto section = static_cast<api::Section>(i);
          if (section == api::Section::audit || section == api::Section::deletion) continue;
          const auto mine = something(store->snapshots(), ours, kind, id, section);
          const auto full = something(other->snapshots(), theirs, kind, id, section);
          if (mine != full && out.size() < 4000)
            out += std::string(api::name(kind)) + " " + id.str() + " " +
                   std::string(api::name(section)) + "\n  delta " + mine.value_or("none") +
                   "\n  full  " + full.value_or("none") + "\n";
        }
    }
    return out;
  }

  std::unique_ptr<store::Store> other;
  nlohmann::json answer;  // of the last write that was done

 private:
  static std::optional<std::string> something(const store::Snapshots& snapshots,
                                              const api::Snapshot& snapshot, api::ObjectKind kind,
                                              const base::Guid& id, api::Section section) {
    auto content = snapshots.content(kTenant, snapshot.number, kind, id, section);
    if (content && (*content == "[]" || *content == "{}" || *content == "null"))
      return std::nullopt;
    return content;
  }

  fakes::TemporaryDirectory beside_;
};

}  // namespace entrad::backup
